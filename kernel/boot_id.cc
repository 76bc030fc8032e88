// SPDX-License-Identifier: Apache-2.0
#include "kernel/boot_id.h"

#include "kernel/files.h"

namespace rxlease::kernel {

std::string boot_id() {
  auto text = read_file("/proc/sys/kernel/random/boot_id").value_or("");
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace rxlease::kernel
