// SPDX-License-Identifier: Apache-2.0
#include "tests/system/afxdp/seccomp_profile.h"

#include <seccomp.h>

#include <cerrno>
#include <cstdlib>
#include <map>
#include <memory>
#include <stdexcept>

#include "kernel/files.h"

namespace rxlease::tests {

namespace {

using nlohmann::json;

void check(int result, const std::string& what) {
  if (result < 0) throw std::runtime_error("seccomp: " + what + ": errno " + std::to_string(-result));
}

std::uint32_t action_of(const json& rule) {
  return rule.at("action") == "SCMP_ACT_ALLOW" ? SCMP_ACT_ALLOW
                                               : SCMP_ACT_ERRNO(rule.value("errnoRet", std::uint32_t{EPERM}));
}

// The operators that containerd's profile has.
scmp_arg_cmp comparison_of(const json& argument) {
  static const std::map<std::string, scmp_compare> operators{
      {"SCMP_CMP_NE", SCMP_CMP_NE}, {"SCMP_CMP_EQ", SCMP_CMP_EQ}, {"SCMP_CMP_MASKED_EQ", SCMP_CMP_MASKED_EQ}};
  return {argument.at("index").get<unsigned>(), operators.at(argument.at("op").get<std::string>()),
          argument.at("value").get<scmp_datum_t>(), argument.value("valueTwo", scmp_datum_t{0})};
}

// One that this machine's libseccomp does not know keeps the default action.
void add(scmp_filter_ctx filter, const std::string& name, std::uint32_t action,
         const std::vector<scmp_arg_cmp>& arguments) {
  const int call = seccomp_syscall_resolve_name(name.c_str());
  if (call == __NR_SCMP_ERROR) return;
  check(
      seccomp_rule_add_array(filter, action, call, static_cast<unsigned>(arguments.size()), arguments.data()),
      name);
}

json read_profile() {
  const char* path = std::getenv("RXLEASE_SECCOMP");
  if (path == nullptr) throw std::runtime_error("RXLEASE_SECCOMP is not set: the runtime's seccomp profile");
  return json::parse(kernel::read_file(path).value());
}

}  // namespace

SeccompProfile::SeccompProfile() : profile_(read_profile()) {}

void SeccompProfile::apply() const {
  const std::unique_ptr<void, void (*)(scmp_filter_ctx)> filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)),
                                                                seccomp_release);
  for (const auto& rule : profile_.at("syscalls")) {
    std::vector<scmp_arg_cmp> arguments;
    for (const auto& argument : rule.value("args", json::array()))
      arguments.push_back(comparison_of(argument));
    for (const auto& name : rule.at("names")) add(filter.get(), name, action_of(rule), arguments);
  }
  for (const auto& name : allowed_) add(filter.get(), name, SCMP_ACT_ALLOW, {});
  check(seccomp_load(filter.get()), "loading the filter");
}

}  // namespace rxlease::tests
