# SPDX-License-Identifier: Apache-2.0
"""Networks are found as Multus finds them, and plugins are called as libcni calls them."""
import json
import os
import pathlib
import tempfile
import unittest
import unittest.mock

from system.kubernetes.multus import Attachment, PluginFailed, as_list, call, named_networks

ECHO = """#!/bin/bash
printf '{ "ips": [{ "address": "10.0.0.5/24" }], "said": "%s %s", "read": %s }' "$CNI_COMMAND" "$CNI_IFNAME" "$(cat)"
"""


class Networks(unittest.TestCase):
    def test_are_named_by_the_annotation(self):
        self.assertEqual(named_networks("fast, shop/other@ib0", "default"),
                         [("default", "fast", "net1"), ("shop", "other", "ib0")])

    def test_are_lists(self):
        one = {"cniVersion": "1.0.0", "name": "a", "type": "x"}
        self.assertEqual(as_list(one), {"cniVersion": "1.0.0", "name": "a", "plugins": [one]})
        self.assertEqual(as_list(as_list(one)), as_list(one))


class Plugins(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        for name, text in (("first", ECHO), ("second", ECHO), ("fails", "#!/bin/bash\necho '{ \"code\": 7 }'\nexit 1\n")):
            plugin = pathlib.Path(scratch.name, name)
            plugin.write_text(text, encoding="ascii")
            plugin.chmod(0o755)
        patch = unittest.mock.patch.dict(os.environ, CNI_PATH=f"/no/such/place:{scratch.name}")
        patch.start()
        self.addCleanup(patch.stop)

    def test_get_the_answer_of_the_one_before(self):
        attachment = Attachment("net1", {"cniVersion": "1.0.0", "name": "n", "plugins": [{"type": "first"}, {"type": "second"}]})
        attachment.add()
        self.assertEqual(attachment.result["said"], "ADD net1")
        read = attachment.result["read"]
        self.assertEqual((read["type"], read["name"], read["cniVersion"]), ("second", "n", "1.0.0"))
        self.assertEqual(read["prevResult"]["read"], {"type": "first", "name": "n", "cniVersion": "1.0.0"})
        self.assertEqual(attachment.status("default/n", False),
                         {"name": "default/n", "interface": "net1", "ips": ["10.0.0.5"], "dns": {}})

    def test_may_fail_or_be_missing(self):
        with self.assertRaisesRegex(PluginFailed, '"code": 7'):
            call("ADD", "net1", {"type": "fails"})
        with self.assertRaisesRegex(PluginFailed, "no plugin absent"):
            call("ADD", "net1", {"type": "absent"})
        self.assertEqual(json.loads(call("DEL", "net1", {"type": "first"}))["said"], "DEL net1")


if __name__ == "__main__":
    unittest.main()
