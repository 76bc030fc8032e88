// SPDX-License-Identifier: Apache-2.0
#include "deploy/examples/zerocopy/zero_copy_queue.h"

#include <net/if.h>
#include <unistd.h>

#include <atomic>
#include <bit>

#include "deploy/examples/zerocopy/failure.h"

namespace rxlease::examples {

namespace {

const auto page_size = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));

std::uint64_t address_of(const void* memory) {
  return reinterpret_cast<std::uint64_t>(memory);
}

// The refill ring begins with its indices. It has room for every buffer of the area, and more than its own
// size in front of them: a page holds them, whatever the kernel's cache lines are.
std::size_t ring_size(std::uint32_t entries) {
  const auto size = page_size + entries * sizeof(zcrx::Refill);
  return (size + page_size - 1) / page_size * page_size;
}

std::uint32_t index_of(const std::string& interface) {
  const auto ifindex = if_nametoindex(interface.c_str());
  if (ifindex == 0) fail("interface '" + interface + "'");
  return ifindex;
}

}  // namespace

ZeroCopyQueue::ZeroCopyQueue(Ring& ring, const std::string& interface, std::uint32_t queue,
                             std::size_t area_size)
    : ring_(ring),
      area_(area_size),
      refill_entries_(static_cast<std::uint32_t>(std::bit_ceil(area_size / page_size))),
      region_(ring_size(refill_entries_) + page_size) {
  area_request_.address = address_of(area_.data());
  area_request_.length = area_.size();

  zcrx::Region region{};
  region.address = address_of(region_.data());
  region.size = region_.size();
  region.flags = zcrx::region_of_user;

  zcrx::Events events{};
  events.flags = zcrx::event_has_statistics;
  events.statistics_offset = ring_size(refill_entries_);

  request_.ifindex = index_of(interface);
  request_.queue = queue;
  request_.refill_entries = refill_entries_;
  request_.area = address_of(&area_request_);
  request_.region = address_of(&region);
  request_.events = address_of(&events);
  ring_.enroll(zcrx::register_queue, &request_, 1,
               "zero-copy receive on queue " + std::to_string(queue) + " of " + interface);
}

void ZeroCopyQueue::receive(int socket, std::uint64_t user_data) {
  io_uring_sqe request{};
  request.opcode = zcrx::op_recv_zc;
  request.ioprio = IORING_RECV_MULTISHOT;
  request.fd = socket;
  request.file_index = request_.id;
  request.user_data = user_data;
  ring_.submit(request);
}

std::span<const std::byte> ZeroCopyQueue::bytes(const Ring::Completion& completion) const {
  return {area_.data() + (completion.offset & zcrx::offset_mask),
          static_cast<std::size_t>(completion.result)};
}

void ZeroCopyQueue::give_back(const Ring::Completion& completion) {
  const std::atomic_ref head(*region_.at<std::uint32_t>(request_.offsets.head));
  const std::atomic_ref tail(*region_.at<std::uint32_t>(request_.offsets.tail));
  const auto position = tail.load(std::memory_order_relaxed);
  // A page can come in several completions, so there may be more of them than the ring has room for.
  if (position - head.load(std::memory_order_acquire) == refill_entries_) flush();
  auto& entry = region_.at<zcrx::Refill>(request_.offsets.entries)[position & (refill_entries_ - 1)];
  entry = {completion.offset, static_cast<std::uint32_t>(completion.result), 0};
  tail.store(position + 1, std::memory_order_release);
}

void ZeroCopyQueue::flush() {
  zcrx::Control control{};
  control.id = request_.id;
  control.operation = zcrx::control_flush;
  ring_.enroll(zcrx::register_control, &control, 0, "flushing the refill ring");
}

std::uint64_t ZeroCopyQueue::copied_bytes() const {
  const std::atomic_ref bytes(region_.at<zcrx::Statistics>(ring_size(refill_entries_))->copied_bytes);
  return bytes.load(std::memory_order_relaxed);
}

}  // namespace rxlease::examples
