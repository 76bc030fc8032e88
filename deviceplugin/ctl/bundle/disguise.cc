// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/bundle/disguise.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "kernel/ip.h"
#include "kernel/mac.h"

namespace rxlease::deviceplugin::ctl {

namespace {

constexpr std::array<std::string_view, 3> on_every_cluster{"default", "kube-system", "localhost"};
constexpr std::array<std::string_view, 4> on_every_host{"127.0.0.1", "0.0.0.0", "::1", "::"};

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool is_of_address(char c) {
  return std::isxdigit(static_cast<unsigned char>(c)) != 0 || c == '.' || c == ':';
}

// The address that the text has at a place; empty: none. Without the full stop of a sentence behind it.
std::string address_at(std::string_view text, std::size_t at) {
  auto end = at;
  while (end < text.size() && is_of_address(text[end])) ++end;
  if (end < text.size() && is_word(text[end])) return "";
  std::string candidate(text.substr(at, end - at));
  while (candidate.ends_with('.') || (candidate.ends_with(':') && !candidate.ends_with("::"))) {
    candidate.pop_back();
  }
  const bool known = std::ranges::find(on_every_host, candidate) != on_every_host.end();
  const bool address = kernel::IpAddress::parse(candidate) || kernel::MacAddress::parse(candidate);
  return address && !known ? candidate : "";
}

}  // namespace

const std::string& Disguise::word_for(const std::string& kind, const std::string& name) {
  const auto [entry, added] = words_.try_emplace(name);
  if (added) entry->second = kind + "-" + std::to_string(++count_[kind]);
  return entry->second;
}

void Disguise::hide(const std::string& kind, const std::string& name) {
  if (name.empty() || std::ranges::find(on_every_cluster, name) != on_every_cluster.end()) return;
  word_for(kind, name);
}

std::string Disguise::apply(const std::string& text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const bool begins = at == 0 || !is_word(text[at - 1]);
    if (begins) {
      const auto hidden = std::ranges::find_if(words_, [&](const auto& entry) {
        const auto end = at + entry.first.size();
        return text.compare(at, entry.first.size(), entry.first) == 0 &&
               (end >= text.size() || !is_word(text[end]));
      });
      if (hidden != words_.end()) {
        result += hidden->second;
        at += hidden->first.size();
        continue;
      }
      // An address begins where its characters do.
      const bool continues = at > 0 && is_of_address(text[at - 1]);
      if (const auto address = continues ? "" : address_at(text, at); !address.empty()) {
        result += word_for("address", address);
        at += address.size();
        continue;
      }
    }
    result += text[at++];
  }
  return result;
}

}  // namespace rxlease::deviceplugin::ctl
