// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/config/config_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <functional>

#include "kernel/files.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::deviceplugin::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* good = "pools: [{ name: rxq, selectors: { drivers: [gve] }, queues: { count: 1 } }]\n";

class ConfigFileTest : public testing::Test {
 protected:
  void write(const std::string& text) const { kernel::replace_file(path, text, 0644); }

  std::string error() {
    try {
      return file.load_if_changed() ? "loaded" : "unchanged";
    } catch (const ConfigError& error) {
      return error.what();
    }
  }

  tests::ScratchDirectory scratch;
  const std::string path = scratch / "config.yaml";
  ConfigFile file{path};
};

TEST_F(ConfigFileTest, IsLoadedOnceForEachContent) {
  write(good);
  ASSERT_TRUE(file.load_if_changed());
  EXPECT_FALSE(file.load_if_changed());
  write(good + std::string("rescanSeconds: 3\n"));
  EXPECT_EQ(file.load_if_changed()->config.rescan.count(), 3);
  EXPECT_FALSE(file.load_if_changed());
}

// Each of these ended the daemon.
TEST_F(ConfigFileTest, TellsHowItCannotBeReadAsLongAsItCannot) {
  const std::vector<std::pair<std::function<void()>, std::string>> cases{
      {[] {}, "there is no such file"},
      {[&] { std::filesystem::create_directory(path); }, "it is no regular file"},
      {[&] { std::filesystem::create_symlink("config.yaml", path); }, "(ELOOP)"},
      {[&] { mkfifo(path.c_str(), 0644); }, "it is no regular file"},
      {[&] { write("rescanSecond: 3\n"); }, "rescanSecond"},
      {[&] { write(good + std::string(2 << 20, '#')); }, "it has more than 1048576 bytes"}};
  write(good);
  ASSERT_TRUE(file.load_if_changed());
  for (const auto& [spoil, message] : cases) {
    std::filesystem::remove_all(path);
    spoil();
    EXPECT_THAT(error(), HasSubstr(message));
    EXPECT_THAT(error(), HasSubstr(message));
    std::filesystem::remove_all(path);
    write(good);
    EXPECT_EQ(error(), "unchanged") << message;
  }
}

TEST(LogSettings, AreReadOfAFileThatIsWrongOtherwise) {
  const tests::ScratchDirectory scratch;
  const auto path = scratch / "config.yaml";
  EXPECT_EQ(log_settings_of_file(path).format, LogFormat::text);
  kernel::replace_file(path, "log: { format: json, level: warn }\npool: []\n", 0644);
  EXPECT_EQ(log_settings_of_file(path).format, LogFormat::json);
  EXPECT_EQ(log_settings_of_file(path).level, LogLevel::warn);
  kernel::replace_file(path, "log: { format: json\n", 0644);
  EXPECT_EQ(log_settings_of_file(path).format, LogFormat::text);
  EXPECT_EQ(log_settings_of_file(scratch.path()).format, LogFormat::text);
}

TEST(ChangesThatNeedARestart, AreNamedAndLeftOut) {
  Config before;
  Config after;
  EXPECT_THAT(keys_that_need_a_restart(before, after), IsEmpty());
  after.metrics.address = "0.0.0.0:9808";
  after.state_directory = "/run/other";
  after.rescan = std::chrono::seconds(3);
  EXPECT_THAT(keys_that_need_a_restart(before, after), ElementsAre("stateDirectory", "metrics.address"));
  const auto applied = without_what_needs_a_restart(before, after);
  EXPECT_EQ(applied.metrics, before.metrics);
  EXPECT_EQ(applied.state_directory, before.state_directory);
  EXPECT_EQ(applied.rescan, after.rescan);
}

}  // namespace
}  // namespace rxlease::deviceplugin::config
