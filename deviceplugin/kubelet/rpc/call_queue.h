// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <mutex>

namespace rxlease::deviceplugin::kubelet {

// An operation whose end a completion queue announces.
class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  virtual ~Event() = default;

  // Called by the thread that runs the queue, with `ok` as of grpc::CompletionQueue::Next. May delete the
  // object.
  virtual void on_event(bool ok) = 0;
};

// A server's completion queue. gRPC ends the process when an operation begins on a queue that was shut down,
// so all operations begin here, where this is known.
class CallQueue {
 public:
  explicit CallQueue(std::unique_ptr<grpc::ServerCompletionQueue> queue) : queue_(std::move(queue)) {}

  // Begins an operation; false, without calling `operation`, when the queue has ended.
  template <typename Operation>
  bool begin(Operation operation) {
    const std::scoped_lock lock(mutex_);
    if (!ended_) operation(*queue_);
    return !ended_;
  }

  // No operation begins from now on; run() still announces those that have begun. REQUIRES: the server was
  // shut down.
  void end() {
    const std::scoped_lock lock(mutex_);
    ended_ = true;
    queue_->Shutdown();
  }

  // Announces events until the queue has ended and none is left.
  void run() {
    void* tag = nullptr;
    bool ok = false;
    while (queue_->Next(&tag, &ok)) static_cast<Event*>(tag)->on_event(ok);
  }

 private:
  std::unique_ptr<grpc::ServerCompletionQueue> queue_;
  std::mutex mutex_;
  bool ended_ = false;
};

}  // namespace rxlease::deviceplugin::kubelet
