// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/device_id.h"

namespace rxlease::attachment {

// What a pod reads about a queue of its own: lease.json in the device's folder, which the device plugin
// mounts into the container at /run/rxlease/<DeviceId::folder()>/.
struct LeaseFile {
  std::string device;           // device id
  std::string interface;        // the pod's interface
  std::uint32_t queue = 0;      // the leased queue's id there: what io_uring and AF_XDP bind
  std::string physical_device;  // the NIC's name in the host
  std::uint32_t physical_queue = 0;
  std::string mode;          // "pair" (io_uring, devmem) or "single" (AF_XDP too)
  std::string container_id;  // whose it is
  // 1 at first; one more each time that the lease was made again, because its NIC had gone. Whoever has bound
  // the queue binds it anew then.
  std::uint32_t generation = 1;
  std::string stand_in{};  // device id: the queue that is leased instead, where `device` is gone; else empty
};

// Writes <state directory>/devices/<device id>/lease.json in one step, readable by everyone.
void write_lease_file(const std::string& state_directory, const LeaseFile& lease);

// Reads a lease.json; nullopt when there is no such file, or it is no lease.json, of whatever kind it is.
std::optional<LeaseFile> read_lease_file(const std::string& path);

// The container's lease files, of all its interfaces.
std::vector<LeaseFile> list_lease_files(const std::string& state_directory, const std::string& container_id);

// Removes it if it belongs to the container, or is damaged: a late removal must not take a successor's. False
// when there is no such file.
bool remove_lease_file(const std::string& state_directory, const kernel::DeviceId& device,
                       const std::string& container_id);

}  // namespace rxlease::attachment
