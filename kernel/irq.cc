// SPDX-License-Identifier: Apache-2.0
#include "kernel/irq.h"

#include <unistd.h>

#include "kernel/files.h"

namespace rxlease::kernel {

namespace {

const std::string irqs_in_container = "/run/host/proc/irq";

std::string affinity_file(std::uint32_t irq) {
  return irq_directory() + "/" + std::to_string(irq) + "/smp_affinity_list";
}

}  // namespace

std::string irq_directory() {
  return access(irqs_in_container.c_str(), F_OK) == 0 ? irqs_in_container : "/proc/irq";
}

std::string cpu_list(const std::set<std::uint32_t>& cpus) {
  std::string text;
  for (auto cpu = cpus.begin(); cpu != cpus.end();) {
    const auto first = *cpu;
    auto last = first;
    while (++cpu != cpus.end() && *cpu == last + 1) ++last;
    text += (text.empty() ? "" : ",") + std::to_string(first);
    if (last != first) text += "-" + std::to_string(last);
  }
  return text;
}

std::optional<std::string> irq_affinity(std::uint32_t irq) {
  auto list = read_usable_file(affinity_file(irq));
  if (list && list->ends_with('\n')) list->pop_back();
  return list;
}

void set_irq_affinity(std::uint32_t irq, const std::string& cpus) {
  write_in_place(affinity_file(irq), cpus);
}

}  // namespace rxlease::kernel
