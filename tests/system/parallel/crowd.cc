// SPDX-License-Identifier: Apache-2.0
#include "tests/system/parallel/crowd.h"

#include <algorithm>

#include "kernel/device_id.h"
#include "tests/system/fixture/settled.h"

namespace rxlease::tests {

Crowd::Crowd() {
  EXPECT_TRUE(settled());
}

void Crowd::make_pods(std::size_t count) {
  while (pods.size() < count) pods.push_back(std::make_unique<Pod>());
}

nlohmann::json Crowd::leasing(const std::vector<std::uint32_t>& queues, const nlohmann::json& members) const {
  auto conf = runtime.network(members);
  conf["devices"] = nic.device_ids(queues);
  return conf;
}

std::vector<ChildProcess> Crowd::start_all(const std::string& verb, const Configurations& confs) const {
  std::vector<ChildProcess> children;
  for (std::size_t i = 0; i < confs.size(); ++i) {
    children.push_back(runtime.start(verb, pods.at(i)->attachment(), confs[i]));
  }
  return children;
}

std::vector<Answer> Crowd::finish_all(std::vector<ChildProcess> children) {
  std::vector<Answer> answers;
  for (auto& child : children) answers.push_back(Runtime::finish(std::move(child)));
  return answers;
}

std::vector<Answer> Crowd::call_all(const std::string& verb, const Configurations& confs) const {
  return finish_all(start_all(verb, confs));
}

testing::AssertionResult Crowd::is_recorded_as_leased(Pod& pod) const {
  const auto fault = [&] { return testing::AssertionFailure() << pod.name() << ": "; };
  const auto record = attachment::AttachmentStore(runtime.state_directory()).find(pod.name(), "eth0");
  if (!record) return fault() << "no record";
  const auto leases = nic.leases();
  for (const auto& attached : record->devices) {
    const auto device = attached.id.to_string();
    const auto lease = leases.find(attached.id.queue);
    if (lease == leases.end()) return fault() << device << " is not leased";
    const auto& [queue, holder] = *lease;
    if (holder.ifindex != record->interface_ifindex || holder.netns_id != pod.nsid_in_host()) {
      return fault() << device << " is leased to another device";
    }
    if (holder.queue.id != attached.queue) return fault() << device << " is leased to another queue";
  }
  return testing::AssertionSuccess();
}

std::vector<Pod*> Crowd::all() const {
  std::vector<Pod*> all;
  for (const auto& pod : pods) all.push_back(pod.get());
  return all;
}

std::ptrdiff_t successes(const std::vector<Answer>& answers) {
  return std::count_if(answers.begin(), answers.end(), [](const auto& answer) { return answer.status == 0; });
}

}  // namespace rxlease::tests
