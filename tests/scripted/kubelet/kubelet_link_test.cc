// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/kubelet/kubelet_link.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <optional>

#include "tests/scripted/kubelet/fake_kubelet.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::deviceplugin::kubelet {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using tests::allocate_ids;
using tests::DeviceWatch;
using tests::FakeKubelet;

pools::PoolState pool(const std::string& name, std::size_t devices, bool healthy = true) {
  pools::PoolState state;
  state.name = name;
  state.resource = "rxlease.dev/" + name;
  for (std::size_t i = 1; i <= devices; ++i) {
    pools::DeviceState device;
    device.id = {"nic-" + name, static_cast<std::uint32_t>(i)};
    device.healthy = healthy;
    device.reason = healthy ? "" : "its NIC is down";
    device.numa_node = 0;
    state.devices.push_back(device);
  }
  return state;
}

class KubeletLinkTest : public testing::Test {
 protected:
  tests::ScratchDirectory scratch_;
  std::optional<FakeKubelet> kubelet_;
  prometheus::Registry registry_;
  allocate::Allocator allocator_{scratch_ / "state", registry_};
  KubeletLink link_{scratch_.path(), allocator_, registry_};

  void SetUp() override { link_.publish({pool("rxq", 3)}); }
  auto plugin() { return kubelet_->plugin("rxlease-rxq.sock"); }
};

TEST_F(KubeletLinkTest, RegistersEachPoolWithItsEndpoint) {
  kubelet_.emplace(scratch_.path());
  link_.publish({pool("rxq", 3), pool("slow", 1)});
  EXPECT_TRUE(link_.connect());
  const auto requests = kubelet_->registrations();
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
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(link_.connect());
  EXPECT_THAT(kubelet_->registrations(), SizeIs(1));
}

TEST_F(KubeletLinkTest, WaitsForAKubeletThatIsNotThereYet) {
  EXPECT_TRUE(link_.connect());
  EXPECT_FALSE(link_.is_registered());
  kubelet_.emplace(scratch_.path());
  EXPECT_TRUE(link_.connect());
  EXPECT_TRUE(link_.is_registered());
}

TEST_F(KubeletLinkTest, TriesAgainWhenKubeletRefuses) {
  kubelet_.emplace(scratch_.path());
  kubelet_->refuse(true);
  EXPECT_FALSE(link_.connect());
  EXPECT_FALSE(link_.is_registered());
  kubelet_->refuse(false);
  EXPECT_TRUE(link_.connect());
  EXPECT_EQ(RegistrationMetrics(registry_).failed.Value(), 1);
  EXPECT_EQ(RegistrationMetrics(registry_).succeeded.Value(), 1);
}

TEST_F(KubeletLinkTest, SurvivesFiftyRestartsOfKubelet) {
  for (int i = 0; i < 50; ++i) {
    kubelet_.emplace(scratch_.path());
    ASSERT_TRUE(link_.connect()) << i;
    ASSERT_THAT(kubelet_->registrations(), SizeIs(1)) << i;
    DeviceWatch watch(*plugin());
    ASSERT_THAT(watch.lists(1), SizeIs(1)) << i;
  }
  EXPECT_EQ(RegistrationMetrics(registry_).succeeded.Value(), 50);
}

TEST_F(KubeletLinkTest, ServesAgainWhenItsOwnSocketIsDeleted) {
  kubelet_.emplace(scratch_.path());
  link_.connect();
  DeviceWatch before(*plugin());
  before.lists(1);
  std::filesystem::remove(scratch_ / "device-plugins/rxlease-rxq.sock");
  EXPECT_TRUE(link_.connect());
  EXPECT_TRUE(before.has_ended());
  EXPECT_THAT(kubelet_->registrations(), SizeIs(2));
  DeviceWatch after(*plugin());
  EXPECT_THAT(after.lists(1), SizeIs(1));
}

TEST_F(KubeletLinkTest, EveryStreamBeginsWithTheWholeList) {
  kubelet_.emplace(scratch_.path());
  link_.connect();
  DeviceWatch first(*plugin());
  DeviceWatch second(*plugin());
  ASSERT_THAT(first.lists(1), SizeIs(1));
  ASSERT_THAT(second.lists(1), SizeIs(1));
  EXPECT_EQ(second.lists(1)[0].devices_size(), 3);
}

TEST_F(KubeletLinkTest, TellsOfChangesAndOfNothingElse) {
  kubelet_.emplace(scratch_.path());
  link_.connect();
  DeviceWatch watch(*plugin());
  watch.lists(1);
  link_.publish({pool("rxq", 3)});
  link_.publish({pool("rxq", 3, /*healthy=*/false)});
  const auto lists = watch.lists(2);
  ASSERT_THAT(lists, SizeIs(2));
  EXPECT_EQ(lists[1].devices(0).health(), "Unhealthy");
}

TEST_F(KubeletLinkTest, ASlowReaderGetsTheLatestAndHoldsNobodyUp) {
  kubelet_.emplace(scratch_.path());
  link_.connect();
  grpc::ClientContext context;
  const auto stub = plugin();
  const auto reader = stub->ListAndWatch(&context, {});
  v1beta1::ListAndWatchResponse list;
  ASSERT_TRUE(reader->Read(&list));
  DeviceWatch quick(*stub);
  quick.lists(1);
  // More than a connection buffers, so that writes to the slow one must wait.
  for (int i = 0; i < 200; ++i) link_.publish({pool("rxq", 1000, i % 2 == 0)});
  link_.publish({pool("rxq", 7)});
  const auto seen = quick.lists(1);
  int reads = 0;
  while (list.devices_size() != 7 && reader->Read(&list)) ++reads;
  EXPECT_EQ(list.devices_size(), 7);
  EXPECT_LT(reads, 202);
  context.TryCancel();
}

TEST_F(KubeletLinkTest, ADeadReaderIsForgotten) {
  kubelet_.emplace(scratch_.path());
  link_.connect();
  for (int i = 0; i < 20; ++i) {
    DeviceWatch dead(*plugin());
    dead.lists(1);
  }
  link_.publish({pool("rxq", 2)});
  DeviceWatch alive(*plugin());
  EXPECT_EQ(alive.lists(1)[0].devices_size(), 2);
}

TEST_F(KubeletLinkTest, APoolThatGoesTakesItsEndpointAlong) {
  kubelet_.emplace(scratch_.path());
  link_.connect();
  DeviceWatch watch(*plugin());
  watch.lists(1);
  link_.publish({pool("other", 1)});
  EXPECT_TRUE(watch.has_ended());
  EXPECT_FALSE(std::filesystem::exists(scratch_ / "device-plugins/rxlease-rxq.sock"));
  EXPECT_TRUE(link_.connect());
  EXPECT_EQ(kubelet_->registrations().back().resource_name(), "rxlease.dev/other");
}

TEST_F(KubeletLinkTest, AllocatesWhatKubeletChose) {
  kubelet_.emplace(scratch_.path());
  link_.connect();
  v1beta1::AllocateResponse response;
  ASSERT_TRUE(allocate_ids(*plugin(), {"nic-rxq-rx1", "nic-rxq-rx3"}, response).ok());
  const auto& container = response.container_responses(0);
  EXPECT_EQ(container.envs().at("RXLEASE_DEVICES_RXQ"), "nic-rxq-rx1,nic-rxq-rx3");
  ASSERT_EQ(container.mounts_size(), 2);
  EXPECT_TRUE(container.mounts(0).read_only());
  EXPECT_EQ(container.mounts(1).container_path(), "/run/rxlease/nic-rxq-rx3");
  EXPECT_EQ(allocate::AllocationMetrics(registry_).succeeded.Value(), 1);
}

TEST_F(KubeletLinkTest, RefusesEveryKindOfBadId) {
  kubelet_.emplace(scratch_.path());
  link_.connect();
  v1beta1::AllocateResponse response;
  for (const std::string bad :
       {"", "nic-rxq-rx9", "nonsense", "../../etc/passwd", "nic-rxq-rx1\n", "NIC-RXQ-RX1"}) {
    const auto status = allocate_ids(*plugin(), {bad}, response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND) << bad;
    EXPECT_THAT(status.error_message(), HasSubstr("rxq"));
  }
  link_.publish({pool("rxq", 3, /*healthy=*/false)});
  const auto status = allocate_ids(*plugin(), {"nic-rxq-rx1"}, response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(status.error_message(), HasSubstr("its NIC is down"));
  auto two_nics = pool("rxq", 1);
  two_nics.devices.push_back(two_nics.devices[0]);
  two_nics.devices[1].id.nic = "other";
  link_.publish({two_nics});
  EXPECT_EQ(allocate_ids(*plugin(), {"nic-rxq-rx1", "other-rx1"}, response).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(allocate::AllocationMetrics(registry_).succeeded.Value(), 0);
}

TEST_F(KubeletLinkTest, PrefersNeighboursAndKeepsWhatMustBeIncluded) {
  kubelet_.emplace(scratch_.path());
  link_.connect();
  v1beta1::PreferredAllocationRequest request;
  auto* container = request.add_container_requests();
  for (const char* id : {"nic-rxq-rx3", "nic-rxq-rx1", "nic-rxq-rx2"}) container->add_available_deviceids(id);
  container->add_must_include_deviceids("nic-rxq-rx3");
  container->set_allocation_size(2);
  grpc::ClientContext context;
  v1beta1::PreferredAllocationResponse response;
  ASSERT_TRUE(plugin()->GetPreferredAllocation(&context, request, &response).ok());
  ASSERT_EQ(response.container_responses(0).deviceids_size(), 2);
  EXPECT_EQ(response.container_responses(0).deviceids(0), "nic-rxq-rx3");
}

}  // namespace
}  // namespace rxlease::deviceplugin::kubelet
