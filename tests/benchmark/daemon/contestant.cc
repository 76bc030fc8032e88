// SPDX-License-Identifier: Apache-2.0
#include "tests/benchmark/daemon/contestant.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "tests/system/fixture/eventually.h"

namespace rxlease::benchmark {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::minutes patience{1};

double ms_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

tests::ChildProcess start(const Program& program) {
  tests::ChildProcess::Options options;
  options.arguments = program.arguments;
  return {program.path, options};
}

// The value of a line "KEY: VALUE" of a status file.
long status_value(const std::filesystem::path& directory, const std::string& key) {
  std::ifstream status(directory / "status");
  for (std::string word; status >> word; status.ignore(1000, '\n')) {
    if (word != key + ":") continue;
    long value = 0;
    status >> value;
    return value;
  }
  return 0;
}

// proc(5): utime and stime are fields 14 and 15; the second field, the name, has no blanks here.
double cpu_ms(const std::filesystem::path& directory) {
  std::ifstream stat(directory / "stat");
  std::string skipped;
  for (int field = 1; field < 14; ++field) stat >> skipped;
  double user = 0;
  double system = 0;
  stat >> user >> system;
  return (user + system) * 1000 / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace

double allocate_ms(v1beta1::DevicePlugin::Stub& plugin, const std::string& id) {
  v1beta1::AllocateResponse response;
  const auto started = Clock::now();
  const auto status = tests::allocate_ids(plugin, {id}, response);
  const auto took = ms_since(started);
  if (!status.ok()) throw std::runtime_error("Allocate: " + status.error_message());
  return took;
}

Contestant::Contestant(tests::FakeKubelet& kubelet, const Program& program, std::size_t devices)
    : process_(start(program)) {
  const auto started = Clock::now();
  const auto before = kubelet.registrations().size();
  if (!tests::eventually([&] { return kubelet.registrations().size() > before; }, patience))
    throw std::runtime_error(program.path + " does not register");
  stub_ = kubelet.plugin(program.endpoint);
  watch_ = std::make_unique<tests::DeviceWatch>(*stub_);
  for (std::size_t lists = 1; ids_.size() < devices; ++lists) {
    if (ms_since(started) > std::chrono::milliseconds(patience).count())
      throw std::runtime_error(program.path + " lists " + std::to_string(ids_.size()) + " devices only");
    const auto all = watch_->lists(lists);
    ids_.clear();
    for (const auto& device : all.back().devices()) ids_.push_back(device.id());
  }
  first_list_ms_ = ms_since(started);
}

Usage Contestant::usage() const {
  const auto directory = std::filesystem::path("/proc") / std::to_string(process_.pid());
  Usage usage{cpu_ms(directory), 0, status_value(directory, "VmRSS")};
  for (const auto& task : std::filesystem::directory_iterator(directory / "task")) {
    usage.wake_ups += static_cast<std::uint64_t>(status_value(task.path(), "voluntary_ctxt_switches"));
  }
  return usage;
}

}  // namespace rxlease::benchmark
