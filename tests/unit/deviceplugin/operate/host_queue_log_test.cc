// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/operate/host_queue_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/deviceplugin/captured_log.h"

namespace rxlease::deviceplugin::operate {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(HostQueueLogTest, TellsWhenAForeignLeaseBeginsChangesAndEnds) {
  tests::CapturedLog log;
  HostQueueLog host_queue_log;
  pools::DeviceState queue;
  queue.id = {"nic0", 2};
  queue.occupancy = pools::Occupancy::free;
  host_queue_log.tell({queue});
  EXPECT_THAT(log.lines(), IsEmpty());
  queue.occupancy = pools::Occupancy::foreign;
  queue.holder = "leased by ifindex 5";
  host_queue_log.tell({queue});
  host_queue_log.tell({queue});
  EXPECT_THAT(log.lines(), ElementsAre("warning nic0-rx2, a queue of the host's, is leased by ifindex 5"));
  queue.holder = "leased by ifindex 6";
  host_queue_log.tell({queue});
  EXPECT_THAT(log.lines(), ElementsAre("warning nic0-rx2, a queue of the host's, is leased by ifindex 6"));
  queue.occupancy = pools::Occupancy::af_xdp;  // the host's own affair
  host_queue_log.tell({queue});
  EXPECT_THAT(log.lines(), ElementsAre("info nic0-rx2, a queue of the host's, has no foreign lease now"));
}

}  // namespace
}  // namespace rxlease::deviceplugin::operate
