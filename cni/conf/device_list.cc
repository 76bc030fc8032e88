// SPDX-License-Identifier: Apache-2.0
#include "cni/conf/device_list.h"

#include <set>

#include "cni/spec/error.h"
#include "text/display.h"

namespace rxlease::cni {

namespace {

[[noreturn]] void refuse(const std::string& field, std::size_t index, const std::string& id,
                         const std::string& what, const std::string& remedy) {
  throw Error(
      Code::invalid_config,
      text::display(field + "[" + std::to_string(index) + "]") + ": " + text::display(id) + " " + what,
      remedy);
}

}  // namespace

std::vector<kernel::DeviceId> read_device_list(const std::vector<std::string>& ids,
                                               const std::string& field) {
  constexpr std::size_t most = 1023;  // NETKIT_NUM_RX_QUEUES_MAX - 1, Linux 7.1
  if (ids.size() > most) {
    throw Error(Code::invalid_config,
                text::display(field) + ": " + std::to_string(ids.size()) + " devices are too many",
                "one netkit leases at most 1023 queues: use more attachments");
  }
  std::vector<kernel::DeviceId> devices;
  std::set<kernel::DeviceId> seen;
  for (const auto& id : ids) {
    const auto device = kernel::DeviceId::parse(id);
    if (!device) {
      refuse(field, devices.size(), id, "is not a device id of rxlease",
             "use ids such as 0000:0a:00.0.p0-rx15: `rxleasectl show` lists those of this node");
    }
    if (!seen.insert(*device).second)
      refuse(field, devices.size(), id, "comes twice", "name each queue once");
    if (!devices.empty() && device->nic != devices.front().nic) {
      refuse(field, devices.size(), id, "is of another NIC than " + text::display(ids.front()),
             "two NICs take two attachments: one netkit leases from one NIC");
    }
    devices.push_back(*device);
  }
  return devices;
}

}  // namespace rxlease::cni
