# SPDX-License-Identifier: Apache-2.0
"""Packages of a Debian suite that this machine does not use. Calls tests/bench/lib/debian-suite.sh, which bash scripts use
too."""
import os
import subprocess

from lib.places import ROOT
from lib.progress import die

LIBRARY = ROOT / "tests/bench/lib"
PRELUDE = """
source "$LIBRARY/progress.sh"
source "$LIBRARY/debian-suite.sh"
open_suite "$SUITE" "$SUITE_DIRECTORY"
"""


class DebianSuite:
    """A suite. Its package lists are fetched once, into a directory."""

    def __init__(self, suite, directory):
        self.environment = os.environ | {"LIBRARY": str(LIBRARY), "SUITE": suite, "SUITE_DIRECTORY": str(directory)}

    def call(self, *words, **options):
        """Calls a function of debian-suite.sh, which prints the reason if it fails. Then ends the script."""
        command = ["bash", "-euo", "pipefail", "-c", PRELUDE + '"$@"', "debian-suite", *map(str, words)]
        if subprocess.run(command, env=self.environment, stdin=subprocess.DEVNULL, check=False, **options).returncode:
            die(f"{' '.join(map(str, words))} failed, see above")

    def unpack(self, into, *packages):
        """Downloads the packages and unpacks their files."""
        self.call("suite_unpack", into, *packages)

    def download_source(self, package, into):
        """Downloads the source package's files."""
        into.mkdir(parents=True, exist_ok=True)
        self.call("step", f"downloading the sources of {package}", into / "log", "suite_apt", "apt-get", "source",
                  "--download-only", package, cwd=into)
