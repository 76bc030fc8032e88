// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "attachment/record/attachment_store.h"
#include "deviceplugin/install/digest.h"
#include "deviceplugin/install/receipt.h"
#include "kernel/files.h"
#include "tests/unit/deviceplugin/install/installer_fixture.h"

namespace rxlease::deviceplugin::install {
namespace {

using kernel::read_file;
using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(Installer, PutsThePluginWhereTheRuntimeLooks) {
  const auto plugin = program("rxlease 1.2.0");
  EXPECT_EQ(install_plugin(config, plugin), "installed rxlease 1.2.0 as " + installed_plugin);
  EXPECT_EQ(read_file(installed_plugin), read_file(plugin));
  EXPECT_EQ(access(installed_plugin.c_str(), X_OK), 0);
  EXPECT_FALSE(read_file(kernel::partial_name(installed_plugin)));
}

TEST_F(Installer, ReplacesAPluginThatRuns) {
  install_plugin(config, program("rxlease 1.1.0"));
  kernel::replace_file(installed_plugin, *read_file("/bin/sleep"), 0755);  // what can run for long
  Receipt(config.persistent_directory).settle(installed_plugin, *read_file("/bin/sleep"));
  const auto child = fork();
  if (child == 0) {
    execl(installed_plugin.c_str(), "rxlease", "60", nullptr);
    _exit(1);
  }
  while (read_file("/proc/" + std::to_string(child) + "/comm") != "rxlease\n") usleep(1000);
  install_plugin(config, program("rxlease 1.2.0"));
  EXPECT_EQ(read_file(installed_plugin), read_file(node / "rxlease"));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
}

TEST_F(Installer, UpgradesAnOlderOneAndKeepsANewerOne) {
  install_plugin(config, program("rxlease 1.9.0"));
  install_plugin(config, program("rxlease 1.10.0"));
  EXPECT_EQ(read_file(installed_plugin), read_file(node / "rxlease"));
  EXPECT_EQ(install_plugin(config, program("rxlease 1.9.1", "older")),
            installed_plugin + " is rxlease 1.10.0, newer than 1.9.1, and stays");
  EXPECT_EQ(read_file(installed_plugin), read_file(node / "rxlease"));
}

TEST_F(Installer, ReplacesAnotherBuildOfTheSameVersion) {
  install_plugin(config, program("rxlease 1.2.0"));
  install_plugin(config, program("rxlease 1.2.0\nbuilt anew"));
  EXPECT_EQ(read_file(installed_plugin), read_file(node / "rxlease"));
}

TEST_F(Installer, RefusesToReplaceAProgramThatIsNotRxlease) {
  someone_elses("cable 3");
  EXPECT_THAT(error_of([&] { install_plugin(config, program("rxlease 1.2.0")); }),
              HasSubstr(installed_plugin + " does not answer --version as rxlease does; remove it, or"));
  EXPECT_THAT(*read_file(installed_plugin), HasSubstr("cable"));
  EXPECT_FALSE(read_file(receipt));
}

// No file of this process can grow beyond a size, as on a disk that is full.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : handler_(signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    signal(SIGXFSZ, handler_);
  }

 private:
  sighandler_t handler_;
  rlimit before_{};
};

TEST_F(Installer, LeavesNoPartOfAFileOnAFullDisk) {
  const auto old = program("rxlease 1.1.0");
  install_plugin(config, old);
  const auto before = *read_file(installed_plugin);
  const auto bigger = program("rxlease 1.2.0", "bigger");
  std::ofstream(bigger, std::ios::app) << std::string(100'000, '#');
  {
    const FullDisk disk(50'000);
    EXPECT_THAT(error_of([&] { install_plugin(config, bigger); }),
                testing::AllOf(HasSubstr("write "), HasSubstr("cniBinDirectory")));
  }
  EXPECT_EQ(read_file(installed_plugin), before);
  EXPECT_FALSE(read_file(kernel::partial_name(installed_plugin)));
  EXPECT_THAT(install_plugin(config, bigger), HasSubstr("installed rxlease 1.2.0"));
}

TEST_F(Installer, LeavesNoPartOfItsReceiptEither) {
  const auto plugin = program("rxlease 1.2.0");
  {
    const FullDisk disk(20);
    EXPECT_THAT(error_of([&] { install_plugin(config, plugin); }), HasSubstr("persistentDirectory"));
  }
  EXPECT_FALSE(read_file(receipt));
  EXPECT_FALSE(read_file(kernel::partial_name(receipt)));
  EXPECT_FALSE(read_file(installed_plugin));
}

// /proc takes no directory; a read-only place is in the suite `boot`.
TEST_F(Installer, NamesTheKeyOfAPlaceThatCannotBeWritten) {
  config.cni_bin_directory = "/proc/cni";
  EXPECT_THAT(error_of([&] { install_plugin(config, program("rxlease 1.2.0")); }),
              testing::AllOf(HasSubstr("mkdir /proc/cni"), HasSubstr("cniBinDirectory")));
  config.cni_conf_directory = "/proc/cni";
  EXPECT_THAT(error_of([&] { install_conflist(config, conflist()); }), HasSubstr("cniConfDirectory"));
  config.persistent_directory = "/proc/cni";
  EXPECT_THAT(error_of([&] { install_conflist(config, conflist()); }), HasSubstr("persistentDirectory"));
}

TEST_F(Installer, RefusesAProgramThatIsNotThePlugin) {
  EXPECT_THAT(error_of([&] { install_plugin(config, program("cable 3")); }),
              HasSubstr("does not answer --version"));
  EXPECT_THAT(error_of([&] { install_plugin(config, node / "none"); }),
              HasSubstr("there is no " + node / "none"));
  EXPECT_FALSE(read_file(installed_plugin));
}

TEST_F(Installer, InstallsANetworkAndReplacesItsOwn) {
  EXPECT_EQ(install_conflist(config, conflist()), "installed " + installed_list);
  EXPECT_EQ(install_conflist(config, conflist()), installed_list + " is there already");
  install_conflist(config, conflist("faster"));
  EXPECT_THAT(*read_file(installed_list), HasSubstr("faster"));
}

TEST_F(Installer, RefusesANetworkThatNoRuntimeWouldTake) {
  EXPECT_THAT(error_of([&] { install_conflist(config, conflist("fast", "ptp")); }),
              HasSubstr("has no plugin of the type rxlease; add it"));
  write(node / "10-fast.conflist", "{}");
  EXPECT_THAT(error_of([&] { install_conflist(config, node / "10-fast.conflist"); }),
              HasSubstr("is no network configuration list; it needs"));
  EXPECT_THAT(error_of([&] { install_conflist(config, program("rxlease 1")); }),
              HasSubstr("does not end in .conflist"));
  EXPECT_FALSE(read_file(installed_list));
}

TEST_F(Installer, RefusesToReplaceANetworkThatWasChangedByHand) {
  install_conflist(config, conflist());
  write(installed_list, "by hand");
  EXPECT_THAT(
      error_of([&] { install_conflist(config, conflist("faster")); }),
      HasSubstr(installed_list + " was not installed by rxlease, or was changed since; remove it, or"));
  EXPECT_EQ(read_file(installed_list), "by hand");
}

TEST_F(Installer, RemovesWhatItInstalledAndTheReceipt) {
  install_plugin(config, program("rxlease 1.2.0"));
  install_conflist(config, conflist());
  install_seccomp(config, profile());
  EXPECT_THAT(uninstall(config), ElementsAre("removed " + installed_list, "removed " + installed_plugin,
                                             "removed " + installed_profile));
  EXPECT_FALSE(read_file(installed_profile));
  EXPECT_FALSE(read_file(installed_plugin));
  EXPECT_FALSE(read_file(installed_list));
  EXPECT_FALSE(read_file(receipt));
  EXPECT_THAT(uninstall(config), ElementsAre("nothing is installed"));
}

TEST_F(Installer, LeavesWhatOthersInstalled) {
  someone_elses("rxlease 1.2.0");
  EXPECT_THAT(install_plugin(config, installed_plugin), HasSubstr("already"));
  EXPECT_THAT(uninstall(config), ElementsAre("nothing is installed"));
  EXPECT_TRUE(read_file(installed_plugin));
}

TEST_F(Installer, LeavesWhatWasChangedSinceOrIsGone) {
  install_plugin(config, program("rxlease 1.2.0"));
  install_conflist(config, conflist());
  write(installed_list, "by hand");
  kernel::remove_file(installed_plugin);
  EXPECT_THAT(uninstall(config),
              ElementsAre(installed_list + " was changed since it was installed, and stays",
                          installed_plugin + " was gone already"));
  EXPECT_EQ(read_file(installed_list), "by hand");
}

TEST_F(Installer, RemovesNothingThatAPodsDelNeeds) {
  install_plugin(config, program("rxlease 1.2.0"));
  attachment::Attachment attachment;
  attachment.network = "fast";
  attachment.container_id = "4f1e";
  attachment.ifname = attachment.interface = "eth0";
  attachment.pod_namespace = "shop";
  attachment.pod_name = "web-0";
  const attachment::AttachmentStore store(config.state_directory);
  store.create(attachment);
  EXPECT_THAT(error_of([&] { uninstall(config); }), HasSubstr("needed for the DEL of 1 pod interfaces"));
  EXPECT_THAT(error_of([&] { uninstall(config); }), HasSubstr("shop/web-0"));
  EXPECT_TRUE(read_file(installed_plugin));
  store.remove(attachment);
  EXPECT_THAT(uninstall(config), ElementsAre("removed " + installed_plugin));
}

TEST_F(Installer, KnowsItsFileWhereverAKillStoppedIt) {
  const auto plugin = program("rxlease 1.2.0");
  install_plugin(config, plugin);
  const auto old_content = *read_file(installed_plugin);
  Receipt(config.persistent_directory)
      .expect(installed_plugin, "new");  // killed before the file was replaced
  write(kernel::partial_name(installed_plugin), "ne");
  EXPECT_TRUE(Receipt(config.persistent_directory).holds(installed_plugin, old_content));
  EXPECT_THAT(uninstall(config), ElementsAre("removed " + installed_plugin));
  EXPECT_FALSE(read_file(kernel::partial_name(installed_plugin)));
}

TEST_F(Installer, SaysWhenTheReceiptCannotBeRead) {
  install_plugin(config, program("rxlease 1.2.0"));
  for (const char* text : {"", "[]", R"({"files": {"/x": 1}})"}) {
    write(receipt, text);
    EXPECT_THAT(error_of([&] { uninstall(config); }),
                HasSubstr(receipt + " is no receipt of installed files; remove"));
  }
  EXPECT_TRUE(read_file(installed_plugin));
}

TEST(Digest, IsSha256) {
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace rxlease::deviceplugin::install
