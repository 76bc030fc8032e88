// SPDX-License-Identifier: Apache-2.0
#include "tests/system/prep/simnic.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <sstream>
#include <stdexcept>

#include "deviceplugin/prepare/plan/settings.h"
#include "kernel/files.h"
#include "tests/system/fixture/eventually.h"
#include "tests/system/fixture/host.h"

namespace rxlease::tests {

namespace {

const std::string driver = "/sys/bus/platform/drivers/simnic/";

struct Finished {
  int status = 0;
  std::string output;
};

Finished run(const std::string& command) {
  FILE* pipe = popen((command + " 2>&1").c_str(), "re");
  if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
  std::string output;
  std::array<char, 4096> block{};
  while (const auto got = fread(block.data(), 1, block.size(), pipe)) output.append(block.data(), got);
  return {pclose(pipe), output};
}

}  // namespace

Simnic::Simnic() {
  replug();
}

void Simnic::replug() {
  if (kernel::find_nic("/sys", name())) kernel::write_in_place(driver + "unbind", parent());
  kernel::write_in_place(driver + "bind", parent());
  for (const auto* port : {"simnic.0.p2", "simnic.0.p1"}) {
    const auto found = kernel::find_nic("/sys", port);
    if (!found) throw std::runtime_error("there is no " + std::string(port) + ": is the module in?");
    nic_ = *found;
    set_link(host(), nic_.ifindex, true);
  }
}

void Simnic::set(const std::string& name, const std::string& value) const {
  kernel::write_in_place("/sys/kernel/debug/simnic/simnic.0/p1/" + name, value);
}

std::string Simnic::ethtool(const std::string& option, const std::string& arguments) const {
  auto command = "ethtool " + option + " " + ifname();
  if (!arguments.empty()) command += " " + arguments;
  const auto finished = run(command);
  EXPECT_EQ(finished.status, 0) << command << ": " << finished.output;
  return finished.output;
}

std::vector<std::string> Simnic::state() const {
  std::vector<std::string> lines;
  for (const auto* option : {"-l", "-g", "-k", "-x", "-n"}) {
    std::istringstream text(run(std::string("ethtool ") + option + " " + ifname()).output);
    for (std::string line; std::getline(text, line);) lines.push_back(std::string(option) + " " + line);
  }
  std::istringstream context(run("ethtool -x " + ifname() + " context 1").output);
  for (std::string line; std::getline(context, line);) lines.push_back("context 1: " + line);
  const auto ethtool = kernel::Ethtool::open(host().generic());
  lines.push_back(
      deviceplugin::prepare::describe(deviceplugin::prepare::read_settings(*ethtool, ifindex(), 0).settings));
  return lines;
}

}  // namespace rxlease::tests
