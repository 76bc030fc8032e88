// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <fstream>

#include "tests/scripted/cni/scripted.h"

namespace rxlease::tests {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

void expect_nothing_left(const Scripted& scripted) {
  EXPECT_THAT(scripted.machine.host_netns.links, IsEmpty());
  EXPECT_THAT(scripted.machine.pod_netns.links, IsEmpty());
  EXPECT_THAT(scripted.files("attachments"), IsEmpty());
  EXPECT_THAT(scripted.files("devices"), IsEmpty());
}

// What an ADD that failed behind `done` must do, in this order, and nothing else: the netkit goes before the
// addresses are given back, so that nobody gets an address that still works elsewhere.
std::vector<std::string> expected_undo(const std::vector<std::string>& done, bool single) {
  const auto happened = [&](const std::string& step) {
    return std::find(done.begin(), done.end(), step) != done.end();
  };
  const std::string side = single ? "pod" : "host";
  const bool made = happened(side + " newlink") && done.back() != side + " newlink";
  const bool tried = happened(side + " newlink");
  std::vector<std::string> undo;
  if (tried) undo.push_back(side + " getlink");
  if (tried && !made && !single) undo.emplace_back("pod getlink");
  if (made && single) undo.insert(undo.end(), {"pod getfamily", "pod queue-get"});
  if (made) undo.push_back(side + " dellink");
  if (happened("ipam ADD")) undo.emplace_back("ipam DEL");
  return undo;
}

void fail_every_step_of(const json& extra, bool single) {
  Scripted whole(extra);
  ASSERT_EQ(whole.call("ADD").status, 0) << whole.steps().back();
  const auto steps = whole.steps();
  ASSERT_GT(steps.size(), single ? 7U : 15U);
  for (std::size_t index = 0; index < steps.size(); ++index) {
    SCOPED_TRACE("step " + std::to_string(index) + ": " + steps[index]);
    Scripted scripted(extra);
    scripted.machine.journal.fail(index, EIO);
    const auto outcome = scripted.call("ADD");
    EXPECT_EQ(outcome.status, 1);
    EXPECT_TRUE(json::parse(outcome.output).contains("code")) << outcome.output;
    const auto& journal = scripted.steps();
    const std::vector<std::string> done(journal.begin(), journal.begin() + static_cast<long>(index) + 1);
    const std::vector<std::string> undone(journal.begin() + static_cast<long>(index) + 1, journal.end());
    EXPECT_EQ(undone, expected_undo(done, single));
    EXPECT_THAT(scripted.machine.warnings, IsEmpty());
    expect_nothing_left(scripted);
  }
}

TEST(ScriptedAdd, DoesItsStepsInThisOrder) {
  Scripted scripted;
  ASSERT_EQ(scripted.call("ADD").status, 0);
  EXPECT_THAT(
      scripted.steps(),
      ElementsAre("host getfamily", "pod getlink", "ipam ADD", "host newlink", "host setlink", "pod getlink",
                  "pod setlink", "pod getfamily", "pod getnsid", "pod queue-create", "pod queue-create",
                  "host sysctl net/ipv4/ip_forward", "pod sysctl net/ipv6/conf/eth0/disable_ipv6",
                  "pod sysctl net/ipv6/conf/eth0/keep_addr_on_down",
                  HasSubstr("host sysctl net/ipv6/conf/rxl"), "host getroute",
                  "host sysctl net/ipv6/conf/all/forwarding", "host newaddr", "host newaddr", "pod newaddr",
                  "pod newaddr", "pod delroute", "pod delroute", "host newroute", "host newroute",
                  "pod newroute", "pod newroute", "pod newroute", "pod newroute", "pod newroute"));
  EXPECT_THAT(scripted.files("attachments"), ElementsAre("c1@eth0"));
  EXPECT_EQ(scripted.files("devices").size(), 2U);
}

// The host's kernel has no IPv6, or the link's MTU is too small for it.
TEST(ScriptedAdd, NeedsNoIPv6OnTheHostsEnd) {
  Scripted scripted;
  scripted.machine.journal.fail(4, EAFNOSUPPORT);
  ASSERT_EQ(scripted.call("ADD").status, 0);
  EXPECT_EQ(scripted.steps().at(4), "host setlink");
}

TEST(ScriptedAdd, UndoesAPairWhicheverStepFails) {
  fail_every_step_of(json::object(), /*single=*/false);
}

TEST(ScriptedAdd, UndoesASingleWhicheverStepFails) {
  fail_every_step_of({{"pairing", "single"}}, /*single=*/true);
}

TEST(ScriptedAdd, GivesASingleItsAddresses) {
  Scripted scripted(json{{"pairing", "single"}});
  const auto outcome = scripted.call("ADD");
  ASSERT_EQ(outcome.status, 0);
  EXPECT_EQ(std::count(scripted.steps().begin(), scripted.steps().end(), "pod newaddr"), 2);
  EXPECT_EQ(std::count(scripted.steps().begin(), scripted.steps().end(), "pod newroute"), 0);
  EXPECT_EQ(json::parse(outcome.output).at("ips").size(), 2U);
}

TEST(ScriptedAdd, RefusesRoutesOfASingle) {
  Scripted scripted(json{{"pairing", "single"}});
  scripted.system.ipam["ADD"] = {
      0, R"({"ips": [{"address": "10.22.0.5/16"}], "routes": [{"dst": "0.0.0.0/0"}]})"};
  const auto error = json::parse(scripted.call("ADD").output);
  EXPECT_EQ(error.at("code"), 7);
  EXPECT_THAT(error.at("msg").get<std::string>(), HasSubstr("\"routes\": 0.0.0.0/0 through a single netkit"));
  expect_nothing_left(scripted);
  EXPECT_EQ(scripted.steps().back(), "ipam DEL");
}

// The plugin dhcp asks over the pod's interface, which is made after the addresses are known.
TEST(ScriptedAdd, RefusesDhcpBeforeAnythingIsDone) {
  for (const std::string verb : {"ADD", "STATUS"}) {
    Scripted scripted(json{{"ipam", {{"type", "dhcp"}}}});
    const auto error = json::parse(scripted.call(verb).output);
    EXPECT_EQ(error.at("code"), 7);
    EXPECT_THAT(error.at("msg").get<std::string>(), HasSubstr("\"ipam.type\": \"dhcp\""));
    EXPECT_THAT(error.at("details").get<std::string>(), HasSubstr("host-local"));
    EXPECT_THAT(scripted.system.commands, IsEmpty());
  }
}

TEST(ScriptedAdd, UndoesEverythingWhenTheRecordCannotBeBroughtUpToDate) {
  for (const std::string at : {"host newlink", "pod queue-create"}) {
    SCOPED_TRACE(at);
    Scripted scripted;
    scripted.machine.journal.on_step = [&](const std::string& step) {
      if (step == at) std::filesystem::create_directory(scripted.path("attachments/.c1@eth0.new"));
      if (step == "ipam DEL") std::filesystem::remove(scripted.path("attachments/.c1@eth0.new"));
    };
    const auto outcome = scripted.call("ADD");
    EXPECT_EQ(json::parse(outcome.output).at("code"), 5) << outcome.output;
    expect_nothing_left(scripted);
    EXPECT_EQ(scripted.steps().back(), "ipam DEL");
  }
}

TEST(ScriptedAdd, UndoesEverythingWhenTheLeaseFilesCannotBeWritten) {
  Scripted scripted;
  std::ofstream(scripted.path("devices")) << "in the way";
  EXPECT_EQ(json::parse(scripted.call("ADD").output).at("code"), 5);
  std::filesystem::remove(scripted.path("devices"));
  expect_nothing_left(scripted);
  EXPECT_EQ(scripted.steps().back(), "ipam DEL");
}

TEST(ScriptedAdd, BeginsNothingWhenTheFirstRecordCannotBeWritten) {
  Scripted scripted;
  std::ofstream(scripted.path("attachments")) << "in the way";
  EXPECT_EQ(json::parse(scripted.call("ADD").output).at("code"), 5);
  EXPECT_THAT(scripted.steps(), ElementsAre("host getfamily", "pod getlink"));
}

TEST(ScriptedAdd, KeepsTheRecordWhenUndoingFailsToo) {
  Scripted scripted;
  scripted.system.ipam["DEL"] = {1, R"({"code": 11, "msg": "the store is locked"})"};
  scripted.machine.pod_netns.lease_answers = {EINVAL};
  EXPECT_EQ(scripted.call("ADD").status, 1);
  EXPECT_THAT(scripted.files("attachments"), ElementsAre("c1@eth0"));
  EXPECT_THAT(scripted.machine.warnings, ElementsAre(HasSubstr("the store is locked")));
  scripted.system.ipam.erase("DEL");
  EXPECT_EQ(scripted.call("DEL").status, 0);
  expect_nothing_left(scripted);
}

TEST(ScriptedAdd, WaitsForAQueueThatIsStillBeingTornDown) {
  Scripted scripted;
  scripted.machine.pod_netns.lease_answers = {EBUSY, EBUSY, EBUSY};
  EXPECT_EQ(scripted.call("ADD").status, 0);
  EXPECT_EQ(scripted.machine.pod_netns.leases, 2U);
}

TEST(ScriptedAdd, GivesUpOnAQueueThatStaysTaken) {
  Scripted scripted(json{{"leaseTimeoutMs", 300}});
  scripted.machine.pod_netns.lease_answers.assign(1000, EBUSY);
  const auto error = json::parse(scripted.call("ADD").output);
  EXPECT_EQ(error.at("code"), 11);
  EXPECT_THAT(error.at("msg").get<std::string>(), HasSubstr("nic0-rx6"));
  EXPECT_THAT(error.at("details").get<std::string>(), HasSubstr("300 ms"));
  expect_nothing_left(scripted);
}

TEST(ScriptedAdd, EveryAnswerOfQueueCreateHasItsCode) {
  const std::map<int, int> code_of{{EBUSY, 11},  {EINVAL, 7},   {ENODEV, 11},
                                   {EPERM, 100}, {ENONET, 100}, {EOPNOTSUPP, 100}};
  for (const auto& [answer, code] : code_of) {
    Scripted scripted(json{{"leaseTimeoutMs", 1}});
    scripted.machine.pod_netns.lease_answers.assign(3, answer);
    const auto error = json::parse(scripted.call("ADD").output);
    EXPECT_EQ(error.at("code"), code) << error;
    EXPECT_THAT(error.at("msg").get<std::string>(), HasSubstr("nic0-rx6"));
    EXPECT_FALSE(error.at("details").get<std::string>().empty());
  }
}

TEST(ScriptedDel, UndoesAnAddAndCanBeRepeated) {
  Scripted scripted;
  ASSERT_EQ(scripted.call("ADD").status, 0);
  EXPECT_EQ(scripted.call("DEL").status, 0);
  expect_nothing_left(scripted);
  EXPECT_EQ(scripted.call("DEL").status, 0);
  EXPECT_EQ(scripted.steps().back(), "ipam DEL");
}

TEST(ScriptedDel, WhicheverStepFailsTheNextDelFinishes) {
  Scripted whole;
  whole.call("ADD");
  const auto add_steps = whole.steps().size();
  ASSERT_EQ(whole.call("DEL").status, 0);
  for (std::size_t index = add_steps; index < whole.steps().size(); ++index) {
    SCOPED_TRACE(whole.steps()[index]);
    Scripted scripted;
    scripted.machine.journal.fail(index, EIO);
    ASSERT_EQ(scripted.call("ADD").status, 0);
    EXPECT_EQ(scripted.call("DEL").status, 1);
    EXPECT_THAT(scripted.files("attachments"), ElementsAre("c1@eth0"));
    EXPECT_EQ(scripted.call("DEL").status, 0);
    expect_nothing_left(scripted);
  }
}

std::size_t times(const std::vector<std::string>& steps, const std::string& step) {
  return static_cast<std::size_t>(std::count(steps.begin(), steps.end(), step));
}

TEST(ScriptedDel, DeletesASingleOnceNoAfXdpSocketHasAQueueOfItsAnyMore) {
  Scripted scripted(json{{"pairing", "single"}});
  ASSERT_EQ(scripted.call("ADD").status, 0);
  scripted.machine.pod_netns.bound = 3;
  EXPECT_EQ(scripted.call("DEL").status, 0);
  expect_nothing_left(scripted);
  EXPECT_EQ(times(scripted.steps(), "pod queue-get"), 4U);
  EXPECT_EQ(scripted.steps().end()[-2], "pod dellink");
  EXPECT_THAT(scripted.machine.warnings, IsEmpty());
}

// A pod has to go, whatever its processes do. DEL has a minimum of its own.
TEST(ScriptedDel, DeletesASingleThoughAnAfXdpSocketKeepsItsQueue) {
  for (const int timeout : {1, 300, 3000}) {
    const int waited = std::max(timeout, 2000);
    Scripted scripted(json{{"pairing", "single"}, {"leaseTimeoutMs", timeout}});
    ASSERT_EQ(scripted.call("ADD").status, 0);
    scripted.machine.pod_netns.bound = 1000;
    const auto before = scripted.machine.now();
    EXPECT_EQ(scripted.call("DEL").status, 0);
    expect_nothing_left(scripted);
    EXPECT_LE(scripted.machine.now() - before, std::chrono::milliseconds(waited));
    EXPECT_GE(scripted.machine.now() - before, std::chrono::milliseconds(waited - 50));  // less than a pause
    EXPECT_THAT(
        scripted.machine.warnings,
        ElementsAre(HasSubstr("after " + std::to_string(waited) +
                              (waited == timeout ? " ms (\"leaseTimeoutMs\")" : " ms (the minimum)") +
                              " an AF_XDP socket still has a queue of container c1, interface eth0")));
  }
}

TEST(ScriptedDel, WaitsForNothingWhereNothingIsBound) {
  Scripted scripted(json{{"pairing", "single"}});
  ASSERT_EQ(scripted.call("ADD").status, 0);
  const auto before = scripted.machine.now();
  EXPECT_EQ(scripted.call("DEL").status, 0);
  EXPECT_EQ(scripted.machine.now(), before);
}

// An AF_XDP socket cannot be bound to a pair's queue.
TEST(ScriptedDel, DoesNotLookAtTheQueuesOfAPair) {
  Scripted scripted;
  ASSERT_EQ(scripted.call("ADD").status, 0);
  scripted.machine.pod_netns.bound = 1000;
  EXPECT_EQ(scripted.call("DEL").status, 0);
  EXPECT_EQ(times(scripted.steps(), "pod queue-get"), 0U);
}

TEST(ScriptedDel, OfASingleFinishesLaterWhicheverStepFails) {
  const json single{{"pairing", "single"}};
  Scripted whole(single);
  whole.call("ADD");
  const auto add_steps = whole.steps().size();
  ASSERT_EQ(whole.call("DEL").status, 0);
  for (std::size_t index = add_steps; index < whole.steps().size(); ++index) {
    SCOPED_TRACE(whole.steps()[index]);
    Scripted scripted(single);
    scripted.machine.journal.fail(index, EIO);
    ASSERT_EQ(scripted.call("ADD").status, 0);
    EXPECT_EQ(scripted.call("DEL").status, 1);
    EXPECT_EQ(scripted.call("DEL").status, 0);
    expect_nothing_left(scripted);
  }
}

}  // namespace
}  // namespace rxlease::tests
