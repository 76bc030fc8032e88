# SPDX-License-Identifier: Apache-2.0
"""The documentation's commands that need a cluster, run where a reader would run them, and which of them never were."""
import subprocess

from docs.blocks import blocks, first_words
from lib.commands import output_of
from lib.conditions import Failed
from lib.places import ROOT

# What a block may need, and what comes before the shell that runs it.
NEEDS = {"cluster": [], "node": [], "sender": ["ip", "netns", "exec", "client"]}


class Documentation:
    """The pages of a directory, whose commands are run in another, the site."""

    def __init__(self, site, pages=ROOT / "docs"):
        self.site = site
        self.pages = {page.stem: page.read_text(encoding="utf-8") for page in sorted(pages.glob("*.md"))}
        self.has_run = set()

    def all(self):
        """Each block that needs a cluster: its page, its need, and its text."""
        return {(name, need, block) for name, text in self.pages.items() for need in NEEDS
                for block in blocks(text, f"sh {need}")}

    def take(self, page, words):
        """The first block of the page with these words, as a command. It counts as run."""
        for need in NEEDS:
            for block in blocks(self.pages[page], f"sh {need}"):
                if words in block:
                    self.has_run.add((page, need, block))
                    return [*NEEDS[need], "bash", "-euo", "pipefail", "-c", block]
        raise Failed(f"docs/{page}.md tells nobody to run {words}")

    def output(self, page, words):
        """Runs the block, and returns what it prints."""
        return output_of(*self.take(page, words), cwd=self.site)

    def runs(self, page, words):
        """A condition: the block can be run. What it prints is shown."""
        said = self.output(page, words)
        if said:
            print(said, flush=True)
        return True

    def begins(self, page, words):
        """Starts the block, and does not wait for it. What it says goes to our own output."""
        return subprocess.Popen(self.take(page, words), cwd=self.site, stdin=subprocess.DEVNULL)

    def never_run(self):
        """The blocks that were not, by page, need and first words."""
        return sorted(f"{page}, {need}: {first_words(block)}" for page, need, block in self.all() - self.has_run)


def lines_before_helm(page, words):
    """Of the block ```sh with these words, what is before its first call of helm."""
    for block in blocks((ROOT / f"docs/{page}.md").read_text(encoding="utf-8"), "sh"):
        if words in block:
            return block.split("\nhelm ")[0]
    raise Failed(f"docs/{page}.md has no block with {words}")
