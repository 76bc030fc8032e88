// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/check/own_rights.h"

#include <charconv>
#include <cstdint>
#include <limits>
#include <sstream>
#include <string>

#include "kernel/files.h"

namespace rxlease::deviceplugin::ctl {

namespace {

// The number behind a label of /proc/self/status; 0 if there is none.
std::uint64_t status(const std::string& label, int base) {
  const auto text = kernel::read_file("/proc/self/status").value_or("");
  const auto at = text.find(label + ":\t");
  std::uint64_t number = 0;
  if (at != std::string::npos) {
    std::from_chars(text.data() + at + label.size() + 2, text.data() + text.size(), number, base);
  }
  return number;
}

}  // namespace

bool has_capability(int capability) {
  return (status("CapEff", 16) >> capability & 1U) != 0;
}

bool has_seccomp_filter() {
  constexpr std::uint64_t filter_mode = 2;
  return status("Seccomp", 10) == filter_mode;
}

bool in_initial_user_namespace() {
  std::istringstream map(kernel::read_file("/proc/self/uid_map").value_or(""));
  std::uint64_t inside = 1;
  std::uint64_t outside = 1;
  std::uint64_t count = 0;
  map >> inside >> outside >> count;
  return inside == 0 && outside == 0 && count == std::numeric_limits<std::uint32_t>::max();
}

}  // namespace rxlease::deviceplugin::ctl
