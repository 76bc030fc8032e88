// SPDX-License-Identifier: Apache-2.0
//
// DEL of an attachment whose record cannot be read or is not found, or whose namespace has another path.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/files.h"
#include "tests/system/fixture/node.h"

namespace rxlease::tests {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class Lost : public Node, public testing::WithParamInterface<const char*> {
 protected:
  json conf() const {
    auto conf = leasing({7, 6}, {{"pairing", GetParam()}});
    if (GetParam() == std::string("pair")) conf["ipam"] = runtime.host_local({"10.22.0.0/24"});
    return conf;
  }
  std::string record() const { return runtime.state_directory() + "/attachments/" + pod.name() + "@eth0"; }
};

TEST_P(Lost, RecordIsMadeUpForByDel) {
  const auto before = snapshot();
  const auto wanted = conf();
  attached(wanted);
  ASSERT_EQ(truncate(record().c_str(), 0), 0);
  const auto answer = runtime.del(pod.attachment(), wanted);
  EXPECT_TRUE(succeeded(answer));
  EXPECT_THAT(answer.errors, HasSubstr(record() + " cannot be read"));
  EXPECT_EQ(snapshot(), before);
}

TEST_P(Lost, RecordWithAFifoInItsPlaceIsMadeUpForToo) {
  const auto wanted = conf();
  attached(wanted);
  kernel::remove_file(record());
  ASSERT_EQ(mkfifo(record().c_str(), 0600), 0);
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), wanted)));
  EXPECT_TRUE(nic.leases().empty());
  EXPECT_TRUE(runtime.files().empty());
}

INSTANTIATE_TEST_SUITE_P(EitherWay, Lost, testing::Values("pair", "single"),
                         [](const auto& instance) { return std::string(instance.param); });

TEST_P(Lost, RecordIsInAnotherStateDirectoryByNow) {
  auto edited = conf();
  attached(edited);
  edited["stateDirectory"] = runtime.state_directory() + "-new";
  const auto answer = runtime.del(pod.attachment(), edited);
  EXPECT_TRUE(succeeded(answer));
  EXPECT_THAT(answer.errors, HasSubstr("no record in " + runtime.state_directory() + "-new"));
  EXPECT_TRUE(nic.leases().empty());
  EXPECT_FALSE(pod.link());
  EXPECT_TRUE(kernel::Links(host().route()).getlink_dump("netkit").empty());
}

// Another path of a namespace, for the object's life.
class OtherPath {
 public:
  explicit OtherPath(const std::string& of) : path_(of + "-moved") {
    kernel::create_file(path_, "", 0444);
    EXPECT_EQ(mount(of.c_str(), path_.c_str(), "none", MS_BIND, nullptr), 0);
  }
  OtherPath(const OtherPath&) = delete;
  OtherPath& operator=(const OtherPath&) = delete;
  ~OtherPath() {
    umount2(path_.c_str(), MNT_DETACH);
    kernel::remove_file(path_);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class MovedSingle : public Node {
 protected:
  MovedSingle() {
    attached(conf);
    pod.netns();  // keeps it alive
    EXPECT_EQ(umount2(pod.path().c_str(), MNT_DETACH), 0);
  }

  json conf = leasing({7}, {{"pairing", "single"}, {"leaseTimeoutMs", 200}});
  OtherPath other{pod.path()};
};

TEST_F(MovedSingle, IsFoundBehindCniNetns) {
  auto attachment = pod.attachment();
  attachment.netns = other.path();
  EXPECT_TRUE(succeeded(runtime.del(attachment, conf)));
  EXPECT_FALSE(pod.link());
  EXPECT_TRUE(nic.leases().empty());
  EXPECT_TRUE(runtime.files().empty());
}

TEST_F(MovedSingle, IsNamedIfNobodySaysWhereItIs) {
  EXPECT_TRUE(failed(runtime.del(pod.attachment(), conf), 11,
                     {nic.device_id(7) + " is still leased", pod.path() + " does not lead there"}, {"lsns"}));
  EXPECT_TRUE(pod.link());
  EXPECT_EQ(runtime.records().size(), 1U);
}

}  // namespace
}  // namespace rxlease::tests
