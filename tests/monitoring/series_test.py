# SPDX-License-Identifier: Apache-2.0
"""Series that a daemon would not have are found."""
import unittest

from monitoring.series import SERIES, labels_of, objections, objections_to_tests, parsed

TEXT = """\
# HELP rxlease_queues Receive queues.
# TYPE rxlease_queues gauge
rxlease_queues{health="healthy",pool="rxq",state="free"} 2
rxlease_drops_total{namespace="shop",pod="web-0"} 0
rxlease_attachments 1
"""
DAEMON = 'node="n1", namespace="kube-system", pod="rxlease-x"'


class Series(unittest.TestCase):
    def test_have_a_name_and_labels(self):
        self.assertEqual(parsed('up{job="x", node=""}'), ("up", {"job": "x", "node": ""}))
        self.assertEqual(parsed("up"), ("up", {}))
        self.assertEqual(labels_of(TEXT)["rxlease_queues"], {"health", "pool", "state"})
        self.assertEqual(labels_of(TEXT)["rxlease_attachments"], set())

    def test_of_the_daemon_are_taken(self):
        for series in (f'rxlease_queues{{health="healthy", pool="", state="af_xdp", {DAEMON}}}',
                       f"rxlease_attachments{{{DAEMON}}}",
                       'rxlease_drops_total{node="n1", namespace="shop", pod="web-0"}'):
            self.assertEqual(list(objections(series, TEXT)), [])

    def test_of_no_daemon_are_found(self):
        for series, why in ((f"rxlease_nonsense{{{DAEMON}}}", "no such metric"),
                            (f'rxlease_queues{{pool="", state="free", {DAEMON}}}', "its labels should be health, "),
                            (f'rxlease_attachments{{{DAEMON}, nic="x"}}', "its labels should be "),
                            (f'rxlease_queues{{health="healthy", pool="", state="parked", {DAEMON}}}', "never parked")):
            self.assertIn(why, "\n".join(objections(series, TEXT)))

    def test_of_tests_are_all_looked_at(self):
        tests = {"tests": [{"input_series": [{"series": "a"}, {"series": "b"}]}, {"input_series": [{"series": "c"}]}]}
        self.assertEqual(len(objections_to_tests(tests, TEXT)), 3)

    def test_are_there(self):
        self.assertIn("rxlease_queue_rx_drops_total", labels_of(SERIES.read_text("utf-8")))


if __name__ == "__main__":
    unittest.main()
