// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/check/check_node.h"

#include <linux/magic.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include "deviceplugin/ctl/check/conflists.h"
#include "deviceplugin/install/plugin_version.h"
#include "kernel/fd.h"

namespace rxlease::deviceplugin::ctl {

namespace {

// The errno of a connection to the socket; 0 if somebody listens.
int try_to_connect(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) return ENAMETOOLONG;
  path.copy(address.sun_path, path.size());
  const kernel::Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return errno;
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  return connect(socket.get(), generic, sizeof(address)) == 0 || errno == EAGAIN ? 0 : errno;
}

void check_socket(const std::string& path, const std::string& purpose, Findings& findings) {
  const int error = try_to_connect(path);
  if (error == 0) {
    findings.ok("kubelet", "listens at " + path + ", for " + purpose);
  } else {
    findings.missing(
        "kubelet", path + ", for " + purpose + ", cannot be reached: " + strerrordesc_np(error),
        error == EACCES ? "run this as root" : "start kubelet, or set kubeletDirectory to its --root-dir");
  }
}

void check_plugin(const std::string& directory, Findings& findings) {
  const std::string subject = "CNI plugin";
  const auto path = directory + "/rxlease";
  const std::string remedy = "install rxlease there, or set cniBinDirectory to where the runtime looks";
  if (access(path.c_str(), F_OK) != 0) {
    findings.missing(subject, "there is no " + path, remedy);
    return;
  }
  if (access(path.c_str(), X_OK) != 0) {
    findings.missing(subject, path + " cannot be executed", "chmod 755 " + path);
    return;
  }
  const auto version = install::version_of_program(path);
  const std::string ours = "rxlease " RXLEASE_VERSION;
  if (!version || !version->starts_with("rxlease ")) {
    findings.missing(subject, path + " does not answer --version as rxlease does", remedy);
  } else if (*version != ours) {
    findings.warning(subject, path + " is " + *version + ", and this is " + ours, "install both together");
  } else {
    findings.ok(subject, path + " is " + *version);
  }
}

void check_networks(const std::string& directory, Findings& findings) {
  const std::string subject = "CNI networks";
  const auto found = read_conflists(directory);
  for (const auto& file : found.unreadable) {
    findings.warning(subject, file + " is no network configuration", "correct it, or remove it");
  }
  for (const auto& file : found.af_xdp_only) {
    findings.warning(
        subject, file + " adds a single netkit to another plugin's link: it serves AF_XDP only",
        "for io_uring or devmem have Multus add a pair, as deploy/examples/networks/zerocopy.yaml does");
  }
  if (found.with_rxlease.empty()) {
    findings.warning(subject, "nothing in " + directory + " names the type rxlease",
                     "put a network there, unless pods get it from Multus");
  } else if (found.first != found.with_rxlease.front()) {
    findings.warning(
        subject,
        found.with_rxlease.front() + " names the type rxlease, but runtimes take the first, " + found.first,
        "rename it to sort before, unless pods get it from Multus");
  } else {
    findings.ok(subject, found.first + " names the type rxlease");
  }
}

std::optional<struct stat> status_of(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 ? std::optional(status) : std::nullopt;
}

std::string octal(mode_t mode) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "%04o", mode & 07777U);
  return text.data();
}

// A directory of root's whose mode has none of the bits in `forbidden`.
void check_directory(const std::string& path, mode_t forbidden, mode_t right, Findings& findings) {
  const std::string subject = "state directory";
  const auto status = status_of(path);
  if (!status) {
    findings.warning(subject, "there is no " + path + " yet", "the daemon makes it, or the first ADD");
  } else if (!S_ISDIR(status->st_mode)) {
    findings.missing(subject, path + " is no directory", "rm " + path);
  } else if (status->st_uid != 0) {
    findings.missing(subject, path + " belongs to user " + std::to_string(status->st_uid),
                     "chown root:root " + path);
  } else if ((status->st_mode & forbidden) != 0) {
    findings.missing(subject, path + " has mode " + octal(status->st_mode),
                     "chmod " + octal(right) + " " + path);
  } else {
    findings.ok(subject, path + " is root's, with mode " + octal(status->st_mode));
  }
}

// Records must not outlive a reboot, since leases do not.
void check_memory_only(const std::string& path, Findings& findings) {
  struct statfs fs {};
  if (statfs(path.c_str(), &fs) != 0) return;  // check_directory() has reported it
  if (fs.f_type != TMPFS_MAGIC) {
    findings.warning("state directory",
                     path + " is not on a tmpfs, so records outlive a reboot, unlike leases",
                     "set stateDirectory to a path below /run");
  }
}

}  // namespace

void check_node(const config::Config& config, Findings& findings) {
  check_socket(config.kubelet_directory + "/device-plugins/kubelet.sock", "device plugins", findings);
  check_socket(config.kubelet_directory + "/pod-resources/kubelet.sock", "PodResources", findings);
  findings.step("CNI plugin", [&] { check_plugin(config.cni_bin_directory, findings); });
  findings.step("CNI networks", [&] { check_networks(config.cni_conf_directory, findings); });
  check_directory(config.state_directory, 0022, 0755, findings);
  check_directory(config.state_directory + "/attachments", 0077, 0700, findings);
  check_memory_only(config.state_directory, findings);
}

}  // namespace rxlease::deviceplugin::ctl
