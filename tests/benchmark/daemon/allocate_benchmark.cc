// SPDX-License-Identifier: Apache-2.0
//
// How long kubelet waits for an Allocate on this very machine: of our service, with as many devices as 16
// NICs of 64 queues give, and of the floor, over Unix sockets. No NIC is asked, so that any kernel will do.
// Prints a markdown table.
//
//   allocate_benchmark DIRECTORY_OF_THE_PROGRAMS
#include <poll.h>

#include <cstdio>
#include <exception>

#include "deviceplugin/kubelet/kubelet_link.h"
#include "tests/benchmark/daemon/contestant.h"
#include "tests/benchmark/samples.h"
#include "tests/unit/scratch_directory.h"

namespace {

using namespace rxlease;
using namespace rxlease::benchmark;

constexpr std::uint32_t devices = 16 * 63;
constexpr int calls = 10'000;

deviceplugin::pools::PoolState make_pool() {
  deviceplugin::pools::PoolState pool;
  pool.name = "rxq";
  pool.resource = "rxlease.dev/rxq";
  for (std::uint32_t i = 0; i < devices; ++i) {
    deviceplugin::pools::DeviceState device;
    device.id = {"nic" + std::to_string(i / 63), 1 + i % 63};
    device.healthy = true;
    pool.devices.push_back(device);
  }
  return pool;
}

void print_row(const char* what, const Samples& samples) {
  std::printf("| %s | %.3f ms | %.3f ms |\n", what, samples.median(), samples.quantile(0.99));
}

void run(const std::string& programs) {
  const tests::ScratchDirectory node;
  tests::FakeKubelet kubelet(node / "kubelet");
  const auto pool = make_pool();
  prometheus::Registry registry;
  deviceplugin::allocate::Allocator allocator(node / "state", registry);
  deviceplugin::kubelet::KubeletLink link(node / "kubelet", allocator, registry);
  link.publish({pool});
  link.connect();
  while (link.is_registering()) {
    pollfd news{link.fd(), POLLIN, 0};
    poll(&news, 1, -1);
    link.drain();
    link.connect();
  }
  if (!link.is_registered()) throw std::runtime_error("the service does not register");
  const auto ours = kubelet.plugin("rxlease-rxq.sock");
  Contestant least(kubelet,
                   {programs + "/daemon_floor", {node / "kubelet", std::to_string(devices)}, "floor.sock"},
                   devices);
  Samples of_daemon;
  Samples of_floor;
  for (std::size_t call = 0; call < calls; ++call) {
    of_daemon.add(allocate_ms(*ours, pool.devices[call % devices].id.to_string()));
    of_floor.add(least.allocate_ms(call));
  }
  std::printf("| Allocate, %d calls, %u devices | p50 | p99 |\n|---|---|---|\n", calls, devices);
  print_row("daemon", of_daemon);
  print_row("floor", of_floor);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 2) throw std::invalid_argument("usage: allocate_benchmark PROGRAMS");
    run(argv[1]);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "allocate_benchmark: %s\n", error.what());
    return 1;
  }
}
