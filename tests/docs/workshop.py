# SPDX-License-Identifier: Apache-2.0
"""Runs the documentation's commands in a copy of the sources. The copy includes the build, and PATH the tools that the
commands call, so that nothing is compiled or installed again."""
import os
import re
import shutil

from lib.commands import output_of, succeeds
from lib.places import ROOT

# CMake would refuse the copy, since the build belongs to another directory. This runs only what compiles nothing.
CMAKE = """#!/usr/bin/env bash
case "$*" in
  '--preset release') ;;
  '--build --preset release --target image') exec deploy/image/build ;;
  *) exec /usr/bin/cmake "$@" ;;
esac
"""


class Workshop:
    """The copy, and programs that replace the machine's own."""

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
        """A condition that holds if bash runs the block in the copy without a failure."""
        return succeeds("bash", "-euo", "pipefail", "-c", block, cwd=self.sources, env=self.environment)


def copy_sources(target):
    """Copies the work tree's files that git tracks and that exist."""
    for name in output_of("git", "ls-files", "-z", cwd=ROOT).split("\0"):
        source, copy = ROOT / name, target / name
        if name and (source.exists() or source.is_symlink()):
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, copy, follow_symlinks=False)


def parsed(block):
    """A condition that holds if bash can parse the block. Runs nothing."""
    return succeeds("bash", "-n", "-c", block)


def helm_lines(block):
    """Returns the arguments of each `helm upgrade` in the block, for `helm template`."""
    lines = block.replace("\\\n", "").splitlines()
    return [re.sub(r"^helm upgrade (--install )?", "", line) for line in lines if line.startswith("helm upgrade ")]
