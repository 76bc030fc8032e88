// SPDX-License-Identifier: Apache-2.0
#include "cni/verbs/refusal.h"

namespace rxlease::cni {

namespace {

using attachment::Fault;
using attachment::Part;

Code code_of(Fault fault) {
  switch (fault) {
    case Fault::invalid:
    case Fault::not_found:
      return Code::invalid_config;
    case Fault::busy:
      return Code::try_again_later;
    case Fault::unsupported:
    case Fault::kernel:
      break;
  }
  return Code::kernel_failure;
}

// What stands in front of a message: the field that has the part.
std::string field_of(Part part) {
  switch (part) {
    case Part::addresses:
      return "\"ips\": ";
    case Part::routes:
      return "\"routes\": ";
    case Part::steering:
      return "\"steering\": ";
    case Part::proxy_neighbors:
      return "\"proxyNeighbors\": ";
    case Part::netkit:
    case Part::devices:
      break;  // their messages name device or interface, wherever these are from
  }
  return "";
}

// Addresses come from the IPAM plugin only.
std::string remedy_of(const attachment::Error& error) {
  return error.part() == Part::addresses ? "have the IPAM plugin " + error.remedy() : error.remedy();
}

}  // namespace

Error refusal(const attachment::Error& error) {
  return refusal(error, code_of(error.fault()));
}

Error refusal(const attachment::Error& error, Code code) {
  return {code, field_of(error.part()) + error.what(), remedy_of(error)};
}

}  // namespace rxlease::cni
