// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

#include "deploy/examples/zerocopy/ring.h"
#include "kernel/fd.h"

namespace rxlease::examples {

// Memory that the kernel takes for a device's, and does not read: a udmabuf. A GPU's driver would give its
// own memory as a dmabuf in the same way; here it is also mapped, to check what arrives.
class DeviceMemory {
 public:
  // `size`: bytes, whole pages. Needs access to /dev/udmabuf, but no capability. Throws std::system_error.
  explicit DeviceMemory(std::size_t size);

  int dmabuf() const { return dmabuf_.get(); }
  std::span<const std::byte> bytes(std::size_t offset, std::size_t size) const;

 private:
  kernel::Fd memory_;
  Mapping mapping_;
  kernel::Fd dmabuf_;
};

}  // namespace rxlease::examples
