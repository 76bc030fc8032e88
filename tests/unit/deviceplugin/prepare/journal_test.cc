// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/prepare/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "deviceplugin/prepare/rss_table.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::deviceplugin::prepare {
namespace {

using kernel::TcpDataSplit;
using testing::ElementsAre;
using testing::IsEmpty;

NicNote example() {
  NicNote note;
  note.instance = {"9d1b5c1e", 4};
  note.original = {8, false, TcpDataSplit::disabled, 256, RssTable{}};
  note.set = {4, true, TcpDataSplit::enabled, 0, RssTable{0, 1, 0, 1}};
  note.pending.tcp_data_split = TcpDataSplit::unknown;
  return note;
}

TEST(NicNote, SurvivesItsJson) {
  EXPECT_EQ(note_from_json_text(to_json_text(example())), example());
  const NicNote least{{"", 0}, {}, {}, {}};
  EXPECT_EQ(note_from_json_text(to_json_text(least)), least);
}

TEST(NicNote, TellsTheDefaultTableFromNone) {
  auto note = example();
  EXPECT_TRUE(note_from_json_text(to_json_text(note))->original.rss);
  note.original.rss.reset();
  EXPECT_FALSE(note_from_json_text(to_json_text(note))->original.rss);
}

TEST(NicNote, IsNotMadeOfAnyText) {
  for (const auto* text : {"", "{}", "[]", R"({"bootId": "a", "ifindex": 1, "original": {}, "set": {}})",
                           R"({"bootId": "a", "ifindex": 1, "original": {"channels": "x"}, "set": {},
                               "pending": {}})"}) {
    EXPECT_FALSE(note_from_json_text(text)) << text;
  }
}

TEST(NicNote, KnowsWhatIsOurs) {
  auto note = example();
  note.pending = {};
  const auto ours = [&](std::uint32_t channels) {
    return note.is_ours(&NicSettings::channels, std::optional(channels));
  };
  EXPECT_TRUE(ours(4));
  EXPECT_FALSE(ours(8)) << "it was so before, but somebody else made it so again";
  note.pending.channels = 16;
  EXPECT_TRUE(ours(4));
  EXPECT_TRUE(ours(8)) << "an attempt was cut short";
  EXPECT_TRUE(ours(16));
  EXPECT_FALSE(ours(5));
  EXPECT_TRUE(NicNote{}.is_ours(&NicSettings::channels, std::optional<std::uint32_t>(5)));
}

TEST(NicNotes, KeepAFileForEachNic) {
  const tests::ScratchDirectory scratch;
  const NicNotes notes(scratch / "nics");
  EXPECT_THAT(notes.list().notes, IsEmpty());
  notes.save("0000:0a:00.0.p0", example());
  notes.save("simnic.0.p1", example());
  EXPECT_THAT(notes.list().notes, testing::SizeIs(2));
  notes.remove("simnic.0.p1");
  notes.remove("simnic.0.p1");
  EXPECT_EQ(notes.list().notes.at("0000:0a:00.0.p0"), example());
  EXPECT_THAT(notes.list().unreadable, IsEmpty());
}

TEST(NicNotes, TellWhatTheyCannotRead) {
  const tests::ScratchDirectory scratch;
  const NicNotes notes(scratch.path());
  std::ofstream(notes.path_of("nic0")) << "{";
  std::ofstream(scratch / ".nic1.json.new") << "{";
  EXPECT_THAT(notes.list().notes, IsEmpty());
  EXPECT_THAT(notes.list().unreadable, ElementsAre("nic0"));
}

TEST(NicNotes, HaveOneWriter) {
  const tests::ScratchDirectory scratch;
  const NicNotes notes(scratch / "nics");
  auto lock = notes.try_lock();
  ASSERT_TRUE(lock);
  EXPECT_FALSE(notes.try_lock());
  lock.reset();
  EXPECT_TRUE(notes.try_lock());
}

}  // namespace
}  // namespace rxlease::deviceplugin::prepare
