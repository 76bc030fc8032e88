# SPDX-License-Identifier: Apache-2.0
"""Runs the documentation's commands that need a cluster, and remembers which of them were run."""
import re
import subprocess

from docs.blocks import block_after, blocks, first_words
from lib.commands import output_of
from lib.conditions import Failed
from lib.places import ROOT

# What a block may need, and the command that runs its shell there.
NEEDS = {"cluster": [], "node": [], "sender": ["ip", "netns", "exec", "client"]}


class Documentation:
    """The pages of a directory. Their commands run in another directory, the site."""

    def __init__(self, site, pages=ROOT / "docs"):
        self.site = site
        self.pages = {page.stem: page.read_text(encoding="utf-8") for page in sorted(pages.glob("*.md"))}
        self.has_run = set()

    def all(self):
        """Returns each block that needs a cluster: its page, its need, and its text."""
        return {(name, need, block) for name, text in self.pages.items() for need in NEEDS
                for block in blocks(text, f"sh {need}")}

    def find(self, page, words):
        """Returns the page's first block with these words, and its need. The block counts as run."""
        for need in NEEDS:
            for block in blocks(self.pages[page], f"sh {need}"):
                if words in block:
                    self.has_run.add((page, need, block))
                    return block, need
        raise Failed(f"docs/{page}.md tells nobody to run {words}")

    def take(self, page, words):
        """Returns the command that runs the block."""
        block, need = self.find(page, words)
        return [*NEEDS[need], "bash", "-euo", "pipefail", "-c", block]

    def output(self, page, words):
        """Runs the block, and returns its output."""
        return output_of(*self.take(page, words), cwd=self.site)

    def runs(self, page, words):
        """A condition that holds if the block runs without a failure and prints what the page shows. Prints its output."""
        said = self.output(page, words)
        if said:
            print(said, flush=True)
        missing = [line for line in self.shown(page, words) if not is_printed(line, said)]
        if missing:
            raise Failed("\n".join([f"docs/{page}.md shows what is not printed:", *missing, "but this is:", said]))
        return True

    def shown(self, page, words):
        """Returns the lines of output that the page shows behind the block, in the next block."""
        kind, text = block_after(self.pages[page], self.find(page, words)[0]) or ("", "")
        return text.splitlines() if kind == "console" and not text.startswith("# ") else []

    def begins(self, page, words):
        """Starts the block in the background, with this process's output."""
        return subprocess.Popen(self.take(page, words), cwd=self.site, stdin=subprocess.DEVNULL)

    def never_run(self):
        """Returns the page, the need and the first words of each block that was not run."""
        return sorted(f"{page}, {need}: {first_words(block)}" for page, need, block in self.all() - self.has_run)


def is_printed(shown, said):
    """Returns whether a line of the output is the one that a page shows: the same words, but for those with a digit."""
    words = [r"\S+" if re.search(r"\d", word) else re.escape(word) for word in shown.split()]
    line = r"[ \t]+".join(words)
    return re.search(rf"^\s*{line}\s*$", said, re.MULTILINE) is not None


def lines_before_helm(page, words):
    """Returns the lines of the page's ```sh block with these words that come before the first call of helm."""
    for block in blocks((ROOT / f"docs/{page}.md").read_text(encoding="utf-8"), "sh"):
        if words in block:
            return block.split("\nhelm ")[0]
    raise Failed(f"docs/{page}.md has no block with {words}")
