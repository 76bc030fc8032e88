# SPDX-License-Identifier: Apache-2.0
"""The text of a pod's life is read as it says."""
import unittest

from docs.pictures.pod_life import is_over, parsed

TEXT = """# a comment
= a
= b | who it is

-- part
a > b | asks
b | does
"""


class Life(unittest.TestCase):
    def test_has_participants_and_events(self):
        self.assertEqual(parsed(TEXT), ([("a", ""), ("b", "who it is")],
                                        [("part", "part"), ("call", "a", "b", "asks"), ("act", "b", "does")]))

    def test_takes_nothing_else(self):
        with self.assertRaisesRegex(ValueError, "a - b"):
            parsed("a - b")

    def test_leaves_out_the_life_line_below_words(self):
        at = {"a": 300, "b": 500}
        self.assertTrue(is_over(("call", "a", "b", "asks"), at, 400))
        self.assertFalse(is_over(("call", "a", "b", "asks"), at, 300))
        self.assertTrue(is_over(("act", "b", "does"), at, 500))


if __name__ == "__main__":
    unittest.main()
