// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "deviceplugin/kubelet/rpc/call_queue.h"

namespace rxlease::deviceplugin::kubelet {

// Answers the calls of a unary method by a function from request to response, as long as the queue runs. Owns
// itself. `Method` is a pointer to the service's Request… member.
template <typename Service, typename Request, typename Response>
class UnaryCall final : public Event {
 public:
  using Method = void (Service::*)(grpc::ServerContext*, Request*, grpc::ServerAsyncResponseWriter<Response>*,
                                   grpc::CompletionQueue*, grpc::ServerCompletionQueue*, void*);
  using Answer = std::function<grpc::Status(const Request&, Response&)>;

  static void await(Service& service, CallQueue& queue, Method method, Answer answer) {
    std::unique_ptr<UnaryCall> call(new UnaryCall(service, queue, method, std::move(answer)));
    const bool begun = queue.begin([&](grpc::ServerCompletionQueue& q) {
      (service.*method)(&call->context_, &call->request_, &call->writer_, &q, &q,
                        static_cast<Event*>(call.get()));
    });
    if (begun) static_cast<void>(call.release());  // the queue's from here on
  }

  void on_event(bool ok) override {
    const std::unique_ptr<UnaryCall> ended(ok && !answered_ && answer() ? nullptr : this);
  }

 private:
  UnaryCall(Service& service, CallQueue& queue, Method method, Answer answer)
      : service_(service), queue_(queue), method_(method), answer_(std::move(answer)), writer_(&context_) {}

  // Whether the answer is being sent, so that another event will come.
  bool answer() {
    await(service_, queue_, method_, answer_);
    answered_ = true;
    Response response;
    const auto status = answer_or_error(response);
    return queue_.begin(
        [&](grpc::ServerCompletionQueue&) { writer_.Finish(response, status, static_cast<Event*>(this)); });
  }

  // A handler's edge: an exception becomes a status.
  grpc::Status answer_or_error(Response& response) {
    try {
      return answer_(request_, response);
    } catch (const std::exception& error) {
      return {grpc::StatusCode::INTERNAL, error.what()};
    }
  }

  Service& service_;
  CallQueue& queue_;
  Method method_;
  Answer answer_;
  grpc::ServerContext context_;
  Request request_;
  grpc::ServerAsyncResponseWriter<Response> writer_;
  bool answered_ = false;
};

}  // namespace rxlease::deviceplugin::kubelet
