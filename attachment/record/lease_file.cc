// SPDX-License-Identifier: Apache-2.0
#include "attachment/record/lease_file.h"

#include <nlohmann/json.hpp>

#include "attachment/record/attachment_store.h"
#include "kernel/files.h"

namespace rxlease::attachment {

namespace {

constexpr mode_t lease_directory_mode = 0755;
constexpr mode_t file_mode = 0644;

std::string directory_of(const std::string& state_directory, const std::string& device) {
  return state_directory + "/devices/" + device;
}

// Between reading whose a file is and removing it, nobody may write another. The lock is the records', whose
// directory only root can open: pods see the devices' folders, and everybody the directory above them.
kernel::Fd lock_lease_files(const std::string& state_directory) {
  return AttachmentStore(state_directory).lock();
}

// Whether there is a file that is the container's, or nobody's: what no ADD wrote to its end, such as the
// empty file of a power loss.
bool may_go(const std::string& path, const std::string& container_id) {
  const auto text = kernel::read_usable_file(path);
  if (!text) return false;
  const auto object = nlohmann::json::parse(*text, nullptr, /*allow_exceptions=*/false);
  return !object.is_object() || !object.contains("containerId") || object["containerId"] == container_id;
}

}  // namespace

void write_lease_file(const std::string& state_directory, const LeaseFile& lease) {
  const auto directory = directory_of(state_directory, lease.device);
  nlohmann::json object{{"device", lease.device},
                        {"interface", lease.interface},
                        {"queue", lease.queue},
                        {"physicalDevice", lease.physical_device},
                        {"physicalQueue", lease.physical_queue},
                        {"mode", lease.mode},
                        {"containerId", lease.container_id},
                        {"generation", lease.generation}};
  if (!lease.stand_in.empty()) object["standIn"] = lease.stand_in;
  const auto path = directory + "/lease.json";
  kernel::make_directory(directory, lease_directory_mode);
  const auto lock = lock_lease_files(state_directory);
  // Not replace_file(), whose temporary file nobody would remove after a kill. A file that has the name
  // already is an earlier owner's.
  while (!kernel::create_file(path, object.dump(2) + "\n", file_mode)) kernel::remove_file(path);
}

std::optional<LeaseFile> read_lease_file(const std::string& path) {
  const auto text = kernel::read_usable_file(path);
  if (!text) return std::nullopt;
  try {
    const auto object = nlohmann::json::parse(*text);
    LeaseFile lease;
    object.at("device").get_to(lease.device);
    object.at("interface").get_to(lease.interface);
    object.at("queue").get_to(lease.queue);
    object.at("physicalDevice").get_to(lease.physical_device);
    object.at("physicalQueue").get_to(lease.physical_queue);
    object.at("mode").get_to(lease.mode);
    object.at("containerId").get_to(lease.container_id);
    lease.generation = object.value("generation", lease.generation);
    lease.stand_in = object.value("standIn", "");
    return lease;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

std::vector<LeaseFile> list_lease_files(const std::string& state_directory, const std::string& container_id) {
  std::vector<LeaseFile> files;
  for (const auto& device : kernel::list_directory(state_directory + "/devices")) {
    auto lease = read_lease_file(directory_of(state_directory, device) + "/lease.json");
    if (!lease || lease->device != device || !kernel::DeviceId::parse(device)) continue;
    if (lease->container_id == container_id) files.push_back(std::move(*lease));
  }
  return files;
}

bool remove_lease_file(const std::string& state_directory, const kernel::DeviceId& device,
                       const std::string& container_id) {
  const auto path = directory_of(state_directory, device.to_string()) + "/lease.json";
  if (!may_go(path, container_id)) return false;
  const auto lock = lock_lease_files(state_directory);
  return may_go(path, container_id) && kernel::remove_file(path);
}

}  // namespace rxlease::attachment
