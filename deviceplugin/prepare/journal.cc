// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/prepare/journal.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "kernel/error.h"
#include "kernel/files.h"

namespace rxlease::deviceplugin::prepare {

namespace {

using nlohmann::json;

constexpr mode_t directory_mode = 0700;
constexpr mode_t note_mode = 0600;
constexpr std::string_view extension = ".json";

json to_json(const NicSettings& settings) {
  json object = json::object();
  each_setting([&](const char* name, auto setting) {
    if (settings.*setting) object[name] = *(settings.*setting);
  });
  return object;
}

NicSettings settings_from(const json& object) {
  NicSettings settings;
  each_setting([&](const char* name, auto setting) {
    using Value = typename std::remove_reference_t<decltype(settings.*setting)>::value_type;
    if (object.contains(name)) settings.*setting = object.at(name).get<Value>();
  });
  return settings;
}

}  // namespace

std::string to_json_text(const NicNote& note) {
  const json object{{"bootId", note.instance.boot_id},
                    {"ifindex", note.instance.ifindex},
                    {"original", to_json(note.original)},
                    {"set", to_json(note.set)},
                    {"pending", to_json(note.pending)}};
  return object.dump() + "\n";
}

std::optional<NicNote> note_from_json_text(std::string_view text) {
  try {
    const auto object = json::parse(text);
    return NicNote{{object.at("bootId").get<std::string>(), object.at("ifindex").get<std::uint32_t>()},
                   settings_from(object.at("original")),
                   settings_from(object.at("set")),
                   settings_from(object.at("pending"))};
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

NicNotes::Listing NicNotes::list() const {
  Listing listing;
  std::error_code no_directory_yet;
  for (const auto& entry : std::filesystem::directory_iterator(directory_, no_directory_yet)) {
    const auto file = entry.path().filename().string();
    if (file.starts_with('.') || !file.ends_with(extension)) continue;  // an update under way
    const auto nic = file.substr(0, file.size() - extension.size());
    const auto text = kernel::read_file(entry.path().string());
    if (!text) continue;
    if (auto note = note_from_json_text(*text)) {
      listing.notes.emplace(nic, std::move(*note));
    } else {
      listing.unreadable.insert(nic);
    }
  }
  return listing;
}

void NicNotes::save(const std::string& nic, const NicNote& note) const {
  kernel::make_directory(directory_, directory_mode);
  kernel::replace_file(path_of(nic), to_json_text(note), note_mode);
}

void NicNotes::remove(const std::string& nic) const {
  kernel::remove_file(kernel::partial_name(path_of(nic)));
  kernel::remove_file(path_of(nic));
}

std::optional<kernel::Fd> NicNotes::try_lock() const {
  kernel::make_directory(directory_, directory_mode);
  return kernel::try_lock_directory(directory_);
}

std::string notes_directory(const std::string& persistent_directory) {
  return persistent_directory + "/nics";
}

std::string boot_id() {
  auto text = kernel::read_file("/proc/sys/kernel/random/boot_id").value_or("");
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace rxlease::deviceplugin::prepare
