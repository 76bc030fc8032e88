// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/install/installer.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <iterator>
#include <nlohmann/json.hpp>

#include "attachment/record/attachment_store.h"
#include "deviceplugin/install/plugin_version.h"
#include "deviceplugin/install/receipt.h"
#include "kernel/error.h"
#include "kernel/files.h"
#include "kernel/process/locks.h"

namespace rxlease::deviceplugin::install {

namespace {

using nlohmann::json;

constexpr std::size_t largest_program = std::size_t{1} << 30U;  // bytes
constexpr mode_t program_mode = 0755;
constexpr mode_t text_mode = 0644;
constexpr mode_t directory_mode = 0755;
constexpr mode_t lock_directory_mode = 0700;

// A directory that gets files, and the key of the configuration that names it.
struct Place {
  std::string directory;
  std::string key;
};

Place programs_of(const config::Config& config) {
  return {config.cni_bin_directory, "cniBinDirectory"};
}
Place networks_of(const config::Config& config) {
  return {config.cni_conf_directory, "cniConfDirectory"};
}
Place profiles_of(const config::Config& config) {
  return {config.kubelet_directory + "/seccomp", "kubeletDirectory"};
}
Place receipts_of(const config::Config& config) {
  return {config.persistent_directory, "persistentDirectory"};
}

[[noreturn]] void explain(const kernel::FileError& error, const Place& place) {
  const std::string what = error.what();
  switch (error.error()) {
    case EROFS:
      throw InstallError(what + "; " + place.directory + " is read-only: set " + place.key +
                         " to a directory that can be written, and in which the runtime looks");
    case ENOSPC:
    case EDQUOT:
      throw InstallError(what + "; the file system is full: free some space for " + place.directory + " (" +
                         place.key + ")");
    case EACCES:
    case EPERM:
      throw InstallError(what + "; be root, or have CAP_DAC_OVERRIDE, to write into " + place.directory +
                         " (" + place.key + ")");
    default:
      throw InstallError(what + "; see " + place.key + ", which is " + place.directory);
  }
}

// Changes something in a place. InstallError, with the remedy, if the kernel refuses.
template <typename Change>
auto change(const Place& place, Change call) {
  try {
    return call();
  } catch (const kernel::FileError& error) {
    explain(error, place);
  }
}

// One installer at a time: two would overwrite each other's receipt. The lock has a directory of its own,
// which only root can open.
kernel::Fd lock_receipt(const config::Config& config) {
  return change(receipts_of(config), [&] {
    const auto directory = config.persistent_directory + "/installer";
    kernel::make_directory(directory, lock_directory_mode);
    auto lock = kernel::lock_directory(directory);
    if (!lock) throw InstallError("there is no directory " + directory + "; make it, and try again");
    return std::move(*lock);
  });
}

std::string read_source(const std::string& path) {
  auto content = kernel::read_file(path, largest_program);
  if (!content) throw InstallError("there is no " + path + "; name another file");
  return std::move(*content);
}

// "1.2.3" as numbers; anything behind them is ignored.
std::vector<unsigned> numbers_of(std::string_view version) {
  std::vector<unsigned> numbers;
  unsigned number = 0;
  while (!version.empty()) {
    const auto [rest, error] = std::from_chars(version.data(), version.data() + version.size(), number);
    if (error != std::errc{}) break;
    numbers.push_back(number);
    version.remove_prefix(static_cast<std::size_t>(rest - version.data()));
    if (!version.starts_with('.')) break;
    version.remove_prefix(1);
  }
  return numbers;
}

// The program's version; nullopt if it is not the plugin.
std::optional<std::string> plugin_version(const std::string& path) {
  constexpr std::string_view name = "rxlease ";
  const auto line = version_of_program(path);
  return line && line->starts_with(name) ? std::optional(line->substr(name.size())) : std::nullopt;
}

// A file to put into a place.
struct Parcel {
  Place place;
  const std::string& path;
  const std::string& content;
  mode_t mode;
};

void deliver(const config::Config& config, Receipt& receipt, const Parcel& parcel) {
  change(parcel.place, [&] { kernel::make_directory(parcel.place.directory, directory_mode); });
  change(receipts_of(config), [&] { receipt.expect(parcel.path, parcel.content); });
  change(parcel.place, [&] { kernel::replace_file(parcel.path, parcel.content, parcel.mode); });
  change(receipts_of(config), [&] { receipt.settle(parcel.path, parcel.content); });
}

// Refuses a list that no runtime would take, or without rxlease: a wrong one would cost the node its network.
void check_conflist(const std::string& path, const std::string& content) {
  if (!path.ends_with(".conflist")) {
    throw InstallError(path + " does not end in .conflist, so no runtime would read it; rename it");
  }
  const auto list = json::parse(content, nullptr, /*allow_exceptions=*/false);
  const bool whole = list.is_object() && list.contains("name") && list["name"].is_string() &&
                     list.contains("cniVersion") && list.contains("plugins") && list["plugins"].is_array();
  if (!whole) {
    throw InstallError(
        path + " is no network configuration list; it needs \"cniVersion\", \"name\" and \"plugins\"");
  }
  const auto& plugins = list["plugins"];
  if (std::none_of(plugins.begin(), plugins.end(), [](const json& plugin) {
        return plugin.is_object() && plugin.value("type", json()) == "rxlease";
      })) {
    throw InstallError(path +
                       " has no plugin of the type rxlease; add it, or install the file by other means");
  }
}

// Refuses a profile that runtimes would not take: the daemon's container could not start.
void check_profile(const std::string& path, const std::string& content) {
  const auto profile = json::parse(content, nullptr, /*allow_exceptions=*/false);
  const bool whole = profile.is_object() && profile.contains("defaultAction") &&
                     profile["defaultAction"].is_string() && profile.contains("syscalls") &&
                     profile["syscalls"].is_array();
  if (!whole) {
    throw InstallError(path + " is no seccomp profile; it needs \"defaultAction\" and \"syscalls\"");
  }
}

std::string file_name(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

bool is_network(const std::string& path) {
  return path.ends_with(".conflist");
}

Place place_of(const config::Config& config, const std::string& path) {
  if (is_network(path)) return networks_of(config);
  return path.ends_with(".json") ? profiles_of(config) : programs_of(config);
}

void refuse_while_in_use(const config::Config& config) {
  auto listing = attachment::AttachmentStore(config.state_directory).list();
  std::ranges::move(listing.of_earlier_boots, std::back_inserter(listing.attachments));
  const auto count = listing.attachments.size() + listing.unreadable.size();
  if (count == 0) return;
  const auto first =
      listing.attachments.empty() ? listing.unreadable.front() : listing.attachments.front().describe_owner();
  throw InstallError("the plugin is needed for the DEL of " + std::to_string(count) +
                     " pod interfaces, the first that of " + first +
                     "; delete these pods, or move them to other nodes, and try again");
}

// What is done if somebody else has put another file there.
enum class OfSomebodyElse { refuse, leave };

// A file that is not replaced unless rxlease has installed it. REQUIRES: the lock.
std::string install_text(const config::Config& config, const Place& place, const std::string& name,
                         const std::string& content, OfSomebodyElse policy) {
  Receipt receipt(config.persistent_directory);
  const auto path = place.directory + "/" + name;
  if (const auto present = kernel::read_file(path, largest_program)) {
    if (*present == content) return path + " is there already";
    if (!receipt.holds(path, *present)) {
      if (policy == OfSomebodyElse::leave) {
        return path + " was not installed by rxlease, or was changed since, and stays";
      }
      throw InstallError(
          path +
          " was not installed by rxlease, or was changed since; remove it, or give the new one another name");
    }
  }
  deliver(config, receipt, {place, path, content, text_mode});
  return "installed " + path;
}

std::string install_profile(const config::Config& config, const std::string& profile, const std::string& name,
                            OfSomebodyElse policy) {
  const auto content = read_source(profile);
  check_profile(profile, content);
  const auto lock = lock_receipt(config);
  return install_text(config, profiles_of(config), name, content, policy);
}

std::string remove_installed(Receipt& receipt, const std::string& path) {
  kernel::remove_file(kernel::partial_name(path));
  const auto content = kernel::read_file(path, largest_program);
  const bool ours = content && receipt.holds(path, *content);
  if (ours) kernel::remove_file(path);
  receipt.forget(path);
  if (ours) return "removed " + path;
  return path + (content ? " was changed since it was installed, and stays" : " was gone already");
}

}  // namespace

std::string install_plugin(const config::Config& config, const std::string& plugin) {
  const auto content = read_source(plugin);
  const auto version = plugin_version(plugin);
  if (!version) {
    throw InstallError(plugin +
                       " does not answer --version as rxlease does; name the plugin of this release");
  }
  const auto lock = lock_receipt(config);
  Receipt receipt(config.persistent_directory);
  const auto path = config.cni_bin_directory + "/rxlease";
  if (const auto present = kernel::read_file(path, largest_program)) {
    if (*present == content) return path + " is rxlease " + *version + " already";
    const auto other = plugin_version(path);
    if (!other && !receipt.holds(path, *present)) {
      throw InstallError(path +
                         " does not answer --version as rxlease does; remove it, or set cniBinDirectory to "
                         "where the runtime looks");
    }
    if (other && numbers_of(*other) > numbers_of(*version)) {
      return path + " is rxlease " + *other + ", newer than " + *version + ", and stays";
    }
  }
  deliver(config, receipt, {programs_of(config), path, content, program_mode});
  return "installed rxlease " + *version + " as " + path;
}

std::string install_conflist(const config::Config& config, const std::string& conflist) {
  const auto content = read_source(conflist);
  check_conflist(conflist, content);
  const auto lock = lock_receipt(config);
  return install_text(config, networks_of(config), file_name(conflist), content, OfSomebodyElse::refuse);
}

std::string install_seccomp(const config::Config& config, const std::string& profile) {
  return install_profile(config, profile, "rxlease-device-plugin.json", OfSomebodyElse::refuse);
}

std::string install_pod_seccomp(const config::Config& config, const std::string& profile) {
  return install_profile(config, profile, "rxlease.json", OfSomebodyElse::leave);
}

std::vector<std::string> uninstall(const config::Config& config) {
  const auto lock = lock_receipt(config);
  Receipt receipt(config.persistent_directory);
  const auto installed = receipt.files();
  if (installed.empty()) return {"nothing is installed"};
  refuse_while_in_use(config);
  std::vector<std::string> done;
  for (const bool networks : {true, false}) {
    for (const auto& [path, digests] : installed) {
      if (is_network(path) != networks) continue;
      const auto place = place_of(config, path);
      const auto& file = path;
      done.push_back(change(place, [&] { return remove_installed(receipt, file); }));
    }
  }
  return done;
}

}  // namespace rxlease::deviceplugin::install
