// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/check/check.h"

#include "deviceplugin/config/load.h"
#include "deviceplugin/ctl/check/check_binds.h"
#include "deviceplugin/ctl/check/check_foreign_leases.h"
#include "deviceplugin/ctl/check/check_kernel.h"
#include "deviceplugin/ctl/check/check_nics.h"
#include "deviceplugin/ctl/check/check_node.h"
#include "deviceplugin/ctl/check/irq_affinity.h"
#include "deviceplugin/ctl/guard/guard.h"
#include "deviceplugin/pools/inventory.h"
#include "kernel/irq.h"

namespace rxlease::deviceplugin::ctl {

namespace {

using config::Config;

void add(const config::Problem& problem, Findings& findings) {
  const auto sentence = problem.to_string();  // "FILE:LINE:COLUMN: key: what; remedy"
  findings.missing("configuration", sentence.substr(0, sentence.size() - problem.remedy.size() - 2),
                   problem.remedy);
}

Config check_config(const std::string& file, Findings& findings) {
  try {
    auto loaded = config::load_config(file);
    for (const auto& problem : loaded.problems) add(problem, findings);
    if (loaded.problems.empty()) {
      std::string pools;
      for (const auto& pool : loaded.config.pools) pools.append(pools.empty() ? "" : ", ").append(pool.name);
      findings.ok("configuration", file + " is valid; its pools: " + pools);
    }
    return std::move(loaded.config);
  } catch (const config::ConfigError& error) {
    for (const auto& problem : error.problems()) add(problem, findings);
  }
  return {};
}

}  // namespace

Findings check(const std::string& file) {
  Findings findings;
  const bool may_ask = check_rights(findings);
  const auto config = check_config(file, findings);
  if (may_ask) {
    kernel::LinuxNamespace host(kernel::NetNs::current());
    const bool kernel_leases = check_leasing(host, findings);
    findings.step("pools", [&] {
      pools::Inventory inventory(host, "/sys", config.state_directory, pools::Purpose::show);
      inventory.recognize(leases_of_guard(config.state_directory));
      const auto snapshot = inventory.scan(config);
      check_nics(config, snapshot, {host.route(), host.generic(), kernel_leases}, findings);
      check_binds(config, snapshot, findings);
      if (kernel_leases) check_foreign_leases(config, snapshot, findings);
    });
  }
  check_settings(findings);
  check_node(config, findings);
  check_irq_affinity(config, kernel::irq_directory(), findings);
  return findings;
}

}  // namespace rxlease::deviceplugin::ctl
