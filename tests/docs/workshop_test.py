# SPDX-License-Identifier: Apache-2.0
"""Commands are parsed, run in a copy of the sources, and what helm would do is known."""
import pathlib
import tempfile
import unittest

from docs.workshop import Workshop, helm_lines, parsed
from lib.conditions import why_not
from lib.places import ROOT


class Blocks(unittest.TestCase):
    def test_are_parsed(self):
        self.assertIsNone(why_not(parsed, "for x in y; do false; done"))
        self.assertIn("syntax error", why_not(parsed, "for x in y; do"))

    def test_tell_helm_something(self):
        self.assertEqual(helm_lines("helm upgrade --install a b \\\n  --set x\nhelm lint\nhelm upgrade c d\n"),
                         ["a b   --set x", "c d"])

    def test_run_in_a_copy(self):
        with tempfile.TemporaryDirectory() as scratch:
            workshop = Workshop(pathlib.Path(scratch), pathlib.Path("/bin"), pathlib.Path("/nowhere"))
            self.assertIsNone(why_not(workshop.runs, "test -e README.md && rm README.md && build/release/true"))
            self.assertIn("ended with status 1", why_not(workshop.runs, "false; true"))
            self.assertIsNone(why_not(workshop.runs, "cmake --preset release"))
        self.assertTrue((ROOT / "README.md").exists())


if __name__ == "__main__":
    unittest.main()
