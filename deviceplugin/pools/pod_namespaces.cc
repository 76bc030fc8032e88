// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/pools/pod_namespaces.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <optional>

#include "attachment/nic/unsteer.h"
#include "attachment/undo.h"
#include "kernel/error.h"
#include "kernel/netlink/nsids.h"

namespace rxlease::deviceplugin::pools {

namespace {

using attachment::Attachment;

// Where the path of a record leads.
enum class Place { there, gone, hidden };

struct Found {
  Place place = Place::gone;
  std::optional<std::int32_t> id;  // of a namespace that is there, once somebody needed one
};

// A directory that this process cannot see, such as another /run/netns or /proc, tells nothing.
bool is_directory_visible(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_directory(std::filesystem::path(path).parent_path(), ignored);
}

Found find_by_path(kernel::Namespace& host, const Attachment& attachment) {
  try {
    auto netns = kernel::NetNs::open(attachment.netns);
    if (!netns) return {is_directory_visible(attachment.netns) ? Place::gone : Place::hidden, std::nullopt};
    kernel::LinuxNamespace pod(std::move(*netns));
    if (pod.cookie() != attachment.netns_cookie) return {};
    return {Place::there, kernel::NsIds(host.route()).getnsid(pod.fd())};
  } catch (const kernel::KernelError&) {  // one record that cannot be followed is no reason to know of none
    return {Place::hidden, std::nullopt};
  }
}

// By the pair's end in the host, which knows where its other end is.
std::optional<std::int32_t> find_by_host_end(kernel::Namespace& host, const Attachment& attachment) {
  const auto end = attachment::find_host_end(host, attachment);
  return end && end->link == attachment.interface_ifindex ? end->link_netnsid : std::nullopt;
}

bool is_confirmed(const Attachment& attachment, const std::vector<nic::NicState>& nics,
                  const NamespaceIds& known) {
  return std::ranges::any_of(attachment.devices, [&](const auto& device) {
    const auto* queue = nic::find_queue(nics, device.id);
    return queue != nullptr && queue->lease && explains(attachment, device.id, *queue->lease, known);
  });
}

// A NIC that is down or gone hides its leases.
bool shows_leases(const Attachment& attachment, const std::vector<nic::NicState>& nics) {
  return std::ranges::all_of(attachment.devices,
                             [&](const auto& device) { return nic::find_queue(nics, device.id) != nullptr; });
}

}  // namespace

void PodNamespaces::find(const std::vector<Attachment>& attachments, NamespaceIds& known) const {
  for (const auto& attachment : attachments) {
    const auto cookie = attachment.netns_cookie;
    if (known.of_pods.contains(cookie)) continue;  // a namespace keeps its id
    auto [place, id] = find_by_path(host_, attachment);
    if (place != Place::there) id = find_by_host_end(host_, attachment);
    const auto before = remembered_.find(cookie);
    if (place != Place::there && !id && before != remembered_.end()) id = before->second;
    if (id) {
      known.of_pods.emplace(cookie, *id);
      known.hidden.erase(cookie);
    } else if (place == Place::hidden || (place == Place::gone && !ended_.contains(cookie))) {
      known.hidden.insert(cookie);
    }
  }
}

void PodNamespaces::remember(const std::vector<Attachment>& attachments,
                             const std::vector<nic::NicState>& nics, const NamespaceIds& known) {
  remembered_.clear();
  std::set<std::uint64_t> present;
  std::set<std::uint64_t> alive;
  for (const auto& attachment : attachments) {
    const auto cookie = attachment.netns_cookie;
    const bool confirmed = is_confirmed(attachment, nics, known);
    present.insert(cookie);
    if (confirmed || !shows_leases(attachment, nics) || attachment::may_have_namespace(attachment)) {
      alive.insert(cookie);
    }
    const auto found = known.of_pods.find(cookie);
    if (confirmed && found != known.of_pods.end()) remembered_.insert(*found);
  }
  std::erase_if(ended_, [&](auto cookie) { return !present.contains(cookie); });
  std::ranges::set_difference(present, alive, std::inserter(ended_, ended_.end()));
}

}  // namespace rxlease::deviceplugin::pools
