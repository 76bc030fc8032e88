// SPDX-License-Identifier: Apache-2.0
//
// What kubelet reads and writes: every name and number of its APIs, as Kubernetes has published them. A line
// that changes here breaks every node.
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <string>

#include "proto/kubelet/deviceplugin/v1beta1/api.pb.h"
#include "proto/kubelet/pluginregistration/v1/api.pb.h"
#include "proto/kubelet/podresources/v1/api.pb.h"

namespace rxlease::proto {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;

std::string type_of(const FieldDescriptor& field) {
  if (field.is_map()) {
    const auto& entry = *field.message_type();
    return std::string("map<") + entry.map_key()->type_name() + ", " + entry.map_value()->type_name() + ">";
  }
  std::string label;
  if (field.is_repeated()) label = "repeated ";
  if (field.has_optional_keyword()) label = "optional ";
  return label + (field.message_type() != nullptr ? field.message_type()->name() : field.type_name());
}

std::string describe(const Descriptor& message) {
  std::string text = message.name() + ":";
  for (int i = 0; i < message.field_count(); ++i) {
    const auto& field = *message.field(i);
    text += " " + field.name() + " " + std::to_string(field.number()) + " " + type_of(field) + ";";
  }
  return text + "\n";
}

std::string describe(const MethodDescriptor& method) {
  return "/" + method.service()->full_name() + "/" + method.name() + " " + method.input_type()->name() +
         " -> " + (method.server_streaming() ? "stream " : "") + method.output_type()->name() + "\n";
}

// The methods, then the messages, of the file that defines `message`.
std::string api_of(const Descriptor& message) {
  const FileDescriptor& file = *message.file();
  std::string text;
  for (int i = 0; i < file.service_count(); ++i) {
    for (int j = 0; j < file.service(i)->method_count(); ++j) text += describe(*file.service(i)->method(j));
  }
  for (int i = 0; i < file.message_type_count(); ++i) text += describe(*file.message_type(i));
  return text;
}

TEST(KubeletApi, DevicePluginIsKubernetes) {
  EXPECT_EQ(api_of(*v1beta1::Empty::descriptor()),
            R"(/v1beta1.Registration/Register RegisterRequest -> Empty
/v1beta1.DevicePlugin/GetDevicePluginOptions Empty -> DevicePluginOptions
/v1beta1.DevicePlugin/ListAndWatch Empty -> stream ListAndWatchResponse
/v1beta1.DevicePlugin/GetPreferredAllocation PreferredAllocationRequest -> PreferredAllocationResponse
/v1beta1.DevicePlugin/Allocate AllocateRequest -> AllocateResponse
/v1beta1.DevicePlugin/PreStartContainer PreStartContainerRequest -> PreStartContainerResponse
Empty:
DevicePluginOptions: pre_start_required 1 bool; get_preferred_allocation_available 2 bool;
RegisterRequest: version 1 string; endpoint 2 string; resource_name 3 string; options 4 DevicePluginOptions;
ListAndWatchResponse: devices 1 repeated Device;
Device: ID 1 string; health 2 string; topology 3 TopologyInfo;
TopologyInfo: nodes 1 repeated NUMANode;
NUMANode: ID 1 int64;
PreferredAllocationRequest: container_requests 1 repeated ContainerPreferredAllocationRequest;
ContainerPreferredAllocationRequest: available_deviceIDs 1 repeated string; must_include_deviceIDs 2 repeated string; allocation_size 3 int32;
PreferredAllocationResponse: container_responses 1 repeated ContainerPreferredAllocationResponse;
ContainerPreferredAllocationResponse: deviceIDs 1 repeated string;
AllocateRequest: container_requests 1 repeated ContainerAllocateRequest;
ContainerAllocateRequest: devices_ids 1 repeated string;
AllocateResponse: container_responses 1 repeated ContainerAllocateResponse;
ContainerAllocateResponse: envs 1 map<string, string>; mounts 2 repeated Mount; devices 3 repeated DeviceSpec; annotations 4 map<string, string>; cdi_devices 5 repeated CDIDevice;
Mount: container_path 1 string; host_path 2 string; read_only 3 bool;
DeviceSpec: container_path 1 string; host_path 2 string; permissions 3 string;
CDIDevice: name 1 string;
PreStartContainerRequest: devices_ids 1 repeated string;
PreStartContainerResponse:
)");
}

TEST(KubeletApi, PodResourcesIsKubernetes) {
  EXPECT_EQ(api_of(*v1::PodResources::descriptor()),
            R"(/v1.PodResourcesLister/List ListPodResourcesRequest -> ListPodResourcesResponse
/v1.PodResourcesLister/GetAllocatableResources AllocatableResourcesRequest -> AllocatableResourcesResponse
/v1.PodResourcesLister/Get GetPodResourcesRequest -> GetPodResourcesResponse
ListPodResourcesRequest:
ListPodResourcesResponse: pod_resources 1 repeated PodResources;
AllocatableResourcesRequest:
AllocatableResourcesResponse: devices 1 repeated ContainerDevices; cpu_ids 2 repeated int64; memory 3 repeated ContainerMemory;
GetPodResourcesRequest: pod_name 1 string; pod_namespace 2 string;
GetPodResourcesResponse: pod_resources 1 PodResources;
PodResources: name 1 string; namespace 2 string; containers 3 repeated ContainerResources;
ContainerResources: name 1 string; devices 2 repeated ContainerDevices; cpu_ids 3 repeated int64; memory 4 repeated ContainerMemory; dynamic_resources 5 repeated DynamicResource;
ContainerDevices: resource_name 1 string; device_ids 2 repeated string; topology 3 TopologyInfo;
ContainerMemory: memory_type 1 string; size 2 uint64; topology 3 TopologyInfo;
TopologyInfo: nodes 1 repeated NUMANode;
NUMANode: ID 1 int64;
DynamicResource: claim_name 2 string; claim_namespace 3 string; claim_resources 4 repeated ClaimResource;
ClaimResource: cdi_devices 1 repeated CDIDevice; driver_name 2 string; pool_name 3 string; device_name 4 string; share_id 5 optional string;
CDIDevice: name 1 string;
)");
}

TEST(KubeletApi, PluginRegistrationIsKubernetes) {
  EXPECT_EQ(api_of(*pluginregistration::PluginInfo::descriptor()),
            R"(/pluginregistration.Registration/GetInfo InfoRequest -> PluginInfo
/pluginregistration.Registration/NotifyRegistrationStatus RegistrationStatus -> RegistrationStatusResponse
InfoRequest:
PluginInfo: type 1 string; name 2 string; endpoint 3 string; supported_versions 4 repeated string;
RegistrationStatus: plugin_registered 1 bool; error 2 string;
RegistrationStatusResponse:
)");
}

// Repeated numbers travel packed in one field, as Go's decoder expects by default.
TEST(KubeletApi, CpuIdsArePacked) {
  v1::ContainerResources resources;
  resources.add_cpu_ids(1);
  resources.add_cpu_ids(300);
  EXPECT_EQ(resources.SerializeAsString(), std::string("\x1a\x03\x01\xac\x02", 5));
}

}  // namespace
}  // namespace rxlease::proto
