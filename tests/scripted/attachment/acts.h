// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include "attachment/record/error.h"
#include "attachment/site/machine.h"
#include "tests/scripted/fake_machine.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::attachment {

// A record of container c1's eth0 with the queues 6 and 7 of nic0, on a machine where nothing is made yet.
class Acts : public testing::Test {
 protected:
  Acts() {
    record.network = "net";
    record.container_id = "c1";
    record.ifname = record.interface = "eth0";
    record.netns = "/run/netns/pod";
    record.netns_cookie = machine.pod_netns.cookie();
    record.host_interface = "rxl0";
    record.devices = {{{"nic0", 6}, std::nullopt}, {{"nic0", 7}, std::nullopt}};
  }

  // Runs `action` and returns the Error that it throws. Without one the test fails.
  template <typename Action>
  static Error error_of(Action action) {
    try {
      action();
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "nothing was thrown";
    return {Fault::kernel, Part::netkit, "nothing was thrown", ""};
  }

  const std::vector<std::string>& steps() const { return machine.journal.steps(); }

  // The machine's next step of this name fails.
  void fail_at(const std::string& name, int error) {
    machine.journal.on_step = [this, name, error](const std::string& step) {
      if (step == name) machine.journal.fail(steps().size(), error);
    };
  }

  tests::FakeMachine machine;
  tests::ScratchDirectory scratch;
  Site site{machine, scratch.path()};
  Attachment record;
  kernel::Nic nic{"nic0", "enp1s0", 2};
};

}  // namespace rxlease::attachment
