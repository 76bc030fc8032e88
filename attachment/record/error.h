// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace rxlease::attachment {

// What kind of failure it is, by what helps against it.
enum class Fault {
  invalid,      // the specification asks for what cannot be: change it
  not_found,    // the specification names what this node does not have
  busy,         // somebody else has it now: try again later
  unsupported,  // this kernel cannot do it, whatever the specification
  kernel,       // Linux refused what it should have allowed
};

// The part of the specification that a failure is about.
enum class Part { netkit, devices, addresses, routes, steering, proxy_neighbors };

// An act that cannot be done. what() names the device, address, route or flow, and what is wrong with it;
// remedy() says what would be right. Neither names the part: callers have names of their own for the parts.
class Error : public std::runtime_error {
 public:
  Error(Fault fault, Part part, const std::string& what, std::string remedy)
      : std::runtime_error(what), fault_(fault), part_(part), remedy_(std::move(remedy)) {}

  Fault fault() const { return fault_; }
  Part part() const { return part_; }
  const std::string& remedy() const { return remedy_; }

 private:
  Fault fault_;
  Part part_;
  std::string remedy_;
};

}  // namespace rxlease::attachment
