// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>

#include "deviceplugin/kubelet/rpc/call_queue.h"
#include "deviceplugin/kubelet/streams.h"
#include "deviceplugin/pools/device_board.h"
#include "proto/kubelet/deviceplugin/v1beta1/api.grpc.pb.h"

namespace rxlease::deviceplugin::kubelet {

// One ListAndWatch stream. Sends the full list at once, and again after each change of the board. A slow
// reader gets only the latest list. Owns itself.
class DeviceStream final {
 public:
  using Service = v1beta1::DevicePlugin::AsyncService;

  // Whose stream it is, what it sends and who counts it; all must outlive it.
  struct Source {
    Service& service;
    CallQueue& queue;
    pools::DeviceBoard& board;
    Streams& streams;
  };

  // Waits for the next caller, and for one more after each.
  static void await(const Source& source);

 private:
  // The completion queue announces three events; each is an object of its own.
  class Signal final : public Event {
   public:
    using Handler = void (DeviceStream::*)(bool ok);
    Signal(DeviceStream& stream, Handler handler) : stream_(stream), handler_(handler) {}
    void on_event(bool ok) override { (stream_.*handler_)(ok); }
    void* tag() { return static_cast<Event*>(this); }

   private:
    DeviceStream& stream_;
    Handler handler_;
  };

  friend std::default_delete<DeviceStream>;
  explicit DeviceStream(const Source& source);
  ~DeviceStream();

  void on_called(bool ok);
  void on_written(bool ok);
  void on_gone(bool ok);
  void on_change();
  void write_if_stale();
  bool may_go();

  Source source_;
  grpc::ServerContext context_;
  v1beta1::Empty request_;
  grpc::ServerAsyncWriter<v1beta1::ListAndWatchResponse> writer_;
  Signal called_{*this, &DeviceStream::on_called};
  Signal written_{*this, &DeviceStream::on_written};
  Signal gone_{*this, &DeviceStream::on_gone};

  std::optional<int> subscription_;
  std::mutex mutex_;  // guards the members below
  bool writing_ = false;
  bool stale_ = false;      // the board changed since the last write began
  bool peer_gone_ = false;  // the peer or the server ended the stream
};

}  // namespace rxlease::deviceplugin::kubelet
