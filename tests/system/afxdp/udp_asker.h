// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>

#include "tests/system/fixture/pod.h"

namespace rxlease::tests {

// What came of it.
struct Asked {
  std::uint32_t sent = 0;
  std::uint32_t answered = 0;  // with the very bytes that were sent
};

// Sends packets from the pod's namespace to a UDP port of 10.0.0.1, some at a time, and waits for their
// echoes. `stop` ends it early. A packet that does not come back within `patience_ms` is lost, and the next
// ones are sent.
Asked ask(const Pod& client, unsigned port, std::uint32_t count, int patience_ms = 10000,
          const std::atomic<bool>* stop = nullptr);

}  // namespace rxlease::tests
