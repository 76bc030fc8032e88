# SPDX-License-Identifier: Apache-2.0
"""The table of configurations is read right."""
import unittest

from chart.agreement import configurations, keys_in
from lib.conditions import Failed


class Table(unittest.TestCase):
    def test_has_a_verdict_and_members_in_each_line(self):
        self.assertEqual(list(configurations('# no\n\ntaken {}\nplugin {"a": [1, 2]}\n')), [("taken", {}), ("plugin", {"a": [1, 2]})])

    def test_has_no_other_verdict(self):
        with self.assertRaises(Failed):
            list(configurations("accepted {}"))

    def test_has_keys_on_every_level(self):
        self.assertEqual(keys_in([{"a": {"b": [{"c": 1}]}}, {"d": "e"}]), {"a", "b", "c", "d"})


if __name__ == "__main__":
    unittest.main()
