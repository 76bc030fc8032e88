#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs clang-tidy over the sources of what users install:

    tests/tidy.py BUILD_DIRECTORY [--everything]

It looks at the files that changed, or that include a header that did, since the revision in RXLEASE_BASE, or else since
the last commit that is more than a day old; with --everything, at all. A file that was clean is not looked at again
until its text, a header's, its compiler command or the checks change: what has been found clean is kept in the cache.
The headers are those that the build found, so it must be up to date.

A few files are looked at one by one, so that an include that a file lacks is found. Many are looked at together, those of
a library as if they were one: their headers are most of the work.

The static analyzer follows a function's paths until it has seen so many states (max-nodes). A ninth of the usual number
is enough for nearly all functions, and halves clang-tidy's time; --everything allows the usual number."""
import argparse
import concurrent.futures
import functools
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

from lib import places

ROOT = places.ROOT
CACHE = places.CACHE / "tidy"  # a file for each source that was found clean
SOURCES = [f"{folder}/*.cc" for folder in ("kernel", "text", "attachment", "proto", "cni", "deviceplugin")]
FEW = 8
STATES = 25000  # of a function, which the static analyzer looks at; usually 225000


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout


@functools.cache
def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def dependencies(build):
    """What each object was compiled from, as ninja knows it."""
    found = {}
    for line in output_of("ninja", "-C", build, "-t", "deps").splitlines():
        if line.startswith(" "):
            found[target].append(pathlib.Path(build, line.strip()))
        elif line:
            target = line.split(": #deps")[0]
            found[target] = []
    return found


def compiled_as_one(path):
    """The files that this one includes, where CMake wrote it to compile them together; else itself."""
    if "/Unity/" not in str(path):
        return [path]
    return [pathlib.Path(line.split('"')[1]) for line in path.read_text().splitlines() if line.startswith("#include")]


def changed_files():
    """The paths of what changed since the base revision. None: everything may have."""
    base = os.environ.get("RXLEASE_BASE") or output_of("git", "rev-list", "-1", "--before=1 day ago", "HEAD").strip()
    if not base:
        return None
    changed = set(output_of("git", "diff", "--name-only", base).splitlines())
    changed |= set(output_of("git", "ls-files", "--others", "--exclude-standard").splitlines())
    print(f"clang-tidy: {len(changed)} files have changed since {base[:12]}", flush=True)
    return None if changed & {".clang-tidy", "tests/tidy.py"} else changed


@functools.cache
def own_includes(path):
    """The project's files that this one includes, and those that they include."""
    if not (ROOT / path).exists():
        return frozenset()
    direct = re.findall(r'^#include "([^"]+)"', (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)
    return frozenset(direct).union(*(own_includes(header) for header in direct))


def own_files(path):
    """This file and what it includes of the project."""
    return [ROOT / own for own in sorted({path} | own_includes(path)) if (ROOT / own).exists()]


def others(read):
    """Of the files that the compiler read, those that are not the project's: the system's headers and generated ones."""
    tracked = tracked_files()
    return [path for path in read if "/Unity/" not in str(path) and os.path.relpath(path, ROOT) not in tracked]


@functools.cache
def tracked_files():
    return frozenset(output_of("git", "ls-files").splitlines())


class Source:
    """One to look at, by its path in the project."""

    def __init__(self, path, target, flags, key):
        self.path = path
        self.target = target
        self.flags = flags
        self.thorough = CACHE / key  # stands for all that clang-tidy sees of it; where the work tree is makes no difference
        self.quick = CACHE / f"{key}-{STATES}"

    def was_clean(self, everything):
        """Whether it has been found clean before, by a look that was as close."""
        return self.thorough.exists() or (not everything and self.quick.exists())

    def mark_clean(self, everything):
        (self.thorough if everything else self.quick).touch()


def sources(build):
    compiled_from = dependencies(build)
    checks = digest(ROOT / ".clang-tidy") + digest(pathlib.Path(__file__)) + output_of("clang-tidy", "--version")
    wanted = set(output_of("git", "ls-files", *SOURCES).split())
    for entry in json.loads(pathlib.Path(build, "compile_commands.json").read_text(encoding="utf-8")):
        for file in compiled_as_one(pathlib.Path(entry["file"])):
            path = os.path.relpath(file, ROOT)
            if path not in wanted:
                continue
            wanted.discard(path)
            command, rest = entry["command"].split(" -o ")
            flags = re.sub(r"^(\S*/ccache )?\S+ ", "", command)
            made = rest.split()[0]
            read = compiled_from.get(made) or sys.exit(f"{path} is not built in {build}")
            seen = [checks, path, flags.replace(str(ROOT), "."), *map(digest, own_files(path)), *map(digest, others(read))]
            yield Source(path, made.split(".dir/")[0], flags, hashlib.sha256("\n".join(seen).encode()).hexdigest())
    if wanted:
        sys.exit(f"not in {build}/compile_commands.json: {' '.join(sorted(wanted))}")


def groups(todo):
    """Which files are looked at together: each alone if they are few, else those of each target, the largest first."""
    if len(todo) <= FEW:
        return [[source] for source in todo]
    by_target = {}
    for source in todo:
        by_target.setdefault(source.target, []).append(source)
    return sorted(by_target.values(), key=len, reverse=True)


def as_one(library):
    """The text of all, and where each of its lines is from. What an earlier file includes no later one includes again."""
    lines, origins, included = [], [], set()
    for source in library:
        own = set()
        for number, line in enumerate((ROOT / source.path).read_text(encoding="utf-8").splitlines(), 1):
            if line.startswith("#include"):
                own.add(line)
            lines.append("" if line in included else line)
            origins.append(f"{source.path}:{number}:")
        included |= own
    return "\n".join(lines) + "\n", origins


def tidy(build, library, everything):
    print(f"clang-tidy: {len(library)} files of {library[0].target}\n", end="", flush=True)
    text, origins = as_one(library)
    limit = [] if everything else ["-Xclang", "-analyzer-config", "-Xclang", f"max-nodes={STATES}"]
    with tempfile.TemporaryDirectory() as scratch:
        file = pathlib.Path(scratch, "library.cc")
        file.write_text(text, encoding="utf-8")
        ended = subprocess.run(
            ["clang-tidy", "--quiet", f"--config-file={ROOT}/.clang-tidy", file, "--", *shlex.split(library[0].flags),
             "-Wno-shadow", *limit],  # shadow: names of other files
            cwd=build, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        said = re.sub(rf"{file}:(\d+):", lambda line: origins[int(line[1]) - 1], ended.stdout)
    if ended.returncode == 0:
        for source in library:
            source.mark_clean(everything)
    else:
        print(said, flush=True)
    return ended.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--everything", action="store_true")
    options = parser.parse_args()
    build = str(options.build.resolve())
    CACHE.mkdir(parents=True, exist_ok=True)
    todo = [source for source in sources(build) if not source.was_clean(options.everything)]
    changed = None if options.everything else changed_files()
    if changed is not None:
        todo = [source for source in todo if changed & ({source.path} | own_includes(source.path))]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as workers:
        clean = list(workers.map(lambda group: tidy(build, group, options.everything), groups(todo)))
    print(f"clang-tidy looked at {len(todo)} files" + ("" if all(clean) else ", and not all of them are clean"))
    sys.exit(not all(clean))


main()
