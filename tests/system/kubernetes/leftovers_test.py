# SPDX-License-Identifier: Apache-2.0
"""Files are found wherever they are, and those that may stay are told apart."""
import pathlib
import tempfile
import unittest

from lib.places import ROOT
from system.kubernetes.leftovers import files, may_stay, undocumented

PAGE = """# Upgrade

| `/etc/other` | above |

## What stays

| path | |
|---|---|
| `/run/rxlease` | in `memory` |
| the pod `rxlease-test` | |
"""


class Leftovers(unittest.TestCase):
    def test_are_files_and_links(self):
        with tempfile.TemporaryDirectory() as scratch:
            top = pathlib.Path(scratch)
            for name in ("a/b/file", "a/other/file"):
                (top / name).parent.mkdir(parents=True)
                (top / name).touch()
            (top / "link").symlink_to(top / "a")
            self.assertEqual(files([scratch, "/no/such/place"], [f"{scratch}/a/other"]), {f"{scratch}/a/b/file", f"{scratch}/link"})

    def test_may_stay_where_the_documentation_says_so(self):
        self.assertEqual(may_stay(PAGE), ["/run/rxlease"])
        self.assertEqual(undocumented({"/run/rxlease/x", "/run/y", "/etc/other"}, PAGE), ["/etc/other", "/run/y"])
        self.assertIn("/var/lib/cni/networks", may_stay((ROOT / "docs/upgrade.md").read_text("utf-8")))


if __name__ == "__main__":
    unittest.main()
