// SPDX-License-Identifier: Apache-2.0
#include "deploy/examples/devmem/device_memory.h"

#include <fcntl.h>
#include <linux/udmabuf.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <stdexcept>

#include "deploy/examples/zerocopy/failure.h"

namespace rxlease::examples {

namespace {

// The kernel makes a dmabuf only of memory that nobody can shrink.
kernel::Fd make_memory(std::size_t size) {
  kernel::Fd memory(memfd_create("devmem", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!memory) fail("memfd_create");
  if (ftruncate(memory.get(), static_cast<off_t>(size)) < 0) fail("ftruncate");
  if (fcntl(memory.get(), F_ADD_SEALS, F_SEAL_SHRINK) < 0) fail("F_ADD_SEALS");
  return memory;
}

kernel::Fd make_dmabuf(const kernel::Fd& memory, std::size_t size) {
  const kernel::Fd device(open("/dev/udmabuf", O_RDWR | O_CLOEXEC));
  if (!device) fail("/dev/udmabuf");
  udmabuf_create request{};
  request.memfd = static_cast<std::uint32_t>(memory.get());
  request.flags = UDMABUF_FLAGS_CLOEXEC;
  request.size = size;
  kernel::Fd dmabuf(ioctl(device.get(), UDMABUF_CREATE, &request));
  if (!dmabuf) fail("UDMABUF_CREATE of " + std::to_string(size) + " bytes");
  return dmabuf;
}

}  // namespace

DeviceMemory::DeviceMemory(std::size_t size)
    : memory_(make_memory(size)), mapping_(size, memory_.get()), dmabuf_(make_dmabuf(memory_, size)) {}

std::span<const std::byte> DeviceMemory::bytes(std::size_t offset, std::size_t size) const {
  if (offset > mapping_.size() || size > mapping_.size() - offset) {
    throw std::runtime_error("the kernel names bytes beyond the end of the memory");
  }
  return {mapping_.data() + offset, size};
}

}  // namespace rxlease::examples
