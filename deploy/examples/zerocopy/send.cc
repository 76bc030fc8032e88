// SPDX-License-Identifier: Apache-2.0
//
// Sends the stream that zerocopy_receive and zerocopy_read expect, and waits until the receiver has closed:
//
//   $ zerocopy_send 10.22.0.5 5201 67108864

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "deploy/examples/zerocopy/arguments.h"
#include "deploy/examples/zerocopy/failure.h"
#include "deploy/examples/zerocopy/payload.h"
#include "deploy/examples/zerocopy/tcp.h"

namespace {

using namespace rxlease::examples;

void send_stream(const Socket& connection, std::uint64_t bytes) {
  for (std::uint64_t sent = 0; sent < bytes;) {
    const auto piece = payload_from(sent);
    const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), bytes - sent));
    const auto written = send(connection.fd(), piece.data(), length, MSG_NOSIGNAL);
    if (written < 0) fail("send");
    sent += static_cast<std::uint64_t>(written);
  }
  if (shutdown(connection.fd(), SHUT_WR) < 0) fail("shutdown");
  char nothing = 0;
  if (read(connection.fd(), &nothing, 1) != 0) throw std::runtime_error("the receiver did not just close");
}

}  // namespace

int main(int argc, char** argv) {
  return run(argc, argv, 3, 3, "HOST PORT BYTES", [](const auto& arguments) {
    send_stream(connect_to(arguments[1], arguments[2]), number(arguments[3]));
  });
}
