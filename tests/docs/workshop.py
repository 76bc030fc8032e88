# SPDX-License-Identifier: Apache-2.0
"""Where the documentation's commands are run: in a copy of the sources, which has the build too, with the tools that they
call. What is built or installed already takes no time."""
import os
import re
import shutil

from lib.commands import output_of, succeeds
from lib.places import ROOT

# The build in the copy is another directory's: only what does not compile is run.
CMAKE = """#!/usr/bin/env bash
case "$*" in
  '--preset release') ;;
  '--build --preset release --target image') exec deploy/image/build ;;
  *) exec /usr/bin/cmake "$@" ;;
esac
"""


class Workshop:
    """The copy, and the programs that come before the machine's own."""

    def __init__(self, scratch, build, tools):
        self.sources = scratch / "sources"
        self.programs = scratch / "bin"
        self.environment = os.environ | {"PATH": f"{self.programs}:{os.environ['PATH']}"}
        copy_sources(self.sources)
        (self.sources / "build").mkdir()
        (self.sources / "build/release").symlink_to(build)
        self.programs.mkdir()
        for tool in ("helm", "kubectl"):
            (self.programs / tool).symlink_to(tools / tool)
        (self.programs / "cmake").write_text(CMAKE, encoding="ascii")
        (self.programs / "cmake").chmod(0o755)

    def runs(self, block):
        """A condition: bash runs the block in the copy, and nothing in it fails."""
        return succeeds("bash", "-euo", "pipefail", "-c", block, cwd=self.sources, env=self.environment)


def copy_sources(target):
    """The files of the work tree that git knows of, and that are there."""
    for name in output_of("git", "ls-files", "-z", cwd=ROOT).split("\0"):
        source, copy = ROOT / name, target / name
        if name and (source.exists() or source.is_symlink()):
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, copy, follow_symlinks=False)


def parsed(block):
    """A condition: bash understands it. Nothing is run."""
    return succeeds("bash", "-n", "-c", block)


def helm_lines(block):
    """What `helm upgrade` is told in the block, line by line: `helm template` tells what it would do."""
    lines = block.replace("\\\n", "").splitlines()
    return [re.sub(r"^helm upgrade (--install )?", "", line) for line in lines if line.startswith("helm upgrade ")]
