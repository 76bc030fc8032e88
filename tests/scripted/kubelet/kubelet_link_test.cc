// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/kubelet/kubelet_link.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <filesystem>
#include <thread>

#include "tests/scripted/kubelet/kubelet_link_fixture.h"

namespace rxlease::deviceplugin::kubelet {
namespace {

using testing::SizeIs;
using tests::DeviceWatch;

TEST_F(KubeletLinkTest, RegistersEachPoolWithItsEndpoint) {
  kubelet_.emplace(scratch_.path());
  link_.publish({pool("rxq", 3), pool("slow", 1)});
  EXPECT_TRUE(connect());
  auto requests = kubelet_->registrations();  // which were made at once
  std::ranges::sort(requests, {}, &v1beta1::RegisterRequest::resource_name);
  ASSERT_THAT(requests, SizeIs(2));
  EXPECT_EQ(requests[0].version(), "v1beta1");
  EXPECT_EQ(requests[0].resource_name(), "rxlease.dev/rxq");
  EXPECT_EQ(requests[0].endpoint(), "rxlease-rxq.sock");
  EXPECT_TRUE(requests[0].options().get_preferred_allocation_available());
  EXPECT_EQ(requests[1].resource_name(), "rxlease.dev/slow");
  EXPECT_TRUE(link_.is_registered());
}

TEST_F(KubeletLinkTest, RegistersOnceWithAKubeletThatStays) {
  kubelet_.emplace(scratch_.path());
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(connect());
  EXPECT_THAT(kubelet_->registrations(), SizeIs(1));
}

TEST_F(KubeletLinkTest, WaitsForAKubeletThatIsNotThereYet) {
  EXPECT_TRUE(connect());
  EXPECT_FALSE(link_.is_registered());
  kubelet_.emplace(scratch_.path());
  EXPECT_TRUE(connect());
  EXPECT_TRUE(link_.is_registered());
}

// As one that was killed leaves behind: no refusal, and nothing that an operator must know.
TEST_F(KubeletLinkTest, TakesNoDeadSocketForAKubelet) {
  const auto path = scratch_ / "device-plugins/kubelet.sock";
  std::filesystem::create_directory(scratch_ / "device-plugins");
  const kernel::Fd dead(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  ASSERT_EQ(bind(dead.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  EXPECT_FALSE(connect()) << "and yet it may be about to listen";
  EXPECT_FALSE(link_.is_registered());
  EXPECT_EQ(RegistrationMetrics(registry_).failed.Value(), 0);
  kubelet_.emplace(scratch_.path());
  EXPECT_TRUE(connect());
  EXPECT_TRUE(link_.is_registered());
}

TEST_F(KubeletLinkTest, TriesAgainWhenKubeletRefuses) {
  kubelet_.emplace(scratch_.path());
  kubelet_->refuse(true);
  EXPECT_FALSE(connect());
  EXPECT_FALSE(link_.is_registered());
  kubelet_->refuse(false);
  EXPECT_FALSE(connect()) << "it waits before it tries again";
  ASSERT_TRUE(link_.due());
  std::this_thread::sleep_until(*link_.due());
  EXPECT_TRUE(connect());
  EXPECT_EQ(RegistrationMetrics(registry_).failed.Value(), 1);
  EXPECT_EQ(RegistrationMetrics(registry_).succeeded.Value(), 1);
}

// However many pools there are, and however long the kubelet hangs.
TEST_F(KubeletLinkTest, WaitsForNoKubelet) {
  std::vector<pools::PoolState> pools;
  for (int i = 0; i < 12; ++i) pools.push_back(pool("rxq" + std::to_string(i), 1));
  link_.publish(pools);
  kubelet_.emplace(scratch_.path());
  kubelet_->hang(true);
  const auto begin = std::chrono::steady_clock::now();
  link_.connect();
  EXPECT_TRUE(link_.is_registering());
  EXPECT_FALSE(link_.is_registered());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2)) << "one answer's limit";
  link_.publish({});  // as the end of the daemon: what runs is cancelled
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
  link_.publish(pools);
  kubelet_->hang(false);
  EXPECT_TRUE(connect());
  EXPECT_TRUE(link_.is_registered());
}

TEST_F(KubeletLinkTest, GivesAHungKubeletTwoSecondsForAllPools) {
  link_.publish({pool("a", 1), pool("b", 1), pool("c", 1), pool("d", 1)});
  kubelet_.emplace(scratch_.path());
  kubelet_->hang(true);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(connect());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(6)) << "8 s, one after the other";
  EXPECT_EQ(RegistrationMetrics(registry_).failed.Value(), 4);
}

// Kubelet forgets a pool whose stream ends, and its socket stays the same.
TEST_F(KubeletLinkTest, RegistersAgainWhenKubeletEndsTheStream) {
  kubelet_.emplace(scratch_.path());
  link_.publish({pool("rxq", 3), pool("slow", 1)});
  connect();
  const auto slow = kubelet_->plugin("rxlease-slow.sock");
  DeviceWatch other(*slow);
  ASSERT_THAT(other.lists(1), SizeIs(1));
  {
    DeviceWatch watch(*plugin());
    ASSERT_THAT(watch.lists(1), SizeIs(1));
    EXPECT_TRUE(connect());
    EXPECT_THAT(kubelet_->registrations(), SizeIs(2)) << "while the stream lasts";
  }
  while (link_.is_registered() && await_news()) link_.connect();
  EXPECT_FALSE(link_.is_registered());
  if (link_.due()) std::this_thread::sleep_until(*link_.due());
  EXPECT_TRUE(connect());
  EXPECT_TRUE(link_.is_registered());
  ASSERT_THAT(kubelet_->registrations(), SizeIs(3));
  EXPECT_EQ(kubelet_->registrations()[2].resource_name(), "rxlease.dev/rxq") << "and not the other one";
}

TEST_F(KubeletLinkTest, DoesNotMindASecondStreamThatEnds) {
  kubelet_.emplace(scratch_.path());
  connect();
  DeviceWatch watch(*plugin());
  watch.lists(1);
  link_.drain();
  {
    DeviceWatch second(*plugin());
    second.lists(1);
  }
  ASSERT_TRUE(await_news());
  EXPECT_TRUE(connect());
  EXPECT_TRUE(link_.is_registered());
  EXPECT_THAT(kubelet_->registrations(), SizeIs(1));
}

TEST_F(KubeletLinkTest, TakesAChangedModeForNoNewSocket) {
  kubelet_.emplace(scratch_.path());
  connect();
  for (const char* socket : {"device-plugins/kubelet.sock", "device-plugins/rxlease-rxq.sock"}) {
    ASSERT_EQ(chmod((scratch_ / socket).c_str(), 0600), 0);
    EXPECT_TRUE(link_.is_registered());
    EXPECT_TRUE(connect());
    EXPECT_THAT(kubelet_->registrations(), SizeIs(1));
  }
}

TEST_F(KubeletLinkTest, ServesAgainInADirectoryThatWasMadeAnew) {
  kubelet_.emplace(scratch_.path());
  connect();
  kubelet_.reset();
  std::filesystem::remove_all(scratch_ / "device-plugins");
  EXPECT_TRUE(connect());
  EXPECT_FALSE(link_.is_registered());
  kubelet_.emplace(scratch_.path());
  EXPECT_TRUE(connect());
  EXPECT_TRUE(link_.is_registered());
  DeviceWatch watch(*plugin());
  EXPECT_THAT(watch.lists(1), SizeIs(1));
}

TEST_F(KubeletLinkTest, SurvivesFiftyRestartsOfKubelet) {
  for (int i = 0; i < 50; ++i) {
    kubelet_.emplace(scratch_.path());
    ASSERT_TRUE(connect()) << i;
    ASSERT_THAT(kubelet_->registrations(), SizeIs(1)) << i;
    DeviceWatch watch(*plugin());
    ASSERT_THAT(watch.lists(1), SizeIs(1)) << i;
  }
  EXPECT_EQ(RegistrationMetrics(registry_).succeeded.Value(), 50);
}

TEST_F(KubeletLinkTest, ServesAgainWhenItsOwnSocketIsDeleted) {
  kubelet_.emplace(scratch_.path());
  connect();
  DeviceWatch before(*plugin());
  before.lists(1);
  std::filesystem::remove(scratch_ / "device-plugins/rxlease-rxq.sock");
  EXPECT_TRUE(connect());
  EXPECT_TRUE(before.has_ended());
  EXPECT_THAT(kubelet_->registrations(), SizeIs(2));
  DeviceWatch after(*plugin());
  EXPECT_THAT(after.lists(1), SizeIs(1));
}

TEST_F(KubeletLinkTest, APoolThatGoesTakesItsEndpointAlong) {
  kubelet_.emplace(scratch_.path());
  connect();
  DeviceWatch watch(*plugin());
  watch.lists(1);
  link_.publish({pool("other", 1)});
  EXPECT_TRUE(watch.has_ended());
  EXPECT_FALSE(std::filesystem::exists(scratch_ / "device-plugins/rxlease-rxq.sock"));
  EXPECT_TRUE(connect());
  EXPECT_EQ(kubelet_->registrations().back().resource_name(), "rxlease.dev/other");
}

}  // namespace
}  // namespace rxlease::deviceplugin::kubelet
