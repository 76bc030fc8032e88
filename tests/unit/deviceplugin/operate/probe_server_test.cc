// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/operate/probe_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <optional>

#include "deviceplugin/operate/http/ask_probe.h"
#include "deviceplugin/operate/http/listener.h"
#include "deviceplugin/operate/metrics.h"
#include "tests/unit/deviceplugin/captured_log.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::deviceplugin::operate {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(ProbeServer, WaitsForAnAddressThatSomebodyElseHas) {
  tests::CapturedLog log;
  Metrics metrics;
  const Probes probes([&] { return metrics.scrape(); });
  std::optional<kernel::Fd> other(listen_on("127.0.0.1:0"));
  const auto address = "127.0.0.1:" + std::to_string(port_of(*other));
  ProbeServer server({address, "metrics.address"}, probes, metrics.registry());
  EXPECT_FALSE(server.listen());
  EXPECT_FALSE(server.listen());
  EXPECT_THAT(metrics.scrape(), HasSubstr("rxlease_daemon_failures_total{what=\"listen\"} 2\n"));
  other.reset();
  EXPECT_TRUE(server.listen());
  EXPECT_TRUE(server.listen());
  EXPECT_THAT(log.lines(), ElementsAre(AllOf(HasSubstr("error metrics.address"),
                                             HasSubstr("listen on " + address), HasSubstr("EADDRINUSE")),
                                       "info /metrics, /healthz and /readyz are answered at " + address));
}

TEST(ProbeServer, ListensNowhereWithoutAnAddress) {
  Metrics metrics;
  const Probes probes([] { return ""; });
  EXPECT_TRUE(ProbeServer({"", "metrics.address"}, probes, metrics.registry()).listen());
}

TEST(ProbeServer, AnswersAtASocketToo) {
  const tests::ScratchDirectory scratch;
  Metrics metrics;
  Probes::Clock::time_point now = Probes::Clock::now();
  Probes probes([] { return ""; }, [&] { return now; });
  const auto socket = scratch / "probes.sock";
  EXPECT_FALSE(ask_probe(socket, "/healthz").well);
  EXPECT_THAT(ask_probe(socket, "/healthz").text, AllOf(HasSubstr("does not answer"), HasSubstr("ENOENT")));
  for (int daemon = 0; daemon < 2; ++daemon) {  // the second finds the socket of the first
    ProbeServer server({socket, "the socket"}, probes, metrics.registry());
    ASSERT_TRUE(server.listen());
    EXPECT_TRUE(ask_probe(socket, "/healthz").well);
    EXPECT_EQ(ask_probe(socket, "/healthz").text, "ok\n");
    EXPECT_FALSE(ask_probe(socket, "/readyz").well);
    EXPECT_EQ(ask_probe(socket, "/readyz").text, "starting\n");
  }
  EXPECT_THAT(ask_probe(socket, "/healthz").text, HasSubstr("ECONNREFUSED"));
}

// kubelet would start the daemon again for want of an answer.
TEST(ProbeServer, ListensAgainWhenItsSocketWasRemoved) {
  const tests::ScratchDirectory scratch;
  Metrics metrics;
  const Probes probes([] { return ""; });
  const auto socket = scratch / "probes.sock";
  ProbeServer server({socket, "the socket"}, probes, metrics.registry());
  ASSERT_TRUE(server.listen());
  std::filesystem::remove(socket);
  ASSERT_TRUE(server.listen());
  EXPECT_FALSE(ask_probe(socket, "/healthz").text.starts_with("the daemon does not answer"));
}

TEST(ProbeServer, IsNotWellWhenTheLoopIsStuck) {
  const tests::ScratchDirectory scratch;
  Metrics metrics;
  Probes::Clock::time_point now = Probes::Clock::now();
  Probes probes([] { return ""; }, [&] { return now; });
  now += std::chrono::hours(1);
  ProbeServer server({scratch / "probes.sock", "the socket"}, probes, metrics.registry());
  ASSERT_TRUE(server.listen());
  EXPECT_FALSE(ask_probe(scratch / "probes.sock", "/healthz").well);
  EXPECT_THAT(ask_probe(scratch / "probes.sock", "/healthz").text, HasSubstr("stuck"));
}

}  // namespace
}  // namespace rxlease::deviceplugin::operate
