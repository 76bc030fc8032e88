// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "cni/conf/environment.h"
#include "cni/conf/net_conf.h"
#include "cni/result.h"
#include "cni/system.h"

namespace rxlease::cni {

// The attachment that an IPAM plugin is asked about.
struct IpamSubject {
  std::string container_id;
  std::string netns;   // may be empty for DEL
  std::string ifname;  // the pod's interface
};

// Delegates to the plugin that "ipam.type" names, which is looked for in CNI_PATH, and hands it the
// configuration's own bytes. An error of the plugin keeps its code; its message gets the plugin's name in
// front. Error 11 for a call that takes longer than "ipamTimeoutMs", 6 for one that prints more than 1 MiB;
// the plugin is killed then.
class Ipam {
 public:
  // Error 7 when CNI_PATH holds no such plugin, 4 when CNI_PATH is empty.
  Ipam(System& system, std::string type, const NetConf& conf, const std::vector<std::string>& path);

  // `mark` is a descriptor that the plugin keeps open while it runs, which may be longer than we do.
  Result add(const IpamSubject& subject, const kernel::Fd& mark) const;
  void del(const IpamSubject& subject) const;
  void check(const IpamSubject& subject) const;
  void gc() const;
  void status() const;

 private:
  std::string call(const char* verb, const IpamSubject& subject, int inherited = -1) const;

  System& system_;
  std::string type_;
  std::string configuration_;
  std::chrono::milliseconds timeout_;
  std::string program_;
};

}  // namespace rxlease::cni
