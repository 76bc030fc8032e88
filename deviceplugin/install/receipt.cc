// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/install/receipt.h"

#include <nlohmann/json.hpp>

#include "deviceplugin/install/digest.h"
#include "deviceplugin/install/install_error.h"
#include "kernel/files.h"

namespace rxlease::deviceplugin::install {

namespace {

using nlohmann::json;

constexpr mode_t receipt_file_mode = 0644;

}  // namespace

Receipt::Receipt(const std::string& persistent_directory) : path_(persistent_directory + "/installed.json") {
  const auto text = kernel::read_file(path_);
  if (!text) return;
  try {
    json::parse(*text).at("files").get_to(digests_);
  } catch (const json::exception&) {
    throw InstallError(path_ +
                       " is no receipt of installed files; remove it, and the installed files by hand");
  }
}

bool Receipt::holds(const std::string& path, std::string_view content) const {
  const auto found = digests_.find(path);
  return found != digests_.end() && found->second.contains(sha256(content));
}

void Receipt::expect(const std::string& path, std::string_view content) {
  digests_[path].insert(sha256(content));
  save();
}

void Receipt::settle(const std::string& path, std::string_view content) {
  digests_[path] = {sha256(content)};
  save();
}

void Receipt::forget(const std::string& path) {
  digests_.erase(path);
  if (digests_.empty()) {
    kernel::remove_file(path_);
  } else {
    save();
  }
}

void Receipt::save() const {
  kernel::replace_file(path_, json{{"files", digests_}}.dump(2) + "\n", receipt_file_mode);
}

}  // namespace rxlease::deviceplugin::install
