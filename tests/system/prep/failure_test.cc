// SPDX-License-Identifier: Apache-2.0
//
// Steps that fail.
#include <gtest/gtest.h>

#include "kernel/files.h"
#include "tests/system/prep/prep_node.h"

namespace rxlease::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class FailingStep : public PrepNode, public testing::WithParamInterface<std::string> {
 protected:
  FailingStep() {
    if (GetParam() == "features") simnic.set("split_needs_gro_hw", "Y");
  }

  // Any change of the file is an opportunity.
  void try_again() { configure_pool(std::string(usual) + ", topology: false"); }
};

TEST_P(FailingStep, LeavesTheNicAsItWas) {
  simnic.set("fail/" + GetParam(), "28");
  start();
  EXPECT_TRUE(watch->shows(devices("Unhealthy")));
  expect_as_it_was();
  EXPECT_THAT(journals(), IsEmpty());
  EXPECT_TRUE(
      logs({"simnic.0.p1-rx[4-5] is unhealthy: its NIC could not be prepared: ", GetParam() + "-set: "}));
  EXPECT_TRUE(counts(preparations("failed", 1)));
  simnic.set("fail/" + GetParam(), "0");
  try_again();
  EXPECT_TRUE(watch->shows(devices("Healthy")));
  EXPECT_TRUE(is_prepared());
  end();
  EXPECT_EQ(restore().status, 0);
  expect_as_it_was();
}

TEST_P(FailingStep, OfRestoringKeepsTheNoteForTheNextTime) {
  start();
  ASSERT_TRUE(is_prepared());
  const auto prepared = simnic.state();
  end();
  simnic.set("fail/" + GetParam(), "28");
  const auto failed = restore();
  EXPECT_EQ(failed.status, 1);
  EXPECT_THAT(failed.output, HasSubstr("not given back: "));
  EXPECT_EQ(simnic.state(), prepared);
  EXPECT_THAT(journals(), ElementsAre("simnic.0.p1"));
  simnic.set("fail/" + GetParam(), "0");
  EXPECT_EQ(restore().status, 0);
  expect_as_it_was();
}

INSTANTIATE_TEST_SUITE_P(Operation, FailingStep, testing::Values("channels", "rings", "features", "rss"),
                         [](const auto& instance) { return instance.param; });

class Failing : public PrepNode {};

// The first step on the rings works; the second fails, and so does taking back the first.
TEST_F(Failing, UndoingIsTakenUpAgain) {
  simnic.set("after/rings", "1");
  simnic.set("fail/rings", "5");
  start();
  EXPECT_TRUE(watch->shows(devices("Unhealthy")));
  EXPECT_TRUE(logs({"simnic.0.p1-rx[4-5] is unhealthy", "the steps before it could not be undone"}));
  EXPECT_THAT(journals(), ElementsAre("simnic.0.p1"));
  end();
  simnic.set("fail/rings", "0");
  EXPECT_EQ(restore().status, 0);
  expect_as_it_was();
  EXPECT_THAT(journals(), IsEmpty());
}

TEST_F(Failing, HeaderSplitThatTheDriverDoesNotHaveIsAReason) {
  simnic.set("lacks/split", "Y");
  before = simnic.state();
  start();
  EXPECT_TRUE(watch->shows(devices("Unhealthy")));
  EXPECT_TRUE(logs({"simnic.0.p1-rx[4-5] is unhealthy", "setting TCP data split is not supported"}));
  expect_as_it_was();
  configure_pool(std::string(usual) + ", headerSplit: false");
  EXPECT_TRUE(watch->shows(devices("Healthy")));
}

TEST_F(Failing, ChannelsThatTheNicDoesNotHaveAreAReason) {
  configure_pool("queues: { ids: [4, 5] }, channels: 9");
  start();
  EXPECT_TRUE(watch->shows(devices("Unhealthy")));
  EXPECT_TRUE(logs({"simnic.0.p1-rx[4-5] is unhealthy", "requested channel count exceeds maximum"}));
  expect_as_it_was();
}

TEST_F(Failing, ANewWishLeavesTheNicAsPreparedBefore) {
  start();
  ASSERT_TRUE(is_prepared());
  const auto prepared = simnic.state();
  configure_pool("queues: { ids: [4, 5] }, channels: 9");
  EXPECT_TRUE(watch->shows(devices("Unhealthy")));
  EXPECT_EQ(simnic.state(), prepared);
  configure_pool();
  EXPECT_TRUE(watch->shows(devices("Healthy")));
  end();
  EXPECT_EQ(restore().status, 0);
  expect_as_it_was();
}

TEST_F(Failing, AJournalThatCannotBeReadForbidsAnyChange) {
  kernel::make_directory(journals_directory(), 0700);
  kernel::replace_file(journals_directory() + "/simnic.0.p1.json", "{", 0600);
  start();
  EXPECT_TRUE(watch->shows(devices("Unhealthy")));
  EXPECT_TRUE(logs({"simnic.0.p1-rx[4-5] is unhealthy", "simnic.0.p1.json", "repair or remove"}));
  expect_as_it_was();
}

TEST_F(Failing, AJournalThatCannotBeWrittenForbidsAnyChange) {
  kernel::make_directory(journals_directory() + "/.simnic.0.p1.json.new", 0700);  // where it is written first
  start();
  EXPECT_TRUE(watch->shows(devices("Unhealthy")));
  EXPECT_TRUE(logs({"simnic.0.p1-rx[4-5] is unhealthy", "unlink ", "simnic.0.p1.json.new"}));
  expect_as_it_was();
}

}  // namespace
}  // namespace rxlease::tests
