// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "proto/kubelet/deviceplugin/v1beta1/api.pb.h"

namespace rxlease::deviceplugin::kubelet {

// Whether a process listens at the socket: the file of a killed kubelet stays until the next one starts.
bool is_listening(const std::string& socket);

// One registration of a pool with kubelet, in a thread of its own that ends with it, so that a kubelet that
// hangs holds nobody up. The destructor cancels a registration that still runs.
class Registration {
 public:
  // `socket`: kubelet's. Calls `on_end` from the thread once outcome() has the answer, at the latest after
  // two seconds.
  Registration(const std::string& socket, v1beta1::RegisterRequest request, std::function<void()> on_end);
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;
  ~Registration();

  // Why kubelet did not take the registration; empty: it did. nullopt: it still runs.
  std::optional<std::string> outcome() const;

 private:
  void run(const std::string& socket);

  v1beta1::RegisterRequest request_;
  std::function<void()> on_end_;
  grpc::ClientContext context_;
  std::string refusal_;
  std::atomic<bool> has_ended_ = false;
  std::thread thread_;  // last: it uses the rest
};

}  // namespace rxlease::deviceplugin::kubelet
