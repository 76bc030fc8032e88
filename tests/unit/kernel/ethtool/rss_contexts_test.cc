// SPDX-License-Identifier: Apache-2.0
//
// RSS contexts as the bytes of netlink.
#include "kernel/ethtool/rss_contexts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

namespace rxlease::kernel {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A kernel with an ethtool family.
class ScriptedEthtool final : public Transport {
 public:
  std::vector<Message> exchange(const Request& request) override {
    if (request.type == GENL_ID_CTRL) {
      GenlFamily family;
      family.family_id = 21;
      family.family_name = "ethtool";
      family.version = 1;
      for (const auto op : ops) family.ops.push_back({op, 0});
      return {{GENL_ID_CTRL, encode(family)}};
    }
    requests.push_back(request);
    if (error != 0) throw KernelError(request.operation, error);
    return answer;
  }

  std::vector<std::uint32_t> ops{38, 49, 50};
  std::vector<Request> requests;
  std::vector<Message> answer;
  int error = 0;
};

Message message(const Rss& context) {
  Bytes payload(GENL_HDRLEN);
  const auto attributes = encode(context);
  payload.insert(payload.end(), attributes.begin(), attributes.end());
  return {21, payload};
}

TEST(RssContexts, AreMadeWithNumberAndTable) {
  ScriptedEthtool kernel;
  RssContexts::open(kernel)->rss_create_act(4, 3, Rss::spread({6, 7}, 2));
  ASSERT_EQ(kernel.requests.size(), 1U);
  EXPECT_EQ(kernel.requests[0].operation, "rss-create-act");
  EXPECT_EQ(kernel.requests[0].flags, 0);
  EXPECT_EQ(kernel.requests[0].payload, (Bytes{49, 1, 0, 0,                             // command, version
                                               12, 0, 1, 0x80, 8, 0, 1, 0, 4, 0, 0, 0,  // header: dev-index
                                               8,  0, 2, 0,    3, 0, 0, 0,              // context
                                               12, 0, 4, 0,    6, 0, 0, 0, 7, 0, 0, 0}));  // indir
}

TEST(RssContexts, AreDeletedByNumber) {
  ScriptedEthtool kernel;
  const auto contexts = *RssContexts::open(kernel);
  EXPECT_TRUE(contexts.rss_delete_act(4, 3));
  EXPECT_EQ(kernel.requests[0].payload,
            (Bytes{50, 1, 0, 0, 12, 0, 1, 0x80, 8, 0, 1, 0, 4, 0, 0, 0, 8, 0, 2, 0, 3, 0, 0, 0}));
  kernel.error = ENOENT;
  EXPECT_FALSE(contexts.rss_delete_act(4, 3));
  kernel.error = EBUSY;
  EXPECT_THROW(contexts.rss_delete_act(4, 3), KernelError);
}

TEST(RssContexts, AreListedWithoutSayingWhich) {
  ScriptedEthtool kernel;
  kernel.answer = {message({{4}, 0, Rss::spread({0, 1}, 4)}), message({{4}, 2, Rss::spread({7}, 1)})};
  const auto contexts = RssContexts::open(kernel)->rss_get_dump(4);
  EXPECT_EQ(kernel.requests[0].flags, NLM_F_DUMP);
  EXPECT_EQ(kernel.requests[0].payload, (Bytes{38, 1, 0, 0, 12, 0, 1, 0x80, 8, 0, 1, 0, 4, 0, 0, 0}));
  ASSERT_EQ(contexts.size(), 2U);
  EXPECT_THAT(contexts[0].queues(), ElementsAre(0, 1, 0, 1));
  EXPECT_EQ(contexts[1].context, 2U);
  EXPECT_THAT(contexts[1].queues(), ElementsAre(7));
}

TEST(RssContexts, AreUnsupportedOnlyWhereTheDriverSaysSo) {
  ScriptedEthtool kernel;
  const auto contexts = *RssContexts::open(kernel);
  kernel.error = ENOENT;
  EXPECT_TRUE(contexts.are_supported(4));
  kernel.error = EOPNOTSUPP;
  EXPECT_FALSE(contexts.are_supported(4));
  kernel.error = ENODEV;
  EXPECT_THROW(contexts.are_supported(4), KernelError);
}

TEST(RssContexts, AreNoneInAnOlderKernel) {
  ScriptedEthtool kernel;
  kernel.ops = {38};
  EXPECT_FALSE(RssContexts::open(kernel));
}

TEST(Rss, SpreadsEvenlyAlsoWhereTheRowsDoNotDivide) {
  Rss context;
  EXPECT_THAT(context.queues(), IsEmpty());
  context.indir = Rss::spread({4, 5, 6}, 8);
  EXPECT_THAT(context.queues(), ElementsAre(4, 5, 6, 4, 5, 6, 4, 5));
}

}  // namespace
}  // namespace rxlease::kernel
