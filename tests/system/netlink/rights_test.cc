// SPDX-License-Identifier: Apache-2.0
//
// What a pod's capability allows it, by the user namespace that the pod is in: rows of the table "Which right
// buys what" in docs/security.md. Leases are in queue_create_errors_test.cc, io_uring and devmem in
// tests/simnic/zero_copy.
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <thread>

#include "kernel/fd.h"
#include "kernel/netlink/links.h"
#include "kernel/netlink/nsids.h"
#include "kernel/process/capabilities.h"
#include "tests/system/fixture/host.h"
#include "tests/system/fixture/netkit.h"
#include "tests/system/fixture/pod.h"
#include "tests/system/fixture/refused.h"

namespace rxlease::tests {
namespace {

using kernel::Link;
using kernel::Links;

// A link of another namespace, by the name that it has there and the namespace's id here.
Link link_by_nsid(kernel::Transport& here, const std::string& ifname, std::int32_t id) {
  Link wanted;
  wanted.ifname = ifname;
  wanted.target_netnsid = id;
  return kernel::decode<Link>(here.exchange({"getlink", RTM_GETLINK, 0, encode(wanted)}).at(0).payload);
}

bool opens_an_xdp_socket() {
  return static_cast<bool>(kernel::Fd(socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0)));
}

// Whether `body` is true for the root of a user namespace and a network namespace of its own, which a pod
// with `hostUsers: false` has.
template <typename Body>
testing::AssertionResult holds_in_a_user_namespace(Body body) {
  const pid_t child = fork();
  if (child == 0) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) _exit(100);
    try {
      _exit(body() ? 0 : 1);
    } catch (const std::exception&) {
      _exit(101);
    }
  }
  int status = 0;
  waitpid(child, &status, 0);
  return testing::AssertionResult(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "wait status " << status;
}

class RightsOfAPod : public testing::Test {
 protected:
  RightsOfAPod() : link(Links(host().route()).newlink(plain_link("rights0", "dummy"))) {}
  ~RightsOfAPod() override { Links(host().route()).dellink(link.ifindex()); }

  bool is_there() const { return Links(host().route()).getlink("rights0").has_value(); }

  const Link link;  // the host's
};

TEST_F(RightsOfAPod, CapNetAdminReachesTheHostsLinksByNsid) {
  Pod pod;
  auto& pods = pod.netns().route();
  const auto id = kernel::NsIds(pods).ensure_nsid(host().fd());
  std::uint32_t found = 0;
  bool deleted = false;
  std::thread([&] {
    kernel::keep_only_capabilities({CAP_NET_ADMIN});
    found = link_by_nsid(pods, "rights0", id).ifindex();
    deleted = Links(pods).dellink(found, id);
  }).join();
  EXPECT_EQ(found, link.ifindex());
  EXPECT_TRUE(deleted);
  EXPECT_FALSE(is_there());
}

TEST_F(RightsOfAPod, CapNetAdminInAnotherUserNamespaceDoesNot) {
  const int host_fd = host().fd();
  EXPECT_TRUE(holds_in_a_user_namespace([&] {
    kernel::LinuxNamespace own(kernel::NetNs::current());
    const auto id = kernel::NsIds(own.route()).ensure_nsid(host_fd);
    return refused([&] { link_by_nsid(own.route(), "rights0", id); }, EACCES) &&
           refused([&] { Links(own.route()).dellink(link.ifindex(), id); }, EACCES);
  }));
  EXPECT_TRUE(is_there());
}

TEST_F(RightsOfAPod, CapNetRawOverItsOwnNamespaceOpensAnAfXdpSocketAndNothingElseDoes) {
  EXPECT_TRUE(holds_in_a_user_namespace([] {
    const bool by_root = opens_an_xdp_socket();
    kernel::keep_only_capabilities({CAP_NET_RAW});
    const bool by_the_right = opens_an_xdp_socket();
    kernel::keep_only_capabilities({});
    return by_root && by_the_right && !opens_an_xdp_socket() && errno == EPERM;
  }));
}

}  // namespace
}  // namespace rxlease::tests
