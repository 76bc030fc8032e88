// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/prepare/plan/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "deviceplugin/prepare/plan/rss_table.h"
#include "tests/ends_within.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::deviceplugin::prepare {
namespace {

using kernel::TcpDataSplit;
using testing::ElementsAre;
using testing::IsEmpty;

NicJournal example() {
  NicJournal journal;
  journal.instance = {"9d1b5c1e", 4};
  journal.original = {8, false, TcpDataSplit::disabled, 256, RssTable{}};
  journal.set = {4, true, TcpDataSplit::enabled, 0, RssTable{0, 1, 0, 1}};
  journal.pending.tcp_data_split = TcpDataSplit::unknown;
  return journal;
}

TEST(NicJournal, SurvivesItsJson) {
  EXPECT_EQ(journal_from_json_text(to_json_text(example())), example());
  const NicJournal least{{"", 0}, {}, {}, {}};
  EXPECT_EQ(journal_from_json_text(to_json_text(least)), least);
}

TEST(NicJournal, TellsTheDefaultTableFromNone) {
  auto journal = example();
  EXPECT_TRUE(journal_from_json_text(to_json_text(journal))->original.rss);
  journal.original.rss.reset();
  EXPECT_FALSE(journal_from_json_text(to_json_text(journal))->original.rss);
}

TEST(NicJournal, IsNotMadeOfAnyText) {
  for (const auto* text : {"", "{}", "[]", R"({"bootId": "a", "ifindex": 1, "original": {}, "set": {}})",
                           R"({"bootId": "a", "ifindex": 1, "original": {"channels": "x"}, "set": {},
                               "pending": {}})"}) {
    EXPECT_FALSE(journal_from_json_text(text)) << text;
  }
}

TEST(NicJournal, KnowsWhatIsOurs) {
  auto journal = example();
  journal.pending = {};
  const auto ours = [&](std::uint32_t channels) {
    return journal.is_ours(&NicSettings::channels, std::optional(channels));
  };
  EXPECT_TRUE(ours(4));
  EXPECT_FALSE(ours(8)) << "it was so before, but somebody else made it so again";
  journal.pending.channels = 16;
  EXPECT_TRUE(ours(4));
  EXPECT_TRUE(ours(8)) << "an attempt was cut short";
  EXPECT_TRUE(ours(16));
  EXPECT_FALSE(ours(5));
  EXPECT_TRUE(NicJournal{}.is_ours(&NicSettings::channels, std::optional<std::uint32_t>(5)));
}

TEST(NicJournals, KeepAFileForEachNic) {
  const tests::ScratchDirectory scratch;
  const NicJournals journals(scratch / "nics");
  EXPECT_THAT(journals.list().journals, IsEmpty());
  journals.save("0000:0a:00.0.p0", example());
  journals.save("simnic.0.p1", example());
  EXPECT_THAT(journals.list().journals, testing::SizeIs(2));
  journals.remove("simnic.0.p1");
  journals.remove("simnic.0.p1");
  EXPECT_EQ(journals.list().journals.at("0000:0a:00.0.p0"), example());
  EXPECT_THAT(journals.list().unreadable, IsEmpty());
}

TEST(NicJournals, TellWhatTheyCannotRead) {
  const tests::ScratchDirectory scratch;
  const NicJournals journals(scratch.path());
  std::ofstream(journals.path_of("nic0")) << "{";
  std::ofstream(scratch / ".nic1.json.new") << "{";
  EXPECT_THAT(journals.list().journals, IsEmpty());
  EXPECT_THAT(journals.list().unreadable, ElementsAre("nic0"));
  const tests::EndsWithin limit(20);
  ASSERT_EQ(mkfifo(journals.path_of("nic2").c_str(), 0600), 0);
  EXPECT_THAT(journals.list().unreadable, ElementsAre("nic0", "nic2"));
}

TEST(NicJournals, HaveOneWriter) {
  const tests::ScratchDirectory scratch;
  const NicJournals journals(scratch / "nics");
  auto lock = journals.try_lock();
  ASSERT_TRUE(lock);
  EXPECT_FALSE(journals.try_lock());
  lock.reset();
  EXPECT_TRUE(journals.try_lock());
}

}  // namespace
}  // namespace rxlease::deviceplugin::prepare
