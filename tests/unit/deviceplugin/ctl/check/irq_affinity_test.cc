// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/check/irq_affinity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/files.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::deviceplugin::ctl {
namespace {

using testing::HasSubstr;

class CheckIrqAffinity : public testing::Test {
 protected:
  CheckIrqAffinity() {
    config_.kubelet_directory = node_.path();
    config_.pools.resize(2);
    config_.pools[1].irq_affinity = config::IrqAffinity::follow;
    kernel::create_file(node_ / "default_smp_affinity", "3", 0644);
  }
  std::string found() const {
    Findings findings;
    check_irq_affinity(config_, node_.path(), findings);
    return findings.to_text();
  }

  tests::ScratchDirectory node_;
  config::Config config_;
};

TEST_F(CheckIrqAffinity, SaysNothingWhereNoPoolWantsIt) {
  config_.pools[1].irq_affinity = config::IrqAffinity::keep;
  EXPECT_THAT(found(), testing::Not(HasSubstr("irqAffinity")));
}

TEST_F(CheckIrqAffinity, FindsWhatItNeeds) {
  kernel::create_file(node_ / "cpu_manager_state", R"({"policyName": "static"})", 0600);
  EXPECT_THAT(found(),
              HasSubstr("ok       irqAffinity: interrupts can be moved in " + node_.path().string()));
  EXPECT_THAT(found(), HasSubstr("ok       irqAffinity: kubelet's CPU manager is static"));
}

TEST_F(CheckIrqAffinity, WarnsOfACpuManagerThatPinsNobody) {
  kernel::create_file(node_ / "cpu_manager_state", R"({"policyName": "none"})", 0600);
  EXPECT_THAT(found(), HasSubstr("warning  irqAffinity: " + (node_ / "cpu_manager_state") + " says"));
}

TEST_F(CheckIrqAffinity, SaysWhatItCannotSee) {
  EXPECT_THAT(found(), HasSubstr("ok       irqAffinity: whether kubelet pins pods to CPUs cannot be seen"));
  kernel::create_file(node_ / "cpu_manager_state", "[1", 0600);
  EXPECT_THAT(found(), HasSubstr("cannot be seen"));
}

TEST_F(CheckIrqAffinity, WarnsWhereInterruptsCannotBeMoved) {
  kernel::remove_file(node_ / "default_smp_affinity");
  EXPECT_THAT(found(),
              HasSubstr("warning  irqAffinity: interrupts cannot be moved in " + node_.path().string()));
}

}  // namespace
}  // namespace rxlease::deviceplugin::ctl
