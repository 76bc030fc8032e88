// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/config/print.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "deviceplugin/config/napi.h"
#include "deviceplugin/config/words.h"
#include "deviceplugin/config/yaml/scalar.h"
#include "text/queue_ranges.h"

namespace rxlease::deviceplugin::config {

namespace {

// Text, in quotation marks unless every YAML parser, old ones too, reads it as text without them.
std::string scalar(std::string_view text) {
  constexpr std::string_view safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-";
  // Booleans of YAML 1.1.
  constexpr std::array<std::string_view, 8> formerly_boolean{"y", "n", "yes", "no", "on", "off", "Y", "N"};
  constexpr std::string_view safe_first = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/";
  const bool is_safe = text.find_first_not_of(safe) == std::string_view::npos &&
                       text.find_first_of(safe_first) == 0 && type_of_plain(text) == ScalarType::text &&
                       std::ranges::find(formerly_boolean, text) == formerly_boolean.end();
  // A JSON string is also a YAML string.
  return is_safe ? std::string(text) : nlohmann::json(text).dump();
}

std::string scalar(int number) {
  return std::to_string(number);
}

const char* word_for(bool value) {
  return value ? "true" : "false";
}

template <typename Value>
std::string list(const std::vector<Value>& values) {
  std::string text;
  for (const auto& value : values) {
    if (!text.empty()) text += ", ";
    text += scalar(value);
  }
  return "[" + text + "]";
}

void print(std::ostream& out, const Pool& pool) {
  const auto& selectors = pool.selectors;
  out << "  - name: " << scalar(pool.name) << "\n"
      << "    selectors:\n"
      << "      interfaces: " << list(selectors.interfaces) << "\n"
      << "      drivers: " << list(selectors.drivers) << "\n"
      << "      pciAddresses: " << list(selectors.pci_addresses) << "\n"
      << "      parents: " << list(selectors.parents) << "\n"
      << "      numaNodes: " << list(selectors.numa_nodes) << "\n"
      << "    queues:\n";
  if (pool.queues.ids.empty()) {
    out << "      count: " << pool.queues.count << "\n";
  } else {
    out << "      ids: " << text::ids_to_string(pool.queues.ids) << "\n";
  }
  out << "    use: " << word_for(pool_use_words, pool.use) << "\n";
  if (pool.channels) out << "    channels: " << *pool.channels << "\n";
  out << "    headerSplit: " << word_for(pool.header_split) << "\n"
      << "    rss: " << word_for(rss_words, pool.rss) << "\n"
      << "    repair: " << word_for(pool.repair) << "\n"
      << napi_to_yaml(pool.napi) << "    irqAffinity: " << word_for(irq_affinity_words, pool.irq_affinity)
      << "\n"
      << "    topology: " << word_for(pool.topology) << "\n"
      << "    heal: " << word_for(pool.heal) << "\n";
}

}  // namespace

std::string effective_yaml(const Config& config) {
  std::ostringstream out;
  out << "resourcePrefix: " << scalar(config.resource_prefix) << "\n"
      << "stateDirectory: " << scalar(config.state_directory) << "\n"
      << "persistentDirectory: " << scalar(config.persistent_directory) << "\n"
      << "kubeletDirectory: " << scalar(config.kubelet_directory) << "\n"
      << "bpfDirectory: " << scalar(config.bpf_directory) << "\n"
      << "cniBinDirectory: " << scalar(config.cni_bin_directory) << "\n"
      << "cniConfDirectory: " << scalar(config.cni_conf_directory) << "\n"
      << "rescanSeconds: " << config.rescan.count() << "\n"
      << "metrics:\n"
      << "  address: " << scalar(config.metrics.address) << "\n"
      << "log:\n"
      << "  level: " << word_for(log_level_words, config.log.level) << "\n"
      << "  format: " << word_for(log_format_words, config.log.format) << "\n"
      << "foreignLeases: " << word_for(foreign_lease_words, config.foreign_leases) << "\n"
      << "guard: " << scalar(word_for(guard_words, config.guard)) << "\n"
      << "pools:\n";
  for (const auto& pool : config.pools) print(out, pool);
  return out.str();
}

}  // namespace rxlease::deviceplugin::config
