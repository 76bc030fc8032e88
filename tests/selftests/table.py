#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes docs/selftests.md of what the kernel's own tests said, and compares it with the page that is there.

    tests/selftests/table.py DIRECTORY PAGE [--write]

DIRECTORY has a file DEVICE.TEST for each test, its output in the Test Anything Protocol. A case that did not pass must be in
the file `reasons` beside this script, and a reason that no case needs is an error too. The last line counts the cases that
ended as expected: `N passed, N failed`."""
import argparse
import dataclasses
import fnmatch
import pathlib
import re
import sys

REASONS = pathlib.Path(__file__).with_name("reasons")
CASE = re.compile(r"^(?P<outcome>ok|not ok) \d+ (?P<name>\S+)(?P<skipped> # SKIP.*)?$", re.M)
PLAN = re.compile(r"^1\.\.(\d+)$", re.M)
HEAD = """<!-- SPDX-License-Identifier: Apache-2.0 -->
<!-- Made by tests/selftests/table.py, which the suite selftests runs; change that, or tests/selftests/reasons. -->
# The kernel's own tests

Linux has tests for drivers that lease queues and receive zero-copy, in `tools/testing/selftests/drivers/net/hw`. Here they ran
unmodified, in the bench: on `simnic`, the NIC that our tests simulate, and on `gve`, the kernel's driver, over a device of our
tests. `tests/bench/run selftests` runs them again, and fails when this page no longer says what they say.

"Not applicable" is a case that cannot be played on that device or in the bench; the reasons are below.
"""


@dataclasses.dataclass(frozen=True)
class Case:
    """One case of a test on one device."""

    device: str
    test: str
    name: str
    outcome: str  # passed, skipped or failed


@dataclasses.dataclass(frozen=True)
class Reason:
    """Why cases do not pass: a line `DEVICE PATTERN OUTCOME WHY` of the file."""

    device: str
    pattern: str
    outcome: str  # skipped, broke-off or failed
    why: str

    def explains(self, case):
        return (self.device == case.device and case.outcome == self.outcome.replace("broke-off", "failed") and
                fnmatch.fnmatchcase(f"{case.test}.{case.name}", self.pattern))


def read_reasons(text):
    return [Reason(*line.split(maxsplit=3)) for line in text.splitlines() if line and not line.startswith("#")]


def read_cases(device, test, output):
    """What a test's output says; a test that said nothing, or less than it had announced, has failed as a whole."""
    cases = [Case(device, test, match["name"].removeprefix(f"{test}."),
                  "failed" if match["outcome"] == "not ok" else "skipped" if match["skipped"] else "passed")
             for match in CASE.finditer(output)]
    plan = PLAN.search(output)
    if not plan or int(plan[1]) != len(cases):
        cases.append(Case(device, test, "to-its-end", "failed"))
    return cases


def verdict(case, reasons):
    """passed, "not applicable" or failed: what the page calls it."""
    if case.outcome == "passed":
        return case.outcome
    told = [reason.outcome for reason in reasons if reason.explains(case)]
    return "failed" if not told or "failed" in told else "not applicable"


def count(cases, reasons):
    """A cell of the table: "4 passed, 1 not applicable"."""
    verdicts = [verdict(case, reasons) for case in cases]
    return ", ".join(f"{verdicts.count(one)} {one}" for one in ("passed", "not applicable", "failed") if one in verdicts)


def page(cases, reasons):
    devices = sorted({case.device for case in cases}, reverse=True)
    lines = [HEAD, f"| test | {' | '.join(f'`{device}`' for device in devices)} |", "|---" * (len(devices) + 1) + "|"]
    for test in sorted({case.test for case in cases}):
        cells = [count([case for case in cases if case.test == test and case.device == device], reasons) for device in devices]
        lines.append(f"| `{test}.py` | {' | '.join(cells)} |")
    lines += ["", "| device | cases | why |", "|---|---|---|"]
    for device, why in dict.fromkeys((reason.device, reason.why) for reason in reasons):
        named = [f"`{reason.pattern}`" for reason in reasons if (reason.device, reason.why) == (device, why)]
        lines.append(f"| `{device}` | {', '.join(named)} | {why} |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("page", type=pathlib.Path)
    parser.add_argument("--write", action="store_true", help="make the page instead of comparing it")
    options = parser.parse_args()
    reasons = read_reasons(REASONS.read_text("utf-8"))
    cases = [case for file in sorted(options.directory.iterdir())
             for case in read_cases(*file.name.split(".", 1), file.read_text("utf-8", "replace"))]
    made = page(cases, reasons)
    if options.write:
        options.page.write_text(made, "utf-8")
    problems = [f"{case.device}: {case.test}.{case.name} {case.outcome}, and {REASONS.name} does not say why"
                for case in cases if case.outcome != "passed" and not any(reason.explains(case) for reason in reasons)]
    unused = [f"{REASONS.name}: no case of {reason.device} needs {reason.pattern} any more"
              for reason in reasons if not any(reason.explains(case) for case in cases)]
    outdated = [f"{options.page.name} is not what these tests said: run {sys.argv[0]} {options.directory} {options.page} --write"]
    failures = problems + unused + (outdated if options.page.read_text("utf-8") != made else [])
    print(made, *failures, sep="\n")
    print(f"{len(cases) - len(problems)} passed, {len(failures)} failed")
    sys.exit(1 if failures or not cases else 0)


if __name__ == "__main__":
    main()
