// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/config/load.h"

#include "deviceplugin/config/overlap.h"
#include "deviceplugin/config/pool.h"
#include "deviceplugin/config/rules.h"
#include "deviceplugin/config/words.h"
#include "deviceplugin/config/yaml_tree.h"
#include "kernel/error.h"
#include "kernel/files.h"
#include "text/display.h"

namespace rxlease::deviceplugin::config {

namespace {

constexpr IntegerRange rescan_range{1, 3600, "seconds"};

using Rule = bool (*)(std::string_view);

// Text that a rule accepts, into `into`; without the key, what is there stays.
void read_text(MapReader& map, std::string_view key, Rule rule, const char* remedy, std::string& into) {
  const auto value = map.find(key);
  auto text = value ? value->text() : std::nullopt;
  if (!text) return;
  if (rule(*text)) {
    into = std::move(*text);
  } else {
    value->refuse("cannot be used", remedy);
  }
}

void read_metrics(const ValueReader& value, Config::Metrics& metrics) {
  auto map = value.map();
  if (!map) return;
  const Rule rule = [](std::string_view text) { return text.empty() || is_listen_address(text); };
  read_text(*map, "address", rule, listen_address_rule, metrics.address);
  map->refuse_unread();
}

void read_log(const ValueReader& value, Config::Log& log) {
  auto map = value.map();
  if (!map) return;
  if (const auto level = map->find("level")) log.level = level->choice(log_level_words).value_or(log.level);
  if (const auto format = map->find("format"))
    log.format = format->choice(log_format_words).value_or(log.format);
  map->refuse_unread();
}

void read_directories(MapReader& map, Config& config) {
  read_text(map, "stateDirectory", is_directory, directory_rule, config.state_directory);
  read_text(map, "persistentDirectory", is_directory, directory_rule, config.persistent_directory);
  read_text(map, "kubeletDirectory", is_kubelet_directory, kubelet_directory_rule, config.kubelet_directory);
  read_text(map, "bpfDirectory", is_bpf_directory, bpf_directory_rule, config.bpf_directory);
  read_text(map, "cniBinDirectory", is_directory, directory_rule, config.cni_bin_directory);
  read_text(map, "cniConfDirectory", is_directory, directory_rule, config.cni_conf_directory);
}

// Everything but the pools.
Config read_settings(MapReader& map) {
  Config config;
  read_text(map, "resourcePrefix", is_resource_prefix, resource_prefix_rule, config.resource_prefix);
  read_directories(map, config);
  if (const auto rescan = map.find("rescanSeconds")) {
    if (const auto seconds = rescan->integer(rescan_range)) config.rescan = std::chrono::seconds(*seconds);
  }
  if (const auto metrics = map.find("metrics")) read_metrics(*metrics, config.metrics);
  if (const auto log = map.find("log")) read_log(*log, config.log);
  if (const auto leases = map.find("foreignLeases")) {
    config.foreign_leases = leases->choice(foreign_lease_words).value_or(config.foreign_leases);
  }
  return config;
}

// Adds a problem for each way in which `pool` is at odds with the pools that are in use already.
void check_against(const LoadedConfig& loaded, const Pool& pool, const ValueReader& value,
                   Problems& problems) {
  for (const auto& other : loaded.config.pools) {
    const auto where = "pool " + text::display(other.name) + " of line " +
                       std::to_string(loaded.pool_positions.at(other.name).line);
    if (other.name == pool.name) {
      problems.add(value.position(), value.path() + ".name", text::display(pool.name) + " is also " + where,
                   "give it another name");
    } else if (const auto overlap = overlap_of(other, pool)) {
      problems.add(value.position(), value.path(), "it claims what " + where + " has: " + *overlap,
                   "give each queue to one pool");
    } else if (const auto nic = other.use != pool.use ? common_nic_of(other, pool) : std::nullopt) {
      problems.add(value.position(), value.path() + ".use",
                   "a NIC does either AF_XDP or memory providers, and " + where + " has " + *nic + " for " +
                       std::string(word_for(pool_use_words, other.use)),
                   "let pools that share a NIC have the same use");
    } else if (const auto disagreement = disagreement_of(other, pool)) {
      problems.add(value.position(), value.path() + ".channels",
                   "it is at odds with " + where + ": " + *disagreement,
                   "let pools of one NIC want the same");
    }
  }
}

void read_pools(const ValueReader& list, LoadedConfig& loaded, Problems& pool_problems) {
  const auto values = list.items();
  if (!values) return;
  if (values->empty()) list.refuse("holds no pool", "add one, or run no daemon");
  for (const auto& item : *values) {
    const auto value = item.reporting_to(pool_problems);
    const auto before = pool_problems.size();
    auto pool = read_pool(value, loaded.config);
    check_against(loaded, pool, value, pool_problems);
    if (before != pool_problems.size()) continue;
    loaded.pool_positions.emplace(pool.name, value.position());
    loaded.config.pools.push_back(std::move(pool));
  }
}

}  // namespace

LoadedConfig parse_config(std::string_view text, const std::string& file) {
  const auto root = parse_yaml(text, file);
  Problems problems(file);
  Problems pool_problems(file);
  LoadedConfig loaded;
  if (auto map = ValueReader(root, "", problems).map()) {
    loaded.config = read_settings(*map);
    if (const auto pools = map->require("pools", "add at least one pool")) {
      read_pools(*pools, loaded, pool_problems);
    }
    map->refuse_unread();
  }
  if (!problems.empty()) {
    problems.add(pool_problems);
    throw ConfigError(problems.sorted());
  }
  loaded.problems = pool_problems.sorted();
  return loaded;
}

LoadedConfig load_config(const std::string& file) {
  try {
    if (const auto text = kernel::read_file(file)) return parse_config(*text, file);
  } catch (const kernel::FileError& error) {
    throw ConfigError(
        {{file, {}, "", std::string("it cannot be read: ") + error.what(), "make it readable"}});
  }
  throw ConfigError({{file, {}, "", "there is no such file", "make it, or name another with --config"}});
}

}  // namespace rxlease::deviceplugin::config
