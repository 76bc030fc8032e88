// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/prepare/plan/journal.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "kernel/error.h"
#include "kernel/files.h"
#include "kernel/process/locks.h"

namespace rxlease::deviceplugin::prepare {

namespace {

using nlohmann::json;

constexpr mode_t directory_mode = 0700;
constexpr mode_t journal_mode = 0600;
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

std::string to_json_text(const NicJournal& journal) {
  const json object{{"bootId", journal.instance.boot_id},
                    {"ifindex", journal.instance.ifindex},
                    {"original", to_json(journal.original)},
                    {"set", to_json(journal.set)},
                    {"pending", to_json(journal.pending)}};
  return object.dump() + "\n";
}

std::optional<NicJournal> journal_from_json_text(std::string_view text) {
  try {
    const auto object = json::parse(text);
    return NicJournal{.instance = {.boot_id = object.at("bootId").get<std::string>(),
                                   .ifindex = object.at("ifindex").get<std::uint32_t>()},
                      .original = settings_from(object.at("original")),
                      .set = settings_from(object.at("set")),
                      .pending = settings_from(object.at("pending"))};
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

NicJournals::Listing NicJournals::list() const {
  Listing listing;
  for (const auto& file : kernel::list_directory(directory_)) {
    if (file.starts_with('.') || !file.ends_with(extension)) continue;  // an update that has not ended
    const auto nic = file.substr(0, file.size() - extension.size());
    const auto path = path_of(nic);
    const auto text = kernel::read_usable_file(path);
    auto journal = text ? journal_from_json_text(*text) : std::nullopt;
    std::error_code removed_since;
    if (journal) {
      listing.journals.emplace(nic, std::move(*journal));
    } else if (std::filesystem::exists(path, removed_since)) {
      listing.unreadable.insert(nic);
    }
  }
  return listing;
}

void NicJournals::save(const std::string& nic, const NicJournal& journal) const {
  kernel::make_directory(directory_, directory_mode);
  kernel::replace_file(path_of(nic), to_json_text(journal), journal_mode);
}

void NicJournals::remove(const std::string& nic) const {
  kernel::remove_file(kernel::partial_name(path_of(nic)));
  kernel::remove_file(path_of(nic));
}

std::optional<kernel::Fd> NicJournals::try_lock() const {
  kernel::make_directory(directory_, directory_mode);
  return kernel::try_lock_directory(directory_);
}

std::string journals_directory(const std::string& persistent_directory) {
  return persistent_directory + "/nics";
}

}  // namespace rxlease::deviceplugin::prepare
