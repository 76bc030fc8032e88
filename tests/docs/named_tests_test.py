# SPDX-License-Identifier: Apache-2.0
"""A page names tests that exist, and a claim without one is found."""
import pathlib
import tempfile
import unittest

from docs.named_tests import claims_without_test, is_there, named_tests

PAGE = """
It is safe (`tests/a_test.cc: Suite.IsSafe`), says `rxleasectl check: it`, and no path such as `tests/bench`.

| what | why | shown by |
|---|---|---|
| one | | `tests/a_test.cc: Suite.IsSafe` |
| two | `tests/run: no` | nothing |

| what | why |
|---|---|
| three | |
"""


class NamedTests(unittest.TestCase):
    def test_are_found_in_backticks(self):
        self.assertEqual(named_tests("`tests/run: it works`, `tests/run: it works`, `tests/bench`"), [("tests/run", "it works")])
        self.assertIn(("tests/a_test.cc", "Suite.IsSafe"), named_tests(PAGE))

    def test_exist_or_do_not(self):
        with tempfile.TemporaryDirectory() as scratch:
            root = pathlib.Path(scratch)
            (root / "a_test.cc").write_text("TEST_F(Suite,\n       IsSafe) {}\n", encoding="utf-8")
            (root / "run").write_text("check \"it works well\"\nprintf '\\nA chapter\\n'\n# it lies\n", encoding="utf-8")
            self.assertTrue(is_there(root, "a_test.cc", "Suite.IsSafe"))
            self.assertFalse(is_there(root, "a_test.cc", "Suite.Is"))
            self.assertFalse(is_there(root, "a_test.cc", "Other.IsSafe"))
            self.assertTrue(is_there(root, "run", "it works"))
            self.assertTrue(is_there(root, "run", "A chapter"))
            self.assertFalse(is_there(root, "run", "it lies"))
            self.assertFalse(is_there(root, "none", "it works"))

    def test_are_missed_in_a_row_that_names_none_at_its_end(self):
        self.assertEqual(claims_without_test(PAGE), ["| two | `tests/run: no` | nothing |"])


if __name__ == "__main__":
    unittest.main()
