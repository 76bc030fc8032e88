// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/bundle/bundle.h"

#include <sys/utsname.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <sstream>

#include "attachment/record/attachment_store.h"
#include "deviceplugin/config/print.h"
#include "deviceplugin/ctl/bundle/disguise.h"
#include "deviceplugin/ctl/bundle/records.h"
#include "deviceplugin/ctl/check/check.h"
#include "deviceplugin/ctl/check/conflists.h"
#include "deviceplugin/ctl/show/observer.h"
#include "deviceplugin/ctl/show/overview_json.h"
#include "deviceplugin/install/plugin_version.h"
#include "deviceplugin/operate/http/ask_probe.h"
#include "deviceplugin/prepare/plan/settings.h"
#include "kernel/files.h"

namespace rxlease::deviceplugin::ctl {

namespace {

constexpr std::size_t longest_part = std::size_t{256} << 10U;

// The parts, each below its heading.
class Parts {
 public:
  // An exception of `collect` is the part's text.
  void add(const std::string& heading, const std::function<std::string()>& collect) {
    std::string text;
    try {
      text = collect();
    } catch (const std::exception& error) {
      text = std::string("could not be collected: ") + error.what();
    }
    if (text.empty()) text = "nothing";
    if (text.size() > longest_part) {
      const auto left = text.size() - longest_part;
      text.resize(longest_part);
      text += "\n(" + std::to_string(left) + " bytes more are left out)";
    }
    text_ += "==== " + heading + "\n" + text + (text.ends_with('\n') ? "\n" : "\n\n");
  }

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
std::string name_of_system() {
  std::istringstream lines(kernel::read_usable_file("/etc/os-release").value_or(""));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("PRETTY_NAME=")) return line.substr(line.find('=') + 1);
  }
  return "not told by /etc/os-release, as in a container";
}

std::string versions(const config::Config& config) {
  utsname system{};
  uname(&system);
  const auto plugin = config.cni_bin_directory + "/rxlease";
  return std::string("rxleasectl: ") + RXLEASE_VERSION + "\nCNI plugin (" + plugin +
         "): " + install::version_of_program(plugin).value_or("cannot be run there") +
         "\nkernel: " + system.sysname + " " + system.release + " " + system.version + " " + system.machine +
         "\nsystem: " + name_of_system() + "\n";
}

// With --anonymous without the file itself, whose comments may tell anything.
std::string configuration(const config::Config& config, const BundleOptions& options) {
  std::string text;
  if (!options.anonymous) {
    text = options.file + ":\n" + kernel::read_file(options.file).value_or("there is no such file\n") + "\n";
  }
  if (config.pools.empty()) return text + "in effect: no pool\n";
  return text + "in effect:\n" + config::effective_yaml(config);
}

std::string settings_of(const Overview& overview, kernel::Namespace& host) {
  const auto ethtool = kernel::Ethtool::open(host.generic());
  if (!ethtool) return "this kernel has no ethtool over netlink";
  std::string text;
  for (const auto& nic : overview.nics) {
    const auto reading = prepare::read_settings(*ethtool, nic.details.nic.ifindex, nic.details.rx_queues);
    text += nic.details.nic.name + ": " + describe(reading.settings) + "\n";
  }
  return text;
}

std::string networks(const std::string& directory) {
  std::string text;
  for (const auto& path : read_conflists(directory).with_rxlease) {
    text += path + ":\n" + network_text(kernel::read_usable_file(path).value_or(""));
  }
  return text;
}

std::string records(const attachment::AttachmentStore::Listing& listing) {
  std::string text;
  for (const auto* list : {&listing.attachments, &listing.of_earlier_boots}) {
    for (const auto& record : *list) text += record_text(record);
  }
  for (const auto& path : listing.unreadable) text += path + " is no record\n";
  return text;
}

std::string metrics(const std::string& state_directory) {
  return operate::ask_probe(state_directory + "/probes.sock", "/metrics", longest_part).text;
}

constexpr const char* logs =
    "They are not in here; please add what they say about the time of the fault:\n"
    "the daemon:   kubectl --namespace NAMESPACE logs POD --all-containers; before a restart: --previous\n"
    "the plugin:   journalctl --unit containerd --grep rxlease (or crio, or kubelet)\n"
    "the pod:      kubectl describe pod POD\n"
    "the kernel:   journalctl --dmesg\n";

void hide_names(const attachment::AttachmentStore::Listing& listing, Disguise& disguise) {
  for (const auto* list : {&listing.attachments, &listing.of_earlier_boots}) {
    for (const auto& record : *list) {
      disguise.hide("namespace", record.pod_namespace);
      disguise.hide("pod", record.pod_name);
      disguise.hide("uid", record.pod_uid);
      disguise.hide("container", record.container_id);
      disguise.hide("network", record.network);
      disguise.hide("netns", std::filesystem::path(record.netns).filename());
    }
  }
  for (const auto& path : listing.unreadable) {
    const auto name = std::filesystem::path(path).filename().string();
    disguise.hide("container", name.substr(0, name.find('@')));
  }
  utsname system{};
  uname(&system);
  disguise.hide("node", system.nodename);
}

}  // namespace

std::string support_bundle(const config::Config& config, const BundleOptions& options) {
  const auto listing = attachment::AttachmentStore(config.state_directory).list();
  Parts parts;
  parts.add("versions", [&] { return versions(config); });
  parts.add("configuration", [&] { return configuration(config, options); });
  parts.add("rxleasectl check", [&] { return check(options.file).to_text(); });
  Overview overview;
  parts.add("rxleasectl show -o wide", [&] {
    Observer observer(config);
    overview = observer.look();
    return to_tables(overview, Topic::all, /*wide=*/true);
  });
  parts.add("rxleasectl show queues -o wide",
            [&] { return to_tables(overview, Topic::queues, /*wide=*/true); });
  parts.add("rxleasectl show pods -o wide", [&] { return to_tables(overview, Topic::pods, /*wide=*/true); });
  parts.add("settings of NICs", [&] {
    kernel::LinuxNamespace host(kernel::NetNs::current());
    return settings_of(overview, host);
  });
  parts.add("networks with rxlease", [&] { return networks(config.cni_conf_directory); });
  parts.add("records", [&] { return records(listing); });
  parts.add("rxleasectl show -o json", [&] { return to_json_text(overview, Topic::all); });
  parts.add("metrics", [&] { return metrics(config.state_directory); });
  parts.add("logs", [] { return std::string(logs); });
  if (!options.anonymous) return parts.text();
  Disguise disguise;
  hide_names(listing, disguise);
  return disguise.apply(parts.text());
}

}  // namespace rxlease::deviceplugin::ctl
