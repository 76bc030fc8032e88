// SPDX-License-Identifier: Apache-2.0
#include "tests/benchmark/report.h"

#include <array>
#include <cstdio>
#include <string>

namespace rxlease::benchmark {

namespace {

std::string format(const char* form, double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), form, value);
  return text.data();
}

std::string milliseconds(const Samples& samples) {
  return format("%.1f", samples.median()) + " (" + format("%.1f", samples.lower_quartile()) + "–" +
         format("%.1f", samples.upper_quartile()) + ")";
}

std::string megabytes(long bytes) {
  return format("%.1f", static_cast<double>(bytes) / 1e6);
}

std::string times(double ratio) {
  return "**" + format("%.2f", ratio) + "×**";
}

void row(const std::string& what, const std::string& add, const std::string& del, const std::string& aim) {
  std::printf("| %s | %s | %s | %s |\n", what.c_str(), add.c_str(), del.c_str(), aim.c_str());
}

void time_row(const std::string& what, const Samples& add, const Samples& del) {
  row(what, milliseconds(add), milliseconds(del), "");
}

void ratio_row(const std::string& what, double add, double del, const std::string& aim) {
  row(what, times(add), times(del), aim);
}

double ratio(const Samples& a, const Samples& b) {
  return a.median() / b.median();
}

void print_growth(const std::vector<Level>& levels) {
  for (const auto& level : levels) {
    const auto present = std::to_string(level.present) + " attachments present";
    time_row("rxlease and a no-op IPAM, " + present, level.rxlease.add, level.rxlease.del);
    time_row("floor, " + present, level.floor.add, level.floor.del);
  }
  if (levels.size() < 2) return;
  const auto& few = levels.front();
  const auto& many = levels.back();
  const auto what = std::to_string(many.present) + " / " + std::to_string(few.present) + " present";
  ratio_row("rxlease, " + what, ratio(many.rxlease.add, few.rxlease.add),
            ratio(many.rxlease.del, few.rxlease.del), "flat");
  ratio_row("floor, " + what, ratio(many.floor.add, few.floor.add), ratio(many.floor.del, few.floor.del),
            "the kernel's own");
}

}  // namespace

void print_report(const Measurements& m) {
  const auto rxlease_add = m.rxlease.add - m.host_local.add;
  const auto rxlease_del = m.rxlease.del - m.host_local.del;
  const auto ptp_add = m.ptp.add - m.host_local.add;
  const auto ptp_del = m.ptp.del - m.host_local.del;
  const auto lean_add = m.rxlease_with_noop.add - m.noop.add;
  const auto lean_del = m.rxlease_with_noop.del - m.noop.del;
  const auto lean_ptp_add = m.ptp_with_noop.add - m.noop.add;
  const auto lean_ptp_del = m.ptp_with_noop.del - m.noop.del;
  const double floor_and_exec_add = m.floor.add.median() + m.noop.add.median();
  const double floor_and_exec_del = m.floor.del.median() + m.noop.del.median();

  row("median (quartiles)", "ADD, ms", "DEL, ms", "aim");
  row("---", "---", "---", "---");
  time_row("rxlease with host-local", m.rxlease.add, m.rxlease.del);
  time_row("ptp with host-local", m.ptp.add, m.ptp.del);
  time_row("host-local by itself", m.host_local.add, m.host_local.del);
  time_row("rxlease, host-local taken out", rxlease_add, rxlease_del);
  time_row("ptp, host-local taken out", ptp_add, ptp_del);
  ratio_row("ptp / rxlease, host-local taken out", ratio(ptp_add, rxlease_add), ratio(ptp_del, rxlease_del),
            "≥ 3×");
  time_row("rxlease, a no-op IPAM taken out", lean_add, lean_del);
  time_row("ptp, a no-op IPAM taken out", lean_ptp_add, lean_ptp_del);
  time_row("floor: a program that sends rxlease's netlink requests", m.floor.add, m.floor.del);
  time_row("a static program that does nothing", m.noop.add, m.noop.del);
  ratio_row("ptp / floor", ratio(lean_ptp_add, m.floor.add), ratio(lean_ptp_del, m.floor.del),
            "the most there is to win");
  ratio_row("rxlease / floor", ratio(lean_add, m.floor.add), ratio(lean_del, m.floor.del), "");
  ratio_row("rxlease / (floor + the program that does nothing)", lean_add.median() / floor_and_exec_add,
            lean_del.median() / floor_and_exec_del, "≤ 1.5×");
  print_growth(m.levels);
  row("peak memory of ptp, MB", megabytes(m.ptp_with_noop.peak_kib * 1024), "", "");
  row("peak memory of rxlease, MB", megabytes(m.rxlease_with_noop.peak_kib * 1024), "", "< 8");
  row("program file of rxlease, MB", megabytes(static_cast<long>(m.plugin_bytes)), "", "< 4");
}

}  // namespace rxlease::benchmark
