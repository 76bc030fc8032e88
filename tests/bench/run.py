#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs suites in the bench, each in a kernel of its own, and adds up their tests:

    tests/bench/run [--list] [--everything] [--build DIR] [--results DIR] [--jobs N] [SUITE]...

Without a name every suite runs but those that say `# rarely: WHY`, which --everything adds; the longest first, judged by
how long each took the last time; N at once, by default two more than there are CPUs, since each waits about half of its
time. At the end stands a table of the suites' times. The last line is `N passed, N failed`; the status is 0 if none failed
and at least one passed.

A suite is an executable file in tests/bench/suites, or any other with a / in its name. Its comment says what it checks
in its first line after the licence, and what it needs in lines such as `# memory: 1G`, `# cpus: 2`, `# timeout: 120`
and `# nic: 1:1:8` (see the options of tests/bench/boot). `# before: COMMAND` is run outside, before anything is booted:
there is no network in the bench. Without `# cpus:` a suite's kernel has one CPU, or with --everything two. A kernel with
one takes a third of the processor time, and stays on one of the machine's CPUs, which saves another fifth. A suite runs in the project's directory and finds

    RXLEASE_ROOT        the project's directory
    RXLEASE_BUILD       where it was built: --build, or build/release, or build/dev
    RXLEASE_RESULTS     where it leaves its results: GoogleTest's XML files, or lines `N passed, N failed` in NAME.totals
    RXLEASE_EVERYTHING  set by --everything: rounds of which a suite samples a part are all played

A skipped or disabled test counts as failed: whatever is not run in the bench is not run at all. So does a suite that
ends badly, or leaves no result."""
import argparse
import dataclasses
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as xml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib.googletest import verdicts
from lib.places import CACHE, ROOT
from lib.progress import HEARTBEAT, die, last_words, say

BENCH = ROOT / "tests/bench"
LAST_TIMES = CACHE / "suite-times.json"  # seconds by name, of each suite's last run
DEFAULT_TIMEOUT = 300
CHECKED_KERNEL_TIMES = 30  # as long, where the kernel checks itself: see kernel/build
TOTALS = re.compile(r"^(\d+) passed, (\d+) failed$", re.MULTILINE)


class Suite:
    """A script and what its comment says."""

    def __init__(self, path):
        self.path = path
        self.name = path.name
        lines = path.read_text(encoding="utf-8").splitlines()[1:]
        comment = [line[1:].strip() for line in lines[: next((i for i, l in enumerate(lines) if not l.startswith("#")), None)]]
        self.needs = [tuple(line.split(": ", 1)) for line in comment if re.match(r"[a-z]+: ", line)]
        self.about = next((line for line in comment if line and "SPDX" not in line), "")

    def values(self, key):
        return [value.strip() for name, value in self.needs if name == key]

    @property
    def rarely(self):
        """Why it runs only by name or with --everything; empty: it always does."""
        return " ".join(self.values("rarely"))

    @property
    def timeout(self):
        return int((self.values("timeout") or [DEFAULT_TIMEOUT])[0])


def find_suite(name):
    path = pathlib.Path(name).resolve() if "/" in name else BENCH / "suites" / name
    if not (path.is_file() and os.access(path, os.X_OK)):
        die(f"no suite in '{name}'" if "/" in name else f"no suite '{name}', see --list")
    return Suite(path)


def all_suites():
    paths = [path for path in (BENCH / "suites").iterdir() if path.is_file() and os.access(path, os.X_OK)]
    return [Suite(path) for path in sorted(paths)] or die(f"no suites in {BENCH}/suites")


def last_times():
    try:
        return {str(name): float(seconds) for name, seconds in json.loads(LAST_TIMES.read_text()).items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def remember_times(runs):
    times = last_times() | {run.suite.name: round(run.seconds, 1) for run in runs if run.suite.path.parent == BENCH / "suites"}
    CACHE.mkdir(parents=True, exist_ok=True)
    new = LAST_TIMES.with_suffix(f".{os.getpid()}")
    new.write_text(json.dumps(times, indent=1, sort_keys=True))
    new.replace(LAST_TIMES)


@dataclasses.dataclass
class Counts:
    passed: int = 0
    failed: int = 0
    findings: list = dataclasses.field(default_factory=list)

    def fail(self, finding, number=1):
        self.failed += number
        self.findings.append(finding)


def count_xml(suite, file, counts):
    """The tests in one of GoogleTest's XML files."""
    try:
        for name, verdict in verdicts(file):
            if verdict == "passed":
                counts.passed += 1
            else:
                counts.fail(f"{suite}: {name} {verdict}")
    except xml.ParseError as error:
        counts.fail(f"{suite}: {file.name}: {error}")


def count(suite, status, results):
    """What a suite that ended with this status left in its directory of results."""
    counts = Counts()
    for file in sorted(results.glob("*.xml")):
        count_xml(suite, file, counts)
    for file in sorted(results.glob("*.totals")):
        for passed, failed in TOTALS.findall(file.read_text(encoding="utf-8", errors="replace")):
            counts.passed += int(passed)
            if int(failed):
                counts.fail(f"{suite}: {failed} failed, see above", int(failed))
    if status == 124:
        counts.fail(f"{suite}: out of time")
    elif status == 125:
        counts.fail(f"{suite}: its kernel ended early")
    elif status and not counts.failed:
        counts.fail(f"{suite}: ended with status {status}, though no test failed")
    elif not status and not counts.passed + counts.failed:
        counts.fail(f"{suite}: left no result")
    return counts


class Run:
    """A suite in its kernel: a process group of its own, which can be ended as a whole."""

    def __init__(self, suite, options, idlest):
        """`idlest`: the machine's CPU that fewest suites are bound to."""
        self.suite = suite
        self.results = options.results / suite.name
        self.output = options.results / f"{suite.name}.output"
        shutil.rmtree(self.results, ignore_errors=True)
        self.results.mkdir()
        times = CHECKED_KERNEL_TIMES if os.environ.get("RXLEASE_LINUX_CHECKS") else 1
        command = [BENCH / "boot", "--timeout", str(suite.timeout * times)]
        for key in ("memory", "nic"):
            for value in suite.values(key):
                command += [f"--{key}", value]
        cpus = (suite.values("cpus") or ["2" if options.everything else "1"])[0]
        self.bound_to = idlest if cpus == "1" else None
        if self.bound_to is not None:
            command = ["taskset", "--cpu-list", str(self.bound_to), *command]
        command += ["--cpus", cpus]
        command += ["--results", self.results, "--env", f"RXLEASE_ROOT={ROOT}", "--env", f"RXLEASE_BUILD={options.build}",
                    "--env", f"RXLEASE_RESULTS={self.results}"]
        if options.everything:
            command += ["--env", "RXLEASE_EVERYTHING=1"]
        self.began = time.monotonic()
        with open(self.output, "wb") as output:
            self.process = subprocess.Popen([*command, "--", suite.path], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output,
                                            stderr=subprocess.STDOUT, start_new_session=True)

    def has_ended(self):
        """Whether it has; then its status, seconds and seconds of processor time are known."""
        ended, status, usage = os.wait4(self.process.pid, os.WNOHANG)
        if not ended:
            return False
        self.process.returncode = self.status = os.waitstatus_to_exitcode(status)
        self.seconds = time.monotonic() - self.began
        self.processor_seconds = usage.ru_utime + usage.ru_stime
        return True

    def end(self):
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(10)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            pass

    def sign_of_life(self):
        lines = last_words(self.output)
        last = " ".join(lines[-1].split())[:80] if lines else ""
        say(f"suite {self.suite.name}: {time.monotonic() - self.began:.0f} s, {len(lines)} lines, now {last}")


def report(run):
    print(f"=== {run.suite.name} ({run.seconds:.0f} s)", flush=True)
    sys.stdout.buffer.write(run.output.read_bytes())
    sys.stdout.buffer.flush()
    return count(run.suite.name, run.status, run.results)


def idlest_cpu(running):
    bound = [run.bound_to for run in running]
    return min(os.sched_getaffinity(0), key=bound.count)


def play(suites, options):
    """Runs them, as many at once as asked for. Returns them in the order in which they ended, each with its counts."""
    waiting, running, ended = list(suites), [], []
    beat = time.monotonic() + HEARTBEAT
    try:
        while waiting or running:
            while waiting and len(running) < options.jobs:
                running.append(Run(waiting.pop(0), options, idlest_cpu(running)))
            time.sleep(0.05)
            for run in [run for run in running if run.has_ended()]:
                running.remove(run)
                ended.append((run, report(run)))
            if time.monotonic() >= beat:
                beat += HEARTBEAT
                for run in running:
                    run.sign_of_life()
    finally:
        for run in running:
            run.end()
    return ended


def print_table(ended, seconds):
    total = sum(run.processor_seconds for run, _ in ended)
    print(f"\n{'suite':<16} {'seconds':>8} {'processor':>10} {'passed':>7} {'failed':>7}")
    for run, counts in sorted(ended, key=lambda pair: pair[0].seconds, reverse=True):
        print(f"{run.suite.name:<16} {run.seconds:>8.0f} {run.processor_seconds:>10.0f} {counts.passed:>7} {counts.failed:>7}")
    print(f"{'all':<16} {seconds:>8.0f} {total:>10.0f}")


def parse(arguments):
    parser = argparse.ArgumentParser(usage=__doc__, add_help=False)
    parser.add_argument("--help", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--everything", action="store_true")
    parser.add_argument("--build", type=pathlib.Path)
    parser.add_argument("--results", type=pathlib.Path)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() + 2)
    parser.add_argument("suites", nargs="*")
    options = parser.parse_args(arguments)
    if options.help:
        print(__doc__)
        sys.exit(0)
    return options


def prepare(suites, options):
    """Finds the build, and has made what the suites need from outside."""
    if not options.build:
        options.build = next((d for d in (ROOT / "build/release", ROOT / "build/dev") if d.is_dir()), ROOT / "build/release")
    if not options.build.is_dir():
        die(f"no build in {options.build}: name one with --build, or make it: cmake --preset release && "
            "cmake --build --preset release")
    options.build = options.build.resolve()
    options.results = (options.results or options.build / "bench").resolve()
    options.results.mkdir(parents=True, exist_ok=True)
    commands = dict.fromkeys(command for suite in suites for command in suite.values("before"))
    for command in [*commands, str(BENCH / "kernel/build")]:
        ended = subprocess.run(["bash", "-euc", command], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               env=os.environ | {"RXLEASE_BUILD": str(options.build)}, check=False)
        if ended.returncode:
            die(f"what the suites need cannot be had: {command}")


def main():
    options = parse(sys.argv[1:])
    suites = [find_suite(name) for name in options.suites] or all_suites()
    if options.list:
        for suite in suites:
            print(f"{suite.name:<16} {suite.about}" + (f" (only with --everything: {suite.rarely})" if suite.rarely else ""))
        return 0
    if not options.suites and not options.everything:
        suites = [suite for suite in suites if not suite.rarely]
    prepare(suites, options)
    known = last_times()
    suites.sort(key=lambda suite: known.get(suite.name, suite.timeout), reverse=True)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(143))
    began = time.monotonic()
    ended = play(suites, options)
    remember_times([run for run, counts in ended if not counts.failed])
    print_table(ended, time.monotonic() - began)
    passed, failed = (sum(getattr(counts, which) for _, counts in ended) for which in ("passed", "failed"))
    for _, counts in ended:
        for finding in counts.findings:
            print(f"not passed: {finding}")
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
