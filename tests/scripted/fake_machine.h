// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "attachment/site/machine.h"
#include "kernel/netlink/addresses.h"
#include "kernel/netlink/links.h"
#include "kernel/netlink/netdev.h"
#include "kernel/netlink/routes.h"
#include "tests/scripted/fake_nic.h"

namespace rxlease::tests {

// What happened, in order: "pod queue-create", "ipam ADD", "host sysctl net/ipv4/ip_forward". One step of it
// can be made to fail, once.
class Journal {
 public:
  // Notes a step; throws KernelError with `error` when it is the one that is to fail.
  void step(const std::string& what);

  void fail(std::size_t index, int error) { failing_ = {index, error}; }
  // Called before a step is noted.
  std::function<void(const std::string&)> on_step;

  const std::vector<std::string>& steps() const { return steps_; }

 private:
  std::vector<std::string> steps_;
  std::optional<std::pair<std::size_t, int>> failing_;
};

// A namespace whose kernel is a script at the level of bytes: it reads requests, keeps links, and answers as
// Linux does. Everything else it accepts.
class FakeNamespace final : public kernel::Namespace {
 public:
  FakeNamespace(std::string name, Journal& journal, int fd)
      : name_(std::move(name)), journal_(journal), fd_(fd) {}

  kernel::Transport& route() override { return route_; }
  kernel::Transport& generic() override { return generic_; }
  int fd() const override { return fd_; }
  std::uint64_t cookie() override { return static_cast<std::uint64_t>(fd_); }
  std::optional<std::string> sysctl(const std::string& name) override;
  void set_sysctl(const std::string& name, const std::string& value) override;
  void ethtool(const std::string& operation, const std::string& ifname,
               std::span<std::uint8_t> command) override;

  FakeNic nic;
  std::map<std::string, kernel::Link> links;
  std::map<std::string, std::string> sysctls;                    // those that have been set
  std::vector<kernel::RouteAttrs> routes;                        // what a dump of all routes lists
  std::vector<kernel::AddrAttrs> addresses;                      // of all links
  std::set<std::pair<std::int32_t, kernel::IpAddress>> proxies;  // for whom links answer neighbours
  FakeNamespace* peer = nullptr;                                 // where a pair's other end goes
  std::uint32_t leases = 0;                                      // queues created so far
  std::vector<int> lease_answers;  // errnos to answer queue-create with, first to last; then it succeeds
  std::map<std::uint32_t, kernel::Lease> shown_leases;  // of a NIC's queues; without one the NIC is down
  // How often queue-get still shows an AF_XDP socket: on a netkit's first leased queue, or a NIC's leased
  // one.
  std::uint32_t bound = 0;
  bool lists_queues = true;  // false: all links are down

 private:
  class FakeTransport final : public kernel::Transport {
   public:
    using Handler = std::vector<kernel::Message> (FakeNamespace::*)(const kernel::Request&);
    FakeTransport(FakeNamespace& netns, Handler handler) : netns_(netns), handler_(handler) {}
    std::vector<kernel::Message> exchange(const kernel::Request& request) override;

   private:
    FakeNamespace& netns_;
    Handler handler_;
  };

  std::vector<kernel::Message> on_route(const kernel::Request& request);
  std::vector<kernel::Message> on_generic(const kernel::Request& request);
  std::vector<kernel::Message> get_queues(std::uint32_t ifindex);
  std::vector<kernel::Message> get_link(const kernel::Link& query);
  std::vector<kernel::Message> new_link(kernel::Link link);
  std::vector<kernel::Message> get_routes() const;
  std::vector<kernel::Message> get_addresses(const kernel::Request& request) const;
  std::vector<kernel::Message> get_neighbors() const;
  void change_neighbor(const kernel::Request& request);
  void delete_link(std::uint32_t ifindex);
  kernel::Link* find(const kernel::Link& query);
  std::uint32_t insert(kernel::Link link);

  std::string name_;
  Journal& journal_;
  int fd_;
  std::uint32_t next_ifindex_ = 10;
  FakeTransport route_{*this, &FakeNamespace::on_route};
  FakeTransport generic_{*this, &FakeNamespace::on_generic};
};

// A host, a pod's namespace at /run/netns/pod (or `pod_paths`), NICs "nic0" and "nic1", and a clock that only
// sleeping moves.
class FakeMachine final : public attachment::Machine {
 public:
  FakeMachine();

  kernel::Namespace& host() override { return host_netns; }
  std::unique_ptr<kernel::Namespace> open_netns(const std::string& path) override;
  std::optional<kernel::Nic> find_nic(const std::string& name) override;
  std::chrono::steady_clock::time_point now() override { return clock_; }
  void sleep(std::chrono::milliseconds duration) override {
    clock_ += duration;
    if (on_sleep) on_sleep();
  }
  void warn(const std::string& text) override { warnings.push_back(text); }

  Journal journal;
  FakeNamespace host_netns{"host", journal, 3};
  FakeNamespace pod_netns{"pod", journal, 4};
  std::vector<std::string> warnings;
  std::set<std::string> pod_paths{"/run/netns/pod"};  // that lead to the pod's namespace
  std::function<void()> on_sleep;

 private:
  std::chrono::steady_clock::time_point clock_{};
};

}  // namespace rxlease::tests
