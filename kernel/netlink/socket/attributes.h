// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <linux/netlink.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

#include "kernel/error.h"

// Netlink attribute sets as plain structs. A struct names its members' attribute numbers once, in
// attributes(), and both directions derive from that table:
//
//   struct QueueId {
//     std::uint32_t id = 0;
//     QueueType type = QueueType::rx;
//     static constexpr auto attributes() {
//       return std::tuple{Attribute{1, &QueueId::id}, Attribute{3, &QueueId::type}};
//     }
//   };
//
// What a member's type means on the wire (Documentation/userspace-api/netlink/specs.rst names the kinds):
//   integers, enumerations   u8 … s64 in host order; a 64-bit member also reads the 4-byte form of `uint`
//   std::string              string, NUL-terminated
//   bool                     flag: present or absent
//   Bytes                    binary, or a nest whose content another table describes
//   a struct with a table    nest
//   std::optional<T>         absent, or T
//   std::vector<T>           indexed-array of nests: T numbered 1, 2, …
//   std::vector<std::string> multi-attr: the attribute once for each string
// A struct whose wire form begins with a fixed header (ifinfomsg, rtmsg, …) names that member in header().
// Attributes that a table does not name are skipped; members whose attribute is absent keep their value.

namespace rxlease::kernel {

using Bytes = std::vector<std::uint8_t>;

template <typename Struct, typename Member>
struct Attribute {
  std::uint16_t number;
  Member Struct::*member;
};
template <typename Struct, typename Member>
Attribute(int, Member Struct::*) -> Attribute<Struct, Member>;

template <typename T>
concept AttributeSet = requires {
  T::attributes();
};

template <typename T>
concept HasHeader = requires {
  T::header();
};

namespace wire {

template <typename T>
struct is_optional : std::false_type {};
template <typename T>
struct is_optional<std::optional<T>> : std::true_type {};

template <typename T>
struct is_indexed_array : std::false_type {};
template <typename T>
struct is_indexed_array<std::vector<T>> : std::bool_constant<AttributeSet<T>> {};

// Appends one attribute; `payload` must fit the 16-bit length.
void put(Bytes& out, std::uint16_t type, std::span<const std::uint8_t> payload);

struct View {
  std::uint16_t number;  // without NLA_F_NESTED and NLA_F_NET_BYTEORDER
  std::span<const std::uint8_t> payload;
};

// Removes the next attribute from `in`; nullopt at its end. KernelError EBADMSG if it is truncated.
std::optional<View> next(std::span<const std::uint8_t>& in);

[[noreturn]] void throw_size(std::size_t got, std::size_t wanted);

template <typename T>
std::span<const std::uint8_t> raw(const T& value) {
  return {reinterpret_cast<const std::uint8_t*>(&value), sizeof(value)};
}

}  // namespace wire

template <AttributeSet T>
Bytes encode(const T& set);

template <AttributeSet T>
T decode(std::span<const std::uint8_t> in);

namespace wire {

template <typename T>
void put_value(Bytes& out, std::uint16_t number, const T& value) {
  if constexpr (is_optional<T>::value) {
    if (value) put_value(out, number, *value);
  } else if constexpr (std::is_same_v<T, bool>) {
    if (value) put(out, number, {});
  } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
    put(out, number, raw(value));
  } else if constexpr (std::is_same_v<T, std::string>) {
    put(out, number, {reinterpret_cast<const std::uint8_t*>(value.c_str()), value.size() + 1});
  } else if constexpr (std::is_same_v<T, Bytes>) {
    put(out, number, value);
  } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
    for (const auto& text : value) put_value(out, number, text);
  } else if constexpr (is_indexed_array<T>::value) {
    Bytes elements;
    std::uint16_t index = 0;
    for (const auto& element : value) put_value(elements, ++index, element);
    put(out, number | NLA_F_NESTED, elements);
  } else {
    put(out, number | NLA_F_NESTED, encode(value));
  }
}

template <typename T>
void get_value(std::span<const std::uint8_t> payload, T& value) {
  if constexpr (is_optional<T>::value) {
    get_value(payload, value.emplace());
  } else if constexpr (std::is_same_v<T, bool>) {
    value = true;
  } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
    if (sizeof(T) == 8 && payload.size() == 4) {
      std::conditional_t<std::is_signed_v<T>, std::int32_t, std::uint32_t> narrow{};
      std::memcpy(&narrow, payload.data(), sizeof(narrow));
      value = static_cast<T>(narrow);
      return;
    }
    if (payload.size() != sizeof(T)) throw_size(payload.size(), sizeof(T));
    std::memcpy(&value, payload.data(), sizeof(T));
  } else if constexpr (std::is_same_v<T, std::string>) {
    const auto* text = reinterpret_cast<const char*>(payload.data());
    value.assign(text, strnlen(text, payload.size()));
  } else if constexpr (std::is_same_v<T, Bytes>) {
    value.assign(payload.begin(), payload.end());
  } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
    get_value(payload, value.emplace_back());
  } else if constexpr (is_indexed_array<T>::value) {
    while (const auto element = next(payload)) get_value(element->payload, value.emplace_back());
  } else {
    value = decode<T>(payload);
  }
}

}  // namespace wire

// The wire form of `set`: its header if it has one, then its attributes in the table's order.
template <AttributeSet T>
Bytes encode(const T& set) {
  Bytes out;
  if constexpr (HasHeader<T>) {
    const auto header = wire::raw(set.*T::header());
    out.assign(header.begin(), header.end());
    out.resize(NLMSG_ALIGN(out.size()));
  }
  std::apply([&](const auto&... row) { (wire::put_value(out, row.number, set.*row.member), ...); },
             T::attributes());
  return out;
}

// Decodes a wire form. KernelError EBADMSG if a length is wrong; nothing behind `in` is read.
template <AttributeSet T>
T decode(std::span<const std::uint8_t> in) {
  T set{};
  if constexpr (HasHeader<T>) {
    auto& header = set.*T::header();
    if (in.size() < sizeof(header)) wire::throw_size(in.size(), sizeof(header));
    std::memcpy(&header, in.data(), sizeof(header));
    in = in.subspan(std::min<std::size_t>(in.size(), NLMSG_ALIGN(sizeof(header))));
  }
  while (const auto attribute = wire::next(in)) {
    const auto take = [&](const auto& row) {
      if (row.number == attribute->number) wire::get_value(attribute->payload, set.*row.member);
    };
    std::apply([&](const auto&... row) { (take(row), ...); }, T::attributes());
  }
  return set;
}

}  // namespace rxlease::kernel
