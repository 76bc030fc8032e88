// SPDX-License-Identifier: Apache-2.0
#include "tests/system/afxdp/afxdp_node.h"

#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "kernel/files.h"

namespace rxlease::tests {

AfxdpNode::AfxdpNode() {
  nic.emplace(client);
  for (const std::uint32_t queue : {5U, 6U, 7U}) nic->steer(7000 + queue, queue);
  kubelet.emplace(node / "kubelet");
  configure({pool("afxdp", "[5-7]", "afxdp")});
}

AfxdpNode::~AfxdpNode() {
  if (HasFailure()) std::cerr << log();
  daemon.reset();
  std::filesystem::remove_all(bpf_directory);
}

void AfxdpNode::configure(const std::vector<std::string>& pools, const std::string& more) {
  auto text = "stateDirectory: " + runtime.state_directory() + "\nkubeletDirectory: " + (node / "kubelet") +
              "\npersistentDirectory: " + (node / "kept") + "\nbpfDirectory: " + bpf_directory +
              "\nrescanSeconds: 1\n" + more + "pools:\n";
  for (const auto& pool : pools) text += "- " + pool + "\n";
  kernel::replace_file(node / "config.yaml", text, 0644);
}

std::string AfxdpNode::pool(const std::string& name, const std::string& ids, const std::string& use) const {
  return "{ name: " + name + ", selectors: { interfaces: [" + nic->ifname() + "] }, queues: { ids: " + ids +
         " }, rss: keep, headerSplit: false, use: " + use + " }";
}

void AfxdpNode::start(const std::string& name) {
  watch.reset();
  daemon.emplace(node / "config.yaml", node / "log");
  ++starts_[name];
  const auto endpoint = "rxlease-" + name + ".sock";
  ASSERT_TRUE(eventually(
      [&] {
        const auto all = kubelet->registrations();
        return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const auto& registration) {
                 return registration.endpoint() == endpoint;
               })) >= starts_[name];
      },
      patience));
  const auto stub = kubelet->plugin(endpoint);
  watch.emplace(*stub);
  ASSERT_THAT(watch->lists(1), testing::Not(testing::IsEmpty()));
}

void AfxdpNode::kill_and_restart() {
  watch.reset();
  EXPECT_EQ(daemon->end(SIGKILL).status, 128 + SIGKILL);
  start();
}

v1beta1::ContainerAllocateResponse AfxdpNode::allocate(const std::vector<std::uint32_t>& queues) const {
  std::vector<std::string> ids;
  for (const auto queue : queues) ids.push_back(nic->device_id(queue));
  v1beta1::AllocateResponse response;
  const auto status = allocate_ids(*kubelet->plugin("rxlease-afxdp.sock"), ids, response);
  if (!status.ok()) throw std::runtime_error("Allocate: " + status.error_message());
  return response.container_responses(0);
}

nlohmann::json AfxdpNode::network(const std::vector<std::uint32_t>& queues,
                                  const nlohmann::json& members) const {
  auto conf = runtime.network({{"pairing", "single"}});
  conf.update(members);
  for (const auto queue : queues) conf["devices"].push_back(nic->device_id(queue));
  return conf;
}

void AfxdpNode::attach(const Pod& to, const std::vector<std::uint32_t>& queues,
                       const nlohmann::json& members) const {
  ASSERT_TRUE(succeeded(runtime.add(to.attachment("rxq0"), network(queues, members))));
}

Answer AfxdpNode::detach(const Pod& from, const std::vector<std::uint32_t>& queues,
                         const nlohmann::json& members) const {
  return runtime.del(from.attachment("rxq0"), network(queues, members));
}

Container AfxdpNode::give(Pod& to, const std::vector<std::uint32_t>& queues, const nlohmann::json& members) {
  const auto allocation = allocate(queues);
  attach(to, queues, members);
  return {to, allocation};
}

ChildProcess AfxdpNode::echo(const Container& container, std::uint32_t queue, std::uint32_t packets,
                             const std::vector<std::string>& more) const {
  std::vector<std::string> arguments{folder(queue), std::to_string(packets)};
  arguments.insert(arguments.end(), more.begin(), more.end());
  auto process = container.start("afxdp_echo", arguments);
  const auto listens = [&] { return process.output_so_far().find("listening") != std::string::npos; };
  if (!eventually(listens)) {
    process.kill(SIGKILL);
    const auto finished = process.wait();
    throw std::runtime_error("afxdp_echo does not listen: " + finished.output + finished.errors);
  }
  return process;
}

DeviceWatch::Health AfxdpNode::health(const std::string& all) const {
  DeviceWatch::Health health;
  for (const std::uint32_t queue : {5U, 6U, 7U}) health["simnic.0.p1-rx" + std::to_string(queue)] = all;
  return health;
}

std::string AfxdpNode::log() const {
  return kernel::read_file(node / "log").value_or("");
}

testing::AssertionResult AfxdpNode::logs(const std::string& text, int times) const {
  const auto count = [&] {
    const auto all = log();
    int found = 0;
    for (auto at = all.find(text); at != std::string::npos; at = all.find(text, at + text.size())) ++found;
    return found;
  };
  const bool found = eventually([&] { return count() >= times; }, patience);
  return testing::AssertionResult(found) << "the log has \"" << text << "\" " << count() << " times";
}

}  // namespace rxlease::tests
