// SPDX-License-Identifier: Apache-2.0
//
// What is said on afxdp.sock, and to whom.
#include <bpf/bpf.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <list>
#include <memory>

#include "deviceplugin/xdp/bpf.h"
#include "kernel/netlink/netns.h"
#include "tests/simnic/xdp/zero_copy_socket.h"
#include "tests/system/afxdp/afxdp_node.h"
#include "tests/system/afxdp/caller.h"
#include "tests/system/fixture/sockets/lingering_socket.h"

namespace rxlease::tests {
namespace {

using testing::HasSubstr;

class AfxdpHandshake : public AfxdpNode {
 protected:
  void SetUp() override {
    start();
    give(pod, {7});
    give(other, {6});
  }

  std::string socket_of(std::uint32_t queue) const { return host_folder(queue) + "/afxdp.sock"; }

  // An AF_XDP socket of a pod, bound to a queue of its interface.
  static std::unique_ptr<ZeroCopySocket> bound_in(Pod& owner, std::uint32_t queue = 1) {
    const auto netns = kernel::NetNs::open(owner.path());
    const kernel::InsideNetNs inside(*netns);
    return std::make_unique<ZeroCopySocket>(owner.link("rxq0")->ifindex(), queue);
  }

  // The id of the map that the program looks into for the NIC's queue.
  static std::uint32_t map_of(std::uint32_t queue) {
    const std::string pins = std::string(bpf_directory) + "/simnic+0+p1/";
    return deviceplugin::xdp::map_lookup(*deviceplugin::xdp::open_pinned(pins + "queues"), queue).value_or(0);
  }
};

// Message by message what DPDK's af_xdp driver sends and takes with use_cni and dp_path (24.11), which puts
// its socket into the map by itself.
TEST_F(AfxdpHandshake, IsWhatDpdkExpects) {
  const Caller dpdk(pod, socket_of(7));
  EXPECT_EQ(dpdk.say("/connect,web-0"), "/host_ok");
  EXPECT_EQ(dpdk.say("/version"), "0.1");
  const auto answer = dpdk.ask("/xsk_map_fd,rxq0");
  ASSERT_TRUE(answer && answer->fd);
  EXPECT_EQ(answer->text, "/fd_ack");
  EXPECT_EQ(deviceplugin::xdp::map_id(answer->fd), map_of(7));
  EXPECT_EQ(dpdk.say("/fin"), "/fin_ack");
  EXPECT_FALSE(dpdk.ask("/version")) << "the connection has ended";

  const auto socket = bound_in(pod);
  const std::uint32_t queue = 1;
  const int fd = socket->fd().get();
  ASSERT_EQ(bpf_map_update_elem(answer->fd.get(), &queue, &fd, 0), 0);
  Asked asked;
  std::thread asking([&] { asked = ask(client, 7007, 1, 3000); });
  EXPECT_TRUE(socket->receive(3000));
  asking.join();
}

TEST_F(AfxdpHandshake, TakesBlanksAndAnEndOfTheString) {
  const Caller caller(pod, socket_of(7));
  EXPECT_EQ(caller.say("/connect, web-0"), "/host_ok");
  EXPECT_EQ(caller.say(std::string("/version\0", 9)), "0.1");
  EXPECT_EQ(caller.say("/xsk_map_fd, rxq0"), "/fd_ack");
  EXPECT_EQ(caller.say("/xsk_map_fd, " + nic->device_id(7)), "/fd_ack");
}

TEST_F(AfxdpHandshake, RefusesWhatItDoesNotKnow) {
  const Caller caller(pod, socket_of(7));
  for (const std::string text : {"/connect", "/connect,a,b", "/versions", "version", "/xsk_map_fd",
                                 "/xsk_fd,1", "/config_busy_poll,1", "/fin,now", ",", "/", "\n"}) {
    EXPECT_EQ(caller.say(text), "/nak") << text;
  }
  EXPECT_EQ(caller.say(std::string(1, '\0')), "/nak");
  EXPECT_EQ(caller.say(std::string(200, 'x')), "/nak");
  EXPECT_EQ(caller.say("/version"), "0.1");
}

TEST_F(AfxdpHandshake, GivesNoMapForAnotherName) {
  const Caller caller(pod, socket_of(7));
  for (const auto& name : {std::string("eth0"), nic->device_id(6), std::string("../rxq0")}) {
    const auto answer = caller.ask("/xsk_map_fd," + name);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->text, "/fd_nak") << name;
    EXPECT_FALSE(answer->fd) << name;
  }
}

// Even one who got at the other's folder, and says the other's name.
TEST_F(AfxdpHandshake, RefusesEverybodyElse) {
  const auto socket = bound_in(pod);
  for (const auto* who : {&pod, &client}) {
    const Caller caller(*who, socket_of(6));
    EXPECT_EQ(caller.say("/connect,web-1"), "/host_nak");
    EXPECT_EQ(caller.say("/xsk_map_fd,rxq0"), "/fd_nak");
    EXPECT_EQ(caller.say("/config_busy_poll,20,64", socket->fd()), "/config_busy_poll_nak");
    EXPECT_THAT(caller.say("/xsk_fd", socket->fd()), HasSubstr("no pod in the caller's network namespace"));
  }
  EXPECT_TRUE(logs("is refused /connect: no pod in the caller's network namespace leases the queue"));
}

TEST_F(AfxdpHandshake, RefusesWhereNoPodHasTheQueue) {
  const Caller caller(pod, socket_of(5));
  EXPECT_EQ(caller.say("/connect,web-0"), "/host_nak");
  EXPECT_EQ(caller.say("/xsk_map_fd,rxq0"), "/fd_nak");
}

TEST_F(AfxdpHandshake, EndsWithTheLease) {
  const Caller caller(pod, socket_of(7));
  ASSERT_EQ(caller.say("/connect,web-0"), "/host_ok");
  ASSERT_TRUE(succeeded(detach(pod, {7})));
  EXPECT_EQ(caller.say("/xsk_map_fd,rxq0"), "/fd_nak");
}

// The NIC took the first pod's interface along, which nobody heals; the runtime has not called DEL.
TEST_F(AfxdpHandshake, RefusesTheLastPodThatStillHasARecord) {
  auto unhealed = pool("afxdp", "[5-7]", "afxdp");
  configure({unhealed.insert(unhealed.rfind(" }"), ", heal: false")});
  ASSERT_TRUE(logs("was changed, and applies now"));
  nic->unplug();
  nic.emplace(client);
  ASSERT_TRUE(watch->shows(health("Healthy")));
  Pod next;
  give(next, {7});
  const Caller last(pod, socket_of(7));
  EXPECT_EQ(last.say("/connect,web-0"), "/host_nak");
  EXPECT_EQ(last.say("/xsk_map_fd,rxq0"), "/fd_nak");
  EXPECT_EQ(Caller(next, socket_of(7)).say("/connect,web-2"), "/host_ok");
}

TEST_F(AfxdpHandshake, TakesTheSocketOfTheQueueOnly) {
  const Caller caller(pod, socket_of(7));
  EXPECT_THAT(caller.say("/xsk_fd"), HasSubstr("no descriptor came along"));
  EXPECT_THAT(caller.say("/xsk_fd", kernel::Fd(dup(STDERR_FILENO))), HasSubstr("no AF_XDP socket"));
  EXPECT_THAT(caller.say("/xsk_fd", kernel::Fd(::socket(AF_INET, SOCK_DGRAM, 0))),
              HasSubstr("no AF_XDP socket"));
  EXPECT_THAT(caller.say("/xsk_fd", kernel::Fd(::socket(AF_XDP, SOCK_RAW, 0))),
              HasSubstr("another network namespace"));
  {
    const auto netns = kernel::NetNs::open(pod.path());
    const kernel::InsideNetNs inside(*netns);
    EXPECT_THAT(caller.say("/xsk_fd", kernel::Fd(::socket(AF_XDP, SOCK_RAW, 0))), HasSubstr("not bound"));
  }
  EXPECT_THAT(caller.say("/xsk_fd", bound_in(other)->fd()), HasSubstr("another network namespace"));
  const auto socket = bound_in(pod);
  EXPECT_EQ(caller.say("/xsk_fd", socket->fd()), "/xsk_fd_ack");
}

TEST_F(AfxdpHandshake, RefusesEveryOtherKindOfDescriptor) {
  const Caller caller(pod, socket_of(7));
  const auto refused = [&](kernel::Fd fd) {
    EXPECT_THAT(caller.say("/xsk_fd", fd), HasSubstr("no AF_XDP socket"));
    EXPECT_EQ(caller.say("/config_busy_poll,20,64", fd), "/config_busy_poll_nak");
  };
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  const kernel::Fd write_end(ends[1]);
  refused(kernel::Fd(ends[0]));
  refused(kernel::Fd(::socket(AF_INET, SOCK_STREAM, 0)));
  refused(kernel::Fd(open(".", O_PATH)));
  refused(kernel::Fd(open("/proc/self/ns/net", O_RDONLY)));
  refused(kernel::Fd(eventfd(0, 0)));
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends.data()), 0);
  const kernel::Fd sender(ends[0]);
  kernel::Fd receiver(ends[1]);
  for (int i = 0; i < 5; ++i) send_with(sender.get(), "x", {STDERR_FILENO, STDIN_FILENO});
  refused(std::move(receiver));
}

TEST_F(AfxdpHandshake, RefusesSeveralDescriptorsAtOnce) {
  const Caller caller(pod, socket_of(7));
  const auto socket = bound_in(pod);
  send_with(caller.fd(), "/xsk_fd", {socket->fd().get(), STDERR_FILENO});
  EXPECT_THAT(caller.answer(), HasSubstr("several descriptors came along"));
  EXPECT_EQ(caller.say("/xsk_fd", socket->fd()), "/xsk_fd_ack");
}

// It closed its own copy of a TCP socket with SO_LINGER, so the daemon's close() takes ten minutes.
TEST_F(AfxdpHandshake, IsStoppedByNoPodWhoseDescriptorCannotBeClosed) {
  std::list<LingeringSocket> sockets;
  const Caller caller(pod, socket_of(7));
  const std::string left_behind = "hangs and is left behind";
  for (int attempt = 0; attempt < 10 && log().find(left_behind) == std::string::npos; ++attempt) {
    std::vector<kernel::Fd> descriptors;
    descriptors.push_back(sockets.emplace_back().take());
    hand_over({caller.fd()}, "/xsk_fd", std::move(descriptors));
    EXPECT_THAT(caller.answer(), HasSubstr("no AF_XDP socket"));
    EXPECT_EQ(Caller(other, socket_of(6)).say("/connect,web-1"), "/host_ok") << "another pod, at once";
    eventually([&] { return log().find(left_behind) != std::string::npos; }, std::chrono::seconds(3));
  }
  EXPECT_TRUE(logs(left_behind));
  EXPECT_EQ(Caller(pod, socket_of(7)).say("/connect,web-0"), "/host_ok")
      << "the same pod, by another connection";
  const auto socket = bound_in(other);
  EXPECT_EQ(Caller(other, socket_of(6)).say("/xsk_fd", socket->fd()), "/xsk_fd_ack");
  watch.reset();
  EXPECT_EQ(daemon->end(SIGTERM).status, 0);
  for (auto& lingering : sockets) lingering.let_go();
}

// The kernel cannot be asked for one of a namespace's sockets, only for all of them.
TEST_F(AfxdpHandshake, TakesNoLongerForAPodWithFortyThousandSockets) {
  constexpr rlim_t sockets = 40000;
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit enough{sockets + 1000, std::max<rlim_t>(before.rlim_max, sockets + 1000)};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &enough), 0);
  const auto oldest = bound_in(pod);
  std::vector<kernel::Fd> many;
  {
    const kernel::InsideNetNs inside(*kernel::NetNs::open(pod.path()));
    for (rlim_t i = 0; i < sockets; ++i) {
      many.emplace_back(::socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0));
      ASSERT_TRUE(many.back()) << i;
    }
  }
  const Caller caller(pod, socket_of(7));
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(caller.say("/xsk_fd", oldest->fd()), "/xsk_fd_ack") << "the kernel checks each packet by itself";
  const auto took = std::chrono::steady_clock::now() - began;
  const auto few = std::chrono::milliseconds(1000);  // a dump of them all takes several
  EXPECT_LT(took, few * patience_factor());
  std::cout << "a request in a namespace of " << sockets
            << " sockets: " << std::chrono::duration_cast<std::chrono::microseconds>(took).count() << " us\n";
  EXPECT_THAT(caller.say("/xsk_fd", many.back()), HasSubstr("not bound"))
      << "the newest are still told apart";
  many.clear();
  setrlimit(RLIMIT_NOFILE, &before);
}

TEST_F(AfxdpHandshake, TellsTheQueuesOfAPodApart) {
  ASSERT_TRUE(succeeded(detach(pod, {7})));
  give(pod, {5, 7});
  const auto first = bound_in(pod, 1);
  const auto second = bound_in(pod, 2);
  EXPECT_THAT(Caller(pod, socket_of(7)).say("/xsk_fd", first->fd()), HasSubstr("bound to queue 1 of"));
  EXPECT_THAT(Caller(pod, socket_of(5)).say("/xsk_fd", second->fd()), HasSubstr("bound to queue 2 of"));
  EXPECT_EQ(Caller(pod, socket_of(5)).say("/xsk_fd", first->fd()), "/xsk_fd_ack");
  EXPECT_EQ(Caller(pod, socket_of(7)).say("/xsk_fd", second->fd()), "/xsk_fd_ack");
}

TEST_F(AfxdpHandshake, SwitchesBusyPollingOn) {
  const Caller caller(pod, socket_of(7));
  const auto socket = bound_in(pod);
  EXPECT_EQ(caller.say("/config_busy_poll, 20, 64", socket->fd()), "/config_busy_poll_ack");
  const auto option = [&](int name) {
    int value = 0;
    socklen_t size = sizeof(value);
    EXPECT_EQ(getsockopt(socket->fd().get(), SOL_SOCKET, name, &value, &size), 0);
    return value;
  };
  EXPECT_EQ(option(SO_PREFER_BUSY_POLL), 1);
  EXPECT_EQ(option(SO_BUSY_POLL), 20);
  EXPECT_EQ(caller.say("/config_busy_poll,20,64"), "/config_busy_poll_nak");
  EXPECT_EQ(caller.say("/config_busy_poll,20,many", socket->fd()), "/config_busy_poll_nak");
  EXPECT_EQ(caller.say("/config_busy_poll,20,-1", socket->fd()), "/config_busy_poll_nak");
}

// A pod takes no descriptor from the daemon, and none from other pods, by connections that it leaves open.
TEST_F(AfxdpHandshake, HasAnEndToTheConnectionsOfAPod) {
  std::vector<Caller> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back(pod, socket_of(7));
    ASSERT_EQ(callers.back().say("/version"), "0.1") << i;
  }
  const Caller one_more(pod, socket_of(7));
  EXPECT_FALSE(one_more.ask("/version"));
  EXPECT_EQ(Caller(other, socket_of(6)).say("/version"), "0.1");
  callers.pop_back();
  EXPECT_TRUE(eventually([&] { return Caller(pod, socket_of(7)).say("/version") == "0.1"; }));
}

TEST_F(AfxdpHandshake, IsThereForEveryUserAndGoneWithThePool) {
  EXPECT_EQ(Caller(pod, socket_of(7)).say("/version"), "0.1");
  configure({pool("other", "[5-7]", "memory-provider")});
  EXPECT_TRUE(eventually([&] { return access(socket_of(7).c_str(), F_OK) != 0; }, std::chrono::seconds(10)));
}

}  // namespace
}  // namespace rxlease::tests
