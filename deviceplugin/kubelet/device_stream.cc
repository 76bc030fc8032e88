// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/kubelet/device_stream.h"

#include "deviceplugin/kubelet/answers.h"

namespace rxlease::deviceplugin::kubelet {

DeviceStream::DeviceStream(const Source& source) : source_(source), writer_(&context_) {}

void DeviceStream::await(const Source& source) {
  std::unique_ptr<DeviceStream> stream(new DeviceStream(source));
  const bool begun = source.queue.begin([&](grpc::ServerCompletionQueue& q) {
    stream->context_.AsyncNotifyWhenDone(stream->gone_.tag());
    source.service.RequestListAndWatch(&stream->context_, &stream->request_, &stream->writer_, &q, &q,
                                       stream->called_.tag());
  });
  if (begun) static_cast<void>(stream.release());  // the queue's from here on
}

DeviceStream::~DeviceStream() {
  if (!subscription_) return;  // nobody called
  source_.board.unsubscribe(*subscription_);
  source_.streams.ends();
}

void DeviceStream::on_called(bool ok) {
  if (!ok) {  // the server ends, and nobody called: gRPC announces nothing more
    delete this;
    return;
  }
  await(source_);
  source_.streams.begins();
  subscription_ = source_.board.subscribe([this] { on_change(); });
  on_change();
}

void DeviceStream::on_change() {
  const std::scoped_lock lock(mutex_);
  stale_ = true;
  write_if_stale();
}

// A stream can have one unfinished write; changes in the meantime go into the next one.
void DeviceStream::write_if_stale() {
  if (!stale_ || writing_ || peer_gone_) return;
  stale_ = false;
  writing_ = source_.queue.begin([&](grpc::ServerCompletionQueue&) {
    writer_.Write(to_response(source_.board.read()), written_.tag());
  });
}

void DeviceStream::on_written(bool) {
  {
    const std::scoped_lock lock(mutex_);
    writing_ = false;
    write_if_stale();
  }
  if (may_go()) delete this;
}

void DeviceStream::on_gone(bool) {
  {
    const std::scoped_lock lock(mutex_);
    peer_gone_ = true;
  }
  if (may_go()) delete this;
}

// Both events come from the queue's one thread, so the answer cannot change under its caller.
bool DeviceStream::may_go() {
  const std::scoped_lock lock(mutex_);
  return peer_gone_ && !writing_;
}

}  // namespace rxlease::deviceplugin::kubelet
