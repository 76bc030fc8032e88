// SPDX-License-Identifier: Apache-2.0
#include "kernel/zero_copy_ring.h"

#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel/error.h"
#include "kernel/zcrx.h"

namespace rxlease::kernel {

namespace {

// New memory. io_uring keeps what is bound, also when this has ended.
class Memory {
 public:
  explicit Memory(std::size_t size)
      : size_(size),
        address_(mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {
    if (address_ == MAP_FAILED) throw_errno("mmap of " + std::to_string(size) + " bytes");
  }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  ~Memory() { munmap(address_, size_); }

  void* address() const { return address_; }

 private:
  std::size_t size_;
  void* address_;
};

std::uint64_t address_of(const void* memory) {
  return reinterpret_cast<std::uint64_t>(memory);
}

int set_up() {
  io_uring_params parameters{};
  parameters.flags = IORING_SETUP_CQE32 | IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN;
  const auto fd = syscall(SYS_io_uring_setup, 1, &parameters);
  if (fd < 0) throw_errno("io_uring_setup");
  return static_cast<int>(fd);
}

}  // namespace

ZeroCopyRing::ZeroCopyRing() : fd_(set_up()) {}

void ZeroCopyRing::bind(std::uint32_t ifindex, std::uint32_t queue, std::size_t size) const {
  const Memory memory(size);
  zcrx::Area area{};
  area.address = address_of(memory.address());
  area.length = size;
  zcrx::Region region{};  // the kernel's: nobody fills the refill ring
  region.size = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  zcrx::QueueRequest request{};
  request.ifindex = ifindex;
  request.queue = queue;
  request.refill_entries = 1;
  request.area = address_of(&area);
  request.region = address_of(&region);
  if (syscall(SYS_io_uring_register, fd_.get(), zcrx::register_queue, &request, 1) != 0) {
    throw_errno("zero-copy receive");
  }
}

}  // namespace rxlease::kernel
