// SPDX-License-Identifier: Apache-2.0
//
// The daemon's socket for the CNI plugin, asked by the plugin's client and by others.
#include "deviceplugin/node/node_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <functional>
#include <future>
#include <nlohmann/json.hpp>

#include "cni/system/node_client.h"
#include "kernel/error.h"
#include "tests/scripted/node/node_daemon.h"
#include "tests/system/fixture/eventually.h"
#include "tests/unit/cni/conf/expect_error.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::deviceplugin::node {
namespace {

using cni::Code;
using std::chrono::milliseconds;
using testing::HasSubstr;

const proto::QueuesQuestion question{.pod_namespace = "shop",
                                     .pod_name = "web-0",
                                     .pod_uid = "",
                                     .container_id = "c1",
                                     .network = "fast",
                                     .resource = "rxlease.dev/rxq",
                                     .queues = std::nullopt};

class NodeServerTest : public testing::Test {
 protected:
  std::vector<std::string> ask() const {
    std::vector<std::string> ids;
    for (const auto& device : cni::ask_node(socket, question)) ids.push_back(device.to_string());
    return ids;
  }
  cni::Error refusal(const cni::NodeLimits& limits = {}) const {
    return cni::error_of([&] { cni::ask_node(socket, question, limits); });
  }

  bool is_served(milliseconds timeout = milliseconds(1000)) const {
    try {
      kernel::SeqPacket::connect(socket, timeout);
      return true;
    } catch (const kernel::KernelError&) {
      return false;
    }
  }

  tests::ScratchDirectory scratch;
  const std::string socket = proto::node_socket(scratch.path());
  prometheus::Registry registry;
  std::function<std::vector<std::string>(const proto::QueuesQuestion&)> kubelet = [](const auto&) {
    return std::vector<std::string>{};
  };
  NodeService service{[this](const auto& asked, const auto&) { return kubelet(asked); }, registry};
  std::optional<NodeServer> server{std::in_place, service, scratch.path()};
};

TEST_F(NodeServerTest, TellsAPodsQueuesInTheirOwnOrderAndEachOnce) {
  kubelet = [](const auto& asked) {
    EXPECT_EQ(asked.describe_pod(), "pod shop/web-0");
    EXPECT_EQ(asked.resource, "rxlease.dev/rxq");
    return std::vector<std::string>{"nic0-rx10", "nic0-rx9", "nic0-rx10", "nic0-rx2"};
  };
  EXPECT_THAT(ask(), testing::ElementsAre("nic0-rx2", "nic0-rx9", "nic0-rx10"));
  EXPECT_TRUE(is_served());
}

TEST_F(NodeServerTest, NamesAnIdThatIsNoneOfRxlease) {
  kubelet = [](const auto&) { return std::vector<std::string>{"nic0-rx6", "gpu0"}; };
  expect_error(refusal(), Code::invalid_config, {"\"gpu0\"", "rxlease.dev/rxq", "pod shop/web-0"},
               {"resource"});
}

TEST_F(NodeServerTest, PassesOnWhyKubeletDoesNotTell) {
  kubelet = [](const auto&) -> std::vector<std::string> {
    throw std::runtime_error("it does not know the pod");
  };
  expect_error(refusal(), Code::try_again_later,
               {"kubelet does not tell", "pod shop/web-0", "not know the pod"}, {"kubeletDirectory"});
}

TEST_F(NodeServerTest, TellsTheGuardWhatAnAddTakes) {
  std::promise<std::vector<kernel::DeviceId>> told;
  server.reset();
  const NodeService guarded([](const auto&, const auto&) { return std::vector<std::string>{}; }, registry,
                            {.take =
                                 [&](const auto& devices) {
                                   told.set_value(devices);
                                   return devices;
                                 },
                             .release = {},
                             .netns_id = [] { return std::optional<std::int32_t>(7); }});
  server.emplace(guarded, scratch.path());
  const auto connection = cni::tell_node(socket, {"c1", {{"nic0", 6}, {"nic0", 7}}});
  ASSERT_TRUE(connection);
  EXPECT_EQ(told.get_future().get(), (std::vector<kernel::DeviceId>{{"nic0", 6}, {"nic0", 7}}));
  ASSERT_TRUE(connection->wait(std::chrono::steady_clock::now() + std::chrono::seconds(5)));
  EXPECT_EQ(proto::parse_answer(connection->receive(proto::largest_node_message)->text).devices.size(), 2U);
  EXPECT_THAT(guarded.answer(proto::to_message(proto::GuardQuestion{})), HasSubstr("\"netnsId\":7"));
  server.reset();
}

// Whether nobody listens, or a daemon that does not know the question, or one that hangs: an ADD goes on.
TEST_F(NodeServerTest, IsNotNeededByAnAddWithItsOwnDevices) {
  EXPECT_TRUE(cni::tell_node(socket, {"c1", {{"nic0", 6}}})) << "there is no guard behind it";
  EXPECT_TRUE(is_served());
  server.reset();
  EXPECT_FALSE(cni::tell_node(socket, {"c1", {{"nic0", 6}}}));
}

TEST_F(NodeServerTest, IsOpenToRootOnly) {
  struct stat status {};
  ASSERT_EQ(stat(socket.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

// A descriptor that somebody else connected says nothing about who asks, so its credentials count.
TEST_F(NodeServerTest, AnswersNobodyButRoot) {
  if (geteuid() != 0) GTEST_FAIL() << "this test must run as root";
  ASSERT_EQ(chmod(socket.c_str(), 0666), 0);
  ASSERT_EQ(chmod(scratch.path().c_str(), 0755), 0);
  const auto asks = [&] {
    if (setresuid(65534, 65534, 65534) != 0) _exit(2);
    try {
      cni::ask_node(socket, question);
    } catch (const cni::Error& error) {
      _exit(std::string(error.what()).find("without an answer") != std::string::npos ? 0 : 3);
    }
    _exit(1);
  };
  EXPECT_EXIT(asks(), testing::ExitedWithCode(0), "");
}

TEST_F(NodeServerTest, AnswersWhileItWaitsForASlowKubeletAndForMutePlugins) {
  std::promise<void> released;
  auto release = released.get_future().share();
  kubelet = [&](const auto& asked) {
    if (asked.pod_name == "slow") release.wait();
    return std::vector<std::string>{"nic0-rx6"};
  };
  auto slow = question;
  slow.pod_name = "slow";
  auto waiting = std::async(std::launch::async, [&] { return cni::ask_node(socket, slow); });
  const auto mute = kernel::SeqPacket::connect(socket, milliseconds(1000));
  EXPECT_THAT(ask(), testing::ElementsAre("nic0-rx6"));
  released.set_value();
  EXPECT_EQ(waiting.get().size(), 1U);
}

// SIGTERM would wait for it too.
TEST(NodeServerWithAHungKubelet, EndsWithoutWaitingForIt) {
  const tests::ScratchDirectory scratch;
  std::optional<tests::NodeDaemon> daemon(std::in_place, scratch / "state", scratch / "kubelet.sock");
  daemon->kubelet.stop_answering();
  auto asking = std::async(std::launch::async, [&] {
    return cni::error_of([&] { cni::ask_node(proto::node_socket(scratch / "state"), question); });
  });
  ASSERT_TRUE(tests::eventually([&] { return !daemon->kubelet.calls().empty(); }));
  const auto begin = std::chrono::steady_clock::now();
  daemon->end();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(3) * tests::patience_factor());
  expect_error(asking.get(), Code::try_again_later, {"the node daemon ends"}, {});
}

TEST_F(NodeServerTest, AnswersAMalformedQuestionWithAnError) {
  const auto plugin = kernel::SeqPacket::connect(socket, milliseconds(1000));
  plugin.send("how are you?");
  ASSERT_TRUE(plugin.wait(std::chrono::steady_clock::now() + std::chrono::seconds(10)));
  EXPECT_THAT(plugin.receive(proto::largest_node_message)->text, HasSubstr("malformed"));
}

// During an upgrade: what a plugin of a later release says to this daemon.
class LaterPlugin : public NodeServerTest {
 protected:
  // The error that the daemon answers a message with, and its version.
  nlohmann::json answer_to(const std::string& message) const {
    const auto plugin = kernel::SeqPacket::connect(socket, milliseconds(1000));
    plugin.send(message);
    if (!plugin.wait(std::chrono::steady_clock::now() + std::chrono::seconds(10))) return "no answer";
    return nlohmann::json::parse(plugin.receive(proto::largest_node_message)->text);
  }
};

TEST_F(LaterPlugin, OfAnotherVersionIsToldBoth) {
  const auto answer = answer_to(R"({"version": 2, "ask": {"everything": "else"}})");
  EXPECT_EQ(answer.at("version"), 1);
  EXPECT_EQ(answer.at("error").at("kind"), "unsupportedVersion");
  EXPECT_THAT(answer.at("error").at("message").get<std::string>(), HasSubstr("1 here, 2 on the other side"));
  EXPECT_THAT(answer.at("error").at("remedy").get<std::string>(), HasSubstr("an upgrade replaces them"));
}

TEST_F(LaterPlugin, WithAnotherQuestionIsToldThatThisDaemonDoesNotKnowIt) {
  const auto answer = answer_to(R"({"version": 1, "question": "weather", "town": "Ulm"})");
  EXPECT_EQ(answer.at("error").at("kind"), "malformed");
  EXPECT_THAT(answer.at("error").at("message").get<std::string>(),
              HasSubstr("asks \"weather\", which this release does not know"));
}

TEST_F(LaterPlugin, GetsItsAnswerWhateverElseItSays) {
  kubelet = [](const auto&) { return std::vector<std::string>{"nic0-rx6"}; };
  auto message = nlohmann::json::parse(proto::to_message(question));
  message["claim"] = {{"driver", "rxlease.dev"}};
  EXPECT_EQ(answer_to(message.dump()).at("devices"), nlohmann::json::array({"nic0-rx6"}));
}

TEST_F(NodeServerTest, TakesTheSocketAwayWithIt) {
  server.reset();
  EXPECT_FALSE(is_served());
  expect_error(refusal(), Code::try_again_later, {"pod shop/web-0", "there is no socket"},
               {"is rxlease-device-plugin running", socket, "stateDirectory", "devices"});
}

// One that takes connections and says nothing, or the wrong thing.
class Impostor : public NodeServerTest {
 protected:
  Impostor() {
    server.reset();
    listener.emplace(socket);
  }
  // What the plugin makes of an answer.
  cni::Error refusal_after(const std::string& answer) {
    auto asking = std::async(std::launch::async, [&] { return refusal(); });
    std::optional<kernel::SeqPacket> plugin;
    EXPECT_TRUE(tests::eventually([&] {
      plugin = listener->accept();
      return plugin.has_value();
    }));
    plugin->send(answer);
    return asking.get();
  }
  std::optional<kernel::SeqPacketListener> listener;
};

TEST_F(Impostor, ThatDoesNotAnswerIsLeftInTime) {
  expect_error(refusal({milliseconds(1000), milliseconds(50)}), Code::try_again_later,
               {"no answer within 50 milliseconds"}, {"rxlease-device-plugin"});
}

TEST_F(Impostor, ThatAcceptsNothingIsLeftInTime) {
  // Connections that nobody accepts stay in the queue, closed or not.
  std::size_t others = 0;
  while (is_served(milliseconds(50))) ASSERT_LT(++others, 1000U);
  expect_error(refusal({milliseconds(50), milliseconds(50)}), Code::try_again_later,
               {"accepts no connections"}, {});
}

TEST_F(Impostor, OfAnotherVersionIsNamed) {
  expect_error(refusal_after(R"({"version": 7})"), Code::try_again_later, {"1 here, 7 on the other side"},
               {"upgrade"});
}

// A daemon of an earlier release may not know the question, and one of a later release may refuse it for a
// reason that this plugin does not know: when the upgrade is complete, the next try succeeds.
TEST_F(Impostor, OfAnotherReleaseLetsTheRuntimeTryAgain) {
  expect_error(
      refusal_after(proto::to_message(proto::NodeError(
          proto::NodeError::Kind::malformed, "it does not know the question", "install one release"))),
      Code::try_again_later, {"does not know the question"}, {"one release"});
  expect_error(refusal_after(R"({"version": 1, "error": {"kind": "noLuck", "message": "m", "remedy": "r"}})"),
               Code::try_again_later, {"m"}, {"r"});
}

TEST_F(NodeServerTest, IsMissedWhenItEndedWithoutTakingItsSocketAway) {
  server.reset();
  {
    const kernel::Fd left(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket.copy(&address.sun_path[0], sizeof(address.sun_path) - 1);
    ASSERT_EQ(bind(left.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  }
  expect_error(refusal(), Code::try_again_later, {"nobody listens"}, {});
}

}  // namespace
}  // namespace rxlease::deviceplugin::node
