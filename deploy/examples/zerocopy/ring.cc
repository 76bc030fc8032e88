// SPDX-License-Identifier: Apache-2.0
#include "deploy/examples/zerocopy/ring.h"

#include <poll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>

#include "deploy/examples/zerocopy/failure.h"

namespace rxlease::examples {

namespace {

constexpr unsigned requests = 64;
constexpr std::size_t completion_size = 32;  // IORING_SETUP_CQE32

int enter(int fd, unsigned submit, unsigned wait_for) {
  const unsigned flags = wait_for == 0 ? 0 : IORING_ENTER_GETEVENTS;
  return static_cast<int>(syscall(SYS_io_uring_enter, fd, submit, wait_for, flags, nullptr, 0));
}

// The indices that kernel and program share.
std::atomic_ref<std::uint32_t> index_at(const Mapping& rings, std::uint32_t offset) {
  return std::atomic_ref(*rings.at<std::uint32_t>(offset));
}

}  // namespace

Mapping::Mapping(std::size_t size, int fd, std::uint64_t offset) : size_(size) {
  const int flags = fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED | MAP_POPULATE;
  void* const address = mmap(nullptr, size, PROT_READ | PROT_WRITE, flags, fd, static_cast<off_t>(offset));
  if (address == MAP_FAILED) fail("mmap of " + std::to_string(size) + " bytes");
  data_ = static_cast<std::byte*>(address);
}

Mapping::~Mapping() {
  munmap(data_, size_);
}

Ring::Ring(unsigned completions) {
  parameters_.flags =
      IORING_SETUP_CQE32 | IORING_SETUP_CQSIZE | IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN;
  parameters_.cq_entries = completions;
  fd_ = static_cast<int>(syscall(SYS_io_uring_setup, requests, &parameters_));
  if (fd_ < 0) fail("io_uring_setup (a container's seccomp profile may forbid it)");
  // Both rings are in one mapping: IORING_FEAT_SINGLE_MMAP, Linux 5.4.
  const auto size = std::max(parameters_.sq_off.array + parameters_.sq_entries * sizeof(std::uint32_t),
                             parameters_.cq_off.cqes + parameters_.cq_entries * completion_size);
  rings_.emplace(size, fd_, IORING_OFF_SQ_RING);
  requests_.emplace(parameters_.sq_entries * sizeof(io_uring_sqe), fd_, IORING_OFF_SQES);
}

Ring::~Ring() {
  close(fd_);
}

void Ring::submit(const io_uring_sqe& request) {
  const auto tail = index_at(*rings_, parameters_.sq_off.tail);
  const auto position = tail.load(std::memory_order_relaxed);
  const auto slot = position & (parameters_.sq_entries - 1);
  requests_->at<io_uring_sqe>(0)[slot] = request;
  rings_->at<std::uint32_t>(parameters_.sq_off.array)[slot] = slot;
  tail.store(position + 1, std::memory_order_release);
  // One at a time, so that there is always room.
  while (enter(fd_, 1, 0) < 0) {
    if (errno != EINTR) fail("io_uring_enter to submit");
  }
}

void Ring::poll(int fd, std::uint64_t user_data) {
  io_uring_sqe request{};
  request.opcode = IORING_OP_POLL_ADD;
  request.fd = fd;
  request.poll32_events = POLLIN;
  request.user_data = user_data;
  submit(request);
}

void Ring::cancel(std::uint64_t user_data, std::uint64_t done) {
  io_uring_sqe request{};
  request.opcode = IORING_OP_ASYNC_CANCEL;
  request.fd = -1;
  request.addr = user_data;
  request.cancel_flags = IORING_ASYNC_CANCEL_ALL;
  request.user_data = done;
  submit(request);
}

void Ring::wait() {
  while (enter(fd_, 0, 1) < 0) {
    if (errno != EINTR) fail("io_uring_enter to wait");
  }
}

std::optional<Ring::Completion> Ring::next() {
  const auto head = index_at(*rings_, parameters_.cq_off.head);
  const auto position = head.load(std::memory_order_relaxed);
  if (position == index_at(*rings_, parameters_.cq_off.tail).load(std::memory_order_acquire))
    return std::nullopt;
  const auto slot = position & (parameters_.cq_entries - 1);
  const auto* const entry = rings_->at<io_uring_cqe>(parameters_.cq_off.cqes + slot * completion_size);
  const Completion completion{entry->user_data, entry->res, (entry->flags & IORING_CQE_F_MORE) != 0,
                              entry->big_cqe[0]};
  head.store(position + 1, std::memory_order_release);
  return completion;
}

void Ring::enroll(unsigned operation, void* argument, unsigned count, const std::string& what) {
  if (syscall(SYS_io_uring_register, fd_, operation, argument, count) < 0) fail(what);
}

}  // namespace rxlease::examples
