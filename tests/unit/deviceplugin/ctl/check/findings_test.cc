// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/check/findings.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace rxlease::deviceplugin::ctl {
namespace {

Findings one_of_each() {
  Findings findings;
  findings.ok("kernel", "it leases");
  findings.warning("RSS", "unknown", "look");
  findings.missing("netkit", "none", "build one");
  return findings;
}

TEST(Findings, AreALineEachAndACount) {
  EXPECT_EQ(one_of_each().to_text(),
            "ok       kernel: it leases\n"
            "warning  RSS: unknown; look\n"
            "missing  netkit: none; build one\n"
            "1 ok, 1 warning, 1 missing\n");
}

TEST(Findings, AreObjectsInJson) {
  const auto object = nlohmann::json::parse(one_of_each().to_json_text());
  EXPECT_EQ(object.at("ok"), 1);
  EXPECT_EQ(object.at("warning"), 1);
  EXPECT_EQ(object.at("missing"), 1);
  ASSERT_EQ(object.at("findings").size(), 3U);
  EXPECT_TRUE(object.at("findings")[0].at("remedy").is_null());
  EXPECT_EQ(object.at("findings")[2], nlohmann::json::parse(R"({"level": "missing", "subject": "netkit",
                                                               "what": "none", "remedy": "build one"})"));
}

TEST(Findings, WarnOfAStepThatFails) {
  Findings findings;
  findings.step("locked memory", [] { throw std::runtime_error("no such process"); });
  ASSERT_EQ(findings.list().size(), 1U);
  EXPECT_EQ(findings.list()[0].level, Level::warning);
  EXPECT_EQ(findings.list()[0].what, "it could not be checked: no such process");
}

TEST(Findings, AreBrokenBehindTheirLevelWhereTheTerminalIsNarrow) {
  Findings findings;
  findings.warning("pool rxq, nic0", "the driver does not report its channels", "see the driver's manual");
  EXPECT_EQ(findings.to_text({.color = false, .width = 52, .height = 24}),
            "warning  pool rxq, nic0: the driver does not report\n"
            "         its channels; see the driver's manual\n"
            "0 ok, 1 warning, 0 missing\n");
}

TEST(Findings, HaveTheirLevelInColour) {
  Findings findings;
  findings.ok("kernel", "it leases");
  findings.missing("netkit", "there is none", "use Linux 7.1");
  const auto text = findings.to_text({.color = true, .width = std::nullopt, .height = std::nullopt});
  EXPECT_EQ(text,
            "\x1b[32mok\x1b[0m       kernel: it leases\n"
            "\x1b[31mmissing\x1b[0m  netkit: there is none; use Linux 7.1\n1 ok, 0 warning, 1 missing\n");
}

}  // namespace
}  // namespace rxlease::deviceplugin::ctl
