#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Everything that must hold before a change lands: builds with and without sanitizers, linters, unit and scripted tests,
fuzzing, and every suite in the bench. Installs what it needs.

    tests/all                 what runs at every landing
    tests/all --everything    and what is too slow for that: before every release, or when a change asks for it
    tests/all --list          which check runs when, and why

At the end stands what each check took. The last line counts the tests: `N passed, N failed`."""
import argparse
import dataclasses
import os
import re
import subprocess
import sys
import threading
import time

from lib.places import CACHE, ROOT

TOTALS = re.compile(rb"^(\d+) passed, (\d+) failed$")
SANITIZED_TESTS = ["unit_tests", "scripted_tests", "deviceplugin_unit_tests", "kubelet_tests"]
FUZZERS = ["net_conf", "netlink", "config", "allocation"]


@dataclasses.dataclass(frozen=True)
class Check:
    """A command that succeeds when something holds."""

    holds: str
    command: str
    counts: bool = False  # it runs tests, and its last line counts them
    needed: bool = False  # what follows makes no sense without it
    only_with_everything: str = ""  # why it does not run at every landing


@dataclasses.dataclass(frozen=True)
class Stage:
    """Checks that run one after the other, or, as lists of such checks, at once: what downloads, unpacks and links leaves a
    CPU to what compiles."""

    name: str
    checks: list
    at_once: list = dataclasses.field(default_factory=list)

    def all_checks(self):
        return self.checks + [check for lane in self.at_once for check in lane]


def build(preset, *targets):
    target = f" --target {' '.join(targets)}" if targets else ""
    return Check(f"the preset {preset} builds", f"cmake --preset {preset} >/dev/null && cmake --build --preset {preset}{target}",
                 needed=True)


def stages(everything):
    """In the order in which they run."""
    whole = " --everything" if everything else ""
    fuzz_seconds = 300 if everything else 20
    return [
        Stage("packages", [Check("all packages are there", "tests/setup", needed=True)]),
        Stage("builds", [], at_once=[
            [Check("the bench's kernel is made", "tests/bench/kernel/build", needed=True),
             Check("the simulated NIC is made", "tests/simnic/build", needed=True)],
            [Check("cnitool and the reference plugins are made", "tests/references/build", needed=True),
             Check("kubelet, control plane and containerd are made",
                   "tests/references/kubernetes kubelet control-plane containerd images", needed=True)],
            [build("release"), build("asan", *SANITIZED_TESTS, *(f"{name}_fuzz" for name in FUZZERS)),
             build("tsan", "kubelet_tests")]]),
        Stage("linters", [
            Check("clang-format has nothing to change",
                  "git ls-files '*.cc' '*.h' '*.c' | xargs clang-format --dry-run --Werror"),
            Check("shellcheck finds nothing",
                  r"git ls-files | xargs grep -lE '^#!.*\b(ba)?sh\b' | xargs -P2 -n8 shellcheck -x"),
            Check("clang-tidy finds nothing" + ("" if everything else " in what changed"), f"tests/tidy.py build/release{whole}"),
            Check("includes point down", "tests/includes.py")]),
        Stage("unit and scripted tests", [
            Check("with AddressSanitizer and UndefinedBehaviorSanitizer",
                  "tests/gtest " + " ".join(f"build/asan/bin/{name}" for name in SANITIZED_TESTS), counts=True),
            Check("the daemon, with ThreadSanitizer", "tests/gtest build/tsan/bin/kubelet_tests", counts=True),
            Check("what the tests' own scripts compute", "tests/scripts.py", counts=True)]),
        Stage("fuzzing", [
            Check(f"{', '.join(FUZZERS)} survive {fuzz_seconds} seconds of random input",
                  f"tests/fuzz/run build/asan {fuzz_seconds} {' '.join(FUZZERS)}")]),
        Stage("image", [Check("the image", "tests/image/run build/release", counts=True),
                        Check("the programs are hardened", "tests/image/hardening.py build/release", counts=True)]),
        Stage("chart", [Check("the chart", "tests/chart/run build/release", counts=True)]),
        Stage("monitoring", [Check("what Prometheus makes of the metrics", "tests/monitoring/run", counts=True)]),
        Stage("documentation", [Check("the documentation", "tests/docs/run build/release", counts=True)]),
        Stage("the bench itself", [Check("the bench", "tests/bench/selftest", counts=True)]),
        Stage("suites in the bench", [Check("all suites", f"tests/bench/run{whole}", counts=True)]),
        Stage("files by themselves", [
            Check("each file compiles without the others of its library",
                  "cmake --preset dev >/dev/null && cmake --build --preset dev --target rxlease rxlease-device-plugin rxleasectl",
                  only_with_everything="clang-tidy finds it for the files that changed, while they are few")]),
        Stage("other architecture", [
            Check("arm64", "tests/arm64/run", counts=True,
                  only_with_everything="20 minutes from nothing, and the same code")]),
        Stage("Dockerfile", [
            Check("the Dockerfile", "tests/image/dockerfile", counts=True,
                  only_with_everything="a build of its own in a Debian of its own, to the same image")]),
    ]


@dataclasses.dataclass
class Ended:
    """What a check found, and took."""

    check: Check
    passed: int
    failed: int
    seconds: float
    processor_seconds: float


def run(check):
    """Shows what the command says, line by line, and counts what it found."""
    began = time.monotonic()
    with subprocess.Popen(["bash", "-euo", "pipefail", "-c", check.command], cwd=ROOT, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        totals = None
        for line in process.stdout:
            sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()
            totals = TOTALS.match(line.rstrip(b"\n")) or totals
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    succeeded = process.returncode == 0
    if check.counts:
        passed, failed = (int(totals[1]), int(totals[2])) if totals else (0, 1)
        failed = failed or int(not succeeded)
    else:
        passed, failed = int(succeeded), int(not succeeded)
    print(f"{'FAILED' if failed else 'ok'}: {check.holds}", flush=True)
    return Ended(check, passed, failed, time.monotonic() - began, usage.ru_utime + usage.ru_stime)


def run_all(checks, ended):
    """One after the other, into `ended`. A check that is needed and fails is the last."""
    for check in checks:
        ended.append(run(check))
        if ended[-1].failed and check.needed:
            return


def run_stage(stage, everything):
    wanted = lambda checks: [check for check in checks if everything or not check.only_with_everything]
    ended = []
    lanes = [threading.Thread(target=run_all, args=(wanted(lane), ended)) for lane in stage.at_once]
    for lane in lanes:
        lane.start()
    run_all(wanted(stage.checks), ended)
    for lane in lanes:
        lane.join()
    return ended


def print_summary(ended, seconds):
    total = sum(one.processor_seconds for one in ended) or 1
    print(f"\n{'check':<72} {'seconds':>8} {'processor':>10} {'share':>6}")
    for one in ended:
        print(f"{one.check.holds:<72.72} {one.seconds:>8.0f} {one.processor_seconds:>10.0f} {one.processor_seconds / total:>6.0%}")
    print(f"{'all':<72} {seconds:>8.0f} {total:>10.0f}")
    for one in ended:
        if one.failed:
            print(f"not passed: {one.check.holds}: {one.check.command}")


def use_compiler_cache():
    """Compiled objects are kept by content, so that a fresh clone need not compile what another has."""
    os.environ.update(CMAKE_CXX_COMPILER_LAUNCHER="ccache", CCACHE_DIR=str(CACHE / "ccache"), CCACHE_BASEDIR=str(ROOT),
                      CCACHE_NOHASHDIR="1", CCACHE_MAXSIZE="4G",
                      CCACHE_SLOPPINESS="pch_defines,time_macros")  # which precompiled headers need


def list_checks():
    for stage in stages(True):
        for check in stage.all_checks():
            when = f"only with --everything: {check.only_with_everything}" if check.only_with_everything else "every landing"
            print(f"{stage.name:<34} {check.holds:<64} {when}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--everything", action="store_true", help="every check, each as thorough as it can be")
    parser.add_argument("--list", action="store_true", help="print which check runs when")
    options = parser.parse_args()
    if options.list:
        list_checks()
        return 0
    use_compiler_cache()
    os.environ["TSAN_OPTIONS"] = f"ignore_noninstrumented_modules=1 suppressions={ROOT}/tests/tsan_suppressions"
    began = time.monotonic()
    ended = []
    for stage in stages(options.everything):
        print(f"\n== {stage.name} ({time.monotonic() - began:.0f} s so far)", flush=True)
        ended += run_stage(stage, options.everything)
        if any(one.failed and one.check.needed for one in ended):
            break
    print_summary(ended, time.monotonic() - began)
    passed, failed = sum(one.passed for one in ended), sum(one.failed for one in ended)
    print(f"{passed} passed, {failed} failed", flush=True)
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
