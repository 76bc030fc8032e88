// SPDX-License-Identifier: Apache-2.0
//
// A real DPDK, Debian's, in a pod: its af_xdp driver on a leased queue.
#include <signal.h>

#include <cstdlib>

#include "tests/system/afxdp/afxdp_node.h"

namespace rxlease::tests {
namespace {

class AfxdpDpdk : public AfxdpNode {
 protected:
  void SetUp() override { start(); }

  // A container that sees DPDK as well, under /run/dpdk. It puts its socket into the map by itself, and lets
  // AF_XDP have all its buffers.
  Container with_dpdk() {
    auto allocation = allocate({7});
    attach(pod, {7});
    auto* mount = allocation.add_mounts();
    mount->set_host_path(dpdk());
    mount->set_container_path("/run/dpdk");
    mount->set_read_only(true);
    return Container(pod, allocation).allowing("bpf").locking(64U << 20U);
  }

  // testpmd, run by its own C library's loader, that sends every packet back, addresses and ports swapped.
  // `driver`: arguments of net_af_xdp.
  static ChildProcess testpmd(const Container& container, const std::string& driver) {
    return container.start(dpdk() + "/lib/ld-linux-x86-64.so.2",
                           {"--library-path",
                            "/run/dpdk/lib:/run/dpdk/pmds",
                            "/run/dpdk/dpdk-testpmd",
                            "--no-huge",
                            "--no-pci",
                            "--in-memory",
                            "--no-telemetry",
                            "-m",
                            "64",
                            "-l",
                            "0,1",
                            "--driver-path",
                            "/run/dpdk/pmds",
                            "--vdev",
                            "net_af_xdp0,iface=rxq0,start_queue=1," + driver,
                            "--log-level",
                            "pmd.net.af_xdp:debug",
                            "--",
                            "--forward-mode=5tswap",
                            "--total-num-mbufs=2560",
                            "--mbcache=0",
                            "--no-mlockall",
                            "--rxd=512",
                            "--txd=512",
                            "--stats-period=1",
                            "--no-lsc-interrupt",
                            "--port-topology=loop"});
  }

  // Packets for the queue come back.
  void expect_echoes(ChildProcess process, const std::string& handed_over) {
    const auto forwards = [&] {
      return process.output_so_far().find("5tswap packet forwarding -") != std::string::npos;
    };
    EXPECT_TRUE(eventually(forwards, std::chrono::seconds(20)));
    const auto asked = ask(client, 7007, 200, 1000);
    process.kill(SIGINT);
    const auto finished = process.wait();
    EXPECT_EQ(asked.answered, 200U) << finished.output << finished.errors;
    EXPECT_THAT(log(), testing::HasSubstr(handed_over));
  }

 private:
  static std::string dpdk() {
    const char* path = std::getenv("RXLEASE_DPDK");
    if (path == nullptr) throw std::runtime_error("RXLEASE_DPDK is not set: what tests/references/dpdk made");
    return path;
  }
};

TEST_F(AfxdpDpdk, ReceivesAndSendsByTheHandshake) {
  expect_echoes(testpmd(with_dpdk(), "use_cni=1,dp_path=" + folder(7) + "/afxdp.sock"),
                "gets the map of its queue");
}

TEST_F(AfxdpDpdk, ReceivesAndSendsByThePinnedMap) {
  expect_echoes(testpmd(with_dpdk(), "use_pinned_map=1,dp_path=" + folder(7) + "/xsks_map"), "");
}

}  // namespace
}  // namespace rxlease::tests
