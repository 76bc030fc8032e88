// SPDX-License-Identifier: Apache-2.0
#include "cni/plugin.h"

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>

#include "cni/spec/error.h"
#include "cni/spec/versions.h"
#include "cni/verbs/call.h"
#include "cni/verbs/refusal.h"
#include "kernel/error.h"
#include "kernel/process/locks.h"

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

void require_verb(bool has_verb, std::string_view verb, const std::string& cni_version) {
  if (has_verb) return;
  throw Error(Code::incompatible_version, "\"cniVersion\": " + cni_version + " has no " + std::string(verb),
              "CHECK came with 0.4.0, GC and STATUS with 1.1.0");
}

void warn_of(const std::vector<std::string>& passed_over, std::string_view verb,
             attachment::Machine& machine) {
  for (const auto& what : passed_over) {
    machine.warn(std::string(verb) + " passes this over, and goes by its records: " + what);
  }
}

void run_release(const ReleaseCall& call) {
  const auto& version = call.conf.cni_version;
  const bool gc = call.environment.verb == Verb::gc;
  // A version that cannot be read does not stop GC: only a runtime that knows the verb calls it.
  if (gc) require_verb(version.empty() || has_gc_and_status(version), "GC", version);
  for (const auto* list : {&call.environment.passed_over, &call.conf.passed_over}) {
    warn_of(*list, gc ? "GC" : "DEL", call.machine());
  }
  if (gc) {
    cmd_gc(call);
  } else if (!call.environment.names_nothing) {
    cmd_del(call);
  }
}

}  // namespace

std::string execute(System& system, const Environment& environment, std::string_view input) {
  if (environment.verb == Verb::version) {
    return json{{"cniVersion", spoken_version(input)}, {"supportedVersions", supported_versions}}.dump();
  }
  if (environment.verb == Verb::del || environment.verb == Verb::gc) {
    const ReleaseConf conf = parse_release_conf(input);
    run_release({system, environment, conf});
    return "";
  }
  const NetConf conf = parse_net_conf(input);
  for (const auto& warning : conf.warnings) system.machine().warn(warning);
  const Call call{system, environment, conf};
  switch (environment.verb) {
    case Verb::add:
      return cmd_add(call).dump();
    case Verb::check:
      require_verb(has_check(conf.cni_version), "CHECK", conf.cni_version);
      cmd_check(call);
      return "";
    case Verb::status:
      require_verb(has_gc_and_status(conf.cni_version), "STATUS", conf.cni_version);
      cmd_status(call);
      return "";
    case Verb::del:
    case Verb::gc:
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
  return {Code::try_again_later, "somebody holds a lock: " + std::string(error.what()),
          "try again when the holder is done; one that is stopped continues after `kill -CONT`, and one "
          "that hangs has to be ended"};
}

// What the kernel refused outside of the acts.
Error refusal(const kernel::KernelError& error) {
  if (error.error() == EMFILE || error.error() == ENFILE) {
    return {Code::io_failure, error.what(),
            "raise the limit of open files: of the container runtime (LimitNOFILE), or of the node "
            "(fs.file-max)"};
  }
  return {Code::kernel_failure, error.what()};
}

Error refusal(const kernel::FileError& error) {
  const kernel::KernelError& of_kernel = error;
  auto refused = refusal(of_kernel);
  if (!refused.details().empty()) return refused;
  return {Code::io_failure, error.what(), "free the path, or set \"stateDirectory\""};
}

}  // namespace

Outcome run_plugin(const OpenSystem& open_system, const Variables& variables, const ReadInput& read_input) {
  std::string input;
  try {
    input = read_input();
    const auto environment = read_environment(variables);
    auto output = execute(open_system(), environment, input);
    if (!output.empty()) output += "\n";
    return {0, std::move(output)};
  } catch (const Error& error) {
    return failure(error, input);
  } catch (const attachment::Error& error) {
    return failure(refusal(error), input);
  } catch (const kernel::LockHeld& error) {
    return failure(busy(error), input);
  } catch (const kernel::FileError& error) {
    return failure(refusal(error), input);
  } catch (const kernel::KernelError& error) {
    return failure(refusal(error), input);
  } catch (const std::exception& error) {
    return failure(Error(Code::kernel_failure, error.what()), input);
  }
}

Outcome run_plugin(System& system, const Variables& variables, const ReadInput& read_input) {
  return run_plugin([&]() -> System& { return system; }, variables, read_input);
}

std::string help(std::string_view plugin_version) {
  std::string versions;
  for (const auto version : supported_versions) versions.append(versions.empty() ? "" : ", ").append(version);
  return "rxlease " + std::string(plugin_version) +
         " is a CNI plugin that leases hardware receive queues of NICs to pods.\n"
         "\n"
         "Container runtimes run it: CNI_COMMAND and the other variables of the CNI specification are in "
         "its\n"
         "environment, and the network configuration is on its standard input. It speaks CNI " +
         versions +
         ".\n"
         "For people there is rxleasectl: `rxleasectl check` tells whether this node is ready, and\n"
         "`rxleasectl show` who has which queue.\n"
         "\n"
         "  rxlease --version   prints the version\n"
         "  rxlease --help      prints this\n";
}

}  // namespace rxlease::cni
