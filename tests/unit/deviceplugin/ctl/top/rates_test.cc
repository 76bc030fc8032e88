// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/top/rates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "deviceplugin/ctl/top/rates_json.h"
#include "deviceplugin/ctl/top/rates_tables.h"

namespace rxlease::deviceplugin::ctl {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

kernel::Qstats counted(std::uint64_t packets, std::uint64_t bytes) {
  kernel::Qstats stats;
  stats.rx_packets = packets;
  stats.rx_bytes = bytes;
  return stats;
}

// NIC nic0 with the host's queue 0, and the queues 6 and 7 of pool rxq, which the pod shop/web-0 has.
class RatesTest : public testing::Test {
 protected:
  static Sample sample(std::chrono::milliseconds at) {
    Sample sample;
    sample.at = std::chrono::steady_clock::time_point(at);
    NicRow nic;
    nic.details.nic = {"nic0", "eth0", 7};
    sample.overview.nics = {nic};
    for (const std::uint32_t id : {6U, 7U}) {
      QueueRow row;
      row.state.id = {"nic0", id};
      row.pool = "rxq";
      row.owner = web("web-0", "4f1e");
      sample.overview.queues.push_back(row);
    }
    for (const std::uint32_t id : {0U, 6U, 7U}) sample.counters["nic0"][id] = counted(1000, 100'000);
    return sample;
  }

  static Owner web(const std::string& name, const std::string& container_id) {
    Owner owner;
    owner.pod_namespace = "shop";
    owner.pod_name = name;
    owner.container_id = container_id;
    owner.interface = "eth0";
    return owner;
  }

  // By queue.
  static Rate rate_of(const Rates& rates, std::uint32_t queue) {
    for (const auto& row : rates.queues) {
      if (row.id.queue == queue) return row.rate;
    }
    ADD_FAILURE() << "queue " << queue << " is not listed";
    return {};
  }

  Sample before = sample(0ms);
  Sample after = sample(2000ms);
};

TEST_F(RatesTest, AreWhatWasReceivedInASecondByQueuePodAndNic) {
  after.counters["nic0"][0] = counted(1100, 101'000);
  after.counters["nic0"][6] = counted(1200, 130'000);
  after.counters["nic0"][7] = counted(1000, 100'000);
  const auto rates = rates_between(before, after);
  EXPECT_EQ(rates.over, 2s);
  EXPECT_EQ(rate_of(rates, 6).packets, 100);
  EXPECT_EQ(rate_of(rates, 6).bytes, 15'000);
  EXPECT_FALSE(rate_of(rates, 6).drops) << "the driver does not count them";
  EXPECT_EQ(rate_of(rates, 7).packets, 0);
  ASSERT_EQ(rates.pods.size(), 1U);
  EXPECT_EQ(rates.pods[0].queues, 2U);
  EXPECT_EQ(rates.pods[0].rate.packets, 100);
  ASSERT_EQ(rates.nics.size(), 1U);
  EXPECT_EQ(rates.nics[0].rate.packets, 150) << "the host's queue counts as well";
}

TEST_F(RatesTest, OfACounterThatWasRestartedAreNotKnown) {
  after.counters["nic0"][6] = counted(5, 500);
  after.counters["nic0"][7] = counted(1010, 100'200);
  const auto rates = rates_between(before, after);
  EXPECT_FALSE(rate_of(rates, 6).packets);
  EXPECT_FALSE(rate_of(rates, 6).bytes);
  EXPECT_EQ(rates.pods[0].rate.packets, 5) << "the other queue's alone";
  EXPECT_EQ(rates.nics[0].rate.packets, 5);
}

TEST_F(RatesTest, OfANicThatWasPluggedInAnewAreNotKnown) {
  after.overview.nics[0].details.nic.ifindex = 8;
  for (auto& [queue, stats] : after.counters["nic0"]) stats = counted(9'000'000, 9'000'000'000);
  const auto rates = rates_between(before, after);
  EXPECT_FALSE(rate_of(rates, 6).packets);
  EXPECT_FALSE(rates.nics[0].rate.bytes);
  EXPECT_FALSE(rates.pods[0].rate.bytes);
}

TEST_F(RatesTest, OfAPodAreNotThoseOfThePodThatHadTheQueueBefore) {
  after.counters["nic0"][6] = counted(1'000'000, 1'000'000'000);
  after.overview.queues[0].owner = web("web-1", "77aa");
  const auto rates = rates_between(before, after);
  EXPECT_FALSE(rate_of(rates, 6).packets);
  for (const auto& pod : rates.pods) EXPECT_EQ(pod.rate.packets.value_or(0), 0) << pod.owner.pod();
  EXPECT_EQ(rates.nics[0].rate.packets, 499'500) << "the NIC has received them all the same";
}

TEST_F(RatesTest, OfAQueueThatWasNotCountedBeforeAreNotKnown) {
  before.counters["nic0"].erase(6);
  after.counters["nic0"][6] = counted(1'000'000, 1'000'000'000);
  EXPECT_FALSE(rate_of(rates_between(before, after), 6).packets);
  before.counters.clear();
  EXPECT_FALSE(rates_between(before, after).nics[0].rate.packets);
}

TEST_F(RatesTest, AreNotKnownWithoutTimeBetween) {
  after.at = before.at;
  after.counters["nic0"][6] = counted(2000, 200'000);
  EXPECT_FALSE(rate_of(rates_between(before, after), 6).packets);
}

TEST_F(RatesTest, BeginWithTheBusiest) {
  after.counters["nic0"][7] = counted(1200, 130'000);
  EXPECT_EQ(rates_between(before, after).queues[0].id.queue, 7U);
  after.counters["nic0"][6] = counted(1300, 160'000);
  EXPECT_EQ(rates_between(before, after).queues[0].id.queue, 6U);
  after.counters["nic0"][6] = counted(5, 500);
  EXPECT_EQ(rates_between(before, after).queues[0].id.queue, 7U) << "what is not known comes last";
}

TEST_F(RatesTest, AreTablesForPeople) {
  after.counters["nic0"][6] = counted(2'469'000, 3'000'100'000);
  const auto text = to_tables(rates_between(before, after), TopTopic::all, {});
  EXPECT_THAT(text, HasSubstr("NIC   INTERFACE  PACKETS/S  BYTES/S  DROPS/S\n"
                              "nic0  eth0       1.23M      1.50G    -\n"));
  EXPECT_THAT(text, HasSubstr("POD         QUEUES  PACKETS/S  BYTES/S  DROPS/S\n"
                              "shop/web-0  2       1.23M      1.50G    -\n"));
  EXPECT_THAT(text, HasSubstr("DEVICE    POOL  POD         PACKETS/S  BYTES/S  DROPS/S\n"
                              "nic0-rx6  rxq   shop/web-0  1.23M      1.50G    -\n"
                              "nic0-rx7  rxq   shop/web-0  0          0        -\n"));
  EXPECT_THAT(to_tables(rates_between(before, after), TopTopic::pods, {}), Not(HasSubstr("nic0")));
}

TEST_F(RatesTest, AreNoMoreLinesThanATerminalHas) {
  const auto rates = rates_between(before, after);
  const auto all = to_tables(rates, TopTopic::all, {});
  EXPECT_EQ(std::ranges::count(all, '\n'), 9);
  EXPECT_EQ(to_tables(rates, TopTopic::all, {.color = false, .width = 80, .height = 10}), all);
  const auto cut = to_tables(rates, TopTopic::all, {.color = false, .width = 80, .height = 6});
  EXPECT_EQ(std::ranges::count(cut, '\n'), 5);
  EXPECT_TRUE(cut.ends_with("and 5 lines more\n")) << cut;
}

TEST_F(RatesTest, AreAnObjectOnALineForPrograms) {
  after.counters["nic0"][6] = counted(1200, 130'000);
  after.counters["nic0"][7] = counted(0, 0);
  const auto line = to_json_line(rates_between(before, after), TopTopic::all);
  EXPECT_EQ(std::ranges::count(line, '\n'), 1);
  const auto object = nlohmann::json::parse(line);
  EXPECT_EQ(object.at("seconds"), 2.0);
  EXPECT_EQ(object.at("queues")[0].at("device"), "nic0-rx6");
  EXPECT_EQ(object.at("queues")[0].at("packetsPerSecond"), 100.0);
  EXPECT_EQ(object.at("queues")[0].at("holder").at("podName"), "web-0");
  EXPECT_TRUE(object.at("queues")[1].at("packetsPerSecond").is_null());
  EXPECT_EQ(object.at("pods")[0].at("queues"), 2);
  EXPECT_EQ(object.at("nics")[0].at("name"), "nic0");
  EXPECT_FALSE(
      nlohmann::json::parse(to_json_line(rates_between(before, after), TopTopic::nics)).contains("pods"));
}

TEST(Scaled, HasThreeDigitsAndAPrefix) {
  EXPECT_EQ(scaled(std::nullopt), "");
  EXPECT_EQ(scaled(0), "0");
  EXPECT_EQ(scaled(0.5), "0.50");
  EXPECT_EQ(scaled(12.345), "12.3");
  EXPECT_EQ(scaled(999), "999");
  EXPECT_EQ(scaled(999.6), "1.00k");
  EXPECT_EQ(scaled(45'600'000), "45.6M");
  EXPECT_EQ(scaled(12'500'000'000), "12.5G");
  EXPECT_EQ(scaled(1.5e12), "1.50T");
  EXPECT_EQ(scaled(1.5e15), "1500T");
}

}  // namespace
}  // namespace rxlease::deviceplugin::ctl
