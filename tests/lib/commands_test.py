# SPDX-License-Identifier: Apache-2.0
"""Commands give their output, or a failure that tells all that they said."""
import os
import signal
import time
import unittest

from lib.commands import CommandFailed, output_of, run, succeeds
from lib.conditions import why_not


class Commands(unittest.TestCase):
    def test_give_what_they_print(self):
        self.assertEqual(output_of("sh", "-c", "echo one; echo aside >&2; echo two"), "one\ntwo")
        self.assertEqual(output_of("cat", text="in\n"), "in")
        self.assertEqual(output_of("cat"), "")
        self.assertEqual(run(["sh", "-c", "echo one; echo aside >&2; exit 3"]), (3, "one\n", "one\naside\n"))

    def test_tell_why_they_failed(self):
        with self.assertRaises(CommandFailed) as failed:
            output_of("sh", "-c", "echo out; echo oh no >&2; exit 3")
        self.assertEqual(failed.exception.status, 3)
        self.assertEqual(str(failed.exception), "sh -c 'echo out; echo oh no >&2; exit 3' ended with status 3\nout\noh no")

    def test_must_exist(self):
        self.assertIn("cannot run /no/such/program one: ", why_not(succeeds, "/no/such/program", "one"))

    def test_are_conditions(self):
        self.assertIsNone(why_not(succeeds, "true"))
        self.assertEqual(why_not(succeeds, "false"), "false ended with status 1")

    def test_may_leave_something_in_the_background(self):
        began = time.monotonic()
        left = int(output_of("sh", "-c", "sleep 30 & echo $!"))
        self.assertLess(time.monotonic() - began, 20)
        os.kill(left, signal.SIGKILL)


if __name__ == "__main__":
    unittest.main()
