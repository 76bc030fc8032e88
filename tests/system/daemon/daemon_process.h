// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/resource.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "tests/system/fixture/child_process.h"

namespace rxlease::tests {

struct HttpResponse {
  int status = 0;
  std::string body;
};

// GET of a path from a server on 127.0.0.1. Status 0 when nobody answers.
HttpResponse http_get(std::uint16_t port, const std::string& path);

// How often the threads of a process have gone to sleep so far, by thread name and id: each is a wake-up.
std::map<std::string, std::uint64_t> sleeps(pid_t pid);

// The program rxlease-device-plugin out of the build tree in RXLEASE_BUILD. What it logs is added to a file,
// which several processes may share.
class DaemonProcess {
 public:
  // `descriptors`: the most that it may open.
  DaemonProcess(const std::string& config, const std::string& log, std::optional<rlim_t> descriptors = {});

  pid_t pid() const { return process_.pid(); }
  Finished end(int signal);  // sends the signal, and waits

 private:
  ChildProcess process_;
};

}  // namespace rxlease::tests
