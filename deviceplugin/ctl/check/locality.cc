// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/check/locality.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <sstream>
#include <string_view>

#include "kernel/files.h"
#include "kernel/nic.h"
#include "text/queue_ranges.h"

namespace rxlease::deviceplugin::ctl {

namespace {

// "0-3,8", as the kernel writes CPUs and nodes (bitmap_print_to_pagebuf).
std::set<std::uint32_t> parse_list(std::string text) {
  std::ranges::replace(text, ',', ' ');
  std::set<std::uint32_t> ids;
  std::istringstream parts(text);
  for (std::string part; parts >> part;) {
    const auto range = text::parse_range(part.find('-') == std::string::npos ? part + "-" + part : part);
    constexpr std::uint32_t most = 1 << 16;
    if (!range || range->last > most) return {};
    for (auto id = range->first; id <= range->last; ++id) ids.insert(id);
  }
  return ids;
}

// What follows "NAME:" in a line of /proc/self/status.
std::string value_of(const std::string& name, const std::string& status) {
  std::istringstream lines(status);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(name + ":")) return line.substr(name.size() + 1);
  }
  return {};
}

// The CPUs of each node; empty where the machine has no nodes.
std::map<int, std::set<std::uint32_t>> list_nodes(const std::string& sysfs) {
  const auto directory = sysfs + "/devices/system/node";
  std::map<int, std::set<std::uint32_t>> nodes;
  for (const auto& name : kernel::list_directory(directory)) {
    constexpr std::string_view prefix = "node";
    int node = -1;
    if (!name.starts_with(prefix)) continue;
    std::from_chars(name.data() + prefix.size(), name.data() + name.size(), node);
    if (node < 0) continue;
    nodes[node] = parse_list(kernel::read_usable_file(directory + "/" + name + "/cpulist").value_or(""));
  }
  return nodes;
}

// "node 1", "nodes 0 and 1"
std::string to_string(const std::set<int>& nodes) {
  std::string text = nodes.size() == 1 ? "node " : "nodes ";
  for (const auto& node : nodes) {
    if (node != *nodes.begin()) text += node == *nodes.rbegin() ? " and " : ", ";
    text += std::to_string(node);
  }
  return text;
}

}  // namespace

Placement placement_of(const std::string& status, const std::string& sysfs) {
  Placement placement;
  const auto cpus = parse_list(value_of("Cpus_allowed_list", status));
  const auto memory = parse_list(value_of("Mems_allowed_list", status));
  for (const auto& [node, its] : list_nodes(sysfs)) {
    if (std::ranges::any_of(its, [&](auto cpu) { return cpus.contains(cpu); })) placement.cpus.insert(node);
    if (memory.contains(static_cast<std::uint32_t>(node))) placement.memory.insert(node);
  }
  return placement;
}

void check_locality(const std::string& nic, const Placement& placement, const std::string& sysfs,
                    Findings& findings) {
  const auto node = kernel::numa_node_of(sysfs, nic);
  if (!node || list_nodes(sysfs).size() < 2 || placement.cpus.empty() || placement.memory.empty()) return;
  const auto where = "NIC " + nic + " is at NUMA node " + std::to_string(*node);
  const auto may = "this container may use CPUs of " + to_string(placement.cpus) + " and memory of " +
                   to_string(placement.memory);
  if (placement.cpus == std::set{*node} && placement.memory.contains(*node)) {
    findings.ok("locality", where + ", and " + may);
  } else {
    findings.warning("locality",
                     where + ", and " + may +
                         ": what a program gives to the queue may lie on another node, and every packet "
                         "crosses to it",
                     "have kubelet align them (cpuManagerPolicy: static, topologyManagerPolicy: "
                     "single-numa-node, and `topology` of the pool not false), or bind the program to " +
                         to_string({*node}) + ", with numactl for example");
  }
}

}  // namespace rxlease::deviceplugin::ctl
