// SPDX-License-Identifier: Apache-2.0
#include "kernel/ethtool/ethtool.h"

#include <algorithm>
#include <cerrno>

namespace rxlease::kernel {

namespace {

// All "get" requests name the device in the same attribute.
struct Query {
  EthtoolHeader dev;
  static constexpr auto attributes() { return std::tuple{Attribute{1, &Query::dev}}; }
};

// features-set: only the requested bits.
struct FeatureWish {
  EthtoolHeader dev;
  Bitset wanted;
  static constexpr auto attributes() {
    return std::tuple{Attribute{1, &FeatureWish::dev}, Attribute{3, &FeatureWish::wanted}};
  }
};

}  // namespace

bool Bitset::has(std::string_view name) const {
  return std::ranges::any_of(bits, [&](const Bit& bit) { return bit.name == name && (nomask || bit.value); });
}

Channels Channels::for_rx_queues(std::uint32_t count) const {
  Channels wish;
  wish.dev = dev;
  if (std::string_view(kind()) == "rx") {
    wish.rx_count = count;
  } else {
    wish.combined_count = count - std::min(count, rx_count.value_or(0));
  }
  return wish;
}

Bytes Rss::spread(const std::vector<std::uint32_t>& queues, std::size_t rows) {
  Bytes indir;
  for (std::size_t row = 0; row < rows; ++row) {
    const auto bytes = wire::raw(queues[row % queues.size()]);
    indir.insert(indir.end(), bytes.begin(), bytes.end());
  }
  return indir;
}

std::vector<std::uint32_t> Rss::queues() const {
  if (!indir || indir->empty()) return {};
  std::vector<std::uint32_t> rows(indir->size() / sizeof(std::uint32_t));
  std::memcpy(rows.data(), indir->data(), rows.size() * sizeof(std::uint32_t));
  return rows;
}

std::optional<Ethtool> Ethtool::open(Transport& transport) {
  auto family = getfamily(transport, "ethtool");
  if (!family) return std::nullopt;
  return Ethtool(transport, std::move(*family));
}

template <AttributeSet T>
std::optional<T> Ethtool::get(const char* operation, EthtoolOp op, std::uint32_t ifindex) const {
  if (!family_.has_op(static_cast<std::uint32_t>(op))) return std::nullopt;
  try {
    const auto answer = call_family(*transport_, family_,
                                    {operation, static_cast<std::uint8_t>(op), 0, encode(Query{{ifindex}})});
    if (answer.empty()) return std::nullopt;
    return decode_genl<T>(answer.front());
  } catch (const KernelError& error) {
    if (error.error() == EOPNOTSUPP) return std::nullopt;
    throw;
  }
}

std::optional<Features> Ethtool::features_get(std::uint32_t ifindex) const {
  return get<Features>("features-get", EthtoolOp::features_get, ifindex);
}

std::optional<Rings> Ethtool::rings_get(std::uint32_t ifindex) const {
  return get<Rings>("rings-get", EthtoolOp::rings_get, ifindex);
}

std::optional<Channels> Ethtool::channels_get(std::uint32_t ifindex) const {
  return get<Channels>("channels-get", EthtoolOp::channels_get, ifindex);
}

std::optional<Rss> Ethtool::rss_get(std::uint32_t ifindex) const {
  return get<Rss>("rss-get", EthtoolOp::rss_get, ifindex);
}

std::vector<Message> Ethtool::set(const char* operation, EthtoolOp op, const Bytes& attributes) const {
  return call_family(*transport_, family_, {operation, static_cast<std::uint8_t>(op), 0, attributes});
}

void Ethtool::rings_set(const Rings& rings) const {
  set("rings-set", EthtoolOp::rings_set, encode(rings));
}

void Ethtool::channels_set(const Channels& channels) const {
  set("channels-set", EthtoolOp::channels_set, encode(channels));
}

std::vector<std::string> Ethtool::features_set(std::uint32_t ifindex, const std::string& feature,
                                               bool on) const {
  const FeatureWish wish{{ifindex}, {false, {{feature, on}}}};
  std::vector<std::string> changed;
  for (const auto& message : set("features-set", EthtoolOp::features_set, encode(wish))) {
    // "active" of the answer lists the features that have changed, in either direction.
    for (auto& bit : decode_genl<Features>(message).active.bits) changed.push_back(std::move(bit.name));
  }
  return changed;
}

void Ethtool::rss_set(std::uint32_t ifindex, const std::vector<std::uint32_t>& queues) const {
  const Rss table{{ifindex}, 0, Rss::spread(queues, queues.size())};
  set("rss-set", EthtoolOp::rss_set, encode(table));
}

}  // namespace rxlease::kernel
