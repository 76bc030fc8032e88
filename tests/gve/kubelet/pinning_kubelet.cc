// SPDX-License-Identifier: Apache-2.0
//
// pinning_kubelet DIRECTORY: a kubelet whose PodResources tells what its input says, until the input ends. A
// line each: "POD CPU[,CPU...]|- DEVICE..." for a pod that is pinned to CPUs, or not, or "forget" for no pod
// any more.
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/scripted/kubelet/fake_kubelet.h"

namespace {

std::vector<std::int64_t> parse_cpus(const std::string& text) {
  std::vector<std::int64_t> cpus;
  if (text == "-") return cpus;
  std::istringstream words(text);
  for (std::string cpu; std::getline(words, cpu, ',');) cpus.push_back(std::stoll(cpu));
  return cpus;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: pinning_kubelet DIRECTORY\n";
    return 2;
  }
  rxlease::tests::FakeKubelet kubelet(argv[1]);
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string pod;
    std::string cpus;
    words >> pod >> cpus;
    if (pod == "forget") {
      kubelet.forget_allocations();
      continue;
    }
    std::vector<std::string> devices;
    for (std::string device; words >> device;) devices.push_back(device);
    kubelet.allocate("default", pod, devices, parse_cpus(cpus));
  }
}
