// SPDX-License-Identifier: Apache-2.0
//
// The daemon's client of kubelet's PodResources, against a real gRPC server.
#include "deviceplugin/kubelet/pod_devices.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <optional>
#include <stdexcept>

#include "kernel/fd.h"
#include "tests/scripted/kubelet/fake_pod_resources.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::deviceplugin::kubelet {
namespace {

using std::chrono::milliseconds;
using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;
using tests::FakePodResources;

const std::string rxq = "rxlease.dev/rxq";
const grpc::Status not_implemented(grpc::StatusCode::UNIMPLEMENTED, "unknown method Get");
const grpc::Status too_many_calls(grpc::StatusCode::RESOURCE_EXHAUSTED, "rejected by rate limit");
const grpc::Status restarting(grpc::StatusCode::UNAVAILABLE, "transport is closing");

class PodDevicesTest : public testing::Test {
 protected:
  std::vector<std::string> ask() const { return PodDevices(socket).of({"shop", "web-0", rxq}); }

  // Why kubelet did not tell.
  std::string refusal(milliseconds patience = std::chrono::seconds{10}) const {
    try {
      PodDevices(socket).of({"shop", "web-0", rxq}, patience);
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    ADD_FAILURE() << "kubelet did tell";
    return "";
  }

  tests::ScratchDirectory scratch;
  std::string socket = scratch / "kubelet.sock";
};

class WithKubelet : public PodDevicesTest {
 protected:
  FakePodResources kubelet{socket};
};

TEST_F(WithKubelet, IsAskedForTheOnePod) {
  kubelet.allocate("shop", "web-0", "main", rxq, {"nic0-rx6", "nic0-rx7"});
  kubelet.allocate("shop", "web-1", "main", rxq, {"nic0-rx5"});
  EXPECT_THAT(ask(), ElementsAre("nic0-rx6", "nic0-rx7"));
  EXPECT_THAT(kubelet.calls(), ElementsAre("Get shop/web-0"));
}

TEST_F(WithKubelet, IsAskedForTheListWhereItHasNoGet) {
  kubelet.allocate("shop", "web-1", "main", rxq, {"nic0-rx5"});
  kubelet.allocate("other", "web-0", "main", rxq, {"nic0-rx4"});
  kubelet.allocate("shop", "web-0", "main", rxq, {"nic0-rx6"});
  kubelet.answer_gets_with(not_implemented);
  EXPECT_THAT(ask(), ElementsAre("nic0-rx6"));
  kubelet.answer_gets_with(tests::get_is_disabled);
  EXPECT_THAT(ask(), ElementsAre("nic0-rx6"));
  EXPECT_THAT(kubelet.calls(), ElementsAre("Get shop/web-0", "List", "Get shop/web-0", "List"));
}

TEST_F(WithKubelet, ListsEveryContainerAndEveryEntry) {
  kubelet.allocate("shop", "web-0", "main", rxq, {"nic0-rx6"});
  kubelet.allocate("shop", "web-0", "main", rxq, {"nic0-rx7"});
  kubelet.allocate("shop", "web-0", "side", rxq, {"nic0-rx5"});
  EXPECT_THAT(ask(), UnorderedElementsAre("nic0-rx5", "nic0-rx6", "nic0-rx7"));
}

TEST_F(WithKubelet, IsNotAskedForOtherResources) {
  kubelet.allocate("shop", "web-0", "main", "example.com/gpu", {"gpu0"});
  kubelet.allocate("shop", "web-0", "main", rxq, {"nic0-rx6"});
  kubelet.allocate("shop", "web-0", "main", rxq + "2", {"nic0-rx7"});
  EXPECT_THAT(ask(), ElementsAre("nic0-rx6"));
}

TEST_F(WithKubelet, MayHaveGivenThePodNothing) {
  kubelet.add_pod("shop", "web-0");
  EXPECT_THAT(ask(), IsEmpty());
}

TEST_F(WithKubelet, MustKnowThePod) {
  kubelet.allocate("shop", "web-1", "main", rxq, {"nic0-rx5"});
  EXPECT_EQ(refusal(), "it does not know the pod");
  EXPECT_THAT(kubelet.calls(), ElementsAre("Get shop/web-0", "List"));
}

TEST_F(WithKubelet, IsAskedAgainWhileItIsAskedTooMuchOrRestarts) {
  kubelet.allocate("shop", "web-0", "main", rxq, {"nic0-rx6"});
  kubelet.answer_next_with({too_many_calls, restarting, too_many_calls});
  EXPECT_THAT(ask(), ElementsAre("nic0-rx6"));
  EXPECT_THAT(kubelet.calls(), SizeIs(4));
}

TEST_F(WithKubelet, IsAskedAgainWhenOnlyItsListIsAskedTooMuch) {
  kubelet.allocate("shop", "web-0", "main", rxq, {"nic0-rx6"});
  kubelet.answer_next_with({tests::get_is_disabled, too_many_calls, tests::get_is_disabled});
  EXPECT_THAT(ask(), ElementsAre("nic0-rx6"));
  EXPECT_THAT(kubelet.calls(), ElementsAre("Get shop/web-0", "List", "Get shop/web-0", "List"));
}

TEST_F(WithKubelet, IsNotAskedForEver) {
  kubelet.answer_next_with(std::vector(1000, too_many_calls));
  EXPECT_THAT(refusal(milliseconds{200}), HasSubstr("rate limit"));
}

TEST_F(WithKubelet, IsNotAskedAgainAfterAnyOtherError) {
  kubelet.answer_gets_with({grpc::StatusCode::INTERNAL, "the checkpoint\nis corrupt"});
  EXPECT_EQ(refusal(), R"(gRPC status 13, "the checkpoint\nis corrupt")");
  EXPECT_THAT(kubelet.calls(), SizeIs(1));
}

TEST_F(WithKubelet, MayTakeNoLongerThanThePatience) {
  kubelet.stop_answering();
  EXPECT_EQ(refusal(milliseconds{100}), "it does not answer");
}

std::vector<std::string> ids_of(std::size_t bytes) {
  const std::string id = "nic0-rx" + std::string(1017, '1');
  std::vector<std::string> ids;
  ids.resize(bytes / 1024, id);
  return ids;
}

TEST_F(WithKubelet, MayAnswerTwelveMebibytes) {
  for (int pod = 0; pod < 12; ++pod) {
    kubelet.allocate("shop", "busy-" + std::to_string(pod), "main", "example.com/x", ids_of(1U << 20U));
  }
  kubelet.allocate("shop", "web-0", "main", rxq, {"nic0-rx6"});
  kubelet.answer_gets_with(not_implemented);
  EXPECT_THAT(ask(), ElementsAre("nic0-rx6"));
}

TEST_F(WithKubelet, IsNotAskedAgainForAReplyThatIsTooLarge) {
  kubelet.allocate("shop", "web-0", "main", rxq, ids_of(17U << 20U));
  EXPECT_THAT(refusal(), HasSubstr("larger than max"));
  EXPECT_THAT(kubelet.calls(), SizeIs(1));
}

TEST_F(PodDevicesTest, NamesASocketThatIsMissing) {
  EXPECT_EQ(refusal(), "there is no socket \"" + socket + "\"");
  socket = scratch / "nowhere/kubelet.sock";
  EXPECT_THAT(refusal(), HasSubstr("no socket"));
}

TEST_F(PodDevicesTest, FindsAKubeletThatWasRestarted) {
  std::optional<FakePodResources> kubelet(std::in_place, socket);
  const PodDevices devices(socket);
  kubelet->allocate("shop", "web-0", "main", rxq, {"nic0-rx6"});
  EXPECT_THAT(devices.of({"shop", "web-0", rxq}), ElementsAre("nic0-rx6"));
  kubelet.reset();
  EXPECT_THROW(devices.of({"shop", "web-0", rxq}, milliseconds{50}), std::runtime_error);
  kubelet.emplace(socket);
  kubelet->allocate("shop", "web-0", "main", rxq, {"nic0-rx7"});
  EXPECT_THAT(devices.of({"shop", "web-0", rxq}), ElementsAre("nic0-rx7"));
}

// A socket that is bound, and listens when it is told to, but never speaks.
class MuteSocket {
 public:
  MuteSocket(const std::string& path, bool listening) : fd_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(&address.sun_path[0], sizeof(address.sun_path) - 1);
    const void* generic = &address;
    EXPECT_EQ(bind(fd_.get(), static_cast<const sockaddr*>(generic), sizeof(address)), 0);
    if (listening) listen(fd_.get(), 5);
  }

 private:
  kernel::Fd fd_;
};

TEST_F(PodDevicesTest, GivesUpOnASocketThatNobodyServes) {
  const MuteSocket stale(socket, /*listening=*/false);
  EXPECT_EQ(refusal(milliseconds{100}), "it accepts no connections");
}

TEST_F(PodDevicesTest, GivesUpOnAMuteServer) {
  const MuteSocket mute(socket, /*listening=*/true);
  EXPECT_THAT(refusal(milliseconds{50}), AnyOf("it does not answer", "it accepts no connections"));
}

}  // namespace
}  // namespace rxlease::deviceplugin::kubelet
