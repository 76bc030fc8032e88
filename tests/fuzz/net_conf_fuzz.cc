// SPDX-License-Identifier: Apache-2.0
//
// Whatever a runtime or an IPAM plugin writes is read, or refused with a cni::Error: nothing else is thrown,
// and the error fits into the specification's JSON. What was read comes out of to_json() as a result that
// says the same. The rules for a flow match its ports, each once.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "attachment/record/error.h"
#include "attachment/record/flow.h"
#include "cni/conf/json/json_text.h"
#include "cni/conf/net_conf.h"
#include "cni/conf/release_conf.h"
#include "cni/spec/error.h"
#include "cni/spec/versions.h"
#include "cni/system/result.h"
#include "cni/verbs/flows.h"
#include "cni/verbs/refusal.h"

namespace {

using namespace rxlease;

void require(bool holds) {
  if (!holds) std::abort();
}

void read_error(const cni::Error& error) {
  const nlohmann::json printed{{"code", error.code()}, {"msg", error.what()}, {"details", error.details()}};
  require(!printed.dump().empty());  // throws on what is not UTF-8
}

void read_result(const nlohmann::json& json) {
  try {
    const auto result = cni::parse_result(json, "fuzz");
    for (const auto version : cni::supported_versions) {
      const auto written = cni::to_json(result, version);
      require(cni::to_json(cni::parse_result(written, "fuzz"), version) == written);
    }
    const auto appended =
        cni::append_interface(json, {{"rxq0", "02:00:00:00:00:01", 1500, "/n"}, {}}, "1.1.0");
    require(cni::parse_result(appended.result, "fuzz").interfaces.size() == appended.interface + 1);
  } catch (const cni::Error& error) {
    read_error(error);
  }
}

void check_blocks(const attachment::Flow& flow) {
  std::uint32_t next = flow.dst_port->first;
  for (const auto& block : flow.dst_port->blocks()) {
    require(block.first == next && block.last() >= block.first);
    next = block.last() + std::uint32_t{1};
  }
  require(next == flow.dst_port->last + std::uint32_t{1});
}

void plan(const std::vector<attachment::Flow>& flows) {
  for (const auto& flow : flows) {
    if (flow.dst_port) check_blocks(flow);
  }
  try {
    const auto rules = cni::plan_flows(
        flows, {*kernel::IpAddress::parse("10.22.0.5"), *kernel::IpAddress::parse("fd22::5")});
    require(rules.size() <= attachment::most_flow_rules);
  } catch (const cni::Error& error) {
    read_error(error);
  } catch (const attachment::Error& error) {
    read_error(cni::refusal(error));
  }
}

void read_net_conf(std::string_view text) {
  try {
    const auto conf = cni::parse_net_conf(text);
    require(conf.text == text && !conf.name.empty() && !conf.type.empty());
    if (conf.prev_result) read_result(*conf.prev_result);
    plan(conf.steering.flows);
    if (conf.steering.pod_flows) plan(*conf.steering.pod_flows);
    cni::check_for_add(conf);
  } catch (const cni::Error& error) {
    read_error(error);
  }
}

// What ADD takes, DEL takes, and reads the same.
void read_release_conf(std::string_view text) {
  try {
    const auto conf = cni::parse_release_conf(text);
    require(conf.text == text && !conf.interface.empty() && !conf.state_directory.empty());
    for (const auto& what : conf.passed_over) read_error({cni::Code::invalid_config, what});
    if (!conf.passed_over.empty()) return;
    const auto strict = cni::parse_net_conf(text);
    require(conf.name == strict.name && conf.pairing == strict.netkit.pairing &&
            conf.ipam_type == strict.ipam_type && conf.state_directory == strict.state_directory);
  } catch (const cni::Error& error) {
    read_error(error);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_net_conf(text);
  read_release_conf(text);
  if (const auto flow = attachment::parse_flow(text)) plan({*flow});
  try {
    read_result(cni::parse_json(text, "fuzz"));
  } catch (const cni::Error& error) {
    read_error(error);
  }
  return 0;
}
