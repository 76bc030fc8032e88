// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <prometheus/registry.h>

#include <filesystem>
#include <optional>
#include <string>

#include "deviceplugin/kubelet/pod_devices.h"
#include "deviceplugin/node/node_server.h"
#include "tests/scripted/kubelet/fake_pod_resources.h"

namespace rxlease::tests {

// The part of the node daemon that the plugin speaks to, in front of a scripted kubelet.
class NodeDaemon {
 public:
  // `kubelet_socket`: where the kubelet listens.
  NodeDaemon(const std::string& state_directory, const std::string& kubelet_socket)
      : kubelet(kubelet_socket),
        pods_(kubelet_socket),
        server_(std::in_place, service_, made(state_directory)) {}

  void end() { server_.reset(); }  // kubelet stays

  FakePodResources kubelet;

 private:
  static const std::string& made(const std::string& directory) {
    std::filesystem::create_directories(directory);
    return directory;
  }

  deviceplugin::kubelet::PodDevices pods_;
  prometheus::Registry registry_;
  deviceplugin::node::NodeService service_{
      [this](const proto::QueuesQuestion& question, const std::stop_token& stop) {
        return pods_.of({question.pod_namespace, question.pod_name, question.resource},
                        deviceplugin::kubelet::PodDevices::usual_timeout, stop);
      },
      registry_};
  std::optional<deviceplugin::node::NodeServer> server_;
};

}  // namespace rxlease::tests
