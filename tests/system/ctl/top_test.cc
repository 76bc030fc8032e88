// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <csignal>

#include "tests/system/ctl/ctl.h"
#include "tests/system/daemon/wires.h"
#include "tests/system/fixture/eventually.h"

namespace rxlease::tests {
namespace {

using nlohmann::json;
using testing::HasSubstr;

// netdevsim counts at queue 0 only, which no pool has but a pod may be given.
class Top : public Ctl {
 protected:
  Top() { plug_wire(nic, peer); }
  ~Top() override { nic.unplug(); }  // no simulated NIC gets its carrier back

  ChildProcess watching(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "top");
    arguments.insert(arguments.end(), {"--config", config()});
    return start(arguments);
  }

  // The objects that were printed so far.
  static std::vector<json> printed(const ChildProcess& top) {
    std::vector<json> objects;
    std::istringstream lines(top.output_so_far());
    for (std::string line; std::getline(lines, line);) {
      auto object = json::parse(line, nullptr, /*allow_exceptions=*/false);
      if (object.is_object()) objects.push_back(std::move(object));
    }
    return objects;
  }

  SimulatedNic peer{2};
};

TEST_F(Top, PrintsWhatPodsQueuesAndNicsReceiveWhileTheyReceive) {
  ASSERT_TRUE(succeeded(runtime.add(named_pod(), leasing({0, 7}))));
  const auto top = watching({"-o", "json", "--interval", "200ms"});
  ASSERT_TRUE(eventually([&] { return !printed(top).empty(); })) << top.output_so_far();
  double most = 0;
  const bool seen = eventually([&] {
    send_frames(peer, 50);
    const auto all = printed(top);
    const auto& pods = all.back().at("pods");
    if (pods.empty() || pods[0].at("packetsPerSecond").is_null()) return false;
    most = std::max(most, pods[0].at("packetsPerSecond").get<double>());
    return most > 0;
  });
  EXPECT_TRUE(seen) << top.output_so_far();
  EXPECT_LT(most, 1e7) << "no rate is absurd";
  const auto last = printed(top).back();
  EXPECT_EQ(last.at("pods")[0].at("podName"), "web-0");
  EXPECT_EQ(last.at("pods")[0].at("queues"), 2);
  EXPECT_EQ(last.at("nics")[0].at("interface"), nic.ifname());
  EXPECT_GE(last.at("seconds").get<double>(), 0.2);
  top.kill(SIGINT);
}

TEST_F(Top, GoesOnUntilItIsInterrupted) {
  auto top = watching({"queues", "--interval", "100ms"});
  ASSERT_TRUE(eventually([&] { return top.output_so_far().find("\n\nDEVICE ") != std::string::npos; }))
      << top.output_so_far();
  top.kill(SIGTERM);
  const auto finished = top.wait();
  EXPECT_EQ(finished.status, 0);
  EXPECT_EQ(finished.errors, "");
  EXPECT_THAT(finished.output, HasSubstr(nic.device_id(7) + "  rxq   -"));
}

TEST_F(Top, PrintsOnceForScripts) {
  const auto finished = run({"top", "nics", "--once", "--interval", "100ms", "--config", config()});
  EXPECT_EQ(finished.status, 0) << finished.errors;
  EXPECT_TRUE(finished.output.starts_with("NIC ")) << finished.output;
  EXPECT_EQ(finished.output.find("\n\n"), std::string::npos);
  const std::string number = " +[0-9.]+";  // the kernel may have asked for neighbours just then
  EXPECT_THAT(finished.output,
              testing::ContainsRegex(nic.port_name() + " +" + nic.ifname() + number + number + " +-\n"));
}

// The NIC's counters begin anew, and with them its ifindex.
TEST_F(Top, TellsNoRateOfANicThatWasPluggedInAnew) {
  auto top = watching({"-o", "json", "--interval", "300ms"});
  ASSERT_TRUE(eventually([&] { return !printed(top).empty(); }));
  send_frames(peer, 500);
  nic.unplug();
  ASSERT_TRUE(eventually([&] { return printed(top).size() > 3; }));
  for (const auto& object : printed(top)) {
    for (const auto& one : object.at("nics")) {
      if (!one.at("bytesPerSecond").is_null()) {
        EXPECT_LT(one.at("bytesPerSecond").get<double>(), 1e9);
      }
    }
  }
  top.kill(SIGINT);
  EXPECT_EQ(top.wait().status, 0);
}

}  // namespace
}  // namespace rxlease::tests
