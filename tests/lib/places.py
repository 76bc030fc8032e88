# SPDX-License-Identifier: Apache-2.0
"""Directories: the project, the cache of results that are made once per machine, and a build."""
import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache", "rxlease")


def build_directory(arguments):
    """Returns the build directory that a script's only argument names, relative to the project, or else build/release."""
    if len(arguments) > 1:
        raise SystemExit("there is one argument at most: the directory where rxlease was built")
    directory = (ROOT / (arguments[0] if arguments else "build/release")).resolve()
    if not directory.is_dir():
        raise SystemExit(f"no build in {directory}: cmake --preset release && cmake --build --preset release")
    return directory
