// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/operate/logging.h"

#include <gmock/gmock.h>
#include <grpc/support/log.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "deviceplugin/kubelet/rpc/grpc_log.h"

namespace rxlease::deviceplugin::operate {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

class Logging : public testing::Test {
 protected:
  ~Logging() override { spdlog::set_default_logger(before_); }

  template <typename Call>
  static std::string logged(Call call) {
    testing::internal::CaptureStderr();
    call();
    return testing::internal::GetCapturedStderr();
  }

 private:
  std::shared_ptr<spdlog::logger> before_ = spdlog::default_logger();
};

TEST_F(Logging, EscapesWhatWouldForgeALineOrMoveACursor) {
  set_up_logging({});
  const auto text = logged([] { spdlog::warn("{}", "eth0\n2026-01-01 info all is well"); });
  EXPECT_THAT(text, EndsWith(" warning eth0\\n2026-01-01 info all is well\n"));
}

TEST_F(Logging, IsAsciiAsJsonSinceATerminalMayObeyOtherControlCharacters) {
  set_up_logging({.level = config::LogLevel::info, .format = config::LogFormat::json});
  const std::string said =
      "eth0\xc2\x9b"
      "2J\x7f caf\xc3\xa9";
  const auto line = logged([&] { spdlog::info("{}", said); });
  EXPECT_TRUE(std::ranges::all_of(line, [](char c) { return c == '\n' || (c >= ' ' && c < 0x7f); })) << line;
  EXPECT_EQ(nlohmann::json::parse(line)["msg"], said);
}

TEST_F(Logging, ChangesItsFormatWhileOthersLog) {
  set_up_logging({});
  auto* const logger = spdlog::default_logger_raw();
  set_up_logging({.level = config::LogLevel::info, .format = config::LogFormat::json});
  EXPECT_EQ(spdlog::default_logger_raw(), logger);
  const auto line = logged([] { spdlog::info("a \"b\"\n"); });
  EXPECT_EQ(nlohmann::json::parse(line)["msg"], "a \"b\"\n");
}

TEST_F(Logging, HasGrpcsLinesInItsOwnFormat) {
  set_up_logging({.level = config::LogLevel::info, .format = config::LogFormat::json});
  kubelet::log_what_grpc_says();
  gpr_set_log_verbosity(GPR_LOG_SEVERITY_ERROR);
  const auto line = logged([] { gpr_log("file.cc", 7, GPR_LOG_SEVERITY_ERROR, "no socket %d", 3); });
  const auto object = nlohmann::json::parse(line);
  EXPECT_EQ(object["level"], "error");
  EXPECT_EQ(object["msg"], "gRPC: no socket 3");
}

}  // namespace
}  // namespace rxlease::deviceplugin::operate
