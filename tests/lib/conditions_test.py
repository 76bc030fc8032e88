# SPDX-License-Identifier: Apache-2.0
"""Conditions hold, or tell why they do not."""
import unittest

from lib.conditions import Failed, has, matches, no, nothing_in, same, why_not


def breaks():
    raise ValueError("this broke")


class Conditions(unittest.TestCase):
    def test_hold_only_by_true(self):
        self.assertIsNone(why_not(True))
        self.assertIsNone(why_not(lambda: True))
        self.assertEqual(why_not(str.isdigit, "x"), "isdigit('x')")
        self.assertIn("returned None, which is neither", why_not(lambda: None))
        self.assertIn("returned [1], which is neither", why_not(lambda: [1]))
        self.assertEqual(why_not(False), "it is False")

    def test_that_break_fail_with_the_place(self):
        reason = why_not(breaks)
        self.assertIn("in breaks", reason)
        self.assertIn("ValueError: this broke", reason)

    def test_same_shows_both(self):
        self.assertIs(same(4, lambda: 4), True)
        self.assertEqual(why_not(same, "a", "b"), "expected <a>, got <b>")

    def test_same_shows_the_lines_that_differ(self):
        lines = [f"line {number}" for number in range(50)]
        reason = why_not(same, "\n".join(lines), "\n".join(lines).replace("line 30", "other"))
        self.assertIn("-line 30\n+other", reason)
        self.assertNotIn("line 10", reason)

    def test_nothing_names_what_there_is(self):
        self.assertIs(nothing_in([]), True)
        self.assertIn("one\ntwo", why_not(nothing_in, lambda: ["one", "two"]))

    def test_parts_and_patterns_show_the_whole(self):
        self.assertIs(has("b", "abc"), True)
        self.assertEqual(why_not(has, "x", "abc"), "<x> is not in:\nabc")
        self.assertIs(matches("^second", "first\nsecond"), True)
        self.assertEqual(why_not(matches, "^x", "abc"), "nothing matches <^x> in:\nabc")

    def test_can_be_turned_around(self):
        self.assertIs(no(same, 1, 2), True)
        self.assertIn("holds, and should not", why_not(no, same, 1, 1))
        with self.assertRaises(Failed):
            no(True)


if __name__ == "__main__":
    unittest.main()
