// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/operate/attempts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <functional>
#include <new>
#include <stdexcept>

#include "deviceplugin/operate/metrics.h"
#include "kernel/error.h"
#include "tests/unit/deviceplugin/captured_log.h"

namespace rxlease::deviceplugin::operate {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

class AttemptsTest : public testing::Test {
 protected:
  const Attempts::Clock::time_point now = Attempts::Clock::now();
  tests::CapturedLog log;
  Metrics metrics;
  bool attempt(const std::function<void()>& work) { return scans.attempt(now, "could not scan: ", work); }

  Attempts scans{{metrics.registry(), "scan", "scans again"}};
};

// Only a refusal of the kernel's used to be caught.
TEST_F(AttemptsTest, AreEndedByNoExceptionOfWhateverKind) {
  EXPECT_FALSE(attempt([] { throw kernel::KernelError("getlink", ENOBUFS); }));
  EXPECT_FALSE(attempt([] { throw std::logic_error("a mistake of ours"); }));
  EXPECT_FALSE(attempt([] { throw std::bad_alloc(); }));
  EXPECT_FALSE(attempt([] { throw 7; }));
  EXPECT_FALSE(scans.has_succeeded());
  EXPECT_THAT(log.lines(),
              ElementsAre(HasSubstr("could not scan: getlink"), "error could not scan: a mistake of ours",
                          HasSubstr("could not scan: "), "error could not scan: an exception without words"));
  EXPECT_THAT(metrics.scrape(), HasSubstr("rxlease_daemon_failures_total{what=\"scan\"} 4\n"));
}

TEST_F(AttemptsTest, ComeAfterAGrowingPauseUntilOneSucceeds) {
  const auto fails = [] { throw std::runtime_error("no"); };
  attempt(fails);
  EXPECT_EQ(scans.again(), now + 1s);
  attempt(fails);
  EXPECT_EQ(scans.again(), now + 2s);
  EXPECT_TRUE(attempt([] {}));
  EXPECT_TRUE(scans.has_succeeded());
  attempt(fails);
  EXPECT_EQ(scans.again(), now + 1s);
  EXPECT_TRUE(scans.has_succeeded());
  EXPECT_THAT(log.lines(),
              ElementsAre("error could not scan: no", "info scans again", "error could not scan: no"));
}

}  // namespace
}  // namespace rxlease::deviceplugin::operate
