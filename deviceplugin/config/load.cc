// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/config/load.h"

#include <utility>

#include "deviceplugin/config/overlap.h"
#include "deviceplugin/config/pool.h"
#include "deviceplugin/config/rules.h"
#include "deviceplugin/config/words.h"
#include "deviceplugin/config/yaml/tree.h"
#include "kernel/error.h"
#include "kernel/files.h"
#include "text/display.h"

namespace rxlease::deviceplugin::config {

namespace {

constexpr IntegerRange rescan_range{1, 3600, "seconds"};

// What text has to be, and how a message says so.
struct TextRule {
  bool (*accepts)(std::string_view);
  const char* remedy;
};
constexpr TextRule for_prefix{is_resource_prefix, resource_prefix_rule};
constexpr TextRule for_directory{is_directory, directory_rule};
constexpr TextRule for_kubelet{is_kubelet_directory, kubelet_directory_rule};
constexpr TextRule for_bpf{is_bpf_directory, bpf_directory_rule};
constexpr TextRule for_address{[](std::string_view text) { return text.empty() || is_listen_address(text); },
                               listen_address_rule};

// The key's text; `usual` without the key, and after a problem.
std::string read_text(MapReader& map, std::string_view key, const TextRule& rule, const std::string& usual) {
  const auto value = map.find(key);
  const auto text = value ? value->text() : std::nullopt;
  if (!text) return usual;
  if (rule.accepts(*text)) return *text;
  value->refuse("cannot be used", rule.remedy);
  return usual;
}

// The same for one of the words.
template <typename Value, std::size_t count>
Value read_word(MapReader& map, std::string_view key, const Words<Value, count>& words, Value usual) {
  const auto value = map.find(key);
  return value ? value->choice(words).value_or(usual) : usual;
}

Config::Metrics read_metrics(const std::optional<ValueReader>& value) {
  Config::Metrics metrics;
  if (auto map = value ? value->map() : std::nullopt) {
    metrics.address = read_text(*map, "address", for_address, metrics.address);
    map->refuse_unread();
  }
  return metrics;
}

Config::Log read_log(const std::optional<ValueReader>& value) {
  const Config::Log usual{};
  auto map = value ? value->map() : std::nullopt;
  if (!map) return usual;
  const Config::Log log{.level = read_word(*map, "level", log_level_words, usual.level),
                        .format = read_word(*map, "format", log_format_words, usual.format)};
  map->refuse_unread();
  return log;
}

// For YAML 1.1, by which Helm reads its values, the word off is false.
Guard read_guard(const std::optional<ValueReader>& value) {
  if (!value) return Config{}.guard;
  return value->is_false() ? Guard::off : value->choice(guard_words).value_or(Config{}.guard);
}

std::chrono::seconds read_rescan(const std::optional<ValueReader>& value) {
  const auto seconds = value ? value->integer(rescan_range) : std::nullopt;
  return seconds ? std::chrono::seconds(*seconds) : Config{}.rescan;
}

// Everything but the pools.
Config read_settings(MapReader& map) {
  const Config usual{};
  return {.resource_prefix = read_text(map, "resourcePrefix", for_prefix, usual.resource_prefix),
          .state_directory = read_text(map, "stateDirectory", for_directory, usual.state_directory),
          .persistent_directory =
              read_text(map, "persistentDirectory", for_directory, usual.persistent_directory),
          .kubelet_directory = read_text(map, "kubeletDirectory", for_kubelet, usual.kubelet_directory),
          .bpf_directory = read_text(map, "bpfDirectory", for_bpf, usual.bpf_directory),
          .cni_bin_directory = read_text(map, "cniBinDirectory", for_directory, usual.cni_bin_directory),
          .cni_conf_directory = read_text(map, "cniConfDirectory", for_directory, usual.cni_conf_directory),
          .rescan = read_rescan(map.find("rescanSeconds")),
          .metrics = read_metrics(map.find("metrics")),
          .log = read_log(map.find("log")),
          .foreign_leases = read_word(map, "foreignLeases", foreign_lease_words, usual.foreign_leases),
          .guard = read_guard(map.find("guard")),
          .pools = {}};
}

// Whether the pool is at odds with one that is in use already; adds a problem for each way in which it is.
bool is_at_odds(const LoadedConfig& loaded, const Pool& pool, const ValueReader& value) {
  const auto before = value.problems().size();
  for (const auto& other : loaded.config.pools) {
    const auto where = "pool " + text::display(other.name) + " of line " +
                       std::to_string(loaded.pool_positions.at(other.name).line);
    if (other.name == pool.name) {
      value.refuse_member("name", text::display(pool.name) + " is also " + where, "give it another name");
    } else if (const auto overlap = overlap_of(other, pool)) {
      value.refuse_member("", "it claims what " + where + " has: " + *overlap, "give each queue to one pool");
    } else if (const auto nic = other.use != pool.use ? common_nic_of(other, pool) : std::nullopt) {
      value.refuse_member("use",
                          "a NIC does either AF_XDP or memory providers, and " + where + " has " + *nic +
                              " for " + std::string(word_for(pool_use_words, other.use)),
                          "let pools that share a NIC have the same use");
    } else if (const auto disagreement = disagreement_of(other, pool)) {
      value.refuse_member("channels", "it contradicts " + where + ": " + *disagreement,
                          "let pools of one NIC want the same");
    }
  }
  return before != value.problems().size();
}

void read_pools(const ValueReader& list, LoadedConfig& loaded, Problems& pool_problems) {
  const auto values = list.items();
  if (!values) return;
  if (values->empty()) list.refuse("holds no pool", "add one, or run no daemon");
  for (const auto& item : *values) {
    const auto value = item.reporting_to(pool_problems);
    auto pool = read_pool(value, loaded.config);
    if (!pool || is_at_odds(loaded, *pool, value)) continue;
    loaded.pool_positions.emplace(pool->name, value.position());
    loaded.config.pools.push_back(*std::move(pool));
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

Config::Log log_settings_of(std::string_view text, const std::string& file) {
  try {
    const auto root = parse_yaml(text, file);
    Problems ignored(file);
    auto map = ValueReader(root, "", ignored).map();
    return map ? read_log(map->find("log")) : Config::Log{};
  } catch (const ConfigError&) {
    return {};
  }
}

LoadedConfig load_config(const std::string& file) {
  try {
    if (const auto text = kernel::read_file(file)) return parse_config(*text, file);
  } catch (const kernel::FileError& error) {
    throw ConfigError({{file,
                        {},
                        "",
                        std::string("it cannot be read: ") + error.what(),
                        "use a regular file of at most 1 MiB that root may read"}});
  }
  throw ConfigError({{file, {}, "", "there is no such file", "make it, or name another with --config"}});
}

}  // namespace rxlease::deviceplugin::config
