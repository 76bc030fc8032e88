# SPDX-License-Identifier: Apache-2.0
"""Pages are read as their readers see them."""
import pathlib
import tempfile
import unittest

from docs.blocks import block_after, blocks, first_words, without_blocks
from docs.markdown import anchors, broken_links, first_column, in_backticks, links, names, section

PAGE = """# Title

Run `rxleasectl
show` or `it`.

## What `it` is: 2 things

| `key` | default |
|---|---|
| `log.level`, `pools[].use` | `info` |
| no name | `x` |

```sh
one
two
```

```sh cluster
# no heading
three
```

## Next

[a](other.md#there), [b](https://example.org/), [c](#next), [d](#nowhere)
"""


class Blocks(unittest.TestCase):
    def test_are_of_one_kind(self):
        self.assertEqual(blocks(PAGE, "sh"), ["one\ntwo\n"])
        self.assertEqual(blocks(PAGE, "sh cluster"), ["# no heading\nthree\n"])
        self.assertEqual(blocks(PAGE, "cluster"), [])

    def test_are_known_by_their_first_words(self):
        self.assertEqual(first_words("one\ntwo\n"), "one")
        self.assertEqual(len(first_words("x" * 100)), 70)

    def test_follow_each_other(self):
        self.assertEqual(block_after(PAGE, "one\ntwo\n"), ("sh cluster", "# no heading\nthree\n"))
        self.assertIsNone(block_after(PAGE, "# no heading\nthree\n"))

    def test_can_be_left_out(self):
        self.assertNotIn("three", without_blocks(PAGE))
        self.assertIn("## Next", without_blocks(PAGE))


class Pages(unittest.TestCase):
    def test_have_sections(self):
        self.assertEqual(section("## A\none\n### B\ntwo\n## C\nthree\n", "A"), "one\n### B\ntwo\n")
        self.assertEqual(section("## A\none\n", "A"), "one\n")
        self.assertEqual(section("## A\none\n", "B"), "")

    def test_have_names_in_tables(self):
        self.assertEqual(first_column(PAGE), [" `key` ", " `log.level`, `pools[].use` "])
        self.assertEqual(names(first_column(PAGE)[1]), {"log", "level", "pools", "use"})
        self.assertEqual(names('"steering": [ { "dstPort": 1 } ]'), {"steering", "dstPort"})

    def test_have_words_in_backticks(self):
        self.assertEqual(in_backticks("a `one\ntwo` b ` odd\n\n`three` c"), ["one two", "three"])
        self.assertEqual(in_backticks(PAGE)[:2], ["rxleasectl show", "it"])

    def test_have_anchors(self):
        self.assertEqual(anchors(PAGE), {"title", "what-it-is-2-things", "next"})

    def test_have_links(self):
        self.assertEqual(links(PAGE), ["other.md#there", "#next", "#nowhere"])

    def test_have_broken_links(self):
        with tempfile.TemporaryDirectory() as scratch:
            page = pathlib.Path(scratch, "page.md")
            page.write_text(PAGE, encoding="utf-8")
            self.assertEqual(broken_links(page), ["other.md#there", "#nowhere"])
            pathlib.Path(scratch, "other.md").write_text("# There\n", encoding="utf-8")
            self.assertEqual(broken_links(page), ["#nowhere"])


if __name__ == "__main__":
    unittest.main()
