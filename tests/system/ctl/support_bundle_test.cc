// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "kernel/files.h"
#include "tests/system/ctl/ctl.h"

namespace rxlease::tests {
namespace {

using testing::HasSubstr;
using testing::Not;

class SupportBundle : public Ctl {
 protected:
  std::string bundle(std::vector<std::string> options = {}) const {
    options.insert(options.begin(), "support-bundle");
    options.insert(options.end(), {"--config", config()});
    const auto finished = run(options);
    EXPECT_EQ(finished.status, 0) << finished.errors;
    return finished.output;
  }
};

TEST_F(SupportBundle, HasWhatAReportNeeds) {
  ASSERT_TRUE(succeeded(runtime.add(named_pod(), leasing({7}))));
  const auto text = bundle();
  for (const auto* part :
       {"==== versions\nrxleasectl: ", "\nkernel: Linux ", "==== configuration\n", "in effect:\n",
        "==== rxleasectl check\n", "==== rxleasectl show -o wide\n", "==== settings of NICs\n",
        "==== networks with rxlease\n", "==== records\n", "==== metrics\n", "==== logs\n"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(text, HasSubstr("ok       kernel: Linux "));
  EXPECT_THAT(text, HasSubstr("\"podName\": \"web-0\""));
  EXPECT_THAT(text, HasSubstr(nic.port_name() + ": channels 8"));
  EXPECT_THAT(text, HasSubstr(node / "net.d/10-zerocopy.conflist"));
  EXPECT_THAT(text, HasSubstr("the daemon does not answer")) << "none runs here, which the bundle says";
}

TEST_F(SupportBundle, HasNothingOfOthersConfigurations) {
  auto conf = leasing({7}, {{"ipam", runtime.host_local({"10.22.0.0/24"})}});
  conf["ipam"]["password"] = "hunter2";
  kernel::replace_file(
      node / "net.d/10-zerocopy.conflist",
      R"({"name": "zerocopy", "plugins": [{"type": "ptp", "token": "hunter2"}, {"type": "rxlease"}]})", 0644);
  ASSERT_TRUE(succeeded(runtime.add(named_pod(), conf)));
  EXPECT_THAT(bundle(), Not(HasSubstr("hunter2")));
}

TEST_F(SupportBundle, NamesNobodyIfAskedNotTo) {
  const auto conf = leasing({7}, {{"ipam", runtime.host_local({"10.22.0.0/24"})}});
  ASSERT_TRUE(succeeded(runtime.add(named_pod(), conf)));
  const auto text = bundle({"--anonymous"});
  for (const auto& name : {std::string("web-0"), std::string("shop"), std::string("9b1d"), pod.name(),
                           std::string("10.22.0.")}) {
    EXPECT_THAT(text, Not(HasSubstr(name)));
  }
  EXPECT_THAT(text, HasSubstr("namespace-1/pod-1"));
  EXPECT_THAT(text, HasSubstr(nic.device_id(7))) << "what it is about is still there";
}

TEST_F(SupportBundle, IsMadeOfAConfigurationThatIsWrong) {
  configure("{ name: rxq, selectors: { colour: [red] }, queues: { count: 0 } }");
  EXPECT_THAT(bundle(), HasSubstr("missing  configuration: " + config() + ":"));
}

TEST_F(SupportBundle, OfManyRecordsIsOfLimitedSize) {
  const auto directory = runtime.state_directory() + "/attachments/";
  for (int i = 0; i < 1000; ++i) {
    const auto id = "c" + std::to_string(i);
    kernel::create_file(
        directory + id + "@eth0",
        R"({"network": "n", "containerId": ")" + id + R"(", "ifname": "eth0", "interface": "eth0"})", 0600);
  }
  const auto text = bundle();
  EXPECT_THAT(text, HasSubstr("bytes more are left out)"));
  EXPECT_LT(text.size(), std::size_t{3} << 20U);
}

}  // namespace
}  // namespace rxlease::tests
