// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

namespace rxlease::tests {

// Ends the test program by SIGALRM if the object lives longer than this: what a test would otherwise wait
// for, it would wait for without end.
class EndsWithin {
 public:
  explicit EndsWithin(unsigned seconds) { alarm(seconds); }
  EndsWithin(const EndsWithin&) = delete;
  EndsWithin& operator=(const EndsWithin&) = delete;
  ~EndsWithin() { alarm(0); }
};

}  // namespace rxlease::tests
