// SPDX-License-Identifier: Apache-2.0
#include "cni/plugin.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cni/call.h"
#include "cni/conf/error.h"
#include "cni/conf/versions.h"
#include "cni/refusal.h"
#include "kernel/error.h"
#include "kernel/locks.h"

namespace rxlease::cni {

namespace {

using nlohmann::json;

// The input's cniVersion, where there is one that we speak: answers are given in it.
std::string spoken_version(std::string_view input) {
  const auto object = json::parse(input, nullptr, /*allow_exceptions=*/false);
  const auto version = object.is_object() && object.contains("cniVersion") && object["cniVersion"].is_string()
                           ? object["cniVersion"].get<std::string>()
                           : "";
  const bool spoken = std::ranges::find(supported_versions, version) != supported_versions.end();
  return spoken ? version : std::string(supported_versions.back());
}

void require_verb(bool has_verb, std::string_view verb, const NetConf& conf) {
  if (has_verb) return;
  throw Error(Code::incompatible_version,
              "\"cniVersion\": " + conf.cni_version + " has no " + std::string(verb),
              "CHECK came with 0.4.0, GC and STATUS with 1.1.0");
}

}  // namespace

std::string execute(System& system, const Environment& environment, std::string_view input) {
  if (environment.verb == Verb::version) {
    return json{{"cniVersion", spoken_version(input)}, {"supportedVersions", supported_versions}}.dump();
  }
  const NetConf conf = parse_net_conf(input);
  for (const auto& warning : conf.warnings) system.machine().warn(warning);
  const Call call{system, environment, conf};
  switch (environment.verb) {
    case Verb::add:
      return cmd_add(call).dump();
    case Verb::del:
      cmd_del(call);
      return "";
    case Verb::check:
      require_verb(has_check(conf.cni_version), "CHECK", conf);
      cmd_check(call);
      return "";
    case Verb::gc:
      require_verb(has_gc_and_status(conf.cni_version), "GC", conf);
      cmd_gc(call);
      return "";
    case Verb::status:
      require_verb(has_gc_and_status(conf.cni_version), "STATUS", conf);
      cmd_status(call);
      return "";
    case Verb::version:
      break;
  }
  throw Error(Code::invalid_environment, "CNI_COMMAND: the plugin does not know this verb",
              "set CNI_COMMAND to ADD, DEL, CHECK, GC, STATUS or VERSION");
}

namespace {

Outcome failure(const Error& error, std::string_view input) {
  json object{{"cniVersion", spoken_version(input)}, {"code", error.code()}, {"msg", error.what()}};
  if (!error.details().empty()) object["details"] = error.details();
  return {1, object.dump(-1, ' ', false, json::error_handler_t::replace) + "\n"};
}

Error busy(const kernel::LockHeld& error) {
  return Error(Code::try_again_later, "somebody holds a lock: " + std::string(error.what()),
               "try again when the holder is done; one that is stopped continues after `kill -CONT`, and one "
               "that hangs has to be ended");
}

}  // namespace

Outcome run_plugin(System& system, const Variables& variables,
                   const std::function<std::string()>& read_input) {
  std::string input;
  try {
    input = read_input();
    auto output = execute(system, read_environment(variables), input);
    if (!output.empty()) output += "\n";
    return {0, std::move(output)};
  } catch (const Error& error) {
    return failure(error, input);
  } catch (const attachment::Error& error) {
    return failure(refusal(error), input);
  } catch (const kernel::LockHeld& error) {
    return failure(busy(error), input);
  } catch (const kernel::FileError& error) {
    return failure(Error(Code::io_failure, error.what(), "free the path, or set \"stateDirectory\""), input);
  } catch (const std::exception& error) {
    return failure(Error(Code::kernel_failure, error.what()), input);
  }
}

}  // namespace rxlease::cni
