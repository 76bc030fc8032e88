// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <csignal>

#include "kernel/files.h"
#include "tests/system/crash/crash.h"
#include "tests/system/fixture/eventually.h"
#include "tests/system/fixture/settled.h"

namespace rxlease::tests {
namespace {

using std::chrono::milliseconds;

// A namespace's second name.
class MountedAt {
 public:
  MountedAt(const std::string& path, const std::string& second_path) : path_(second_path) {
    EXPECT_TRUE(kernel::create_file(path_, "", 0444));
    EXPECT_EQ(mount(path.c_str(), path_.c_str(), "none", MS_BIND, nullptr), 0);
  }
  MountedAt(const MountedAt&) = delete;
  MountedAt& operator=(const MountedAt&) = delete;
  ~MountedAt() {
    umount2(path_.c_str(), MNT_DETACH);
    kernel::remove_file(path_);
  }

 private:
  std::string path_;
};

// What happens to namespace and NIC between the kill and the DEL.
class KilledAndThen : public Crash, public testing::WithParamInterface<std::string> {
 protected:
  nlohmann::json conf() const { return leasing({7}, {{"pairing", GetParam()}}); }
};

TEST_P(KilledAndThen, TheNamespaceGoes) {
  const auto before = snapshot({&successor});
  strike_at_each_call(any_change, [&](const Killer& killer) {
    Pod doomed;
    under(killer, [&] { return runtime.add(doomed.attachment(), conf()); });
    doomed.remove();
    EXPECT_TRUE(succeeded(runtime.del(doomed.attachment(), conf())));
    EXPECT_EQ(runtime.files(), std::vector<std::string>{});
    auto patient = conf();
    patient["leaseTimeoutMs"] = 5000;  // the kernel takes its time over a namespace
    expect_free(patient);
    EXPECT_EQ(before, snapshot({&successor}));
  });
}

TEST_P(KilledAndThen, AnotherNamespaceTakesItsPath) {
  auto its_own = conf();
  its_own["devices"] = nic.device_ids({6});
  ASSERT_TRUE(succeeded(runtime.add(successor.attachment(), its_own)));
  ASSERT_TRUE(settled({&successor}));
  const auto before = snapshot({&successor});
  strike_at_each_call(any_change, [&](const Killer& killer) {
    Pod doomed;
    const auto attachment = doomed.attachment();
    under(killer, [&] { return runtime.add(attachment, conf()); });
    doomed.remove();
    const MountedAt path(successor.path(), attachment.netns);
    EXPECT_TRUE(succeeded(runtime.del(attachment, conf())));
    eventually([&] { return before == snapshot({&successor}); });
    EXPECT_EQ(before, snapshot({&successor}));
  });
}

TEST_P(KilledAndThen, TheNicIsUnplugged) {
  const auto before = snapshot();
  strike_at_each_call(any_change, [&](const Killer& killer) {
    SimulatedNic doomed(2);
    auto with_doomed = conf();
    with_doomed["devices"] = doomed.device_ids({1});
    under(killer, [&] { return runtime.add(pod.attachment(), with_doomed); });
    doomed.unplug();
    EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), with_doomed)));
    EXPECT_EQ(before, snapshot());
  });
}

INSTANTIATE_TEST_SUITE_P(Netkit, KilledAndThen, testing::Values("pair", "single"),
                         [](const auto& instance) { return instance.param; });

// Messages to the kernel that take long, most of all the deletion of a device: it is not over when the plugin
// dies.
class KilledInsideARequest : public Crash, public testing::WithParamInterface<int> {
 protected:
  Killer::Moment moment() const {
    return {.counted = Killer::Counted::requests, .delay = milliseconds(GetParam())};
  }
};

TEST_P(KilledInsideARequest, AddIsUndoneByDel) {
  kill_each_add(leasing({6, 7}), Undo::del, moment());
}

TEST_P(KilledInsideARequest, DelIsFinishedByTheNextDel) {
  kill_each_undo(Undo::del, leasing({1, 2, 3, 4, 5, 6, 7}), Undo::del, moment());
}

INSTANTIATE_TEST_SUITE_P(Milliseconds, KilledInsideARequest, testing::Values(1, 3, 10),
                         testing::PrintToStringParamName());

// An ADD that finds its queue taken.
class KilledWhileWaiting : public Crash {
 protected:
  KilledWhileWaiting() {
    EXPECT_TRUE(succeeded(runtime.add(successor.attachment(), leasing({7}))));
    EXPECT_TRUE(settled({&successor}));
  }

  nlohmann::json impatient() const { return leasing({6, 7}, {{"leaseTimeoutMs", 10}}); }
};

TEST_F(KilledWhileWaiting, AddLeavesTheHolderAlone) {
  const auto held = snapshot({&successor});
  strike_at_each_call(any_change, [&](const Killer& killer) {
    under(killer, [&] { return runtime.add(pod.attachment(), impatient()); });
    EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), impatient())));
    EXPECT_EQ(held, snapshot({&successor}));
  });
}

TEST_F(KilledWhileWaiting, AddThatSleepsCanBeKilledToo) {
  const auto held = snapshot({&successor});
  const auto conf = leasing({6, 7});
  auto child = runtime.start("ADD", pod.attachment(), conf);
  ASSERT_TRUE(eventually([&] { return nic.leases().contains(6); })) << "queue 7 is waited for next";
  child.kill(SIGKILL);
  Runtime::finish(std::move(child));
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), conf)));
  EXPECT_EQ(held, snapshot({&successor}));
  EXPECT_TRUE(succeeded(runtime.del(successor.attachment(), leasing({7}))));
  expect_free(conf);
}

}  // namespace
}  // namespace rxlease::tests
