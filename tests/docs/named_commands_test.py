# SPDX-License-Identifier: Apache-2.0
"""Commands are found where pages name them, and those that a program would refuse are told apart."""
import pathlib
import tempfile
import unittest

from docs.named_commands import commands_in, is_taken, words_of
from lib.conditions import why_not

PAGE = """Run `rxleasectl show
pools`, or `ip link`; `rxlease` is the plugin, `build/bin/rxlease-device-plugin` the daemon.

| `rxleasectl check --pod` | in the pod |

```console
# rxleasectl show queues
DEVICE  rxleasectl
$ rxlease-device-plugin --restore
```

```sh cluster
kubectl exec daemonset/rxlease -- \\
  rxleasectl show -o wide | head
```

```yaml
rxleasectl: no command
```
"""

PROGRAM = r"""#!/bin/sh
case "$1" in
  nics) shift; echo "rxleasectl: The following argument was not expected: $*; see --help" >&2; exit 2 ;;
  --version) echo 1; exit 0 ;;
  all) exit 0 ;;
  *) echo "rxleasectl: topic: \"$1\" is none of nics" >&2; exit 2 ;;
esac
"""


class Commands(unittest.TestCase):
    def test_are_those_of_our_programs(self):
        self.assertEqual(words_of("/usr/bin/rxleasectl show -o json >file"), ("rxleasectl", "show", "-o", "json"))
        self.assertIsNone(words_of("ip link set NIC up"))
        self.assertIsNone(words_of("rxlease-test"))
        self.assertIsNone(words_of("it's"))

    def test_are_found_in_text_tables_and_blocks(self):
        self.assertEqual(commands_in(PAGE), {
            ("rxleasectl", "show", "pools"), ("rxlease-device-plugin",), ("rxleasectl", "check", "--pod"),
            ("rxleasectl", "show", "queues"), ("rxlease-device-plugin", "--restore"), ("rxleasectl", "show", "-o", "wide")})


class Programs(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.programs = pathlib.Path(scratch.name)
        program = self.programs / "rxleasectl"
        program.write_text(PROGRAM, encoding="ascii")
        program.chmod(0o755)

    def refusal_of(self, *words):
        return why_not(is_taken, self.programs, ("rxleasectl", *words))

    def test_take_what_they_know(self):
        self.assertIsNone(self.refusal_of("nics"))
        self.assertIsNone(self.refusal_of("--version"))

    def test_refuse_what_they_do_not_know(self):
        self.assertEqual(self.refusal_of("pools"), 'rxleasectl: topic: "pools" is none of nics')
        self.assertIn("not expected: more", self.refusal_of("nics", "more"))

    def test_must_refuse_an_option_that_none_has(self):
        self.assertEqual(self.refusal_of("all"), "it ended with status 0")


if __name__ == "__main__":
    unittest.main()
