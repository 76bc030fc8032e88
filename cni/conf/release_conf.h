// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cni/conf/net_conf.h"

namespace rxlease::cni {

// What DEL and GC read of the network configuration: what finds the records, and the IPAM plugin. The record
// of the ADD tells the rest, whatever the file says by now. A member that cannot be read is absent or has its
// usual value.
struct ReleaseConf {
  std::string cni_version;  // empty: absent, or no version that we speak
  std::string name;         // empty: cannot be read
  std::string type = "rxlease";

  std::optional<kernel::NetkitPairing> pairing;  // absent: cannot be read
  std::string interface = "rxq0";                // of a chained single
  bool lists_interface = false;                  // whether prevResult has that interface in the pod
  std::chrono::milliseconds lease_timeout{5000};
  std::optional<std::string> ipam_type;
  std::chrono::milliseconds ipam_timeout{60000};
  std::optional<std::vector<AttachmentKey>> valid_attachments;  // GC only

  std::string state_directory = "/run/rxlease";
  std::string text;  // the configuration's own bytes

  std::vector<std::string> passed_over;  // what is wrong with the configuration, a sentence each
};

// Reads a configuration as far as DEL and GC need it. Error 6 for what is no JSON object, Error 7 for a state
// directory or a list of valid attachments that cannot be read: without the one no record is found, and the
// other decides what goes. All else that is wrong is passed over, and said in passed_over.
ReleaseConf parse_release_conf(std::string_view text);

}  // namespace rxlease::cni
