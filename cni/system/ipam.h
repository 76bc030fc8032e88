// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "cni/conf/environment.h"
#include "cni/spec/error.h"
#include "cni/system/result.h"
#include "cni/system/system.h"

namespace rxlease::cni {

// The attachment that an IPAM plugin is asked about.
struct IpamSubject {
  std::string container_id;
  std::string netns;   // may be empty for DEL
  std::string ifname;  // the pod's interface
};

// What an IPAM plugin answers instead of a result: an error object. It keeps its code; the message has the
// plugin's name and the verb in front.
class IpamRefusal : public Error {
 public:
  IpamRefusal(unsigned code, const std::string& who, const std::string& message, const std::string& details)
      : Error(code, who + ": " + message, details), message_(message) {}

  // Whether both are the same in the plugin's own words, whatever the verbs.
  bool says_the_same(const IpamRefusal& other) const {
    return code() == other.code() && message_ == other.message_ && details() == other.details();
  }

 private:
  std::string message_;
};

// Which IPAM plugin, and how it is called.
struct IpamSpec {
  std::string type;
  std::string configuration;          // for its standard input
  std::chrono::milliseconds timeout;  // of one call: "ipamTimeoutMs"
};

// Delegates to the plugin that "ipam.type" names, which is looked for in CNI_PATH. An error object of the
// plugin is thrown as an IpamRefusal. Error 11 for a call that takes longer than the timeout, 6 for one that
// prints more than 1 MiB; the plugin is killed then.
class Ipam {
 public:
  // Error 7 when CNI_PATH holds no such plugin, 4 when CNI_PATH is empty.
  Ipam(System& system, IpamSpec spec, const std::vector<std::string>& path);

  // `mark` is a descriptor that the plugin keeps open while it runs, which may be longer than we do.
  Result add(const IpamSubject& subject, const kernel::Fd& mark) const;
  void del(const IpamSubject& subject) const;
  void check(const IpamSubject& subject) const;
  void gc() const;
  void status() const;

 private:
  std::string call(const char* verb, const IpamSubject& subject, int inherited = -1) const;

  System& system_;
  IpamSpec spec_;
  std::string program_;
};

}  // namespace rxlease::cni
