// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernel/netlink/socket/attributes.h"

namespace rxlease::kernel {

// A netlink request: the members of its nlmsghdr, and the payload.
struct Request {
  std::string operation;    // its name in the kernel's YAML, for errors: "queue-create"
  std::uint16_t type = 0;   // nlmsg_type: RTM_*, or a generic netlink family's id
  std::uint16_t flags = 0;  // NLM_F_* of the operation; REQUEST and ACK are added
  Bytes payload;
};

// A netlink message of the kernel's answer.
struct Message {
  std::uint16_t type = 0;
  Bytes payload;
};

// Carries requests to the kernel: a socket of one netlink protocol in one network namespace, or a script in a
// test.
class Transport {
 public:
  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  virtual ~Transport() = default;

  // Sends the request and waits for the whole answer: the messages before the acknowledgement, or a complete
  // dump. Throws KernelError with the request's operation, the raw errno and the kernel's extack text.
  virtual std::vector<Message> exchange(const Request& request) = 0;
};

}  // namespace rxlease::kernel
