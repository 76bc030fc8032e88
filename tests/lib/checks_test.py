# SPDX-License-Identifier: Apache-2.0
"""Sentences are counted, and the last line and the status tell how many hold."""
import contextlib
import io
import pathlib
import tempfile
import unittest
import unittest.mock

from lib.checks import Checks
from lib.conditions import same


class Sentences(unittest.TestCase):
    def setUp(self):
        self.check = Checks()

    def said_by(self, call, *arguments):
        with contextlib.redirect_stdout(io.StringIO()) as said:
            self.returned = call(*arguments)
        return said.getvalue()

    def test_are_counted(self):
        self.assertEqual(self.said_by(self.check, "one is one", same, 1, 1), "ok: one is one\n")
        self.assertIs(self.returned, True)
        self.assertEqual(self.said_by(self.check, "one is two", same, 1, 2), "FAILED: one is two\n    expected <1>, got <2>\n")
        self.assertIs(self.returned, False)
        self.assertEqual(self.said_by(self.check.totals), "1 passed, 1 failed\n")
        self.assertEqual(self.returned, 1)

    def test_go_on_after_one_that_breaks(self):
        self.assertIn("ZeroDivisionError", self.said_by(self.check, "it can be divided", lambda: 1 / 0))
        self.assertEqual(self.check.failed, 1)

    def test_tell_how_long_they_took(self):
        with unittest.mock.patch("time.monotonic", side_effect=[100, 107, 200, 220]):
            self.assertEqual(self.said_by(self.check, "it comes", True), "ok: it comes (7 s)\n")
            self.assertIn("FAILED: it comes (20 s)\n", self.said_by(self.check, "it comes", False))

    def test_must_be_some(self):
        self.said_by(self.check.totals)
        self.assertEqual(self.returned, 1)

    def test_are_told_to_a_file(self):
        self.said_by(self.check, "yes", True)
        with tempfile.TemporaryDirectory() as scratch:
            file = pathlib.Path(scratch, "it.totals")
            self.said_by(self.check.totals, file)
            self.assertEqual(self.returned, 0)
            self.assertEqual(file.read_text("ascii"), "1 passed, 0 failed\n")


if __name__ == "__main__":
    unittest.main()
