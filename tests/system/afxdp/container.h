// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "proto/kubelet/deviceplugin/v1beta1/api.pb.h"
#include "tests/system/afxdp/seccomp_profile.h"
#include "tests/system/fixture/child_process.h"
#include "tests/system/fixture/pod.h"

namespace rxlease::tests {

// A container of a pod, as a runtime would start it for an ordinary user: in the pod's network namespace, in
// a mount namespace where nothing of /run, /tmp and the bpffs is to be seen but what Allocate asked for, with
// user id 1000, CAP_NET_RAW as its only capability ever, no way to new privileges, the runtime's seccomp
// profile, and 8 MiB of memory to lock.
class Container {
 public:
  Container(const Pod& pod, const v1beta1::ContainerAllocateResponse& allocation);

  // The same with one thing more: a system call that its seccomp profile allows too; more memory to lock.
  Container allowing(const std::string& call) const;
  Container locking(std::uint64_t bytes) const;

  // The program of the build tree, or the file that is named by its whole path.
  ChildProcess start(const std::string& program, const std::vector<std::string>& arguments) const;

 private:
  std::string netns_;
  v1beta1::ContainerAllocateResponse allocation_;
  SeccompProfile seccomp_;
  std::uint64_t locked_memory_ = 8U << 20U;
};

}  // namespace rxlease::tests
