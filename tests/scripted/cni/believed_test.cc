// SPDX-License-Identifier: Apache-2.0
//
// Records that lead elsewhere than to what the plugin made: of another boot, or with names that it would not
// have written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/ends_within.h"
#include "tests/scripted/cni/scripted.h"

namespace rxlease::tests {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class Believed : public testing::Test {
 protected:
  Believed() { EXPECT_EQ(scripted.call("ADD").status, 0); }

  // Writes a record of another container, as the first one's but for `members`.
  void write_record(const std::string& file, const json& members) const {
    auto record = json::parse(std::ifstream(scripted.path("attachments/c1@eth0")));
    record.merge_patch(members);
    std::ofstream(scripted.path("attachments/" + file)) << record.dump();
  }

  cni::Outcome gc_of_all_but_the_live() {
    scripted.conf["cni.dev/valid-attachments"] = json::array({{{"containerID", "c1"}, {"ifname", "eth0"}}});
    return scripted.call("GC");
  }

  std::string live_name() const { return scripted.machine.host_netns.links.begin()->first; }

  Scripted scripted;
};

// The state directory has survived a reboot, and a live pod's netkit has the ifindex of the record.
TEST_F(Believed, ARecordOfAnEarlierBootLeadsToNoLink) {
  write_record("old@eth0", {{"containerId", "old"}, {"bootId", "of-before"}, {"hostInterface", live_name()}});
  EXPECT_EQ(gc_of_all_but_the_live().status, 0);
  EXPECT_THAT(scripted.machine.host_netns.links, SizeIs(1));
  EXPECT_THAT(scripted.machine.pod_netns.links, SizeIs(1));
  EXPECT_THAT(scripted.files("attachments"), ElementsAre("c1@eth0"));
  EXPECT_THAT(scripted.steps(), Contains("ipam DEL")) << "its addresses are released all the same";
}

TEST_F(Believed, AnIfindexAloneLeadsToNoLink) {
  write_record("old@eth0",
               {{"containerId", "old"}, {"hostInterface", "rxl000000000000"}, {"netns", "/gone"}});
  EXPECT_EQ(gc_of_all_but_the_live().status, 0);
  EXPECT_THAT(scripted.machine.host_netns.links, SizeIs(1));
  EXPECT_THAT(scripted.files("attachments"), ElementsAre("c1@eth0"));
}

TEST_F(Believed, APathForAContainerIdUnlinksNothing) {
  std::ofstream(scripted.path("stranger@eth0")) << "mine";
  write_record("odd", {{"containerId", "../stranger"}, {"hostIfindex", 0}});
  EXPECT_EQ(gc_of_all_but_the_live().status, 0);
  EXPECT_TRUE(std::filesystem::exists(scripted.path("stranger@eth0")));
  EXPECT_THAT(scripted.machine.warnings, ElementsAre(HasSubstr(scripted.path("attachments/odd"))));
}

TEST_F(Believed, AFifoAmongTheRecordsIsPassedOver) {
  const EndsWithin limit(20);
  ASSERT_EQ(mkfifo(scripted.path("attachments/c7@eth0").c_str(), 0600), 0);
  EXPECT_EQ(gc_of_all_but_the_live().status, 0);
  EXPECT_THAT(scripted.machine.warnings, ElementsAre(HasSubstr("c7@eth0")));
  EXPECT_EQ(scripted.call("DEL").status, 0);
  EXPECT_TRUE(scripted.machine.host_netns.links.empty());
}

// Else the plugin would call itself without end.
TEST_F(Believed, ARecordDoesNotNameThisPluginAsItsIpam) {
  write_record("old@eth0", {{"containerId", "old"}, {"ipam", "rxlease"}, {"bootId", "of-before"}});
  EXPECT_EQ(gc_of_all_but_the_live().status, 0);
  EXPECT_THAT(scripted.steps(), testing::Not(Contains("ipam DEL")));
}

}  // namespace
}  // namespace rxlease::tests
