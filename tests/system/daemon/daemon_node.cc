// SPDX-License-Identifier: Apache-2.0
#include "tests/system/daemon/daemon_node.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <sstream>

#include "kernel/files.h"

namespace rxlease::tests {

namespace {

bool has_line(const std::string& text, const std::vector<std::string>& parts) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (std::all_of(parts.begin(), parts.end(),
                    [&](const auto& part) { return line.find(part) != std::string::npos; })) {
      return true;
    }
  }
  return false;
}

}  // namespace

DaemonNode::DaemonNode(std::unique_ptr<SimulatedNic> its_nic) : nic(std::move(its_nic)) {
  kubelet.emplace(node / "kubelet");
  configure({pool("rxq", nic->parent(), "[5-7]")});
}

DaemonNode::~DaemonNode() {
  if (HasFailure()) std::cerr << log();
}

void DaemonNode::configure(const std::vector<std::string>& pools, const std::string& settings) {
  auto text = "stateDirectory: " + runtime.state_directory() + "\nkubeletDirectory: " + (node / "kubelet") +
              "\npersistentDirectory: " + (node / "kept") + "\n" + settings + "pools:\n";
  for (const auto& pool : pools) text += "- " + pool + "\n";
  kernel::replace_file(node / "config.yaml", text, 0644);
}

std::string DaemonNode::pool(const std::string& name, const std::string& parent, const std::string& ids) {
  return "{ name: " + name + ", selectors: { parents: [" + parent + "] }, queues: { ids: " + ids +
         " }, rss: keep, headerSplit: false }";
}

void DaemonNode::start() {
  const auto before = registrations("rxq");
  daemon.emplace(node / "config.yaml", node / "log");
  watch_again(before + 1);
}

void DaemonNode::end(int signal) {
  watch.reset();
  EXPECT_EQ(daemon->end(signal).status, signal == SIGKILL ? 128 + SIGKILL : 0);
}

Finished DaemonNode::restore() const {
  const char* build = std::getenv("RXLEASE_BUILD");
  if (build == nullptr) throw std::runtime_error("RXLEASE_BUILD is not set: the build tree to test");
  ChildProcess::Options options;
  options.arguments = {"--restore", "--config", node / "config.yaml"};
  return ChildProcess(std::string(build) + "/bin/rxlease-device-plugin", options).wait();
}

std::size_t DaemonNode::registrations(const std::string& name) const {
  const auto all = kubelet->registrations();
  return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const auto& registration) {
    return registration.endpoint() == "rxlease-" + name + ".sock";
  }));
}

void DaemonNode::watch_again(std::size_t count, const std::string& name) {
  watch.reset();
  ASSERT_TRUE(eventually([&] { return registrations(name) >= count; }, patience));
  // A kubelet that starts deletes the plugins' sockets, and a registration may come just before the daemon
  // has seen that: like kubelet, watch the endpoint of the next registration then.
  ASSERT_TRUE(eventually(
      [&] {
        watch.reset();
        watch.emplace(*plugin(name));
        return watch->begins();
      },
      patience));
}

DaemonNode::Health DaemonNode::health(const std::vector<std::uint32_t>& unhealthy) const {
  Health health;
  for (const std::uint32_t queue : {5U, 6U, 7U}) {
    const bool bad = std::find(unhealthy.begin(), unhealthy.end(), queue) != unhealthy.end();
    health[nic_name + "-rx" + std::to_string(queue)] = bad ? "Unhealthy" : "Healthy";
  }
  return health;
}

nlohmann::json DaemonNode::network(const std::vector<std::uint32_t>& queues,
                                   const nlohmann::json& members) const {
  auto conf = runtime.network(members);
  conf["devices"] = nic->device_ids(queues);
  return conf;
}

Attachment DaemonNode::named(const Pod& which, const std::string& name) const {
  auto attachment = which.attachment("rxq0");
  attachment.args = "IgnoreUnknown=1;K8S_POD_NAMESPACE=shop;K8S_POD_NAME=" + name + ";K8S_POD_UID=9b1d";
  return attachment;
}

void DaemonNode::allocate_and_add(const std::vector<std::uint32_t>& queues) {
  v1beta1::AllocateResponse response;
  const auto status = allocate_ids(*plugin(), nic->device_ids(queues), response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  kubelet->allocate("shop", "web-0", nic->device_ids(queues));
  ASSERT_TRUE(succeeded(runtime.add(named(pod), network(queues))));
}

std::string DaemonNode::log() const {
  return kernel::read_file(node / "log").value_or("");
}

testing::AssertionResult DaemonNode::logs(const std::vector<std::string>& parts) const {
  const bool found = eventually([&] { return has_line(log(), parts); }, patience);
  return testing::AssertionResult(found) << "no line of the log has all of " << testing::PrintToString(parts);
}

testing::AssertionResult DaemonNode::counts(const std::string& line) const {
  const bool found =
      eventually([&] { return ("\n" + metrics()).find("\n" + line + "\n") != std::string::npos; }, patience);
  return testing::AssertionResult(found) << "no line \"" << line << "\" in\n" << metrics();
}

}  // namespace rxlease::tests
