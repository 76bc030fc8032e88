// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/check/conflists.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/ends_within.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::deviceplugin::ctl {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ReadConflists : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) { std::ofstream(directory / name) << text; }
  Conflists read() { return read_conflists(directory.path().string()); }

  tests::ScratchDirectory directory;
};

TEST_F(ReadConflists, FindsThePluginInListsAndAlone) {
  write("10-list.conflist", R"({"name": "a", "plugins": [{"type": "ptp"}, {"type": "rxlease"}]})");
  write("20-alone.conf", R"({"name": "b", "type": "rxlease"})");
  write("30-other.json", R"({"name": "c", "type": "bridge"})");
  const auto found = read();
  EXPECT_EQ(found.first, directory / "10-list.conflist");
  EXPECT_THAT(found.with_rxlease, ElementsAre(directory / "10-list.conflist", directory / "20-alone.conf"));
  EXPECT_THAT(found.unreadable, IsEmpty());
}

TEST_F(ReadConflists, NamesTheFilesThatAreNone) {
  write("00-empty.conf", "");
  write("10-list.conflist", "[1, 2]");
  write("20-odd.json", R"({"plugins": "rxlease", "type": 7})");
  write("30-good.conflist", R"({"plugins": [7, {"type": "rxlease"}]})");
  const auto found = read();
  EXPECT_EQ(found.unreadable.size(), 3U);
  EXPECT_EQ(found.first, directory / "30-good.conflist");
}

TEST_F(ReadConflists, KnowsSinglesBehindOthersMainLinks) {
  write("10-veth.conflist", R"({"plugins": [{"type": "ptp"}, {"type": "rxlease", "pairing": "single"}]})");
  write("20-ours.conflist",
        R"({"plugins": [{"type": "rxlease"}, {"type": "rxlease", "pairing": "single"}]})");
  write("30-alone.conf", R"({"type": "rxlease", "pairing": "single"})");
  EXPECT_THAT(read().af_xdp_only, ElementsAre(directory / "10-veth.conflist"));
}

TEST_F(ReadConflists, PassesOverOtherFiles) {
  write("rxlease.conflist.bak", R"({"type": "rxlease"})");
  write("README", "rxlease");
  EXPECT_EQ(read().first, "");
  EXPECT_THAT(read().unreadable, IsEmpty());
}

TEST_F(ReadConflists, WaitsForNoFileOfAnotherKind) {
  const tests::EndsWithin limit(20);
  ASSERT_EQ(mkfifo((directory / "10-fifo.conflist").c_str(), 0600), 0);
  write("20-good.conf", R"({"type": "rxlease"})");
  EXPECT_THAT(read().unreadable, ElementsAre(directory / "10-fifo.conflist"));
  EXPECT_EQ(read().first, directory / "20-good.conf");
}

TEST_F(ReadConflists, FindsNothingInADirectoryThatIsNotThere) {
  EXPECT_EQ(read_conflists(directory / "none").first, "");
}

}  // namespace
}  // namespace rxlease::deviceplugin::ctl
