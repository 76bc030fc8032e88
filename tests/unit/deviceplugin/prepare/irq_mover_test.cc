// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/prepare/irq_mover.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "kernel/error.h"
#include "kernel/files.h"
#include "tests/unit/deviceplugin/captured_log.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::deviceplugin::prepare {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const kernel::DeviceId web{"nic0", 6};
const kernel::DeviceId db{"nic0", 7};

// Two queues with the interrupts 40 and 41, which may go to any of four CPUs.
class IrqMoverTest : public testing::Test {
 protected:
  void apply(const IrqMover::Cpus& wanted) {
    mover_->apply(wanted, [this](const auto& device) { return places_.at(device); });
  }
  void restart() { mover_.emplace(files_, scratch_.path()); }
  void reset(std::uint32_t irq) {  // the queue "web" gets a new interrupt
    affinity_.erase(*places_[web].irq);
    affinity_[irq] = "0-3";
    places_[web].irq = irq;
  }

  tests::ScratchDirectory scratch_;
  std::map<std::uint32_t, std::string> affinity_{{40, "0-3"}, {41, "1"}};
  std::map<kernel::DeviceId, QueueIrq> places_{{web, {true, 40}}, {db, {true, 41}}};
  int refusal_ = 0;
  int writes_ = 0;
  IrqFiles files_{.get = [this](std::uint32_t irq) -> std::optional<std::string> {
                    const auto found = affinity_.find(irq);
                    return found == affinity_.end() ? std::nullopt : std::optional(found->second);
                  },
                  .set =
                      [this](std::uint32_t irq, const std::string& cpus) {
                        ++writes_;
                        if (refusal_ != 0) throw kernel::FileError("write", refusal_);
                        affinity_.at(irq) = cpus;
                      }};
  std::optional<IrqMover> mover_{std::in_place, files_, scratch_.path()};
  tests::CapturedLog log_;
};

TEST_F(IrqMoverTest, MovesWhatIsWantedAndMovesItBack) {
  apply({{web, "2-3"}});
  EXPECT_EQ(affinity_.at(40), "2-3");
  EXPECT_EQ(affinity_.at(41), "1") << "nobody wants it moved";
  apply({});
  EXPECT_EQ(affinity_.at(40), "0-3");
  EXPECT_TRUE(mover_->is_empty());
}

TEST_F(IrqMoverTest, WritesNothingTwice) {
  apply({{web, "2-3"}});
  apply({{web, "2-3"}});
  EXPECT_EQ(writes_, 1);
}

TEST_F(IrqMoverTest, FollowsOtherCpusAndKnowsTheFirstPlace) {
  apply({{web, "2-3"}});
  apply({{web, "1"}});
  EXPECT_EQ(affinity_.at(40), "1");
  apply({});
  EXPECT_EQ(affinity_.at(40), "0-3");
}

TEST_F(IrqMoverTest, MovesAgainWhatSomebodyMovedMeanwhile) {
  apply({{web, "2"}});
  affinity_.at(40) = "0";
  apply({{web, "2"}});
  EXPECT_EQ(affinity_.at(40), "2");
  apply({});
  EXPECT_EQ(affinity_.at(40), "0-3");
}

TEST_F(IrqMoverTest, LeavesWhatSomebodyMovedAtTheEnd) {
  apply({{web, "2"}});
  affinity_.at(40) = "0";
  apply({});
  EXPECT_EQ(affinity_.at(40), "0");
  EXPECT_TRUE(mover_->is_empty());
}

TEST_F(IrqMoverTest, MovesBackWhatTheOneBeforeItMoved) {
  apply({{web, "2"}, {db, "3"}});
  restart();
  EXPECT_EQ(mover_->moved(), (IrqMover::Cpus{{web, "2"}, {db, "3"}}));
  apply({{db, "3"}});
  EXPECT_EQ(affinity_.at(40), "0-3");
  EXPECT_EQ(affinity_.at(41), "3");
  restart();
  apply({});
  EXPECT_EQ(affinity_.at(41), "1");
}

TEST_F(IrqMoverTest, LeavesEverythingWhereItsRecordIsUnreadable) {
  apply({{web, "2"}});
  kernel::replace_file(scratch_ / "irq.json", "{\"nic0-rx6\": {\"irq\": 40}}", 0600);
  restart();
  apply({});
  EXPECT_EQ(affinity_.at(40), "2");
}

TEST_F(IrqMoverTest, MovesTheNewInterruptAfterAReset) {
  apply({{web, "2"}});
  reset(50);
  apply({{web, "2"}});
  EXPECT_EQ(affinity_.at(50), "2");
  apply({});
  EXPECT_EQ(affinity_.at(50), "0-3");
}

TEST_F(IrqMoverTest, ForgetsAnInterruptThatIsAnotherDevicesByNow) {
  apply({{web, "2"}});
  reset(50);
  affinity_[40] = "2";  // of whoever has the number now
  apply({});
  EXPECT_EQ(affinity_.at(40), "2");
  EXPECT_TRUE(mover_->is_empty());
}

TEST_F(IrqMoverTest, WaitsForANicThatIsDown) {
  apply({{web, "2"}});
  places_[web].is_told = false;
  apply({});
  EXPECT_EQ(affinity_.at(40), "2");
  places_[web].is_told = true;
  apply({});
  EXPECT_EQ(affinity_.at(40), "0-3");
}

TEST_F(IrqMoverTest, TellsOnceThatTheKernelManagesAnInterrupt) {
  refusal_ = EIO;
  apply({{web, "2"}});
  apply({{web, "2"}});
  EXPECT_THAT(log_.lines(), ElementsAre(HasSubstr("the kernel manages it itself")));
  EXPECT_EQ(writes_, 1);
  EXPECT_TRUE(mover_->is_empty());
}

TEST_F(IrqMoverTest, StillKnowsTheFirstPlaceWhenTheNextCpusAreRefused) {
  apply({{web, "2"}});
  refusal_ = EINVAL;
  apply({{web, "9"}});
  EXPECT_EQ(affinity_.at(40), "2");
  refusal_ = 0;
  apply({});
  EXPECT_EQ(affinity_.at(40), "0-3");
}

TEST_F(IrqMoverTest, TellsOnceThatAQueueHasNoInterrupt) {
  places_[web].irq.reset();
  apply({{web, "2"}});
  apply({{web, "2"}});
  EXPECT_THAT(log_.lines(), ElementsAre(HasSubstr("nic0-rx6: its driver tells no interrupt")));
}

TEST_F(IrqMoverTest, GivesAnInterruptOfTwoQueuesToTheFirst) {
  places_[db].irq = 40;
  apply({{web, "2"}, {db, "3"}});
  apply({{web, "2"}, {db, "3"}});
  EXPECT_EQ(affinity_.at(40), "2");
  EXPECT_EQ(writes_, 1);
}

}  // namespace
}  // namespace rxlease::deviceplugin::prepare
