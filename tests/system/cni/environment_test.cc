// SPDX-License-Identifier: Apache-2.0
//
// What the environment of a call names and the node has not, or has already.
#include <gtest/gtest.h>

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
