// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/prepare/bind_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/files.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::deviceplugin::prepare {
namespace {

using nic::BindAnswer;
using nic::Binding;

class BindRecordsTest : public testing::Test {
 protected:
  // What a process that starts now finds; "unknown" with no reason where it finds nothing.
  BindAnswer found(const kernel::Nic& nic) const {
    const BindRecords records(scratch.path());
    const auto* answer = records.find(nic);
    return answer == nullptr ? BindAnswer{} : *answer;
  }

  tests::ScratchDirectory scratch;
  const kernel::Nic nic{"nic0", "eth0", 5};
};

TEST_F(BindRecordsTest, AreFoundByTheNextProcess) {
  BindRecords records(scratch.path());
  records.put(nic, {Binding::refused, "Operation not supported"});
  records.put({"nic1", "eth1", 6}, {Binding::works, ""});
  EXPECT_EQ(found(nic), (BindAnswer{Binding::refused, "Operation not supported"}));
  EXPECT_EQ(found({"nic1", "eth1", 6}), (BindAnswer{Binding::works, ""}));
  records.put(nic, {Binding::unknown, "Cannot allocate memory"});
  EXPECT_EQ(found(nic), (BindAnswer{Binding::unknown, "Cannot allocate memory"}));
}

TEST_F(BindRecordsTest, TellNothingOfANicThatWasPluggedInAnew) {
  BindRecords(scratch.path()).put(nic, {Binding::works, ""});
  EXPECT_EQ(found({"nic0", "eth0", 9}), BindAnswer{});
}

TEST_F(BindRecordsTest, TellNothingAfterAReboot) {
  kernel::replace_file(scratch / "binds.json", R"({"nic0": {"bootId": "an earlier one", "ifindex": 5,
    "binding": "refused", "why": "Operation not supported"}})",
                       0600);
  EXPECT_EQ(found(nic), BindAnswer{});
}

TEST_F(BindRecordsTest, TellNothingIfTheFileIsDamaged) {
  for (const auto* text : {"", "{", "[]", "7", R"({"nic0": 7})", R"({"nic0": {"bootId": "b", "ifindex": 5}})",
                           R"({"nic0": {"bootId": "b", "ifindex": 5, "binding": "perhaps", "why": ""}})"}) {
    kernel::replace_file(scratch / "binds.json", text, 0600);
    EXPECT_EQ(found(nic), BindAnswer{}) << text;
  }
}

// A NIC with a pool of each use.
TEST_F(BindRecordsTest, SpeakAgainstPoolsForMemoryOnly) {
  BindRecords records(scratch.path());
  records.put(nic, {Binding::refused, "Operation not supported"});
  pools::Snapshot snapshot;
  snapshot.nics.emplace_back().details.nic = nic;
  for (const auto use : {config::PoolUse::memory_provider, config::PoolUse::af_xdp}) {
    auto& pool = snapshot.pools.emplace_back();
    pool.name = use == config::PoolUse::af_xdp ? "xdp" : "rxq";
    pool.use = use;
    pool.devices.emplace_back().id = {"nic0", 3};
  }
  const auto verdicts = refused_binds(snapshot, records);
  EXPECT_EQ(verdicts.reason("rxq", {"nic0", 3}),
            "its NIC leases queues, but no memory can be bound to them, as io_uring and devmem do: Operation "
            "not supported");
  EXPECT_EQ(verdicts.reason("xdp", {"nic0", 3}), "");
  records.put(nic, {Binding::unknown, "Operation not permitted"});
  EXPECT_EQ(refused_binds(snapshot, records).reason("rxq", {"nic0", 3}), "");
}

}  // namespace
}  // namespace rxlease::deviceplugin::prepare
