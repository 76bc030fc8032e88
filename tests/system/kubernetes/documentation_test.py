# SPDX-License-Identifier: Apache-2.0
"""Blocks are found by their words, run in the site, and those that were not run are known."""
import contextlib
import io
import pathlib
import tempfile
import unittest

from lib.conditions import why_not
from system.kubernetes.documentation import Documentation, is_printed, lines_before_helm

PAGE = """# Page

```sh cluster
echo one >file
cat file
```

```console
one
file of 12 bytes
```

```sh node
false
```

```sh
echo elsewhere
```

```sh sender
send something
```
"""


class Pages(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.site = pathlib.Path(scratch.name, "site")
        self.site.mkdir()
        pathlib.Path(scratch.name, "page.md").write_text(PAGE, encoding="utf-8")
        self.documentation = Documentation(self.site, pathlib.Path(scratch.name))

    def test_have_blocks_that_are_run_in_the_site(self):
        with contextlib.redirect_stdout(io.StringIO()) as said:
            self.assertIn("file of 12 bytes", why_not(self.documentation.runs, "page", "cat file"))
        self.assertEqual(said.getvalue(), "one\n")
        self.assertEqual((self.site / "file").read_text("ascii"), "one\n")
        self.assertEqual(self.documentation.begins("page", "echo one").wait(), 0)

    def test_show_what_is_printed(self):
        self.assertEqual(self.documentation.shown("page", "cat file"), ["one", "file of 12 bytes"])
        self.assertEqual(self.documentation.shown("page", "send"), [])
        self.assertTrue(is_printed("node1   4", "NODE QUEUES\nbench 3\n"))
        self.assertTrue(is_printed("ok       all", "ok  all"))
        self.assertFalse(is_printed("ok  all", "warning  all"))
        self.assertFalse(is_printed("node1 4", "bench\n3"))

    def test_have_blocks_that_fail(self):
        self.assertIn("ended with status 1", why_not(self.documentation.runs, "page", "false"))
        self.assertEqual(why_not(self.documentation.runs, "page", "elsewhere"), "docs/page.md tells nobody to run elsewhere")

    def test_have_blocks_for_elsewhere(self):
        self.assertEqual(self.documentation.take("page", "send something")[:5], ["ip", "netns", "exec", "client", "bash"])

    def test_remember_what_was_run(self):
        self.documentation.take("page", "false")
        self.assertEqual(self.documentation.never_run(), ["page, cluster: echo one >file", "page, sender: send something"])
        self.documentation.take("page", "file")
        self.documentation.take("page", "send")
        self.assertEqual(self.documentation.never_run(), [])

    def test_have_values_before_helm(self):
        values = lines_before_helm("quickstart", "cat >values.yaml")
        self.assertTrue(values.endswith("VALUES"))
        self.assertNotIn("helm lint", values)


if __name__ == "__main__":
    unittest.main()
