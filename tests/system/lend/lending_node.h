// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernel/process/seqpacket.h"
#include "proto/node.h"
#include "tests/system/heal/healing_node.h"

namespace rxlease::tests {

// A node whose daemon lends further queues to the pod shop/web-0.
class Lending : public HealingNode {
 protected:
  explicit Lending(std::unique_ptr<SimulatedNic> its_nic = std::make_unique<SimulatedNic>(8))
      : HealingNode(std::move(its_nic)) {}

  // The pod with queue 7, by a pair, on a node whose daemon runs.
  void start_with_pod(const nlohmann::json& members = nlohmann::json::object()) {
    start();
    const auto result = add({7}, pair(members));
    const auto first = result.at("ips").front().at("address").get<std::string>();
    address = first.substr(0, first.find('/'));
  }

  template <typename Question>
  proto::LeaseAnswer ask(const Question& question) const {
    const auto connection =
        kernel::SeqPacket::connect(proto::node_socket(runtime.state_directory()), patience);
    connection.send(proto::to_message(question));
    if (!connection.wait(std::chrono::steady_clock::now() + patience)) throw std::runtime_error("no answer");
    return proto::parse_lease_answer(connection.receive(proto::largest_node_message)->text);
  }
  static proto::AddLeaseQuestion one() {
    return {.pod_namespace = "shop", .pod_name = "web-0", .pool = "", .interface = "", .steering = {}};
  }
  static proto::RemoveLeaseQuestion back(const std::string& interface = "rxq1") {
    return {"shop", "web-0", interface};
  }

  // What the daemon says against the question; and nothing was done.
  template <typename Question>
  std::string refusal(const Question& question) {
    const auto before = runtime.files();
    try {
      ask(question);
    } catch (const proto::NodeError& error) {
      EXPECT_EQ(error.kind(), proto::NodeError::Kind::refused);
      EXPECT_EQ(runtime.files(), before);
      return std::string(error.what()) + "; " + error.remedy();
    }
    return "nothing";
  }

  Health lent(const std::vector<std::uint32_t>& queues) const { return health(queues); }

  std::string address;  // of the pod
  static constexpr std::chrono::seconds patience{30};
};

}  // namespace rxlease::tests
