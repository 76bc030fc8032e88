// SPDX-License-Identifier: Apache-2.0
//
// The program as users install it (static, but for sanitizers) speaks to the node daemon. Needs no kernel
// that leases: what the daemon says decides each call.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "kernel/process/process.h"
#include "tests/scripted/node/node_daemon.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::tests {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

class Program : public testing::Test {
 protected:
  struct Ended {
    json output;
    std::string errors;
  };

  Ended add() const {
    kernel::Command command;
    command.path = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "rxlease";
    command.environment = {{"CNI_COMMAND", "ADD"},
                           {"CNI_CONTAINERID", "c1"},
                           {"CNI_NETNS", scratch / "no-netns"},
                           {"CNI_IFNAME", "eth0"},
                           {"CNI_ARGS", "K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web-0"}};
    json conf{{"cniVersion", "1.1.0"},
              {"name", "net"},
              {"type", "rxlease"},
              {"stateDirectory", scratch.path().string()}};
    conf.update(former);
    command.input = conf.dump();
    testing::internal::CaptureStderr();
    const auto completed = kernel::run(command);
    EXPECT_EQ(completed.status, 1);
    return {json::parse(completed.output), testing::internal::GetCapturedStderr()};
  }

  ScratchDirectory scratch;
  json former = json::object();  // members of the configuration that this release does not know
};

TEST_F(Program, AsksTheDaemonAndPutsNothingOnStandardError) {
  NodeDaemon daemon(scratch.path(), scratch / "kubelet.sock");
  daemon.kubelet.allocate("shop", "web-0", "main", "rxlease.dev/rxq", {"nic0-rx1"});
  daemon.kubelet.allocate("shop", "web-0", "side", "rxlease.dev/rxq", {"nic1-rx1"});
  const auto ended = add();
  EXPECT_EQ(ended.output.at("code"), 7);
  EXPECT_THAT(ended.output.at("msg").get<std::string>(), HasSubstr("1 of nic0, 1 of nic1"));
  EXPECT_EQ(ended.errors, "");
}

TEST_F(Program, GoesOnToThePodWithWhatTheDaemonSaid) {
  NodeDaemon daemon(scratch.path(), scratch / "kubelet.sock");
  daemon.kubelet.allocate("shop", "web-0", "main", "rxlease.dev/rxq", {"nic0-rx1"});
  const auto ended = add();
  EXPECT_EQ(ended.output.at("code"), 3);
  EXPECT_THAT(ended.output.at("msg").get<std::string>(), HasSubstr("no-netns"));
  EXPECT_EQ(ended.errors, "");
}

TEST_F(Program, RefusesAnInputThatIsTooLong) {
  kernel::Command command;
  command.path = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "rxlease";
  command.environment = {{"CNI_COMMAND", "STATUS"}};
  command.input = std::string(17UL * 1024 * 1024, ' ');
  const auto completed = kernel::run(command);
  EXPECT_EQ(completed.status, 1);
  const auto error = json::parse(completed.output);
  EXPECT_EQ(error.at("code"), 6);
  EXPECT_THAT(error.at("msg").get<std::string>(), HasSubstr("standard input is longer than 16777216 bytes"));
}

TEST_F(Program, NamesTheSocketThatIsMissing) {
  const auto ended = add();
  EXPECT_EQ(ended.output.at("code"), 11);
  EXPECT_THAT(ended.output.at("msg").get<std::string>(), HasSubstr("there is no socket"));
  EXPECT_THAT(ended.output.at("details").get<std::string>(), HasSubstr(scratch / "node.sock"));
  EXPECT_EQ(ended.errors, "");
}

// The file of an earlier release named kubelet's socket.
TEST_F(Program, GoesOnWithAKeyOfAnEarlierReleaseAndSaysSo) {
  NodeDaemon daemon(scratch.path(), scratch / "kubelet.sock");
  daemon.kubelet.allocate("shop", "web-0", "main", "rxlease.dev/rxq", {"nic0-rx1"});
  former = {{"podResourcesSocket", "/var/lib/kubelet/pod-resources/kubelet.sock"}};
  const auto ended = add();
  EXPECT_EQ(ended.output.at("code"), 3);
  EXPECT_THAT(ended.errors, HasSubstr("\"podResourcesSocket\" has no effect any more"));
}

// Runs a line of shell in which $RXLEASE is the program.
kernel::Completed shell(const std::string& line) {
  kernel::Command command;
  command.path = "/bin/sh";
  command.arguments = {"-c", line};
  command.environment = {
      {"RXLEASE", std::filesystem::read_symlink("/proc/self/exe").parent_path() / "rxlease"}};
  return kernel::run(command);
}

TEST(ProgramByHand, SaysWhatItIs) {
  const auto completed = shell("$RXLEASE --help");
  EXPECT_EQ(completed.status, 0);
  EXPECT_THAT(completed.output,
              AllOf(HasSubstr("rxlease 0."), HasSubstr("CNI plugin"), HasSubstr("rxleasectl")));
}

// A terminal does not end, nor does a FIFO that somebody has open for writing.
TEST(ProgramByHand, WaitsForNoInputWithoutAVerb) {
  const ScratchDirectory scratch;
  for (const auto* const environment : {"env -u CNI_COMMAND", "env CNI_COMMAND="}) {
    const auto completed = shell("mkfifo " + (scratch / "fifo") + "; exec 9<>" + (scratch / "fifo") + "; " +
                                 environment + " timeout 20 $RXLEASE <&9 2>" + (scratch / "told") +
                                 "; status=$?; rm " + (scratch / "fifo") + "; exit $status");
    EXPECT_EQ(completed.status, 1);
    EXPECT_EQ(json::parse(completed.output).at("code"), 4);
    EXPECT_THAT(shell("cat " + (scratch / "told")).output, HasSubstr("rxlease --help"));
  }
}

}  // namespace
}  // namespace rxlease::tests
