// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

// The CPUs that an interrupt may go to: Documentation/core-api/irq/irq-affinity.rst.

namespace rxlease::kernel {

// Where interrupts' settings are: /proc/irq. In a container, where that is read-only, /run/host/proc/irq if
// it is mounted.
std::string irq_directory();

// CPUs as the kernel writes them: "0-3,8". Empty for none.
std::string cpu_list(const std::set<std::uint32_t>& cpus);

// The content of smp_affinity_list, without the line's end. nullopt: there is no such interrupt.
std::optional<std::string> irq_affinity(std::uint32_t irq);

// Sets it to a list of CPUs. FileError EIO: the kernel manages this interrupt itself, or its controller
// cannot move interrupts. EINVAL: none of the CPUs is online. EROFS, EACCES: not writable here. ENOENT: there
// is no such interrupt.
void set_irq_affinity(std::uint32_t irq, const std::string& cpus);

}  // namespace rxlease::kernel
