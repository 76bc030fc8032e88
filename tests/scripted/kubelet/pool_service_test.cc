// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/kubelet/pool_service.h"

#include "tests/scripted/kubelet/kubelet_link_fixture.h"

namespace rxlease::deviceplugin::kubelet {
namespace {

using testing::HasSubstr;
using testing::SizeIs;
using tests::allocate_ids;
using tests::DeviceWatch;

class PoolServiceTest : public KubeletLinkTest {};

TEST_F(PoolServiceTest, EveryStreamBeginsWithTheWholeList) {
  kubelet_.emplace(scratch_.path());
  connect();
  DeviceWatch first(*plugin());
  DeviceWatch second(*plugin());
  ASSERT_THAT(first.lists(1), SizeIs(1));
  ASSERT_THAT(second.lists(1), SizeIs(1));
  EXPECT_EQ(second.lists(1)[0].devices_size(), 3);
}

TEST_F(PoolServiceTest, TellsOfChangesAndOfNothingElse) {
  kubelet_.emplace(scratch_.path());
  connect();
  DeviceWatch watch(*plugin());
  watch.lists(1);
  link_.publish({pool("rxq", 3)});
  link_.publish({pool("rxq", 3, /*healthy=*/false)});
  const auto lists = watch.lists(2);
  ASSERT_THAT(lists, SizeIs(2));
  EXPECT_EQ(lists[1].devices(0).health(), "Unhealthy");
}

TEST_F(PoolServiceTest, ASlowReaderGetsTheLatestAndHoldsNobodyUp) {
  kubelet_.emplace(scratch_.path());
  connect();
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

TEST_F(PoolServiceTest, ADeadReaderIsForgotten) {
  kubelet_.emplace(scratch_.path());
  connect();
  for (int i = 0; i < 20; ++i) {
    DeviceWatch dead(*plugin());
    dead.lists(1);
  }
  link_.publish({pool("rxq", 2)});
  DeviceWatch alive(*plugin());
  EXPECT_EQ(alive.lists(1)[0].devices_size(), 2);
}

TEST_F(PoolServiceTest, AllocatesWhatKubeletChose) {
  kubelet_.emplace(scratch_.path());
  connect();
  v1beta1::AllocateResponse response;
  ASSERT_TRUE(allocate_ids(*plugin(), {"nic-rxq-rx1", "nic-rxq-rx3"}, response).ok());
  const auto& container = response.container_responses(0);
  EXPECT_EQ(container.envs().at("RXLEASE_DEVICES_RXQ"), "nic-rxq-rx1,nic-rxq-rx3");
  ASSERT_EQ(container.mounts_size(), 2);
  EXPECT_TRUE(container.mounts(0).read_only());
  EXPECT_EQ(container.mounts(1).container_path(), "/run/rxlease/nic-rxq-rx3");
  EXPECT_EQ(allocate::AllocationMetrics(registry_).succeeded.Value(), 1);
}

TEST_F(PoolServiceTest, RefusesEveryKindOfBadId) {
  kubelet_.emplace(scratch_.path());
  connect();
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

TEST_F(PoolServiceTest, PrefersNeighboursAndKeepsWhatMustBeIncluded) {
  kubelet_.emplace(scratch_.path());
  connect();
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
