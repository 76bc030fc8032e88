// SPDX-License-Identifier: Apache-2.0
#include "cni/conf/release_conf.h"

#include <algorithm>
#include <type_traits>

#include "cni/conf/sections.h"
#include "cni/spec/error.h"

namespace rxlease::cni {

namespace {

using nlohmann::json;

// Reads what can be read, and notes the rest.
class Tolerance {
 public:
  explicit Tolerance(std::vector<std::string>& passed_over) : passed_over_(passed_over) {}

  // What `read` returns; `otherwise` if it refuses.
  template <typename Read>
  auto read_or(std::invoke_result_t<Read> otherwise, Read read) {
    try {
      return read();
    } catch (const Error& error) {
      note(error);
      return otherwise;
    }
  }

  void note(const Error& error) {
    const std::string what = error.what();
    if (std::ranges::find(passed_over_, what) == passed_over_.end()) passed_over_.push_back(what);
  }

 private:
  std::vector<std::string>& passed_over_;
};

bool is_in_pod(const json& listed, const std::string& interface) {
  return listed.is_object() && listed.value("name", json()) == interface && listed.contains("sandbox") &&
         listed["sandbox"].is_string() && !listed["sandbox"].get_ref<const std::string&>().empty();
}

// Whether a result, perhaps one that no plugin would write, has the interface in the pod.
bool lists(const json& conf, const std::string& interface) {
  const auto result = conf.find("prevResult");
  if (result == conf.end() || !result->is_object()) return false;
  const auto interfaces = result->find("interfaces");
  return interfaces != result->end() && interfaces->is_array() &&
         std::any_of(interfaces->begin(), interfaces->end(),
                     [&](const json& listed) { return is_in_pod(listed, interface); });
}

// What ADD would refuse is of no importance here. But whoever reads the log may want to know it.
void note_what_add_refuses(Tolerance& tolerance, std::string_view text) {
  try {
    parse_net_conf(text);
  } catch (const Error& error) {
    tolerance.note(error);
  }
}

}  // namespace

ReleaseConf parse_release_conf(std::string_view text) {
  const auto object = parse_conf(text, RepeatedKeys::last_counts);
  ObjectReader reader(object);
  ReleaseConf conf;
  conf.text = text;
  Tolerance tolerance(conf.passed_over);
  conf.state_directory = read_state_directory(reader, conf.state_directory);
  conf.valid_attachments = read_valid_attachments(reader);
  conf.cni_version = tolerance.read_or("", [&] { return read_version(reader); });
  conf.name = tolerance.read_or("", [&] { return read_name(reader); });
  conf.type = tolerance.read_or(conf.type, [&] { return read_type(reader); });
  conf.pairing = tolerance.read_or(std::optional<kernel::NetkitPairing>(), [&] {
    return std::optional(read_pairing(reader, kernel::NetkitPairing::pair));
  });
  conf.interface = tolerance.read_or(conf.interface, [&] { return read_interface(reader, conf.interface); });
  conf.lists_interface = lists(object, conf.interface);
  conf.lease_timeout =
      tolerance.read_or(conf.lease_timeout, [&] { return read_lease_timeout(reader, conf.lease_timeout); });
  conf.ipam_type =
      tolerance.read_or(std::optional<std::string>(), [&] { return read_ipam(reader, conf.type); });
  conf.ipam_timeout =
      tolerance.read_or(conf.ipam_timeout, [&] { return read_ipam_timeout(reader, conf.ipam_timeout); });
  note_what_add_refuses(tolerance, text);
  return conf;
}

}  // namespace rxlease::cni
