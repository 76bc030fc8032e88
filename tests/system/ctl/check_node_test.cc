// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "kernel/files.h"
#include "tests/system/ctl/ctl.h"

namespace rxlease::tests {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class CheckNode : public Ctl {
 protected:
  void expect_missing(const std::string& line) const {
    const auto finished = check();
    EXPECT_EQ(finished.status, 1);
    EXPECT_THAT(finished.output, HasSubstr("missing  " + line));
  }

  void expect_warning(const std::string& line) const {
    const auto finished = check();
    EXPECT_EQ(finished.status, 0) << finished.output;
    EXPECT_THAT(finished.output, HasSubstr("warning  " + line));
  }
};

TEST_F(CheckNode, FindsWhatTheConfigurationNames) {
  EXPECT_THAT(
      check().output,
      AllOf(HasSubstr("ok       configuration: " + config() + " is valid"),
            HasSubstr("ok       kubelet: listens at " + (node / "kubelet/device-plugins/kubelet.sock")),
            HasSubstr("ok       kubelet: listens at " + (node / "kubelet/pod-resources/kubelet.sock")),
            HasSubstr("ok       CNI plugin: " + (node / "bin/rxlease") + " is rxlease "),
            HasSubstr("ok       CNI networks: " + (node / "net.d/10-zerocopy.conflist")),
            HasSubstr("ok       state directory: " + runtime.state_directory() + " is root's")));
}

TEST_F(CheckNode, NamesEachMistakeOfTheConfiguration) {
  configure("{ name: rxq, selectors: { colour: [red] }, queues: { count: 0 } }");
  const auto finished = check();
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.output, AllOf(HasSubstr("missing  configuration: " + config() + ":"),
                                     HasSubstr("pools[0].selectors"), HasSubstr("pools[0].queues.count")));
}

TEST_F(CheckNode, MissesTheConfiguration) {
  std::filesystem::remove(config());
  expect_missing("configuration: " + config() + ": there is no such file; ");
}

TEST_F(CheckNode, MissesKubeletsSockets) {
  const auto devices = node / "kubelet/device-plugins/kubelet.sock";
  std::filesystem::remove(devices);
  expect_missing("kubelet: " + devices + ", for device plugins, cannot be reached: No such file");
  listeners.clear();
  expect_missing("kubelet: " + (node / "kubelet/pod-resources/kubelet.sock") +
                 ", for PodResources, cannot be reached: Connection refused; start kubelet");
}

TEST_F(CheckNode, MissesThePlugin) {
  const auto plugin = node / "bin/rxlease";
  std::filesystem::remove(plugin);
  expect_missing("CNI plugin: there is no " + plugin);
  kernel::create_file(plugin, "#!/bin/sh\necho rxlease 0.0.1\n", 0644);
  expect_missing("CNI plugin: " + plugin + " cannot be executed; chmod 755 ");
  chmod(plugin.c_str(), 0755);
  expect_warning("CNI plugin: " + plugin + " is rxlease 0.0.1, and this is rxlease ");
  kernel::replace_file(plugin, "#!/bin/sh\nexit 3\n", 0755);
  expect_missing("CNI plugin: " + plugin + " does not answer --version");
}

TEST_F(CheckNode, WarnsOfNetworksWithoutThePlugin) {
  kernel::create_file(node / "net.d/05-veth.conflist",
                      R"({"plugins": [{"type": "ptp"}, {"type": "rxlease", "pairing": "single"}]})", 0644);
  expect_warning("CNI networks: " + (node / "net.d/05-veth.conflist") +
                 " adds a single netkit to another plugin's link: it serves AF_XDP only");
  std::filesystem::remove(node / "net.d/05-veth.conflist");
  kernel::create_file(node / "net.d/00-first.conflist", R"({"plugins": [{"type": "ptp"}]})", 0644);
  expect_warning("CNI networks: " + (node / "net.d/10-zerocopy.conflist") +
                 " names the type rxlease, but runtimes take the first, ");
  std::filesystem::remove(node / "net.d/10-zerocopy.conflist");
  expect_warning("CNI networks: nothing in " + (node / "net.d") + " names the type rxlease; ");
  kernel::create_file(node / "net.d/20-broken.conf", "{", 0644);
  expect_warning("CNI networks: " + (node / "net.d/20-broken.conf") + " is no network configuration");
}

TEST_F(CheckNode, MissesAStateDirectoryOfRootsOwn) {
  const auto state = runtime.state_directory();
  const auto records = state + "/attachments";
  chmod(records.c_str(), 0755);
  expect_missing("state directory: " + records + " has mode 0755; chmod 0700 " + records);
  chmod(records.c_str(), 0700);
  chmod(state.c_str(), 0777);
  expect_missing("state directory: " + state + " has mode 0777; chmod 0755 " + state);
  chmod(state.c_str(), 0755);
  ASSERT_EQ(chown(state.c_str(), 65534, 0), 0);
  expect_missing("state directory: " + state + " belongs to user 65534; chown ");
  ASSERT_EQ(chown(state.c_str(), 0, 0), 0);
  EXPECT_EQ(check().status, 0);
}

TEST_F(CheckNode, ExpectsAStateDirectoryToCome) {
  std::filesystem::remove_all(runtime.state_directory());
  expect_warning("state directory: there is no " + runtime.state_directory() + " yet");
}

}  // namespace
}  // namespace rxlease::tests
