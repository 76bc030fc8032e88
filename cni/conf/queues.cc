// SPDX-License-Identifier: Apache-2.0
#include "cni/conf/device_list.h"
#include "cni/conf/sections.h"
#include "cni/spec/names.h"

namespace rxlease::cni {

namespace {

// Multus hands on the id of whatever resource its network attachment definition names, which may be somebody
// else's. An empty id counts as none.
std::vector<kernel::DeviceId> read_device_id(ObjectReader& reader, const std::string& resource, bool used) {
  const auto text = reader.string("deviceID");
  if (!used || !text || text->empty()) return {};
  const auto device = kernel::DeviceId::parse(*text);
  if (!device) {
    reader.refuse("deviceID", "is not a device id of rxlease",
                  "with Multus, the network attachment definition needs the annotation "
                  "k8s.v1.cni.cncf.io/resourceName: " +
                      resource);
  }
  return {*device};
}

// `devices` is the administrator's choice, deviceID the runtime's, which Multus repeats in runtimeConfig.
std::vector<kernel::DeviceId> read_devices(ObjectReader& reader, std::optional<ObjectReader>& runtime,
                                           const std::string& resource) {
  std::vector<kernel::DeviceId> devices;
  if (const auto listed = reader.strings("devices")) {
    if (listed->empty()) {
      reader.refuse("devices", "names no queue",
                    "name one at least, or leave it out for those that kubelet allocated");
    }
    devices = read_device_list(*listed, "devices");
  }
  auto injected = read_device_id(reader, resource, devices.empty());
  if (devices.empty()) devices = std::move(injected);
  if (runtime) {
    injected = read_device_id(*runtime, resource, devices.empty());
    if (devices.empty()) devices = std::move(injected);
  }
  return devices;
}

std::optional<std::uint32_t> read_count(ObjectReader& reader) {
  constexpr IntegerRange range{1, 1023, "queues", "all that the pod has left"};
  const auto queues = reader.integer("queues", range);
  if (!queues) return std::nullopt;
  if (reader.has("devices")) {
    reader.refuse("queues", "counts queues that \"devices\" names already",
                  "leave one of the two out: \"queues\" is a share of what kubelet allocated");
  }
  return static_cast<std::uint32_t>(*queues);
}

}  // namespace

std::chrono::milliseconds read_lease_timeout(ObjectReader& reader, std::chrono::milliseconds usual) {
  constexpr IntegerRange timeout{1, 60000, "milliseconds", "5000"};
  const auto milliseconds = reader.integer("leaseTimeoutMs", timeout);
  return milliseconds ? std::chrono::milliseconds(*milliseconds) : usual;
}

QueuesConf read_queues(ObjectReader& reader, std::optional<ObjectReader>& runtime) {
  QueuesConf conf;
  conf.resource = reader.string("resource").value_or(conf.resource);
  if (!is_resource_name(conf.resource)) {
    reader.refuse("resource", "is not the name of an extended resource",
                  "use DOMAIN/NAME, such as rxlease.dev/rxq, with a domain other than kubernetes.io");
  }
  conf.optional = reader.boolean("optional").value_or(false);
  conf.lease_timeout = read_lease_timeout(reader, conf.lease_timeout);
  conf.devices = read_devices(reader, runtime, conf.resource);
  conf.count = read_count(reader);
  return conf;
}

}  // namespace rxlease::cni
