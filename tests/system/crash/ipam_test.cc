// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

#include "kernel/files.h"
#include "tests/system/crash/crash.h"
#include "tests/system/fixture/eventually.h"
#include "tests/system/fixture/plugin/scripted_ipam.h"

namespace rxlease::tests {
namespace {

using Counted = Killer::Counted;
using Victim = Killer::Victim;

// With the real host-local, each change of which is tried too. The calls that change nothing are another
// number every time.
class KilledWithIpam : public Crash {
 protected:
  static constexpr Killer::Moment together{.counted = Counted::changing_calls};
  static constexpr Killer::Moment alone{.counted = Counted::changing_calls, .victim = Victim::program};
  const std::vector<std::string> subnets{"10.22.0.0/24", "fd00:22::/64"};

  nlohmann::json conf() const {
    const nlohmann::json default_route{{"dst", "0.0.0.0/0"}};
    return leasing({7}, {{"ipam", runtime.host_local(subnets, nlohmann::json::array({default_route}))}});
  }

  // host-local makes a file and then writes into it whose the address is. Killed between the two it does not
  // find the file again, and the address is lost to everyone who calls it.
  void pass_over(const Killer& killer) override {
    if (killer.struck_program()) return;
    for (const auto& file : runtime.files()) {
      if (file.starts_with(runtime.ipam_directory()) && std::filesystem::file_size(file) == 0) {
        std::filesystem::remove(file);
        ++lost;
      }
    }
    EXPECT_LE(lost, subnets.size());
  }

  std::size_t lost = 0;
};

TEST_F(KilledWithIpam, AddIsUndoneByDel) {
  kill_each_add(conf(), Undo::del, together);
}

TEST_F(KilledWithIpam, AddIsUndoneByGc) {
  kill_each_add(conf(), Undo::gc, together);
}

TEST_F(KilledWithIpam, AddWhoseIpamPluginLivesOnIsUndoneByDel) {
  kill_each_add(conf(), Undo::del, alone);
}

TEST_F(KilledWithIpam, DelIsFinishedByTheNextDel) {
  kill_each_undo(Undo::del, conf(), Undo::del, together);
}

TEST_F(KilledWithIpam, DelIsFinishedByGc) {
  kill_each_undo(Undo::del, conf(), Undo::gc, together);
}

TEST_F(KilledWithIpam, DelWhoseIpamPluginLivesOnIsFinishedByTheNextDel) {
  kill_each_undo(Undo::del, conf(), Undo::del, alone);
}

// A runtime whose patience is at an end kills the plugin, and calls DEL at once. What the IPAM plugin
// reserves after that must be given back too.
TEST_F(Crash, DelWaitsForTheIpamPluginOfAKilledAdd) {
  const auto reserved = runtime.own_plugins() + "/reserved", ended = runtime.own_plugins() + "/ended";
  const ScriptedIpam slow(runtime, "[ $CNI_COMMAND = ADD ] || exec rm -f " + reserved + "; sleep 1; >" +
                                       reserved + "; >" + ended);
  const auto conf = leasing({7}, {{"ipam", {{"type", slow.name()}}}});
  const auto before = snapshot();
  const auto add = runtime.start("ADD", pod.attachment(), conf);
  ASSERT_TRUE(eventually([&] { return !slow.calls().empty(); }));
  add.kill(SIGKILL);
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), conf)));
  EXPECT_TRUE(eventually([&] { return kernel::read_file(ended).has_value(); }));
  EXPECT_FALSE(kernel::read_file(reserved));
  EXPECT_EQ(before, snapshot());
}

}  // namespace
}  // namespace rxlease::tests
