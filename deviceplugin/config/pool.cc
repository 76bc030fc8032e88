// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/config/pool.h"

#include <set>

#include "deviceplugin/config/napi.h"
#include "deviceplugin/config/queues.h"
#include "deviceplugin/config/rules.h"
#include "deviceplugin/config/words.h"
#include "text/glob.h"

namespace rxlease::deviceplugin::config {

namespace {

constexpr IntegerRange channel_count{2, most_channels, "channels"};
constexpr IntegerRange numa_node{0, 1023};

void refuse_twice(const ValueReader& item) {
  item.refuse("occurs a second time", "name it once");
}

// Reads a list whose items `read_item` reads; it returns nullopt for one that it refused.
template <typename Value, typename ReadItem>
std::vector<Value> read_list(const std::optional<ValueReader>& list, ReadItem read_item) {
  std::vector<Value> values;
  std::set<Value> seen;
  const auto items = list ? list->items() : std::nullopt;
  if (!items) return values;
  for (const auto& item : *items) {
    auto value = read_item(item);
    if (!value) continue;
    if (!seen.insert(*value).second) refuse_twice(item);
    values.push_back(std::move(*value));
  }
  return values;
}

std::optional<std::string> read_glob(const ValueReader& item) {
  auto pattern = item.text();
  if (!pattern) return std::nullopt;
  if (const auto fault = text::glob_fault(*pattern)) {
    item.refuse("matches no interface: " + *fault,
                "use an interface's name, or a pattern such as \"enp*np0\"");
    return std::nullopt;
  }
  return pattern;
}

std::optional<std::string> read_device_name(const ValueReader& item) {
  auto name = item.text();
  if (name && !is_device_name(*name)) {
    item.refuse("is no name of a driver or device", device_name_rule);
    return std::nullopt;
  }
  return name;
}

std::optional<std::string> read_pci_address(const ValueReader& item) {
  auto address = item.text();
  if (!address) return std::nullopt;
  const auto right = kernel_pci_address(*address);
  if (right == address) return address;
  if (right) {
    item.refuse("is not how the kernel writes it", "did you mean \"" + *right + "\"?");
  } else {
    item.refuse("is no PCI address", "use DOMAIN:BUS:DEVICE.FUNCTION such as \"0000:0a:00.0\"");
  }
  return std::nullopt;
}

std::optional<int> read_numa_node(const ValueReader& item) {
  const auto node = item.integer(numa_node);
  return node ? std::optional(static_cast<int>(*node)) : std::nullopt;
}

std::optional<Selectors> read_selectors(const ValueReader& value) {
  const auto before = value.problems().size();
  auto map = value.map();
  if (!map) return std::nullopt;
  Selectors selectors{.interfaces = read_list<std::string>(map->find("interfaces"), read_glob),
                      .drivers = read_list<std::string>(map->find("drivers"), read_device_name),
                      .pci_addresses = read_list<std::string>(map->find("pciAddresses"), read_pci_address),
                      .parents = read_list<std::string>(map->find("parents"), read_device_name),
                      .numa_nodes = read_list<int>(map->find("numaNodes"), read_numa_node)};
  map->refuse_unread();
  if (before != value.problems().size()) return std::nullopt;
  if (selectors != Selectors{}) return selectors;
  value.refuse("selects no NIC", "name interfaces, drivers, pciAddresses, parents or numaNodes");
  return std::nullopt;
}

std::optional<std::string> read_name(const ValueReader& value, const Config& config) {
  auto name = value.text();
  if (!name) return std::nullopt;
  if (!is_pool_name(*name)) {
    value.refuse("is no name for a resource", pool_name_rule);
    return std::nullopt;
  }
  Pool pool;
  pool.name = *name;
  const auto path = config.socket_of(pool);
  if (path.size() <= longest_socket_path) return name;
  value.refuse("makes a socket's path of " + std::to_string(path.size()) + " characters, and Linux takes " +
                   std::to_string(longest_socket_path),
               "use a shorter name");
  return std::nullopt;
}

// Channels are queues: the host keeps the first, the pool's have to be among the others. `queues`: absent if
// they were refused.
std::optional<std::uint32_t> read_channels(const ValueReader& value, const std::optional<Queues>& queues) {
  const auto channels = value.integer(channel_count);
  if (!channels || !queues) return std::nullopt;
  const auto needed = (queues->ids.empty() ? queues->count : queues->ids.back()) + 1;
  if (*channels >= needed) return channels;
  const auto pool = queues->ids.empty() ? std::to_string(queues->count) + " queues beside the host's"
                                        : "queue " + std::to_string(queues->ids.back());
  value.refuse("is too few for " + pool, "use at least " + std::to_string(needed));
  return std::nullopt;
}

// AF_XDP receives whole packets, and some drivers refuse XDP while header split is on.
bool read_header_split(const std::optional<ValueReader>& split, PoolUse use) {
  const bool usual = use == PoolUse::memory_provider;
  if (!split) return usual;
  const auto value = split->boolean();
  if (value == true && use == PoolUse::af_xdp) {
    split->refuse("is for memory providers, and the pool's use is \"afxdp\"", "leave it out");
  }
  return value.value_or(usual);
}

}  // namespace

std::optional<Pool> read_pool(const ValueReader& value, const Config& config) {
  const auto before = value.problems().size();
  auto map = value.map();
  if (!map) return std::nullopt;
  Pool pool;
  if (const auto name = map->require("name", "name the resource: \"name: rxq\"")) {
    pool.name = read_name(*name, config).value_or("");
  }
  if (const auto selectors =
          map->require("selectors", "say which NICs: \"selectors: { interfaces: [eth0] }\"")) {
    pool.selectors = read_selectors(*selectors).value_or(Selectors{});
  }
  std::optional<Queues> queues;
  if (const auto given = map->require("queues", "say how many a NIC: \"queues: { count: 8 }\"")) {
    queues = read_queues(*given);
  }
  pool.queues = queues.value_or(Queues{});
  if (const auto use = map->find("use")) pool.use = use->choice(pool_use_words).value_or(pool.use);
  if (const auto channels = map->find("channels")) pool.channels = read_channels(*channels, queues);
  pool.header_split = read_header_split(map->find("headerSplit"), pool.use);
  if (const auto rss = map->find("rss")) pool.rss = rss->choice(rss_words).value_or(pool.rss);
  if (const auto repair = map->find("repair")) pool.repair = repair->boolean().value_or(pool.repair);
  if (const auto napi = map->find("napi")) pool.napi = read_napi(*napi);
  if (const auto affinity = map->find("irqAffinity")) {
    pool.irq_affinity = affinity->choice(irq_affinity_words).value_or(pool.irq_affinity);
  }
  if (const auto topology = map->find("topology")) {
    pool.topology = topology->boolean().value_or(pool.topology);
  }
  if (const auto heal = map->find("heal")) pool.heal = heal->boolean().value_or(pool.heal);
  map->refuse_unread();
  return before == value.problems().size() ? std::optional(std::move(pool)) : std::nullopt;
}

}  // namespace rxlease::deviceplugin::config
