// SPDX-License-Identifier: Apache-2.0
//
// The files of an attachment: its record, and what its pod reads of its queues.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "attachment/record/lease_file.h"
#include "kernel/files.h"
#include "tests/system/fixture/node.h"

namespace rxlease::tests {
namespace {

using nlohmann::json;

unsigned mode_of(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777U;
}

class Files : public Node {
 protected:
  std::string record() const { return runtime.state_directory() + "/attachments/" + pod.name() + "@eth0"; }
  json lease_of(std::uint32_t queue) const {
    return json::parse(kernel::read_file(runtime.lease_file(nic.device_id(queue))).value_or("null"));
  }
};

TEST_F(Files, OfRecordsAreForRootAlone) {
  const auto umask_before = umask(0);
  attached(leasing({7}));
  umask(umask_before);
  EXPECT_EQ(mode_of(record()), 0600U);
  EXPECT_EQ(mode_of(runtime.state_directory() + "/attachments"), 0700U);
}

TEST_F(Files, OfLeasesAreForEveryone) {
  const auto umask_before = umask(077);
  attached(leasing({7}));
  umask(umask_before);
  EXPECT_EQ(mode_of(runtime.lease_file(nic.device_id(7))), 0644U);
  EXPECT_EQ(mode_of(runtime.state_directory() + "/devices/" + nic.device_id(7)), 0755U);
}

TEST_F(Files, TellWhoseTheAttachmentIs) {
  auto attachment = pod.attachment();
  attachment.args = "IgnoreUnknown=1;K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web-0;K8S_POD_UID=9f";
  const auto answer =
      runtime.add(attachment, leasing({7, 6}, {{"ipam", runtime.host_local({"10.22.0.0/24"})}}));
  ASSERT_TRUE(succeeded(answer));
  ASSERT_EQ(runtime.records().size(), 1U);
  const auto record = runtime.records().front();
  EXPECT_EQ(record.network, "zerocopy");
  EXPECT_EQ(record.container_id, pod.name());
  EXPECT_EQ(record.ifname, "eth0");
  EXPECT_EQ(record.interface, "eth0");
  EXPECT_EQ(record.netns, pod.path());
  EXPECT_EQ(record.netns_cookie, pod.netns().cookie());
  EXPECT_EQ(record.pod_namespace, "shop");
  EXPECT_EQ(record.pod_name, "web-0");
  EXPECT_EQ(record.pod_uid, "9f");
  EXPECT_EQ(record.ipam, "host-local");
  EXPECT_EQ(record.host_interface, answer.object["interfaces"][0]["name"]);
  EXPECT_EQ(record.host_ifindex, host_link(answer.object)->ifindex());
  EXPECT_EQ(record.interface_ifindex, pod.link()->ifindex());
  ASSERT_EQ(record.devices.size(), 2U);
  EXPECT_EQ(record.devices[0].id.to_string(), nic.device_id(7));
  EXPECT_EQ(record.devices[0].queue, 1U);
  EXPECT_EQ(record.devices[1].queue, 2U);
}

TEST_F(Files, TellThePodWhichQueueIsWhich) {
  attached(leasing({7, 2}));
  EXPECT_EQ(lease_of(2), (json{{"device", nic.device_id(2)},
                               {"generation", 1},
                               {"interface", "eth0"},
                               {"queue", 2},
                               {"physicalDevice", nic.ifname()},
                               {"physicalQueue", 2},
                               {"mode", "pair"},
                               {"containerId", pod.name()}}));
  EXPECT_EQ(lease_of(7)["queue"], 1);
}

TEST_F(Files, TellThePodThatItsNetkitIsASingle) {
  attached(leasing({7}, {{"pairing", "single"}}), "rxq0");
  EXPECT_EQ(lease_of(7)["mode"], "single");
  EXPECT_EQ(lease_of(7)["interface"], "rxq0");
}

TEST_F(Files, GoWithTheAttachment) {
  attached(leasing({7, 6}));
  EXPECT_EQ(runtime.files().size(), 3U);
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), leasing({7, 6}))));
  EXPECT_TRUE(runtime.files().empty());
}

// The queue has gone to another pod before the last one's DEL came.
TEST_F(Files, OfASuccessorOutliveALateDel) {
  attached(leasing({7}));
  kernel::Links(pod.netns().route()).dellink(pod.link()->ifindex());
  Pod successor;
  ASSERT_TRUE(succeeded(runtime.add(successor.attachment(), leasing({7}))));
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), leasing({7}))));
  EXPECT_EQ(lease_of(7)["containerId"], successor.name());
  EXPECT_EQ(runtime.files().size(), 2U);
  EXPECT_TRUE(nic.leases().contains(7));
}

// What a killed ADD left in the middle of writing.
TEST_F(Files, HalfWrittenGoWithTheAttachmentToo) {
  attached(leasing({7}));
  kernel::create_file(kernel::partial_name(record()), "{", 0600);
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), leasing({7}))));
  EXPECT_TRUE(runtime.files().empty());
}

}  // namespace
}  // namespace rxlease::tests
