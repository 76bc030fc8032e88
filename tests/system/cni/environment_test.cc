// SPDX-License-Identifier: Apache-2.0
//
// What the environment of a call names and the node has not, or has already.
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include "kernel/files.h"
#include "tests/system/fixture/netkit.h"
#include "tests/system/fixture/node.h"

namespace rxlease::tests {
namespace {

using nlohmann::json;

class Environment : public Node {
 protected:
  void expect_refusal(const Attachment& attachment, unsigned code, const std::vector<std::string>& message,
                      const std::vector<std::string>& details = {}) {
    const auto before = snapshot();
    EXPECT_TRUE(failed(runtime.add(attachment, conf()), code, message, details));
    EXPECT_EQ(snapshot(), before);
  }

  json conf() const { return leasing({7}, {{"ipam", runtime.host_local({"10.22.0.0/24"})}}); }
};

TEST_F(Environment, NamesAPathWhereThereIsNothing) {
  auto attachment = pod.attachment();
  attachment.netns = "/run/netns/nobody";
  expect_refusal(attachment, 3, {"CNI_NETNS", "/run/netns/nobody"}, {"/run/netns/NAME"});
}

TEST_F(Environment, NamesAPathOfSomethingElse) {
  auto attachment = pod.attachment();
  for (const auto* const path : {"/etc/passwd", "/proc/self/ns/mnt", "/run", "/dev/null"}) {
    attachment.netns = path;
    expect_refusal(attachment, 3, {"CNI_NETNS", path});
  }
}

TEST_F(Environment, NamesTheHostsNamespace) {
  auto attachment = pod.attachment();
  attachment.netns = "/proc/1/ns/net";
  expect_refusal(attachment, 4, {"CNI_NETNS", "/proc/1/ns/net", "host's"});
}

TEST_F(Environment, NamesAnInterfaceThatThePodHas) {
  kernel::Links(pod.netns().route()).newlink(plain_link("eth0", "dummy"));
  expect_refusal(pod.attachment(), 4, {"\"eth0\" already"}, {"CNI_IFNAME"});
  EXPECT_EQ(pod.link()->linkinfo->kind, "dummy");
  expect_refusal(pod.attachment("lo"), 4, {"\"lo\" already"});
}

TEST_F(Environment, NamesAnAttachmentThatIsThere) {
  attached(conf());
  expect_refusal(pod.attachment(), 4, {"eth0"});
  EXPECT_TRUE(nic.leases().contains(7));
}

// The record tells, even when the link is gone.
TEST_F(Environment, NamesAnAttachmentThatWasNeverDeleted) {
  attached(conf());
  kernel::Links(pod.netns().route()).dellink(pod.link()->ifindex());
  expect_refusal(pod.attachment(), 4, {"container " + pod.name() + " is attached already", "eth0"}, {"DEL"});
}

TEST_F(Environment, NeedNotBelongToKubernetes) {
  auto attachment = pod.attachment();
  attachment.args = "IgnoreUnknown=true;SOMETHING=else";
  EXPECT_TRUE(succeeded(runtime.add(attachment, conf())));
}

TEST_F(Environment, MayHaveAContainerIdOf250Characters) {
  const auto before = snapshot();
  auto attachment = pod.attachment();
  attachment.container_id.resize(250, 'c');
  const auto answer = runtime.add(attachment, conf());
  ASSERT_TRUE(succeeded(answer));
  EXPECT_TRUE(succeeded(runtime.check(attachment, conf(), answer.object)));
  EXPECT_TRUE(succeeded(runtime.del(attachment, conf())));
  EXPECT_EQ(snapshot(), before);
}

// As in a container that gets no writable /proc/sys.
TEST_F(Environment, MayBeWithoutAWritableProcSys) {
  host().set_sysctl("net/ipv4/ip_forward", "0");
  runtime.before_exec = [] {
    if (unshare(CLONE_NEWNS) != 0 || mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount(nullptr, "/proc", nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr) != 0) {
      _exit(100);
    }
  };
  expect_refusal(pod.attachment(), 100, {"net/ipv4/ip_forward", "EROFS"},
                 {"sysctl -w net.ipv4.ip_forward=1"});
  host().set_sysctl("net/ipv4/ip_forward", "1");
  EXPECT_TRUE(succeeded(runtime.add(pod.attachment(), conf())));
}

TEST_F(Environment, MayHaveFewDescriptors) {
  const auto before = snapshot();
  for (rlim_t descriptors = 3; descriptors < 20; ++descriptors) {
    runtime.before_exec = [descriptors] {
      const rlimit limit{descriptors, descriptors};
      if (setrlimit(RLIMIT_NOFILE, &limit) != 0) _exit(100);
    };
    const auto answer = runtime.add(pod.attachment(), leasing({7}));
    EXPECT_TRUE(answer.object.is_object()) << descriptors << ": " << answer.text << answer.errors;
    EXPECT_EQ(answer.object.contains("code"), answer.status != 0) << answer.text;
    if (descriptors == 3) {
      EXPECT_TRUE(failed(answer, 5, {"EMFILE"}, {"limit of open files"}));
    }
    runtime.before_exec = nullptr;
    EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), leasing({7}))));
    EXPECT_EQ(snapshot(), before);
  }
}

using StateDirectory = Node;

TEST_F(StateDirectory, ThatCannotBeWrittenIsAnError) {
  const auto before = snapshot();
  auto conf = leasing({7});
  conf["stateDirectory"] = "/proc/rxlease";
  EXPECT_TRUE(failed(runtime.add(pod.attachment(), conf), 5, {"/proc/rxlease"}, {"stateDirectory"}));
  EXPECT_EQ(snapshot(), before);
}

TEST_F(StateDirectory, IsMadeWithItsParents) {
  auto conf = leasing({7});
  conf["stateDirectory"] = runtime.state_directory() + "/deep/inside";
  attached(conf);
  EXPECT_TRUE(nic.leases().contains(7));
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), conf)));
  EXPECT_TRUE(runtime.files().empty());
}

}  // namespace
}  // namespace rxlease::tests
