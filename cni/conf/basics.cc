// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cni/conf/sections.h"
#include "cni/spec/error.h"
#include "cni/spec/names.h"
#include "cni/spec/versions.h"
#include "text/display.h"

namespace rxlease::cni {

nlohmann::json parse_conf(std::string_view text, RepeatedKeys repeated) {
  auto json = parse_json(text, "the network configuration", repeated);
  if (json.is_object()) return json;
  throw Error(Code::decode_failure, "the network configuration is not an object: " + text::display_json(json),
              "use an object: { ... }");
}

std::string read_version(ObjectReader& reader) {
  std::string remedy = "set \"cniVersion\" to one of";
  for (const auto version : supported_versions) remedy.append(" \"").append(version).append("\"");
  const auto* const version = reader.find("cniVersion");
  if (version == nullptr) throw Error(Code::incompatible_version, "\"cniVersion\" is missing", remedy);
  const bool supported = std::ranges::any_of(supported_versions,
                                             [version](std::string_view known) { return *version == known; });
  if (!supported) {
    throw Error(Code::incompatible_version,
                "\"cniVersion\": " + text::display_json(*version) + " is not a version that rxlease speaks",
                remedy);
  }
  return version->get<std::string>();
}

std::string read_name(ObjectReader& reader) {
  auto name = reader.required_string("name");
  if (!is_cni_name(name)) reader.refuse("name", "is not a network name", std::string(cni_name_rule));
  return name;
}

std::string read_type(ObjectReader& reader) {
  auto type = reader.required_string("type");
  if (!is_plugin_name(type)) {
    reader.refuse("type", "is not a plugin's name", "use the plugin's file name");
  }
  return type;
}

std::optional<std::string> read_ipam(ObjectReader& reader, const std::string& own_type) {
  auto ipam = reader.object("ipam");
  if (!ipam || ipam->json().empty()) return std::nullopt;
  auto type = ipam->required_string("type");  // the other members are the IPAM plugin's business
  if (type.empty()) return std::nullopt;
  if (!is_plugin_name(type)) {
    ipam->refuse("type", "is not a plugin's name", "use the IPAM plugin's file name");
  }
  if (type == own_type) {
    ipam->refuse("type", "is this very plugin, which would call itself for ever",
                 "use an IPAM plugin: host-local");
  }
  return type;
}

std::chrono::milliseconds read_ipam_timeout(ObjectReader& reader, std::chrono::milliseconds usual) {
  constexpr IntegerRange range{100, 600000, "milliseconds", "60000"};
  const auto milliseconds = reader.integer("ipamTimeoutMs", range);
  return milliseconds ? std::chrono::milliseconds(*milliseconds) : usual;
}

// GC frees what the list lacks: an entry that cannot be read has to stop it. A runtime without any attachment
// may write null, as Go's encoder does for an empty list. Drafts of the specification had another key.
std::optional<std::vector<AttachmentKey>> read_valid_attachments(ObjectReader& reader) {
  std::optional<std::vector<AttachmentKey>> keys;
  for (const std::string_view key : {"cni.dev/valid-attachments", "cni.dev/attachments"}) {
    reader.accept(key);
    if (keys || !reader.json().contains(key)) continue;
    keys.emplace();
    auto attachments = reader.objects(key).value_or(std::vector<ObjectReader>());
    for (auto& attachment : attachments) {
      keys->push_back({attachment.required_string("containerID"), attachment.required_string("ifname")});
    }
  }
  return keys;
}

std::string read_state_directory(ObjectReader& reader, const std::string& usual) {
  auto path = reader.string("stateDirectory").value_or(usual);
  if (!text::is_normal_path(path)) {
    reader.refuse("stateDirectory", "is not an absolute path in normal form",
                  R"(begin it with "/", and leave out "//", ".", ".." and a "/" at its end)");
  }
  return path;
}

}  // namespace rxlease::cni
