// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <linux/genetlink.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "kernel/netlink/socket/genl.h"
#include "kernel/netlink/socket/transport.h"

namespace rxlease::kernel {

// netdev.yaml, definitions "queue-type" and "qstats-scope"
enum class QueueType : std::uint32_t { rx = 0, tx = 1 };
enum class QstatsScope : std::uint64_t { queue = 1 };

// netdev.yaml, operations (Linux 6.3 on; queue-create 7.1)
enum class NetdevOp : std::uint8_t {
  dev_get = 1,
  queue_get = 10,
  napi_get = 11,
  qstats_get = 12,
  napi_set = 14,
  queue_create = 16
};

// netdev.yaml, attribute-set "dev"
struct Dev {
  std::uint32_t ifindex = 0;
  std::uint64_t xdp_features = 0;  // bits of "xdp-act"
  std::optional<std::uint32_t> xdp_zc_max_segs;
  std::uint64_t xsk_features = 0;

  // Whether AF_XDP sockets can be bound without copies (XDP_ZEROCOPY): bit "xsk-zerocopy". Some drivers clear
  // it while another setting is on.
  bool has_xsk_zero_copy() const { return (xdp_features & 1U << 3U) != 0; }

  static constexpr auto attributes() {
    return std::tuple{Attribute{1, &Dev::ifindex}, Attribute{3, &Dev::xdp_features},
                      Attribute{4, &Dev::xdp_zc_max_segs}, Attribute{6, &Dev::xsk_features}};
  }
};

// netdev.yaml, attribute-set "queue-id"
struct QueueId {
  std::uint32_t id = 0;
  QueueType type = QueueType::rx;

  static constexpr auto attributes() {
    return std::tuple{Attribute{1, &QueueId::id}, Attribute{3, &QueueId::type}};
  }
};

// netdev.yaml, attribute-set "lease". In queue-create: the physical queue to lease. In queue-get: the virtual
// queue that leases this one.
struct Lease {
  std::uint32_t ifindex = 0;
  QueueId queue;
  std::optional<std::int32_t>
      netns_id;  // the ifindex's namespace by its id in the socket's; absent: the socket's own

  static constexpr auto attributes() {
    return std::tuple{Attribute{1, &Lease::ifindex}, Attribute{2, &Lease::queue},
                      Attribute{3, &Lease::netns_id}};
  }
};

// netdev.yaml, attribute-set "queue"
struct Queue {
  std::optional<std::uint32_t> id;
  std::uint32_t ifindex = 0;
  QueueType type = QueueType::rx;
  std::optional<std::uint32_t> napi_id;
  std::optional<std::uint32_t> dmabuf;  // id of the devmem binding on it
  std::optional<Bytes> io_uring;        // present: an io_uring receives through it
  std::optional<Bytes> xsk;             // present: an AF_XDP socket is bound to it
  std::optional<Lease> lease;

  static constexpr auto attributes() {
    return std::tuple{Attribute{1, &Queue::id},     Attribute{2, &Queue::ifindex},
                      Attribute{3, &Queue::type},   Attribute{4, &Queue::napi_id},
                      Attribute{5, &Queue::dmabuf}, Attribute{6, &Queue::io_uring},
                      Attribute{7, &Queue::xsk},    Attribute{8, &Queue::lease}};
  }
};

// netdev.yaml, definition "napi-threaded"
enum class NapiThreaded : std::uint32_t { disabled = 0, enabled = 1, busy_poll = 2 };

// netdev.yaml, attribute-set "napi": what napi-set takes (Linux 6.13, threaded 6.17)
struct NapiSettings {
  std::uint32_t id = 0;
  std::optional<std::uint32_t> defer_hard_irqs;                         // empty polls
  std::optional<std::uint64_t> gro_flush_timeout, irq_suspend_timeout;  // nanoseconds
  std::optional<NapiThreaded> threaded;

  static constexpr auto attributes() {
    return std::tuple{Attribute{2, &NapiSettings::id}, Attribute{5, &NapiSettings::defer_hard_irqs},
                      Attribute{6, &NapiSettings::gro_flush_timeout},
                      Attribute{7, &NapiSettings::irq_suspend_timeout},
                      Attribute{8, &NapiSettings::threaded}};
  }

  bool operator==(const NapiSettings&) const = default;
};

// The whole of it.
struct Napi : NapiSettings {
  std::uint32_t ifindex = 0;
  std::optional<std::uint32_t> irq, pid;

  static constexpr auto attributes() {
    return std::tuple_cat(
        std::tuple{Attribute{1, &Napi::ifindex}, Attribute{3, &Napi::irq}, Attribute{4, &Napi::pid}},
        NapiSettings::attributes());
  }
};

// netdev.yaml, attribute-set "qstats"; counters since the device was made, absent if the driver has none
struct Qstats {
  std::uint32_t ifindex = 0;
  std::optional<QueueType> queue_type;
  std::optional<std::uint32_t> queue_id;
  std::optional<QstatsScope> scope;
  std::optional<std::uint64_t> rx_packets, rx_bytes, tx_packets, tx_bytes;
  std::optional<std::uint64_t> rx_alloc_fail, rx_hw_drops, rx_hw_drop_overruns;

  static constexpr auto attributes() {
    return std::tuple{Attribute{1, &Qstats::ifindex},
                      Attribute{2, &Qstats::queue_type},
                      Attribute{3, &Qstats::queue_id},
                      Attribute{4, &Qstats::scope},
                      Attribute{8, &Qstats::rx_packets},
                      Attribute{9, &Qstats::rx_bytes},
                      Attribute{10, &Qstats::tx_packets},
                      Attribute{11, &Qstats::tx_bytes},
                      Attribute{12, &Qstats::rx_alloc_fail},
                      Attribute{13, &Qstats::rx_hw_drops},
                      Attribute{14, &Qstats::rx_hw_drop_overruns}};
  }
};

// The netdev family of generic netlink, in the namespace of the transport (NETLINK_GENERIC). Every ifindex
// that is passed or returned belongs to that namespace.
class Netdev {
 public:
  // nullopt if the kernel has no netdev family (before Linux 6.3).
  static std::optional<Netdev> open(Transport& transport);

  bool has_op(NetdevOp op) const { return family_.has_op(static_cast<std::uint32_t>(op)); }
  const GenlFamily& family() const { return family_; }

  // ENODEV: no such device.
  Dev dev_get(std::uint32_t ifindex) const;

  // One queue; nullopt if the device is gone, is down or has no such queue.
  std::optional<Queue> queue_get(std::uint32_t ifindex, QueueId queue) const;

  // Every rx and tx queue of a device; none while it is down.
  std::vector<Queue> queue_get_dump(std::uint32_t ifindex) const;

  // Appends an rx queue to the virtual device `ifindex` that leases a physical queue; returns the new queue's
  // id. Needs CAP_NET_ADMIN in the initial user namespace. A lease ends only with the virtual device. EBUSY:
  // the physical queue is taken. ERANGE: the NIC has no such queue. EINVAL: one of the two devices does not
  // support it, or the virtual one has no room for a queue. EOPNOTSUPP: a pair's primary end, or a second
  // physical device. ENONET, ENODEV: an unknown netns_id or ifindex.
  std::uint32_t queue_create(std::uint32_t ifindex, const Lease& lease) const;

  // The NAPI of this id; nullopt if it is gone. There is no list of all: where a queue was restarted, as by a
  // program that binds memory to it, the kernel's dump leaves out NAPIs, and warns (Linux 7.3).
  std::optional<Napi> napi_get(std::uint32_t id) const;

  // Changes the members that are present and leaves the rest. Needs CAP_NET_ADMIN. ENOENT: the NAPI is gone.
  void napi_set(const NapiSettings& settings) const;

  // Statistics of each queue; empty if the driver keeps none.
  std::vector<Qstats> qstats_get_dump(std::uint32_t ifindex) const;

 private:
  Netdev(Transport& transport, GenlFamily family) : transport_(&transport), family_(std::move(family)) {}
  std::vector<Message> call(const char* operation, NetdevOp op, std::uint16_t flags,
                            const Bytes& attributes) const;
  template <AttributeSet T, AttributeSet Filter>
  std::vector<T> dump(const char* operation, NetdevOp op, const Filter& filter) const;

  Transport* transport_;
  GenlFamily family_;
};

// Whether the kernel can lease queues at all. `generic` is NETLINK_GENERIC.
bool has_queue_create(Transport& generic);

}  // namespace rxlease::kernel
