// SPDX-License-Identifier: Apache-2.0
//
// Whatever stands in a configuration file is read, or refused with a ConfigError: nothing else is thrown.
// Each problem is one printable line. What was read is in range, and comes out of effective_yaml() as a file
// that says the same.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "deviceplugin/config/load.h"
#include "deviceplugin/config/print.h"

namespace {

using namespace rxlease::deviceplugin;

constexpr const char* file = "config.yaml";

void require(bool holds) {
  if (!holds) std::abort();
}

void read_problems(const std::vector<config::Problem>& problems) {
  for (const auto& problem : problems) {
    const auto text = problem.to_string();
    require(text.starts_with(file) && text.size() < 1000 && !problem.what.empty() && !problem.remedy.empty());
    require(std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7f; }));
  }
}

void read_pool(const config::Pool& pool) {
  const auto& queues = pool.queues;
  require(!pool.name.empty() && pool.selectors != config::Selectors{});
  require((queues.count == 0) != queues.ids.empty() && queues.count < 1024);
  require(std::is_sorted(queues.ids.begin(), queues.ids.end()));
  require(queues.ids.empty() || (queues.ids.front() > 0 && queues.ids.back() < 1024));
}

void read_config(std::string_view text) {
  const auto loaded = config::parse_config(text, file);
  read_problems(loaded.problems);
  require(loaded.pool_positions.size() == loaded.config.pools.size());
  for (const auto& pool : loaded.config.pools) read_pool(pool);
  if (loaded.config.pools.empty()) return;
  const auto again = config::parse_config(config::effective_yaml(loaded.config), file);
  require(again.config == loaded.config && again.problems.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    read_config({reinterpret_cast<const char*>(data), size});
  } catch (const config::ConfigError& error) {
    require(!error.problems().empty());
    read_problems(error.problems());
  }
  return 0;
}
