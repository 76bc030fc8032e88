// SPDX-License-Identifier: Apache-2.0
//
// The plugin's client of kubelet's PodResources, against a real gRPC server.
#include "cni/pod_resources.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <filesystem>

#include "kernel/fd.h"
#include "tests/scripted/cni/fake_pod_resources.h"
#include "tests/system/fixture/eventually.h"
#include "tests/unit/cni/conf/expect_error.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::cni {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;
using tests::FakePodResources;

const std::string rxq = "rxlease.dev/rxq";
const grpc::Status not_implemented(grpc::StatusCode::UNIMPLEMENTED, "unknown method Get");
const grpc::Status too_many_calls(grpc::StatusCode::RESOURCE_EXHAUSTED, "rejected by rate limit");
const grpc::Status restarting(grpc::StatusCode::UNAVAILABLE, "transport is closing");

class PodResourcesTest : public testing::Test {
 protected:
  AllocationQuery query() const { return {socket, "shop", "web-0", rxq}; }
  std::vector<std::string> ask() const { return ask_kubelet(query()); }
  Error refusal(milliseconds patience = std::chrono::seconds{10}) const {
    return error_of([&] { ask_kubelet(query(), patience); });
  }

  tests::ScratchDirectory scratch;
  std::string socket = scratch / "kubelet.sock";
};

class WithKubelet : public PodResourcesTest {
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
  kubelet.get_status = not_implemented;
  EXPECT_THAT(ask(), ElementsAre("nic0-rx6"));
  kubelet.get_status = tests::get_is_disabled;
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
  expect_error(refusal(), Code::try_again_later, {"pod shop/web-0", "does not know the pod"},
               {socket, "podResourcesSocket"});
  EXPECT_THAT(kubelet.calls(), ElementsAre("Get shop/web-0", "List"));
}

TEST_F(WithKubelet, IsAskedAgainWhileItIsAskedTooMuchOrRestarts) {
  kubelet.allocate("shop", "web-0", "main", rxq, {"nic0-rx6"});
  kubelet.next_answers = {too_many_calls, restarting, too_many_calls};
  EXPECT_THAT(ask(), ElementsAre("nic0-rx6"));
  EXPECT_THAT(kubelet.calls(), SizeIs(4));
}

TEST_F(WithKubelet, IsAskedAgainWhenOnlyItsListIsAskedTooMuch) {
  kubelet.allocate("shop", "web-0", "main", rxq, {"nic0-rx6"});
  kubelet.next_answers = {tests::get_is_disabled, too_many_calls, tests::get_is_disabled};
  EXPECT_THAT(ask(), ElementsAre("nic0-rx6"));
  EXPECT_THAT(kubelet.calls(), ElementsAre("Get shop/web-0", "List", "Get shop/web-0", "List"));
}

TEST_F(WithKubelet, IsNotAskedForEver) {
  kubelet.next_answers.assign(1000, too_many_calls);
  expect_error(refusal(milliseconds{200}), Code::try_again_later, {"pod shop/web-0"}, {socket});
}

TEST_F(WithKubelet, IsNotAskedAgainAfterAnyOtherError) {
  kubelet.get_status = {grpc::StatusCode::INTERNAL, "the checkpoint\nis corrupt"};
  expect_error(refusal(), Code::try_again_later, {"status 13", R"(the checkpoint\nis corrupt)"}, {socket});
  EXPECT_THAT(kubelet.calls(), SizeIs(1));
}

TEST_F(WithKubelet, MayTakeNoLongerThanThePatience) {
  kubelet.answering = false;
  expect_error(refusal(milliseconds{100}), Code::try_again_later, {"does not answer"}, {socket});
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
  kubelet.get_status = not_implemented;
  EXPECT_THAT(ask(), ElementsAre("nic0-rx6"));
}

TEST_F(WithKubelet, IsNotAskedAgainForAReplyThatIsTooLarge) {
  kubelet.allocate("shop", "web-0", "main", rxq, ids_of(17U << 20U));
  expect_error(refusal(), Code::try_again_later, {"larger than max"}, {socket});
  EXPECT_THAT(kubelet.calls(), SizeIs(1));
}

TEST_F(PodResourcesTest, NamesASocketThatIsMissingAndItsKey) {
  expect_error(refusal(), Code::try_again_later, {"pod shop/web-0", "no socket \"" + socket + "\""},
               {"podResourcesSocket", "devices"});
  socket = scratch / "nowhere/kubelet.sock";
  expect_error(refusal(), Code::try_again_later, {"no socket"}, {"podResourcesSocket"});
}

TEST_F(PodResourcesTest, TakesAnyPathForASocket) {
  socket = scratch / "a b%2F?#:@.sock";
  const std::string plain = scratch / "plain.sock";
  FakePodResources kubelet(plain);
  std::filesystem::rename(plain, socket);
  kubelet.allocate("shop", "web-0", "main", rxq, {"nic0-rx6"});
  EXPECT_THAT(ask(), ElementsAre("nic0-rx6"));
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

TEST_F(PodResourcesTest, GivesUpOnASocketThatNobodyServes) {
  const MuteSocket stale(socket, /*listening=*/false);
  expect_error(refusal(milliseconds{100}), Code::try_again_later, {"nobody accepts connections"}, {socket});
}

std::size_t entries(const std::string& directory) {
  const std::filesystem::directory_iterator first(directory);
  return static_cast<std::size_t>(std::distance(begin(first), end(first)));
}

TEST_F(PodResourcesTest, GivesUpOnAMuteServerAndLeavesNoThreadAndNoDescriptor) {
  const MuteSocket mute(socket, /*listening=*/true);
  expect_error(refusal(milliseconds{50}), Code::try_again_later, {"does not answer"}, {socket});
  const auto descriptors = entries("/proc/self/fd");
  const auto threads = entries("/proc/self/task");
  for (int i = 0; i < 3; ++i) refusal(milliseconds{50});
  EXPECT_LE(entries("/proc/self/fd"), descriptors);
  // The thread that took the library down may be on its very last steps.
  EXPECT_TRUE(tests::eventually([&] { return entries("/proc/self/task") <= threads; }));
}

}  // namespace
}  // namespace rxlease::cni
