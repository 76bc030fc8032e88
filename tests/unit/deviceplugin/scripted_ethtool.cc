// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/deviceplugin/scripted_ethtool.h"

#include <cerrno>

#include "kernel/error.h"

namespace rxlease::tests {

namespace {

using kernel::EthtoolOp;

constexpr std::uint16_t family_id = 21;

template <typename T>
std::vector<kernel::Message> answer(const std::optional<T>& told, const std::string& operation) {
  if (!told) throw kernel::KernelError(operation, EOPNOTSUPP);
  kernel::Bytes payload(GENL_HDRLEN, 0);
  const auto attributes = kernel::encode(*told);
  payload.insert(payload.end(), attributes.begin(), attributes.end());
  return {{family_id, std::move(payload)}};
}

kernel::GenlFamily family() {
  kernel::GenlFamily family;
  family.family_id = family_id;
  family.family_name = "ethtool";
  for (const auto op :
       {EthtoolOp::features_get, EthtoolOp::rings_get, EthtoolOp::channels_get, EthtoolOp::rss_get}) {
    family.ops.push_back({static_cast<std::uint32_t>(op), 0});
  }
  return family;
}

}  // namespace

std::vector<kernel::Message> ScriptedEthtool::exchange(const kernel::Request& request) {
  if (request.type == GENL_ID_CTRL) return {{GENL_ID_CTRL, kernel::encode(family())}};
  switch (static_cast<EthtoolOp>(request.payload.at(0))) {
    case EthtoolOp::rings_get:
      return answer(rings, request.operation);
    case EthtoolOp::channels_get:
      return answer(channels, request.operation);
    case EthtoolOp::features_get:
      return answer(features, request.operation);
    case EthtoolOp::rss_get:
      return answer(rss, request.operation);
    case EthtoolOp::rings_set:
    case EthtoolOp::channels_set:
    case EthtoolOp::features_set:
    case EthtoolOp::rss_set:
      changes.push_back(static_cast<EthtoolOp>(request.payload.at(0)));
      if (changes.back() == EthtoolOp::channels_set) {
        asked_channels = kernel::decode<kernel::Channels>(std::span(request.payload).subspan(GENL_HDRLEN));
      }
      if (says_yes) return {};
      break;
  }
  throw kernel::KernelError(request.operation, EOPNOTSUPP);
}

}  // namespace rxlease::tests
