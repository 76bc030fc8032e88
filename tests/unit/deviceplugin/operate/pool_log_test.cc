// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/operate/pool_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/deviceplugin/captured_log.h"

namespace rxlease::deviceplugin::operate {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class PoolLogTest : public testing::Test {
 protected:
  static pools::PoolState pool(const std::string& name, const std::string& nic, std::uint32_t first,
                               std::uint32_t last) {
    pools::PoolState state;
    state.name = name;
    for (auto queue = first; queue <= last; ++queue) {
      pools::DeviceState device;
      device.id = {nic, queue};
      device.healthy = true;
      state.devices.push_back(device);
    }
    return state;
  }

  static void set_down(pools::PoolState& pool, const std::string& reason = "its NIC is down") {
    for (auto& device : pool.devices) {
      device.healthy = false;
      device.reason = reason;
    }
  }

  tests::CapturedLog log_;
  PoolLog pool_log_;
};

// Ten link flaps of such a NIC wrote 1,260 lines.
TEST_F(PoolLogTest, TellsTheFlapOfANicIn2Lines) {
  const auto up = pool("rxq", "0000:0a:00.0.p0", 1, 63);
  auto down = up;
  set_down(down);
  pool_log_.tell({up});
  EXPECT_THAT(log_.lines(), ElementsAre("info pool rxq: 0000:0a:00.0.p0-rx[1-63] is healthy"));
  for (int flap = 0; flap < 10; ++flap) {
    pool_log_.tell({down});
    pool_log_.tell({down});
    pool_log_.tell({up});
    EXPECT_THAT(log_.lines(),
                ElementsAre("warning pool rxq: 0000:0a:00.0.p0-rx[1-63] is unhealthy: its NIC is down",
                            "info pool rxq: 0000:0a:00.0.p0-rx[1-63] is healthy"));
  }
}

TEST_F(PoolLogTest, NamesAllPoolsThatACauseIsFor) {
  auto low = pool("low", "nic0", 1, 2);
  auto high = pool("high", "nic0", 5, 5);
  set_down(low);
  set_down(high);
  pool_log_.tell({low, high});
  EXPECT_THAT(log_.lines(),
              ElementsAre("warning pools high, low: nic0-rx[1-2, 5] is unhealthy: its NIC is down"));
}

TEST_F(PoolLogTest, KeepsCausesApart) {
  auto state = pool("rxq", "nic0", 5, 7);
  state.devices[0].healthy = false;
  state.devices[0].reason = "leased by ifindex 9";
  state.devices[1].healthy = false;
  state.devices[1].reason = "leased by ifindex 10";
  pool_log_.tell({state});
  EXPECT_THAT(log_.lines(), ElementsAre("warning pool rxq: nic0-rx5 is unhealthy: leased by ifindex 9",
                                        "warning pool rxq: nic0-rx6 is unhealthy: leased by ifindex 10",
                                        "info pool rxq: nic0-rx7 is healthy"));
}

TEST_F(PoolLogTest, TellsAProblemOfManyQueuesOnceAndANewOneAlone) {
  pools::PoolState state;
  state.name = "rxq";
  for (int queue = 1; queue < 64; ++queue) {
    state.problems.push_back("device nic0-rx" + std::to_string(queue) +
                             " belongs to an earlier pool already");
  }
  pool_log_.tell({state});
  EXPECT_THAT(log_.lines(),
              ElementsAre("warning pool rxq: device nic0-rx[1-63] belongs to an earlier pool already"));
  state.problems.push_back("no NIC of this node matches its selectors");
  pool_log_.tell({state});
  EXPECT_THAT(log_.lines(), ElementsAre("warning pool rxq: no NIC of this node matches its selectors"));
  pool_log_.tell({state});
  EXPECT_THAT(log_.lines(), IsEmpty());
}

}  // namespace
}  // namespace rxlease::deviceplugin::operate
