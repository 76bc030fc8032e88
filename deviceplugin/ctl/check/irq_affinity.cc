// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/check/irq_affinity.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "kernel/files.h"

namespace rxlease::deviceplugin::ctl {

namespace {

const std::string subject = "irqAffinity";

void check_files(const std::string& directory, Findings& findings) {
  const auto file = directory + "/default_smp_affinity";
  const int error = access(file.c_str(), W_OK) == 0 ? 0 : errno;
  if (error == 0) {
    findings.ok(subject, "interrupts can be moved in " + directory);
  } else {
    findings.warning(subject, "interrupts cannot be moved in " + directory + ": " + strerrordesc_np(error),
                     "run this as root; in a container mount the host's /proc/irq at /run/host/proc/irq");
  }
}

// kubelet's file is not visible in the daemon's container.
void check_cpu_manager(const std::string& kubelet_directory, Findings& findings) {
  const auto path = kubelet_directory + "/cpu_manager_state";
  const auto state = nlohmann::json::parse(kernel::read_usable_file(path).value_or(""), nullptr,
                                           /*allow_exceptions=*/false);
  if (!state.is_object() || !state.contains("policyName") || !state["policyName"].is_string()) {
    findings.ok(subject,
                "whether kubelet pins pods to CPUs cannot be seen here: there is no readable " + path);
    return;
  }
  if (state["policyName"] == "static") {
    findings.ok(subject, "kubelet's CPU manager is static, and pins pods that ask for whole CPUs");
  } else {
    findings.warning(subject, path + " says that kubelet pins no pod to CPUs, so no interrupt follows any",
                     "start kubelet with --cpu-manager-policy=static, or set irqAffinity to keep");
  }
}

}  // namespace

void check_irq_affinity(const config::Config& config, const std::string& irq_directory, Findings& findings) {
  const auto follows = [](const auto& pool) { return pool.irq_affinity == config::IrqAffinity::follow; };
  if (std::ranges::none_of(config.pools, follows)) return;
  check_files(irq_directory, findings);
  check_cpu_manager(config.kubelet_directory, findings);
}

}  // namespace rxlease::deviceplugin::ctl
