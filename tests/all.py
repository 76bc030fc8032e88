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
    lasting: bool = False  # takes minutes: what it says is shown as it comes, not at its end
    only_with_everything: str = ""  # why it does not run at every landing


@dataclasses.dataclass(frozen=True)
class Stage:
    """Lanes that run at once, each a list of checks that run one after the other: while one waits, downloads or links, the
    others have its CPU."""

    name: str
    lanes: list

    def all_checks(self):
        return [check for lane in self.lanes for check in lane]


def make(holds, command):
    return Check(holds, command, needed=True, lasting=True)


def build(preset, *targets):
    target = f" --target {' '.join(targets)}" if targets else ""
    return make(f"the preset {preset} builds", f"cmake --preset {preset} >/dev/null && cmake --build --preset {preset}{target}")


def stages(everything):
    """In the order in which they run."""
    whole = " --everything" if everything else ""
    fuzz_seconds = 300 if everything else 20
    return [
        Stage("packages", [[make("all packages are there", "tests/setup")]]),
        Stage("builds", [
            [make("the bench's kernel is made", "tests/bench/kernel/build"),
             make("the simulated NIC is made", "tests/simnic/build")],
            [make("cnitool and the reference plugins are made", "tests/references/build"),
             make("kubelet, control plane and containerd are made",
                  "tests/references/kubernetes kubelet control-plane containerd images")],
            [build("release"), build("asan", *SANITIZED_TESTS, *(f"{name}_fuzz" for name in FUZZERS)),
             build("tsan", "kubelet_tests")]]),
        Stage("checks", [
            [Check("all suites in the bench", f"tests/bench/run{whole}", counts=True, lasting=True)],
            [Check("clang-format has nothing to change",
                   "git ls-files '*.cc' '*.h' '*.c' | xargs clang-format --dry-run --Werror"),
             Check("includes point down", "tests/includes.py"),
             Check("shellcheck finds nothing",
                   r"git ls-files | xargs grep -lE '^#!.*\b(ba)?sh\b' | xargs -n8 shellcheck -x"),
             Check("what the tests' own scripts compute", "tests/scripts.py", counts=True),
             Check("unit and scripted tests, with AddressSanitizer and UndefinedBehaviorSanitizer",
                   "tests/gtest " + " ".join(f"build/asan/bin/{name}" for name in SANITIZED_TESTS), counts=True),
             Check("the daemon, with ThreadSanitizer", "tests/gtest build/tsan/bin/kubelet_tests", counts=True),
             Check("the documentation", "tests/docs/run build/release", counts=True),
             Check("completions, man pages and kubectl-rxlease", "tests/ctl/run build/release", counts=True),
             Check("the chart", "tests/chart/run build/release", counts=True),
             Check("a release is the same twice", f"tests/release/run build/release{whole}", counts=True),
             Check("the bench's kernel as a file", "tests/bench/kernel/selftest", counts=True),
             Check("the image", "tests/image/run build/release", counts=True),
             Check("the programs are hardened", "tests/image/hardening.py build/release", counts=True),
             Check("the bench itself", "tests/bench/selftest", counts=True),
             Check("what Prometheus makes of the metrics", "tests/monitoring/run", counts=True),
             Check("clang-tidy finds nothing" + ("" if everything else " in what changed"),
                   f"nice tests/tidy.py build/release{whole}"),
             Check(f"{', '.join(FUZZERS)} survive {fuzz_seconds} seconds of random input",
                   f"tests/fuzz/run build/asan {fuzz_seconds} {' '.join(FUZZERS)}")]]),
        Stage("other builds", [[
            Check("each file compiles without the others of its library",
                  "cmake --preset dev >/dev/null && cmake --build --preset dev --target rxlease rxlease-device-plugin rxleasectl",
                  only_with_everything="clang-tidy finds it for the files that changed, while they are few"),
            Check("arm64", "tests/arm64/run", counts=True,
                  only_with_everything="20 minutes from nothing, and the same code"),
            Check("the Dockerfile", "tests/image/dockerfile", counts=True,
                  only_with_everything="a build of its own in a Debian of its own, to the same image")]]),
    ]


@dataclasses.dataclass
class Ended:
    """What a check found, and took."""

    check: Check
    passed: int
    failed: int
    seconds: float
    processor_seconds: float


OUTPUT = threading.Lock()


def show(text):
    """In one piece, whatever the other lanes say."""
    with OUTPUT:
        sys.stdout.buffer.write(text)
        sys.stdout.buffer.flush()


def run(check):
    """Shows what the command says, and counts what it found."""
    began = time.monotonic()
    with subprocess.Popen(["bash", "-euo", "pipefail", "-c", check.command], cwd=ROOT, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        totals, said = None, []
        for line in process.stdout:
            totals = TOTALS.match(line.rstrip(b"\n")) or totals
            if check.lasting:
                show(line)
            else:
                said.append(line)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    succeeded = process.returncode == 0
    if check.counts:
        passed, failed = (int(totals[1]), int(totals[2])) if totals else (0, 1)
        failed = failed or int(not succeeded)
    else:
        passed, failed = int(succeeded), int(not succeeded)
    show(b"".join([*said, f"{'FAILED' if failed else 'ok'}: {check.holds}\n".encode()]))
    return Ended(check, passed, failed, time.monotonic() - began, usage.ru_utime + usage.ru_stime)


def run_lane(checks, ended):
    """One after the other, into `ended`. A check that is needed and fails is the last."""
    for check in checks:
        ended.append(run(check))
        if ended[-1].failed and check.needed:
            return


def run_stage(stage, everything):
    wanted = [[check for check in lane if everything or not check.only_with_everything] for lane in stage.lanes]
    ended = []
    lanes = [threading.Thread(target=run_lane, args=(lane, ended)) for lane in wanted]
    for lane in lanes:
        lane.start()
    for lane in lanes:
        lane.join()
    return ended


def print_summary(ended, seconds):
    total = sum(one.processor_seconds for one in ended) or 1
    print(f"\n{'check':<84} {'seconds':>8} {'processor':>10} {'share':>6}")
    for one in ended:
        print(f"{one.check.holds:<84.84} {one.seconds:>8.0f} {one.processor_seconds:>10.0f} {one.processor_seconds / total:>6.0%}")
    print(f"{'all':<84} {seconds:>8.0f} {total:>10.0f}")
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
            print(f"{stage.name:<14} {check.holds:<84} {when}")


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
