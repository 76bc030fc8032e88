#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Everything that must hold before a change lands: builds with and without sanitizers, linters, unit and scripted tests,
fuzzing, and every suite in the bench. Installs what it needs.

    tests/all                 what runs at every landing
    tests/all --everything    and what is too slow for that: before every release, or when a change asks for it
    tests/all --list          which check runs when, and why

The stages' times stand at the end. The last line counts the tests: `N passed, N failed`."""
import argparse
import dataclasses
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache", "rxlease")
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
    name: str
    checks: list


def build(preset, *targets):
    target = f" --target {' '.join(targets)}" if targets else ""
    return Check(f"the preset {preset} builds", f"cmake --preset {preset} >/dev/null && cmake --build --preset {preset}{target}",
                 needed=True)


def stages(everything):
    """In the order in which they run."""
    whole = " --everything" if everything else ""
    fuzz_seconds = 300 if everything else 10
    return [
        Stage("packages", [Check("all packages are there", "tests/setup", needed=True)]),
        Stage("bench kernel", [Check("the bench's kernel is made", "tests/bench/kernel/build", needed=True)]),
        Stage("reference plugins and Kubernetes", [
            Check("cnitool and the reference plugins are made", "tests/references/build", needed=True),
            Check("kubelet, control plane and containerd are made",
                  "tests/references/kubernetes kubelet control-plane containerd images", needed=True)]),
        Stage("release build", [build("release")]),
        Stage("sanitized builds", [build("asan", *SANITIZED_TESTS, *(f"{name}_fuzz" for name in FUZZERS)),
                                  build("tsan", "kubelet_tests")]),
        Stage("linters", [
            Check("clang-format has nothing to change",
                  "git ls-files '*.cc' '*.h' '*.c' | xargs clang-format --dry-run --Werror"),
            Check("shellcheck finds nothing",
                  r"git ls-files | xargs grep -lE '^#!.*\b(ba)?sh\b' | xargs -P2 -n8 shellcheck -x"),
            Check("clang-tidy finds nothing" + ("" if everything else " in what changed"), f"tests/tidy.py build/release{whole}"),
            Check("includes point down", "tests/includes.py"),
            Check("and an arrow that is turned around is seen", "tests/includes_test.py")]),
        Stage("unit and scripted tests", [
            Check("with AddressSanitizer and UndefinedBehaviorSanitizer",
                  "tests/gtest " + " ".join(f"build/asan/bin/{name}" for name in SANITIZED_TESTS), counts=True),
            Check("the daemon, with ThreadSanitizer", "tests/gtest build/tsan/bin/kubelet_tests", counts=True),
            Check("what the tests' own scripts compute", "tests/scripts.py", counts=True)]),
        Stage("fuzzing", [
            Check(f"{', '.join(FUZZERS)} survive {fuzz_seconds} seconds of random input",
                  f"tests/fuzz/run build/asan {fuzz_seconds} {' '.join(FUZZERS)}")]),
        Stage("image", [Check("the image", "tests/image/run build/release", counts=True)]),
        Stage("chart", [Check("the chart", "tests/chart/run build/release", counts=True)]),
        Stage("documentation", [Check("the documentation", "tests/docs/run build/release", counts=True)]),
        Stage("the bench itself", [Check("the bench", "tests/bench/selftest", counts=True)]),
        Stage("suites in the bench", [Check("all suites", f"tests/bench/run{whole}", counts=True)]),
        Stage("other architecture", [
            Check("arm64", "tests/arm64/run", counts=True,
                  only_with_everything="20 minutes from nothing, and the same code")]),
        Stage("Dockerfile", [
            Check("the Dockerfile", "tests/image/dockerfile", counts=True,
                  only_with_everything="a build of its own in a Debian of its own, to the same image")]),
    ]


class Tally:
    """Counts, and what each stage took."""

    def __init__(self):
        self.passed = self.failed = 0
        self.seconds = {}
        self.findings = []

    def add(self, passed, failed):
        self.passed += passed
        self.failed += failed

    def run(self, check):
        """Shows what the command says, and counts what it found."""
        with subprocess.Popen(["bash", "-euo", "pipefail", "-c", check.command], cwd=ROOT, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
            counts = None
            for line in process.stdout:
                sys.stdout.buffer.write(line)
                sys.stdout.buffer.flush()
                counts = TOTALS.match(line.rstrip(b"\n")) or counts
        passed, failed = (int(counts[1]), int(counts[2])) if check.counts and counts else (0, 0)
        if check.counts and not counts:
            failed = 1
        elif not check.counts:
            passed, failed = (1, 0) if process.returncode == 0 else (0, 1)
        elif process.returncode and not failed:
            failed = 1
        self.add(passed, failed)
        if failed:
            self.findings.append(f"{check.holds}: {check.command}")
        print(f"{'FAILED' if failed else 'ok'}: {check.holds}", flush=True)
        return not failed

    def print(self):
        total = sum(self.seconds.values()) or 1
        print(f"\n{'stage':<36} {'seconds':>8} {'share':>6}")
        for name, seconds in self.seconds.items():
            print(f"{name:<36} {seconds:>8.0f} {seconds / total:>6.0%}")
        print(f"{'all':<36} {total:>8.0f}")
        for finding in self.findings:
            print(f"not passed: {finding}")
        print(f"{self.passed} passed, {self.failed} failed", flush=True)


def use_compiler_cache():
    """Compiled objects are kept by content, so that a fresh clone need not compile what another has."""
    os.environ.update(CMAKE_CXX_COMPILER_LAUNCHER="ccache", CCACHE_DIR=str(CACHE / "ccache"), CCACHE_BASEDIR=str(ROOT),
                      CCACHE_NOHASHDIR="1", CCACHE_MAXSIZE="4G",
                      CCACHE_SLOPPINESS="pch_defines,time_macros")  # which precompiled headers need


def list_checks():
    for stage in stages(True):
        for check in stage.checks:
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
    tally = Tally()
    began = time.monotonic()
    for stage in stages(options.everything):
        checks = [check for check in stage.checks if options.everything or not check.only_with_everything]
        if not checks:
            continue
        print(f"\n== {stage.name} ({time.monotonic() - began:.0f} s so far)", flush=True)
        stage_began = time.monotonic()
        held = [tally.run(check) or not check.needed for check in checks]
        tally.seconds[stage.name] = time.monotonic() - stage_began
        if not all(held):
            break
    tally.print()
    return 0 if tally.passed and not tally.failed else 1


if __name__ == "__main__":
    sys.exit(main())
