# SPDX-License-Identifier: Apache-2.0
"""Keys, metrics and labels are found in the sources, by how these are written."""
import unittest

from docs.sources import daemon_keys, daemon_metrics, label_values, label_values_in, metrics_in, plugin_keys, text_of


class Sources(unittest.TestCase):
    def test_have_keys(self):
        self.assertEqual(daemon_keys('map->find("a"); map.require("b", "c d"); read_text(*map, "e", rule); f("g")'), {"a", "b", "e"})
        self.assertEqual(daemon_keys('read_word(map, "a", words, usual)'), {"a"})
        self.assertEqual(plugin_keys('reader.string("a"); reader->integer<int>("b", r); string_view key = "c"; x("d")'),
                         {"a", "b", "c"})

    def test_have_metrics_and_labels(self):
        self.assertEqual(metrics_in("sum(rxlease_queues{a}) + rxlease_x_total"), {"rxlease_queues", "rxlease_x_total"})
        self.assertEqual(metrics_in("rxlease_x_seconds_bucket{le=~'1'} / rxlease_x_seconds_count"), {"rxlease_x_seconds"})
        self.assertEqual(label_values_in('{state="foreign_lease", outcome!=\\"failed\\", other="x"}'), {"foreign_lease", "failed"})
        self.assertEqual(label_values_in('{state=~"free|AF_XDP", what!~\\"scan|reload\\"}'), {"free", "AF_XDP", "scan", "reload"})

    def test_are_where_they_are_looked_for(self):
        self.assertIn("rescanSeconds", daemon_keys())
        self.assertIn("leaseTimeoutMs", plugin_keys())
        self.assertIn("rxlease_queues", daemon_metrics())
        self.assertIn("foreign_lease", label_values())
        self.assertNotIn("AF_XDP", label_values())
        self.assertIn("scan", label_values())
        with self.assertRaises(FileNotFoundError):
            text_of(["deviceplugin/no_such_*.cc"])


if __name__ == "__main__":
    unittest.main()
