# SPDX-License-Identifier: Apache-2.0
"""A PodMonitor becomes the scrape configuration that the operator would make."""
import unittest

from monitoring.scraping import scrape_config

TARGET = {"namespace": "net", "pod": "daemon", "node": "n1"}


def monitor(**members):
    return {"metadata": {"name": "m"}, "spec": {"podMetricsEndpoints": [{"port": "metrics", "path": "/m", **members}]}}


class ScrapeConfig(unittest.TestCase):
    def test_has_the_targets_labels(self):
        made = scrape_config(monitor(), "127.0.0.1:1", TARGET)
        self.assertFalse(made["honor_labels"])
        self.assertEqual(made["metrics_path"], "/m")
        self.assertEqual(made["static_configs"], [{"targets": ["127.0.0.1:1"], "labels": {
            "namespace": "net", "pod": "daemon", "container": "device-plugin", "endpoint": "metrics"}}])

    def test_follows_the_monitor(self):
        rule = {"sourceLabels": ["__meta_kubernetes_pod_node_name"], "targetLabel": "machine"}
        made = scrape_config(monitor(honorLabels=True, relabelings=[rule]), "127.0.0.1:1", TARGET)
        self.assertTrue(made["honor_labels"])
        self.assertEqual(made["static_configs"][0]["labels"]["machine"], "n1")


if __name__ == "__main__":
    unittest.main()
