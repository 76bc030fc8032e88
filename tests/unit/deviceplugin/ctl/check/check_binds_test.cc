// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/check/check_binds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deviceplugin/prepare/bind_records.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::deviceplugin::ctl {
namespace {

using nic::Binding;
using testing::StartsWith;

// A pool rxq with a queue of the NIC nic0 (eth0).
class CheckBinds : public testing::Test {
 protected:
  CheckBinds() {
    config.state_directory = scratch.path();
    snapshot.nics.emplace_back().details.nic = nic;
    auto& pool = snapshot.pools.emplace_back();
    pool.name = "rxq";
    pool.devices.emplace_back().id = {"nic0", 2};
  }

  std::string check() const {
    Findings findings;
    check_binds(config, snapshot, findings);
    return findings.to_text();
  }
  std::string check(Binding binding, const std::string& why = "") {
    prepare::BindRecords(config.state_directory).put(nic, {binding, why});
    return check();
  }

  const kernel::Nic nic{"nic0", "eth0", 7};
  tests::ScratchDirectory scratch;
  config::Config config;
  pools::Snapshot snapshot;
};

TEST_F(CheckBinds, TellWhatTheDaemonFoundOut) {
  EXPECT_THAT(
      check(Binding::works),
      StartsWith("ok       pool rxq, nic0: memory can be bound to the queues of eth0: the daemon or a "
                 "pod did it\n"));
  EXPECT_THAT(
      check(Binding::refused, "zero-copy receive: Operation not supported"),
      StartsWith("missing  pool rxq, nic0: no memory can be bound to the queues of eth0, though it leases "
                 "them: zero-copy receive: Operation not supported; update the firmware of the NIC, or "
                 "use another for io_uring and devmem\n"));
  EXPECT_THAT(
      check(Binding::unknown, "io_uring_setup: Operation not permitted"),
      StartsWith("warning  pool rxq, nic0: the daemon could not try whether memory can be bound to the "
                 "queues of eth0: io_uring_setup: Operation not permitted; let the daemon use io_uring "));
}

TEST_F(CheckBinds, SayNothingOfANicThatWasNotTried) {
  EXPECT_EQ(check(), Findings().to_text());
  prepare::BindRecords(config.state_directory).put({"nic0", "eth0", 6}, {Binding::refused, ""});
  EXPECT_EQ(check(), Findings().to_text()) << "it was plugged in anew since";
}

TEST_F(CheckBinds, SayNothingOfAPoolOfAfXdp) {
  snapshot.pools[0].use = config::PoolUse::af_xdp;
  EXPECT_EQ(check(Binding::refused), Findings().to_text());
}

}  // namespace
}  // namespace rxlease::deviceplugin::ctl
