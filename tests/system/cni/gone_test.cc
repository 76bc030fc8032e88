// SPDX-License-Identifier: Apache-2.0
//
// DEL when something that ADD made, or needed, is no longer there.
#include <gtest/gtest.h>

#include "kernel/files.h"
#include "tests/system/fixture/eventually.h"
#include "tests/system/fixture/node.h"
#include "tests/system/fixture/plugin/scripted_ipam.h"

namespace rxlease::tests {
namespace {

using nlohmann::json;

class Del : public Node, public testing::WithParamInterface<const char*> {
 protected:
  json conf() const {
    auto conf = leasing({7, 6}, {{"pairing", GetParam()}});
    if (GetParam() == std::string("pair"))
      conf["ipam"] = runtime.host_local({"10.22.0.0/24", "fd00:22::/64"});
    return conf;
  }
};

TEST_P(Del, CanBeRepeated) {
  const auto before = snapshot();
  attached(conf());
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), conf()))) << i;
  EXPECT_EQ(snapshot(), before);
}

TEST_P(Del, OfWhatWasNeverAddedSucceeds) {
  const auto before = snapshot();
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), conf())));
  EXPECT_EQ(snapshot(), before);
}

TEST_P(Del, SucceedsWithoutTheNamespace) {
  const auto before = snapshot();
  {
    Pod short_lived;
    const auto attachment = short_lived.attachment();
    ASSERT_TRUE(succeeded(runtime.add(attachment, conf())));
    short_lived.remove();
    EXPECT_TRUE(succeeded(runtime.del(attachment, conf())));
  }
  EXPECT_TRUE(eventually([&] { return snapshot() == before; }));
  EXPECT_EQ(snapshot(), before);
}

// The specification lets a runtime leave CNI_NETNS out of a DEL.
TEST_P(Del, SucceedsWithoutAPathOfTheNamespace) {
  const auto before = snapshot();
  attached(conf());
  auto attachment = pod.attachment();
  attachment.netns.clear();
  EXPECT_TRUE(succeeded(runtime.del(attachment, conf())));
  EXPECT_EQ(snapshot(), before);
}

TEST_P(Del, SucceedsAfterSomebodyDeletedTheNetkit) {
  const auto before = snapshot();
  attached(conf());
  kernel::Links(pod.netns().route()).dellink(pod.link()->ifindex());
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), conf())));
  EXPECT_EQ(snapshot(), before);
}

TEST_P(Del, SucceedsAfterSomebodyRenamedTheNetkit) {
  const auto before = snapshot();
  attached(conf());
  set_link(pod.netns(), pod.link()->ifindex(), false);
  kernel::Link renamed;
  renamed.ifinfo = pod.link()->ifinfo;
  renamed.ifname = "other";
  kernel::Links(pod.netns().route()).setlink(renamed);
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), conf())));
  EXPECT_EQ(snapshot(), before);
}

TEST_P(Del, SucceedsAfterTheNicWasUnplugged) {
  const auto wanted = conf();
  attached(wanted);
  nic.unplug();
  EXPECT_FALSE(pod.link());
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), wanted)));
  EXPECT_TRUE(runtime.files().empty());
  EXPECT_TRUE(kernel::Links(host().route()).getlink_dump("netkit").empty());
}

// Another namespace at the same path, with a link of the same name and index: not ours to delete.
TEST_P(Del, LeavesTheLinksOfALaterPodAtTheSamePathAlone) {
  Pod first;
  const auto attachment = first.attachment();
  ASSERT_TRUE(succeeded(runtime.add(attachment, conf())));
  first.remove();
  ASSERT_TRUE(eventually([&] { return nic.leases().empty(); }));
  ASSERT_EQ(symlink(pod.path().c_str(), first.path().c_str()), 0);
  attached(leasing({5}, {{"pairing", GetParam()}, {"name", "another"}}));
  EXPECT_TRUE(succeeded(runtime.del(attachment, conf())));
  EXPECT_TRUE(pod.link());
  EXPECT_TRUE(nic.leases().contains(5));
  EXPECT_EQ(runtime.records().size(), 1U);
  kernel::remove_file(first.path());
}

TEST_P(Del, LeavesOtherInterfacesOfThePodAlone) {
  attached(conf());
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment("net1"), conf())));
  EXPECT_EQ(nic.leases().size(), 2U);
}

INSTANTIATE_TEST_SUITE_P(EitherWay, Del, testing::Values("pair", "single"),
                         [](const auto& instance) { return std::string(instance.param); });

using DelOfIpam = Node;

// A lost record is no reason to lose an address for ever.
TEST_F(DelOfIpam, HappensWithoutARecordToo) {
  const auto ipam =
      ScriptedIpam::answering(runtime, R"({"cniVersion":"1.1.0","ips":[{"address":"10.22.0.2/24"}]})");
  const auto conf = leasing({7}, {{"ipam", {{"type", ipam.name()}}}});
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), conf)));
  EXPECT_EQ(ipam.calls(), std::vector<std::string>{"DEL " + pod.name() + " eth0"});
}

// The record stays, so that the runtime's next DEL tries again.
TEST_F(DelOfIpam, ThatFailsLeavesTheRecord) {
  const ScriptedIpam ipam(runtime, R"(
    case $CNI_COMMAND in
      ADD) echo '{"cniVersion":"1.1.0","ips":[{"address":"10.22.0.2/24"}]}' ;;
      DEL) [ -e "$0.mended" ] || { echo '{"cniVersion":"1.1.0","code":11,"msg":"not now"}'; exit 1; } ;;
    esac)");
  const auto conf = leasing({7}, {{"ipam", {{"type", ipam.name()}}}});
  attached(conf);
  EXPECT_TRUE(failed(runtime.del(pod.attachment(), conf), 11, {"scripted", "not now"}));
  EXPECT_TRUE(nic.leases().empty());
  EXPECT_EQ(runtime.records().size(), 1U);
  kernel::create_file(runtime.own_plugins() + "/scripted.mended", "", 0644);
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), conf)));
  EXPECT_TRUE(runtime.records().empty());
}

}  // namespace
}  // namespace rxlease::tests
