# SPDX-License-Identifier: Apache-2.0
"""Tests for scripts, each named by a sentence: the Python version of tests/bench/lib/checks.sh.

    check = Checks()
    check("the pool has four queues", same, 4, count_queues)
    check("a pod gets one", within, 30, pod_runs, "web")
    sys.exit(check.totals())
"""
import textwrap
import time

from lib.conditions import why_not


SLOW_SECONDS = 5


class Checks:
    """Prints for each sentence whether it holds, and counts. If that took long, prints the seconds, too."""

    def __init__(self):
        self.passed = 0
        self.failed = 0

    def __call__(self, sentence, condition, *arguments):
        """The test passes if the condition holds (see lib/conditions.py). Returns whether it does."""
        began = time.monotonic()
        reason = why_not(condition, *arguments)
        seconds = time.monotonic() - began
        duration = f" ({seconds:.0f} s)" if seconds >= SLOW_SECONDS else ""
        if reason is None:
            self.passed += 1
            print(f"ok: {sentence}{duration}", flush=True)
            return True
        self.failed += 1
        print(f"FAILED: {sentence}{duration}\n{textwrap.indent(reason, '    ')}", flush=True)
        return False

    @staticmethod
    def chapter(title):
        """Prints a heading for the sentences that follow."""
        print(f"\n{title}", flush=True)

    def totals(self, file=None):
        """Prints the last line, writes it to the file if there is one, and returns the script's exit status."""
        line = f"{self.passed} passed, {self.failed} failed"
        print(line, flush=True)
        if file:
            file.write_text(line + "\n", encoding="ascii")
        return 0 if self.passed and not self.failed else 1
