// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/check/check_kernel.h"

#include <linux/capability.h>
#include <sys/utsname.h>

#include <charconv>
#include <filesystem>
#include <optional>

#include "deviceplugin/ctl/check/locked_memory.h"
#include "deviceplugin/ctl/check/own_rights.h"
#include "deviceplugin/nic/throw_away_netkit.h"
#include "kernel/error.h"
#include "kernel/files.h"
#include "kernel/netlink/netdev.h"

namespace rxlease::deviceplugin::ctl {

namespace {

// Without the newline; nullopt if the kernel has no such setting.
std::optional<std::string> read_sysctl(const std::string& name) {
  auto text = kernel::read_file("/proc/sys/" + name);
  while (text && text->ends_with('\n')) text->pop_back();
  return text;
}

void check_forwarding(const std::string& name, const std::string& family, Findings& findings) {
  auto dotted = name;
  for (auto& c : dotted) c = c == '/' ? '.' : c;
  const auto value = read_sysctl(name);
  if (!value) {
    findings.warning(dotted, "this kernel has no " + family,
                     "pods get no " + family + " addresses; boot without ipv6.disable to change that");
  } else if (*value == "0") {
    findings.warning(
        dotted, "pods' " + family + " packets are not forwarded",
        "sysctl -w " + dotted + "=1, or leave it to the plugin, which does so with the first pod");
  } else {
    findings.ok(dotted, family + " packets are forwarded");
  }
}

void check_io_uring(Findings& findings) {
  const std::string subject = "kernel.io_uring_disabled";
  const auto value = read_sysctl("kernel/io_uring_disabled");  // Linux 6.6
  if (value == "2") {
    findings.missing(subject, "nobody may use io_uring", "sysctl -w kernel.io_uring_disabled=0");
  } else if (value == "1") {
    findings.warning(subject, "only the group kernel.io_uring_group and CAP_SYS_ADMIN may use io_uring",
                     "sysctl -w kernel.io_uring_disabled=0, or use AF_XDP or devmem in pods");
  } else if (value == "0") {
    findings.ok(subject, "io_uring may be used; a pod's seccomp profile must allow it too");
  } else {
    findings.missing(subject, "this kernel has no io_uring", "use a kernel with CONFIG_IO_URING");
  }
}

// The runtime's process: pods inherit its limits.
std::optional<pid_t> container_runtime(std::string& name) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    const auto id = entry.path().filename().string();
    pid_t pid = 0;
    if (std::from_chars(id.data(), id.data() + id.size(), pid).ptr != id.data() + id.size()) continue;
    std::optional<std::string> comm;
    try {
      comm = kernel::read_file(entry.path() / "comm");
    } catch (const kernel::KernelError&) {  // it has ended since
    }
    if (comm != "containerd\n" && comm != "crio\n") continue;
    name = comm->substr(0, comm->size() - 1);
    return pid;
  }
  return std::nullopt;
}

void check_memlock(Findings& findings) {
  std::string whose = "this shell";
  const auto runtime = container_runtime(whose);
  rlimit limit{};
  if (prlimit(runtime.value_or(0), RLIMIT_MEMLOCK, nullptr, &limit) != 0) kernel::throw_errno("prlimit");
  if (limit.rlim_max >= enough_memlock) {
    findings.ok("locked memory",
                "the limit of " + whose + " is " +
                    (limit.rlim_max == RLIM_INFINITY ? std::string("infinite")
                                                     : std::to_string(limit.rlim_max >> 20) + " MiB"));
  } else {
    findings.warning("locked memory",
                     "the limit of " + whose + " is " + std::to_string(limit.rlim_max >> 10) +
                         " KiB, too little for the buffers of AF_XDP or io_uring",
                     "set LimitMEMLOCK=infinity in the container runtime's systemd unit");
  }
}

bool check_queue_create(kernel::Namespace& host, Findings& findings) {
  utsname system{};
  uname(&system);
  const std::string release = std::string("Linux ") + system.release;
  if (!kernel::has_queue_create(host.generic())) {
    findings.missing("kernel", release + " cannot lease queues (no queue-create)", "use Linux 7.1 or later");
    return false;
  }
  findings.ok("kernel", release + " can lease queues (queue-create)");
  return true;
}

bool check_netkit(kernel::Namespace& host, Findings& findings) {
  try {
    const nic::ThrowAwayNetkit netkit(host, nic::throw_away_name());
    findings.ok("netkit", "a device could be made, and was removed again");
    return true;
  } catch (const kernel::KernelError& error) {
    findings.missing("netkit", std::string("no device can be made: ") + error.what(),
                     "use Linux 7.1 or later with CONFIG_NETKIT");
    return false;
  }
}

}  // namespace

bool check_rights(Findings& findings) {
  bool all = true;
  for (const auto& [bit, name] :
       {std::pair{CAP_NET_ADMIN, "CAP_NET_ADMIN"}, {CAP_SYS_ADMIN, "CAP_SYS_ADMIN"}}) {
    if (has_capability(bit)) {
      findings.ok("rights", std::string("this process has ") + name);
    } else {
      all = false;
      findings.missing(
          "rights",
          std::string("this process lacks ") + name + ", so it cannot query the kernel and the NICs",
          "run it as root");
    }
  }
  return all;
}

bool check_leasing(kernel::Namespace& host, Findings& findings) {
  bool queue_create = false;
  bool netkit = false;
  findings.step("kernel", [&] { queue_create = check_queue_create(host, findings); });
  findings.step("netkit", [&] { netkit = check_netkit(host, findings); });
  return queue_create && netkit;
}

void check_settings(Findings& findings) {
  findings.step("forwarding", [&] {
    check_forwarding("net/ipv4/ip_forward", "IPv4", findings);
    check_forwarding("net/ipv6/conf/all/forwarding", "IPv6", findings);
  });
  findings.step("io_uring", [&] { check_io_uring(findings); });
  findings.step("locked memory", [&] { check_memlock(findings); });
}

}  // namespace rxlease::deviceplugin::ctl
