// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/files.h"
#include "tests/system/fixture/eventually.h"
#include "tests/system/fixture/node.h"
#include "tests/system/fixture/plugin/scripted_ipam.h"

namespace rxlease::tests {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;

class Gc : public Node {
 protected:
  json conf(std::uint32_t queue, const std::string& network = "zerocopy",
            const std::string& subnet = "10.22.0.0/24") const {
    return leasing({queue}, {{"name", network}, {"ipam", runtime.host_local({subnet})}});
  }

  // What a runtime hands to GC: the network as it stands in the file.
  json network(const std::string& name = "zerocopy") const {
    return runtime.network({{"name", name}, {"ipam", runtime.host_local({"10.22.0.0/24"})}});
  }

  std::vector<std::string> owners() const {
    std::vector<std::string> owners;
    for (const auto& record : runtime.records()) owners.push_back(record.container_id);
    return owners;
  }
};

TEST_F(Gc, UndoesWhatTheListLacks) {
  Pod stale;
  attached(conf(7));
  const auto before = snapshot({&stale});
  ASSERT_TRUE(succeeded(runtime.add(stale.attachment(), conf(6))));
  EXPECT_TRUE(succeeded(runtime.gc(network(), {pod.attachment()})));
  EXPECT_EQ(snapshot({&stale}), before);
  EXPECT_EQ(owners(), std::vector<std::string>{pod.name()});
}

TEST_F(Gc, ChangesNothingWhenAllAttachmentsAreValid) {
  Pod other;
  attached(conf(7));
  ASSERT_TRUE(succeeded(runtime.add(other.attachment(), conf(6))));
  const auto before = snapshot({&other});
  EXPECT_TRUE(succeeded(runtime.gc(network(), {pod.attachment(), other.attachment()})));
  EXPECT_EQ(snapshot({&other}), before);
}

TEST_F(Gc, UndoesEverythingWhenTheListIsEmpty) {
  const auto before = snapshot();
  Pod other;
  attached(conf(7));
  ASSERT_TRUE(succeeded(runtime.add(other.attachment(), conf(6))));
  EXPECT_TRUE(succeeded(runtime.gc(network(), {})));
  EXPECT_EQ(snapshot(), before);
}

TEST_F(Gc, TellsTwoInterfacesOfOnePodApart) {
  attached(leasing({7}), "eth0");
  attached(leasing({6}), "net1");
  EXPECT_TRUE(succeeded(runtime.gc(runtime.network(), {pod.attachment("net1")})));
  EXPECT_FALSE(pod.link("eth0"));
  EXPECT_TRUE(pod.link("net1"));
  EXPECT_FALSE(nic.leases().contains(7));
}

TEST_F(Gc, LeavesOtherNetworksAlone) {
  Pod of_red;
  Pod of_blue;
  ASSERT_TRUE(succeeded(runtime.add(of_red.attachment(), conf(7, "red"))));
  ASSERT_TRUE(succeeded(runtime.add(of_blue.attachment(), conf(6, "blue", "10.23.0.0/24"))));
  EXPECT_TRUE(succeeded(runtime.gc(network("red"), {})));
  EXPECT_FALSE(of_red.link());
  EXPECT_TRUE(of_blue.link());
  EXPECT_EQ(owners(), std::vector<std::string>{of_blue.name()});
  EXPECT_TRUE(succeeded(runtime.gc(network("blue"), {})));
  EXPECT_FALSE(of_blue.link());
}

TEST_F(Gc, CleansUpAfterAPodWhoseNamespaceIsGone) {
  const auto before = snapshot();
  Pod crashed;
  ASSERT_TRUE(succeeded(runtime.add(crashed.attachment(), conf(7))));
  crashed.remove();
  EXPECT_TRUE(succeeded(runtime.gc(network(), {})));
  EXPECT_TRUE(eventually([&] { return snapshot() == before; }));
  EXPECT_EQ(snapshot(), before);
}

TEST_F(Gc, CleansUpAfterSinglesToo) {
  const auto before = snapshot();
  auto single = leasing({7});
  single["pairing"] = "single";
  attached(single);
  EXPECT_TRUE(succeeded(runtime.gc(runtime.network({{"pairing", "single"}}), {})));
  EXPECT_EQ(snapshot(), before);
}

TEST_F(Gc, PassesOverFilesThatAreNoRecords) {
  attached(conf(7));
  const auto file = runtime.state_directory() + "/attachments/unreadable";
  kernel::create_file(file, "{", 0600);
  const auto answer = runtime.gc(network(), {});
  EXPECT_TRUE(succeeded(answer));
  EXPECT_THAT(answer.errors, HasSubstr(file));
  EXPECT_FALSE(pod.link());
  EXPECT_EQ(runtime.files(), std::vector<std::string>{file});
}

TEST_F(Gc, AsksTheIpamPluginToCollectToo) {
  const ScriptedIpam ipam(runtime, "");
  const auto conf = runtime.network({{"ipam", {{"type", ipam.name()}}}});
  EXPECT_TRUE(succeeded(runtime.gc(conf, {pod.attachment()})));
  EXPECT_EQ(ipam.calls(), std::vector<std::string>{"GC  "});
  EXPECT_EQ(json::parse(ipam.last_input())["cni.dev/valid-attachments"][0]["containerID"], pod.name());
}

// One attachment that cannot be undone does not keep the others, and is named.
TEST_F(Gc, GoesOnAfterAFailureAndNamesIt) {
  const ScriptedIpam ipam(runtime, R"(
    case $CNI_COMMAND-$CNI_IFNAME in
      ADD-eth0) echo '{"cniVersion":"1.1.0","ips":[{"address":"10.22.0.2/24"}]}' ;;
      ADD-net1) echo '{"cniVersion":"1.1.0","ips":[{"address":"10.23.0.2/24"}]}' ;;
      DEL-eth0) echo '{"cniVersion":"1.1.0","code":11,"msg":"not now"}'; exit 1 ;;
    esac)");
  const json members{{"ipam", {{"type", ipam.name()}}}};
  attached(leasing({7}, members), "eth0");
  attached(leasing({6}, members), "net1");
  EXPECT_TRUE(failed(runtime.gc(runtime.network(members), {}), 11,
                     {"container " + pod.name() + ", interface eth0", "not now"}, {"next GC"}));
  EXPECT_FALSE(pod.link("eth0"));
  EXPECT_FALSE(pod.link("net1"));
  ASSERT_EQ(runtime.records().size(), 1U);
  EXPECT_EQ(runtime.records().front().ifname, "eth0");
}

// So does a runtime written in Go say that it has no attachment.
TEST_F(Gc, TakesNullForAnEmptyList) {
  attached(conf(7));
  auto of_go = network();
  of_go["cni.dev/valid-attachments"] = nullptr;
  EXPECT_TRUE(succeeded(runtime.call("GC", std::nullopt, of_go)));
  EXPECT_FALSE(pod.link());
}

TEST_F(Gc, TakesTheListUnderItsOlderKeyToo) {
  Pod stale;
  attached(conf(7));
  ASSERT_TRUE(succeeded(runtime.add(stale.attachment(), conf(6))));
  auto older = network();
  older["cni.dev/attachments"] = json::array({{{"containerID", pod.name()}, {"ifname", "eth0"}}});
  EXPECT_TRUE(succeeded(runtime.call("GC", std::nullopt, older)));
  EXPECT_TRUE(pod.link());
  EXPECT_FALSE(stale.link());
}

TEST_F(Gc, NeedsTheListOfValidAttachments) {
  attached(conf(7));
  const auto before = snapshot();
  EXPECT_TRUE(failed(runtime.call("GC", std::nullopt, network()), 7, {"cni.dev/valid-attachments"}));
  EXPECT_EQ(snapshot(), before);
}

TEST_F(Gc, IsNoVerbOfOlderVersions) {
  auto old = network();
  old["cniVersion"] = "1.0.0";
  EXPECT_TRUE(failed(runtime.gc(old, {}), 1, {"1.0.0", "GC"}, {"1.1.0"}));
}

}  // namespace
}  // namespace rxlease::tests
