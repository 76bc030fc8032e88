// SPDX-License-Identifier: Apache-2.0
#include "tests/system/ctl/ctl.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cstdlib>
#include <filesystem>

#include "kernel/error.h"
#include "kernel/files.h"

namespace rxlease::tests {

namespace {

std::string built(const std::string& program) {
  return std::string(std::getenv("RXLEASE_BUILD")) + "/bin/" + program;
}

kernel::Fd listen_at(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  kernel::Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      listen(socket.get(), 100) != 0) {
    kernel::throw_errno("listen at " + path);
  }
  return socket;
}

}  // namespace

Ctl::Ctl() {
  for (const auto* directory : {"kubelet/device-plugins", "kubelet/pod-resources", "bin", "net.d"}) {
    std::filesystem::create_directories(node / directory);
  }
  listeners.push_back(listen_at(node / "kubelet/device-plugins/kubelet.sock"));
  listeners.push_back(listen_at(node / "kubelet/pod-resources/kubelet.sock"));
  std::filesystem::create_symlink(built("rxlease"), node / "bin/rxlease");
  kernel::create_file(node / "net.d/10-zerocopy.conflist",
                      R"({"cniVersion": "1.1.0", "name": "zerocopy", "plugins": [{"type": "rxlease"}]})",
                      0644);
  kernel::make_directory(runtime.state_directory(), 0755);
  kernel::make_directory(runtime.state_directory() + "/attachments", 0700);
  configure(usual_pool());
}

std::string Ctl::usual_pool() const {
  return "{ name: rxq, selectors: { parents: [" + nic.parent() + "] }, queues: { ids: [6, 7] } }";
}

void Ctl::configure(const std::string& pool, const std::string& settings) const {
  kernel::replace_file(
      config(),
      "stateDirectory: " + runtime.state_directory() + "\nkubeletDirectory: " + (node / "kubelet") +
          "\ncniBinDirectory: " + (node / "bin") + "\ncniConfDirectory: " + (node / "net.d") +
          "\npersistentDirectory: " + (node / "kept") + "\n" + settings + "pools: [" + pool + "]\n",
      0644);
}

ChildProcess Ctl::start(const std::vector<std::string>& arguments,
                        const std::function<void()>& before_exec) const {
  ChildProcess::Options options;
  options.arguments = arguments;
  options.before_exec = before_exec;
  return {built("rxleasectl"), options};
}

Finished Ctl::run(const std::vector<std::string>& arguments, const std::function<void()>& before_exec) const {
  return start(arguments, before_exec).wait();
}

std::string Ctl::show(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), "show");
  arguments.push_back("--config=" + config());
  const auto finished = run(arguments);
  EXPECT_EQ(finished.status, 0) << finished.errors;
  EXPECT_EQ(finished.errors, "");
  return finished.output;
}

nlohmann::json Ctl::show_json(const std::vector<std::string>& arguments) const {
  auto all = arguments;
  all.emplace_back("--output=json");
  return nlohmann::json::parse(show(all));
}

Finished Ctl::check(const std::function<void()>& before_exec) const {
  return run({"check", "--config", config()}, before_exec);
}

Attachment Ctl::named_pod() const {
  auto attachment = pod.attachment();
  attachment.args = "IgnoreUnknown=1;K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web-0;K8S_POD_INFRA_CONTAINER_ID=" +
                    attachment.container_id + ";K8S_POD_UID=9b1d";
  return attachment;
}

}  // namespace rxlease::tests
