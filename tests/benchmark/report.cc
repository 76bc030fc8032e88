// SPDX-License-Identifier: Apache-2.0
#include "tests/benchmark/report.h"

#include <cstdio>
#include <string>

namespace rxlease::benchmark {

namespace {

std::string format(const char* form, double value) {
  char text[32];
  std::snprintf(text, sizeof(text), form, value);
  return text;
}

std::string milliseconds(const Samples& samples) {
  return format("%.1f", samples.median()) + " (" + format("%.1f", samples.lower_quartile()) + "–" +
         format("%.1f", samples.upper_quartile()) + ")";
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
    time_row("rxlease with a no-op IPAM, " + present, level.rxlease.add, level.rxlease.del);
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

  row("median (quartiles)", "ADD, ms", "DEL, ms", "aim");
  row("---", "---", "---", "---");
  time_row("rxlease with host-local", m.rxlease.add, m.rxlease.del);
  time_row("ptp with host-local", m.ptp.add, m.ptp.del);
  time_row("host-local by itself", m.host_local.add, m.host_local.del);
  time_row("rxlease's own part", rxlease_add, rxlease_del);
  time_row("ptp's own part", ptp_add, ptp_del);
  ratio_row("ptp / rxlease, own parts", ratio(ptp_add, rxlease_add), ratio(ptp_del, rxlease_del), "≥ 3×");
  time_row("rxlease's own part with a no-op IPAM", lean_add, lean_del);
  time_row("ptp's own part with a no-op IPAM", m.ptp_with_noop.add - m.noop.add,
           m.ptp_with_noop.del - m.noop.del);
  time_row("floor: the netlink requests alone, in a program", m.floor.add, m.floor.del);
  time_row("a static exec", m.noop.add, m.noop.del);
  const double floor_add = m.floor.add.median() + m.noop.add.median();
  const double floor_del = m.floor.del.median() + m.noop.del.median();
  ratio_row("rxlease's own part / floor", ratio(lean_add, m.floor.add), ratio(lean_del, m.floor.del), "");
  ratio_row("rxlease's own part / (floor + a static exec)", lean_add.median() / floor_add,
            lean_del.median() / floor_del, "≤ 1.5×");
  print_growth(m.levels);
  row("peak memory of rxlease, MB", format("%.1f", static_cast<double>(m.rxlease_with_noop.peak_kib) / 1024),
      "", "< 8");
  row("its program file, MB", format("%.1f", static_cast<double>(m.plugin_bytes) / 1e6), "", "< 4");
}

}  // namespace rxlease::benchmark
