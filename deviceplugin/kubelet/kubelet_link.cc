// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/kubelet/kubelet_link.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "deviceplugin/kubelet/channel.h"

namespace rxlease::deviceplugin::kubelet {

namespace {

constexpr std::chrono::seconds registration_limit{2};

std::string reason_of(const grpc::Status& status) {
  if (status.error_code() != grpc::StatusCode::DEADLINE_EXCEEDED) return status.error_message();
  return "no answer within " + std::to_string(registration_limit.count()) + " s";
}

}  // namespace

KubeletLink::KubeletLink(std::string kubelet_directory, allocate::Allocator& allocator,
                         prometheus::Registry& registry)
    : kubelet_directory_(std::move(kubelet_directory)),
      directory_(kubelet_directory_ + "/device-plugins"),
      kubelet_socket_(directory_ + "/kubelet.sock"),
      allocator_(allocator),
      metrics_(registry) {}

void KubeletLink::publish(std::vector<pools::PoolState> pools) {
  std::erase_if(pools_, [&](const auto& entry) {
    const auto same = [&](const pools::PoolState& state) {
      return state.name == entry.first && state.resource == entry.second->resource;
    };
    return std::ranges::none_of(pools, same);
  });
  for (auto& state : pools) {
    auto& pool = pools_[state.name];
    if (!pool) {
      pool = std::make_unique<Pool>(state, config::plugin_socket(kubelet_directory_, state.name));
    } else {
      pool->board.publish(std::move(state));
    }
  }
}

bool KubeletLink::connect() {
  bool done = true;
  const auto kubelet = FileIdentity::of(kubelet_socket_);
  for (auto& [name, pool] : pools_) {
    if (!serve(name, *pool)) {
      done = false;
    } else if (kubelet && pool->registered_with != kubelet) {
      done = register_with_kubelet(*pool, *kubelet) && done;
    }
  }
  return done;
}

bool KubeletLink::is_registered() const {
  const auto kubelet = FileIdentity::of(kubelet_socket_);
  return kubelet && std::ranges::all_of(pools_, [&](const auto& entry) {
           return entry.second->endpoint && entry.second->registered_with == kubelet;
         });
}

bool KubeletLink::serve(const std::string& name, Pool& pool) {
  if (pool.endpoint && pool.endpoint->is_there()) return true;
  pool.endpoint.reset();
  pool.registered_with.reset();
  if (!FileIdentity::of(directory_)) {
    return true;  // no kubelet yet: the directory's appearance wakes the daemon
  }
  try {
    // gRPC allows a service one server in its life.
    pool.service = std::make_unique<PoolService>(pool.board, allocator_);
    pool.endpoint = std::make_unique<Endpoint>(pool.service->service(), pool.socket,
                                               [&](CallQueue& queue) { pool.service->await_calls(queue); });
    return true;
  } catch (const std::exception& error) {
    spdlog::error("pool {}: {}", name, error.what());
    return false;
  }
}

bool KubeletLink::register_with_kubelet(Pool& pool, const FileIdentity& kubelet) {
  if (!pool.endpoint) return true;
  v1beta1::RegisterRequest request;
  request.set_version("v1beta1");
  request.set_endpoint(std::filesystem::path(pool.socket).filename());
  request.set_resource_name(pool.resource);
  request.mutable_options()->set_get_preferred_allocation_available(true);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + registration_limit);
  v1beta1::Empty response;
  const auto status =
      v1beta1::Registration::NewStub(connect_to(kubelet_socket_))->Register(&context, request, &response);
  if (!status.ok()) {
    metrics_.failed.Increment();
    spdlog::warn("kubelet did not take the registration of {}: {}", pool.resource, reason_of(status));
    return false;
  }
  metrics_.succeeded.Increment();
  pool.registered_with = kubelet;
  spdlog::info("registered {} with kubelet", pool.resource);
  return true;
}

}  // namespace rxlease::deviceplugin::kubelet
