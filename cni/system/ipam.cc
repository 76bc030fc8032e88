// SPDX-License-Identifier: Apache-2.0
#include "cni/system/ipam.h"

#include <nlohmann/json.hpp>

#include "cni/conf/json/json_text.h"
#include "cni/spec/error.h"
#include "text/display.h"

namespace rxlease::cni {

namespace {

using nlohmann::json;

constexpr std::size_t longest_output = 1024UL * 1024;

std::string find_program(System& system, const std::string& type, const std::vector<std::string>& path) {
  if (path.empty()) {
    throw Error(Code::invalid_environment,
                "CNI_PATH is empty, but \"ipam.type\" names the plugin \"" + type + "\"",
                "set CNI_PATH to the directories of the CNI plugins, e.g. /opt/cni/bin");
  }
  std::string searched;
  for (const auto& directory : path) {
    auto program = directory + "/" + type;
    if (system.is_executable(program)) return program;
    searched.append(searched.empty() ? "" : ", ").append(directory);
  }
  throw Error(Code::invalid_config, "\"ipam.type\": no executable \"" + type + "\" in CNI_PATH",
              "install the plugin in one of: " + searched + "; or correct the name");
}

// A plugin that fails prints the specification's error object.
[[noreturn]] void throw_failure(const std::string& who, const kernel::Completed& completed) {
  const auto object = json::parse(completed.output, nullptr, /*allow_exceptions=*/false);
  const auto text = [&](const char* member) {
    return object.contains(member) && object.at(member).is_string() ? object.at(member).get<std::string>()
                                                                    : "";
  };
  if (object.is_object() && object.contains("code") && object.at("code").is_number_unsigned()) {
    throw IpamRefusal(object.at("code").get<unsigned>(), who, text("msg"), text("details"));
  }
  throw Error(Code::decode_failure,
              who + " ended with status " + std::to_string(completed.status) + " and no CNI error",
              "it printed " + text::display(completed.output) + "; its standard error may tell more");
}

[[noreturn]] void throw_exceeded(const std::string& who, kernel::Limit limit,
                                 std::chrono::milliseconds timeout) {
  if (limit == kernel::Limit::output) {
    throw Error(Code::decode_failure,
                who + " printed more than " + std::to_string(longest_output) + " bytes, and was killed",
                "use an IPAM plugin that prints one result");
  }
  throw Error(Code::try_again_later,
              who + " did not end within " + std::to_string(timeout.count()) + " ms, and was killed",
              "see what the plugin waits for, or give it more time (\"ipamTimeoutMs\")");
}

}  // namespace

Ipam::Ipam(System& system, IpamSpec spec, const std::vector<std::string>& path)
    : system_(system), spec_(std::move(spec)), program_(find_program(system, spec_.type, path)) {}

std::string Ipam::call(const char* verb, const IpamSubject& subject, int inherited) const {
  const kernel::Completed completed = system_.run({.path = program_,
                                                   .environment = {{"CNI_COMMAND", verb},
                                                                   {"CNI_CONTAINERID", subject.container_id},
                                                                   {"CNI_NETNS", subject.netns},
                                                                   {"CNI_IFNAME", subject.ifname}},
                                                   .input = spec_.configuration,
                                                   .inherited = inherited,
                                                   .limit = spec_.timeout,
                                                   .longest_output = longest_output});
  const auto who = "IPAM plugin " + spec_.type + ", " + verb;
  if (completed.exceeded) throw_exceeded(who, *completed.exceeded, spec_.timeout);
  if (completed.status != 0) throw_failure(who, completed);
  return completed.output;
}

Result Ipam::add(const IpamSubject& subject, const kernel::Fd& mark) const {
  const auto output = call("ADD", subject, mark.get());
  const auto source = "the result of IPAM plugin " + spec_.type;
  auto result = parse_result(parse_json(output, source), source);
  if (result.ips.empty()) {
    throw Error(Code::invalid_config, source + " has no \"ips\"",
                "give the plugin a range that has free addresses, or leave \"ipam\" out");
  }
  return result;
}

void Ipam::del(const IpamSubject& subject) const {
  call("DEL", subject);
}

void Ipam::check(const IpamSubject& subject) const {
  call("CHECK", subject);
}

void Ipam::gc() const {
  call("GC", {});
}

void Ipam::status() const {
  call("STATUS", {});
}

}  // namespace rxlease::cni
