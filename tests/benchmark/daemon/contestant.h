// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "tests/scripted/kubelet/fake_kubelet.h"
#include "tests/system/fixture/child_process.h"

namespace rxlease::benchmark {

// A program that registers one device plugin with kubelet, and where it then listens.
struct Program {
  std::string path;
  std::vector<std::string> arguments;
  std::string endpoint;  // "rxlease-rxq.sock"
};

// What a process has used so far.
struct Usage {
  double cpu_ms = 0;           // user and system; in steps of the kernel's clock, 10 ms
  std::uint64_t wake_ups = 0;  // of all its threads
  long resident_kib = 0;
};

// The time of one Allocate for one device, in milliseconds. std::runtime_error when it is refused.
double allocate_ms(v1beta1::DevicePlugin::Stub& plugin, const std::string& id);

// A device plugin that runs, with kubelet's stream from it open.
class Contestant {
 public:
  // Starts it; returns when it has listed so many devices. std::runtime_error when that takes a minute.
  Contestant(tests::FakeKubelet& kubelet, const Program& program, std::size_t devices);

  double first_list_ms() const { return first_list_ms_; }  // from the start of the program
  Usage usage() const;

  // Of one device of its list.
  double allocate_ms(std::size_t device) {
    return benchmark::allocate_ms(*stub_, ids_.at(device % ids_.size()));
  }

 private:
  tests::ChildProcess process_;
  std::unique_ptr<v1beta1::DevicePlugin::Stub> stub_;
  std::unique_ptr<tests::DeviceWatch> watch_;
  std::vector<std::string> ids_;
  double first_list_ms_ = 0;
};

}  // namespace rxlease::benchmark
