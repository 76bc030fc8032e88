# SPDX-License-Identifier: Apache-2.0
"""Renderings, refusals, schemas and seccomp profiles are read right."""
import unittest

from chart.rendered import Rendered, allowed_by, keys_of, refusals
from lib.conditions import Failed

OBJECTS = """
kind: ConfigMap
data: { a: text, config.yaml: "pools: []" }
---
kind: ConfigMap
data: { board.json: "{}" }
---
---
kind: DaemonSet
spec:
  template:
    spec:
      initContainers: [{ name: first }]
      containers: [{ name: main }]
      volumes: [{ name: a, hostPath: { path: /a } }]
---
kind: Pod
spec: { containers: [{ name: alone }] }
"""


class Objects(unittest.TestCase):
    def setUp(self):
        self.chart = Rendered(OBJECTS)

    def test_are_found_by_kind(self):
        self.assertEqual(len(self.chart.objects), 4)
        self.assertEqual(self.chart.file("a"), "text")
        with self.assertRaises(Failed):
            self.chart.only("Service")

    def test_have_pods(self):
        self.assertEqual(self.chart.container, {"name": "main"})
        self.assertEqual(self.chart.volume("a")["hostPath"], {"path": "/a"})
        self.assertEqual([container["name"] for container in self.chart.all_containers()], ["first", "main", "alone"])


class Others(unittest.TestCase):
    def test_refusals_have_an_option_a_value_and_words(self):
        self.assertEqual(list(refusals("# no\n--set a=b => '/a': c, d\n--set-json a={\"b\": 1} => no\n")),
                         [("--set", "a=b", "'/a': c, d"), ("--set-json", 'a={"b": 1}', "no")])

    def test_schemas_have_keys_on_every_level(self):
        schema = {"properties": {"a": {"type": "string"}, "b": {"items": {"anyOf": [{"properties": {"c": {}}}]}}}}
        self.assertEqual(keys_of(schema), {"a", "b", "c"})

    def test_profiles_allow_calls_on_conditions(self):
        profile = {"syscalls": [{"names": ["read", "write"], "action": "SCMP_ACT_ALLOW"},
                                {"names": ["clone"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 0}]},
                                {"names": ["reboot"], "action": "SCMP_ACT_ERRNO"}]}
        self.assertEqual(allowed_by(profile), {("read", "None"), ("write", "None"), ("clone", "[{'index': 0}]")})


if __name__ == "__main__":
    unittest.main()
