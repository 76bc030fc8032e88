# SPDX-License-Identifier: Apache-2.0
"""Patience grows with the load, and is told to the bench. The same numbers as in tests/bench/lib/patience.sh."""
import os
import pathlib
import subprocess
import tempfile
import time
import unittest
from unittest import mock

from lib.conditions import why_not
from lib.patience import load_in_percent, patience, scaled, within
from lib.places import ROOT


class Patience(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.load = pathlib.Path(scratch.name, "loadavg")
        self.load.write_text("6.50 4.00 2.00 7/300 12345\n", encoding="ascii")
        environment = {name: value for name, value in os.environ.items() if not name.startswith("RXLEASE_")}
        self.enterContext(mock.patch.dict(os.environ, environment, clear=True))
        self.enterContext(mock.patch("os.sched_getaffinity", return_value={0, 1}))

    def test_is_two_and_the_load_of_a_processor(self):
        self.assertEqual(load_in_percent(self.load), 325)
        self.assertEqual(patience(self.load), 5)

    def test_is_ten_times_as_long_where_the_kernel_checks_itself(self):
        os.environ["RXLEASE_LINUX_CHECKS"] = "1"
        self.assertEqual(patience(self.load), 50)

    def test_is_told_to_the_bench(self):
        os.environ["RXLEASE_PATIENCE"] = "7"
        self.assertEqual(patience(self.load), 7)
        self.assertEqual(scaled(30), 210)

    def test_is_that_of_the_shell(self):
        script = f"""
            read() {{ printf -v load %s 6.50; }}
            nproc() {{ echo 2; }}
            source {ROOT}/tests/bench/lib/patience.sh
            patience; RXLEASE_LINUX_CHECKS=1 patience; RXLEASE_PATIENCE=7 patience"""
        said = subprocess.run(["bash", "-euc", script], check=True, capture_output=True, text=True).stdout
        self.assertEqual(said.split(), ["5", "50", "7"])

    def test_ends_with_the_last_reason(self):
        os.environ["RXLEASE_PATIENCE"] = "1"
        self.assertEqual(why_not(within, 0, str.isdigit, "x"), "not within 0 s; the last time: isdigit('x')")

    def test_lasts_until_the_condition_holds(self):
        answers = iter([False, False, True])
        os.environ["RXLEASE_PATIENCE"] = "1"
        began = time.monotonic()
        self.assertIs(within(60, lambda: next(answers)), True)
        self.assertLess(time.monotonic() - began, 30)


if __name__ == "__main__":
    unittest.main()
