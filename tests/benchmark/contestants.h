// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "tests/benchmark/timed_run.h"

namespace rxlease::benchmark {

// What is attached: a pod, and what it gets.
struct Attachment {
  std::string container_id;
  std::string netns;    // path
  std::uint32_t queue;  // of the NIC
  std::string address;  // "10.64.0.7": where IPAM or the command line does not choose another
};

// The programs, and how each of them attaches a pod and detaches it again.
class Contestants {
 public:
  // `programs` holds rxlease, cni_floor and cni_noop, `references` ptp and host-local; `directory` is for
  // files of our own. The NIC is netdevsim1's first port.
  Contestants(std::string programs, std::string references, std::string directory, std::uint32_t nic_ifindex);

  enum class Verb { add, del };

  Invocation rxlease(Verb verb, const Attachment& attachment) const;  // with host-local
  Invocation rxlease_with_noop(Verb verb,
                               const Attachment& attachment) const;  // with cni_noop as IPAM plugin
  Invocation ptp(Verb verb, const Attachment& attachment) const;     // with host-local
  Invocation ptp_with_noop(Verb verb, const Attachment& attachment) const;
  Invocation host_local(Verb verb, const Attachment& attachment) const;
  Invocation floor(Verb verb, const Attachment& attachment) const;
  Invocation noop() const;

  std::string plugin() const { return programs_ + "/rxlease"; }

 private:
  Invocation cni(const std::string& program, Verb verb, const Attachment& attachment, std::string conf) const;

  std::string programs_, references_, directory_;
  std::uint32_t nic_ifindex_;
};

}  // namespace rxlease::benchmark
