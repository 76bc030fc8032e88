// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/netlink/socket/genl.h"
#include "kernel/netlink/socket/transport.h"

namespace rxlease::kernel {

// ethtool.yaml, operations (Linux 5.8 on; rss-get 6.2, rss-set 6.17)
enum class EthtoolOp : std::uint8_t {
  features_get = 11,
  features_set = 12,
  rings_get = 15,
  rings_set = 16,
  channels_get = 17,
  channels_set = 18,
  rss_get = 38,
  rss_set = 48
};

// ethtool.yaml, attribute-set "header": the device that a message is about
struct EthtoolHeader {
  std::uint32_t dev_index = 0;

  static constexpr auto attributes() { return std::tuple{Attribute{1, &EthtoolHeader::dev_index}}; }
};

// ethtool.yaml, attribute-sets "bitset", "bitset-bits" and "bitset-bit", in the form that names its bits. A
// request can carry one bit at most: bits are no indexed array for the kernel.
struct Bitset {
  struct Bit {
    std::string name;
    bool value = false;
    static constexpr auto attributes() {
      return std::tuple{Attribute{2, &Bit::name}, Attribute{3, &Bit::value}};
    }
  };

  bool nomask = false;  // true: only the set bits are listed, without values; false: all, with values
  std::vector<Bit> bits;

  static constexpr auto attributes() {
    return std::tuple{Attribute{1, &Bitset::nomask}, Attribute{3, &Bitset::bits}};
  }

  bool has(std::string_view name) const;
};

// ethtool.yaml, attribute-set "features": "rx-ntuple-filter", "rx-gro-hw", …
struct Features {
  EthtoolHeader dev;
  Bitset hw;      // features that can be switched
  Bitset wanted;  // requested ones, whether the driver grants them or not
  Bitset active;  // those that are on

  static constexpr auto attributes() {
    return std::tuple{Attribute{1, &Features::dev}, Attribute{2, &Features::hw},
                      Attribute{3, &Features::wanted}, Attribute{4, &Features::active}};
  }
};

// ethtool.yaml, definition "tcp-data-split"
enum class TcpDataSplit : std::uint8_t { unknown = 0, disabled = 1, enabled = 2 };

// ethtool.yaml, attribute-set "rings"; members are absent if the driver lacks them (hds-thresh: Linux 6.14)
struct Rings {
  EthtoolHeader dev;
  std::optional<std::uint32_t> rx_max, rx;  // packets
  std::optional<TcpDataSplit> tcp_data_split;
  std::optional<std::uint32_t> hds_thresh, hds_thresh_max;  // bytes

  static constexpr auto attributes() {
    return std::tuple{Attribute{1, &Rings::dev},         Attribute{2, &Rings::rx_max},
                      Attribute{6, &Rings::rx},          Attribute{11, &Rings::tcp_data_split},
                      Attribute{17, &Rings::hds_thresh}, Attribute{18, &Rings::hds_thresh_max}};
  }
};

// ethtool.yaml, attribute-set "channels". A receive queue belongs to an rx channel or to a combined one.
struct Channels {
  EthtoolHeader dev;
  std::optional<std::uint32_t> rx_max, combined_max;
  std::optional<std::uint32_t> rx_count, combined_count;

  static constexpr auto attributes() {
    return std::tuple{Attribute{1, &Channels::dev}, Attribute{2, &Channels::rx_max},
                      Attribute{5, &Channels::combined_max}, Attribute{6, &Channels::rx_count},
                      Attribute{9, &Channels::combined_count}};
  }
};

// ethtool.yaml, attribute-set "rss"
struct Rss {
  EthtoolHeader dev;
  std::uint32_t context = 0;   // 0: the device's own
  std::optional<Bytes> indir;  // the indirection table: a receive queue, u32, a row

  static constexpr auto attributes() {
    return std::tuple{Attribute{1, &Rss::dev}, Attribute{2, &Rss::context}, Attribute{4, &Rss::indir}};
  }

  // The table that spreads flows evenly over the queues. REQUIRES: at most `rows` queues.
  static Bytes spread(const std::vector<std::uint32_t>& queues, std::size_t rows);

  // The queues that the table names, row by row.
  std::vector<std::uint32_t> queues() const;
};

// The ethtool family of generic netlink, in the namespace of the transport (NETLINK_GENERIC). Every ifindex
// belongs to that namespace; ENODEV: the device is gone. nullopt: the driver does not report it.
class Ethtool {
 public:
  // nullopt when the kernel has no ethtool family.
  static std::optional<Ethtool> open(Transport& transport);

  std::optional<Features> features_get(std::uint32_t ifindex) const;
  std::optional<Rings> rings_get(std::uint32_t ifindex) const;
  std::optional<Channels> channels_get(std::uint32_t ifindex) const;
  std::optional<Rss> rss_get(std::uint32_t ifindex) const;

  // The setters change the members that are present and leave the rest. They need CAP_NET_ADMIN.
  // EOPNOTSUPP: the driver cannot.

  void rings_set(const Rings& rings) const;

  // Sets the counts. EINVAL: more than the maximum, or so few that a queue would go which a lease, a memory
  // provider, an RSS table or a flow rule names.
  void channels_set(const Channels& channels) const;

  // Requests a feature, or that it is switched off. A driver's refusal is no error: the features that really
  // changed are returned, and the kernel remembers the request either way.
  std::vector<std::string> features_set(std::uint32_t ifindex, const std::string& feature, bool on) const;

  // Sets the indirection table of the device's own context, a receive queue a row. The kernel repeats a table
  // whose size divides the device's. Empty: the default table, all queues in turn, which then follows the
  // number of channels.
  void rss_set(std::uint32_t ifindex, const std::vector<std::uint32_t>& queues) const;

 private:
  Ethtool(Transport& transport, GenlFamily family) : transport_(&transport), family_(std::move(family)) {}
  template <AttributeSet T>
  std::optional<T> get(const char* operation, EthtoolOp op, std::uint32_t ifindex) const;
  std::vector<Message> set(const char* operation, EthtoolOp op, const Bytes& attributes) const;

  Transport* transport_;
  GenlFamily family_;
};

}  // namespace rxlease::kernel
