// SPDX-License-Identifier: Apache-2.0
//
// A record of before a reboot, in a state directory that has survived it, beside a live pod.
#include <gtest/gtest.h>

#include "attachment/record/attachment_store.h"
#include "kernel/files.h"
#include "tests/system/fixture/node.h"

namespace rxlease::tests {
namespace {

using nlohmann::json;

class RecordOfBefore : public Node, public testing::WithParamInterface<const char*> {
 protected:
  json conf() const { return leasing({7, 6}, {{"pairing", GetParam()}}); }

  // What an attachment of the last boot would have left that had the live pod's ifindexes.
  void write() const {
    const attachment::AttachmentStore store(runtime.state_directory());
    auto record = runtime.records().front();
    record.container_id = "before";
    record.boot_id = "00000000-0000-0000-0000-000000000000";
    ASSERT_TRUE(store.create(record));
  }
};

TEST_P(RecordOfBefore, CostsALivePodNothingInDel) {
  attached(conf());
  const auto before = snapshot();
  write();
  EXPECT_TRUE(succeeded(runtime.del({"before", pod.path(), "eth0", ""}, conf())));
  EXPECT_EQ(snapshot(), before);
}

TEST_P(RecordOfBefore, CostsALivePodNothingInGc) {
  attached(conf());
  const auto before = snapshot();
  write();
  EXPECT_TRUE(succeeded(runtime.gc(runtime.network(), {pod.attachment()})));
  EXPECT_EQ(snapshot(), before);
}

INSTANTIATE_TEST_SUITE_P(EitherWay, RecordOfBefore, testing::Values("pair", "single"),
                         [](const auto& instance) { return std::string(instance.param); });

}  // namespace
}  // namespace rxlease::tests
