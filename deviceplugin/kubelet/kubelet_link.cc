// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/kubelet/kubelet_link.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>

#include "deviceplugin/kubelet/rpc/channel.h"

namespace rxlease::deviceplugin::kubelet {

namespace {

// Kubelet dials an endpoint for ten seconds after it has taken the registration, and then forgets it.
constexpr std::chrono::seconds longest_without_stream{30};
// A stream that lived so long ended for a reason of its own.
constexpr std::chrono::seconds steady{60};

std::string join(const std::vector<std::string>& resources) {
  std::string list;
  for (const auto& resource : resources) list += (list.empty() ? "" : ", ") + resource;
  return list;
}

}  // namespace

// What one connect() finds out: a change with one cause is one line of the log. By resource.
struct KubeletLink::News {
  std::vector<std::string> registered;
  std::vector<std::string> lost;                            // whose stream kubelet has ended
  std::vector<std::string> unwatched;                       // that kubelet took, without a stream since
  std::map<std::string, std::vector<std::string>> refused;  // by reason
};

KubeletLink::KubeletLink(std::string kubelet_directory, allocate::Allocator& allocator,
                         prometheus::Registry& registry)
    : kubelet_directory_(std::move(kubelet_directory)),
      directory_(kubelet_directory_ + "/device-plugins"),
      kubelet_socket_(directory_ + "/kubelet.sock"),
      allocator_(allocator),
      metrics_(registry) {}

void KubeletLink::wake() const {
  news_.set();
}

void KubeletLink::drain() const {
  news_.clear();
}

void KubeletLink::wake_at(Clock::time_point time) {
  due_ = std::min(due_.value_or(time), time);
}

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
      pool = std::make_unique<Pool>(state, config::plugin_socket(kubelet_directory_, state.name),
                                    [this] { wake(); });
    } else {
      pool->board.publish(std::move(state));
    }
  }
}

void KubeletLink::connect() {
  due_.reset();
  News news;
  const auto kubelet = FileIdentity::of(kubelet_socket_);
  if (kubelet && kubelet_ != kubelet) forget_failures();
  if (kubelet) kubelet_ = kubelet;
  for (auto& [name, pool] : pools_) {
    finish_registration(*pool, news);
    if (!serve(*pool) || !kubelet || pool->registration) continue;
    if (pool->registered_with == kubelet) check_stream(*pool, news);
    if (pool->registered_with == kubelet) continue;
    if (pool->back_off.may_try(Clock::now())) begin_registration(*pool, *kubelet);
    if (!pool->registration) wake_at(pool->back_off.again());
  }
  log(news);
}

// Whatever the last kubelet has said is void.
void KubeletLink::forget_failures() {
  for (auto& [name, pool] : pools_) {
    pool->registration.reset();
    pool->back_off.forget();
    pool->told.clear();
  }
}

bool KubeletLink::is_registered() const {
  const auto kubelet = FileIdentity::of(kubelet_socket_);
  return kubelet && std::ranges::all_of(pools_, [&](const auto& entry) {
           return entry.second->endpoint && entry.second->registered_with == kubelet;
         });
}

bool KubeletLink::is_registering() const {
  return std::ranges::any_of(pools_, [](const auto& entry) { return entry.second->registration != nullptr; });
}

// Whether the pool has an endpoint.
bool KubeletLink::serve(Pool& pool) {
  if (pool.endpoint && pool.endpoint->is_there()) return true;
  pool.registration.reset();
  pool.endpoint.reset();
  pool.registered_with.reset();
  if (!FileIdentity::of(directory_)) {
    return false;  // no kubelet yet: the directory's appearance wakes the daemon
  }
  if (!pool.back_off.may_try(Clock::now())) {
    wake_at(pool.back_off.again());
    return false;
  }
  try {
    // gRPC allows a service one server in its life.
    pool.service = std::make_unique<PoolService>(pool.board, allocator_, pool.streams);
    pool.endpoint = std::make_unique<Endpoint>(pool.service->service(), pool.socket,
                                               [&](CallQueue& queue) { pool.service->await_calls(queue); });
    return true;
  } catch (const std::exception& error) {
    postpone(pool, error.what());
    return false;
  }
}

void KubeletLink::postpone(Pool& pool, const std::string& failure) {
  if (pool.told != failure) spdlog::error("{}: {}", pool.resource, failure);
  pool.told = failure;
  pool.back_off.failed(Clock::now());
  wake_at(pool.back_off.again());
}

void KubeletLink::begin_registration(Pool& pool, const FileIdentity& kubelet) {
  if (!is_listening(kubelet_socket_)) {  // the next kubelet makes another socket
    pool.back_off.failed(Clock::now());
    return;
  }
  v1beta1::RegisterRequest request;
  request.set_version("v1beta1");
  request.set_endpoint(std::filesystem::path(pool.socket).filename());
  request.set_resource_name(pool.resource);
  request.mutable_options()->set_get_preferred_allocation_available(true);
  pool.tried_with = kubelet;
  pool.streams_before = pool.streams.begun();  // kubelet may begin one before it answers
  pool.registration = std::make_unique<Registration>(kubelet_socket_, std::move(request), [this] { wake(); });
}

void KubeletLink::finish_registration(Pool& pool, News& news) {
  const auto outcome = pool.registration ? pool.registration->outcome() : std::nullopt;
  if (!outcome) return;
  pool.registration.reset();
  if (outcome->empty()) {
    metrics_.succeeded.Increment();
    news.registered.push_back(pool.resource);
    pool.registered_with = pool.tried_with;
    pool.registered_at = Clock::now();
    pool.told.clear();
    return;
  }
  metrics_.failed.Increment();
  if (is_news(*outcome)) news.refused[*outcome];
  if (const auto found = news.refused.find(*outcome); found != news.refused.end()) {
    found->second.push_back(pool.resource);
  }
  pool.told = *outcome;
  pool.back_off.failed(Clock::now());
}

// A failure that another pool has met already has the same cause.
bool KubeletLink::is_news(const std::string& failure) const {
  return std::ranges::none_of(pools_, [&](const auto& entry) { return entry.second->told == failure; });
}

// Kubelet watches a pool that it knows. If it does not, it has forgotten the pool, though its socket is
// there. It is told at once, unless it forgets soon and again.
void KubeletLink::check_stream(Pool& pool, News& news) {
  if (pool.streams.any_open()) return;
  const auto now = Clock::now();
  const bool had_one = pool.streams.begun() != pool.streams_before;
  if (!had_one && now < pool.registered_at + longest_without_stream) {
    wake_at(pool.registered_at + longest_without_stream);
    return;
  }
  (had_one ? news.lost : news.unwatched).push_back(pool.resource);
  pool.registered_with.reset();
  if (now > pool.registered_at + steady) {
    pool.back_off.forget();
  } else {
    pool.back_off.failed(now);
  }
}

void KubeletLink::log(const News& news) {
  if (!news.lost.empty()) {
    spdlog::warn("kubelet has ended the stream of {}; the daemon registers again", join(news.lost));
  }
  if (!news.unwatched.empty()) {
    spdlog::warn(
        "kubelet has taken the registration of {}, but asks for no devices since; the daemon registers "
        "again",
        join(news.unwatched));
  }
  for (const auto& [reason, resources] : news.refused) {
    spdlog::warn("kubelet did not take the registration of {}: {}; the daemon tries again", join(resources),
                 reason);
  }
  if (!news.registered.empty()) spdlog::info("registered {} with kubelet", join(news.registered));
}

}  // namespace rxlease::deviceplugin::kubelet
