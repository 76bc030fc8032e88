#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The version of rxlease. It stands in CMakeLists.txt, from where the programs and the images have it. The files that cannot
read it there repeat it: the chart, and the names of the images in manifests, examples and documentation.

    deploy/version                print it
    deploy/version --check        name the places that have another one, and fail if there is one
    deploy/version --set X.Y.Z    write it everywhere, and give the entries under [Unreleased] in CHANGELOG.md this version and
                                  today's date. deploy/kubernetes/rxlease.yaml is among the files"""
import argparse
import datetime
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
NUMBERS = r"[0-9]+\.[0-9]+\.[0-9]+"
PROJECT = re.compile(rf"^(project\(rxlease VERSION )({NUMBERS})\b", re.MULTILINE)
# Each with the version as its second group. The first one is for every file, the others for a file of that path.
IMAGE = re.compile(rf"(\brxlease(?:-examples)?:)({NUMBERS})\b")
PLACES = {
    "deploy/helm/rxlease/Chart.yaml": re.compile(rf"^((?:version|appVersion): )({NUMBERS})\b", re.MULTILINE),
    "deploy/kubernetes/rxlease.yaml": re.compile(rf"(app\.kubernetes\.io/version: )({NUMBERS})\b"),
}
UNRELEASED = re.compile(r"^## \[Unreleased\]\n", re.MULTILINE)


class WrongVersion(Exception):
    """The version cannot be read, or cannot be set."""


def version_of(cmake):
    """Returns the version in the text of CMakeLists.txt."""
    found = PROJECT.search(cmake)
    if not found:
        raise WrongVersion("CMakeLists.txt: there is no line project(rxlease VERSION X.Y.Z …)")
    return found[2]


def repeated_in(path, text):
    """Returns the versions that a file repeats, each with the number of its line."""
    patterns = [IMAGE] + ([PLACES[path]] if path in PLACES else [])
    found = sorted((match.start(2), match[2]) for pattern in patterns for match in pattern.finditer(text))
    return [(text.count("\n", 0, start) + 1, version) for start, version in found]


def with_version(path, text, version):
    """Returns a file's text with this version in all of its places."""
    for pattern in [IMAGE] + ([PLACES[path]] if path in PLACES else []) + ([PROJECT] if path == "CMakeLists.txt" else []):
        text = pattern.sub(lambda match: match[1] + version, text)
    return text


def with_released(changelog, version, date):
    """Returns the changelog with the entries that had no version under this one."""
    if re.search(rf"^## \[{re.escape(version)}\]", changelog, re.MULTILINE):
        raise WrongVersion(f"CHANGELOG.md: has a version {version} already")
    if not UNRELEASED.search(changelog):
        raise WrongVersion("CHANGELOG.md: there is no line ## [Unreleased]")
    return UNRELEASED.sub(f"## [Unreleased]\n\n## [{version}] - {date}\n", changelog, count=1)


def tracked_texts(root):
    """Yields the path and the text of each file that git knows, but for the changelog, which names past versions."""
    listed = subprocess.run(["git", "-C", root, "ls-files", "-z"], check=True, capture_output=True, text=True).stdout
    for path in listed.split("\0"):
        if path and path != "CHANGELOG.md" and (root / path).is_file() and not (root / path).is_symlink():
            try:
                yield path, (root / path).read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def differing(root, version):
    """Returns the places that repeat another version, one sentence each."""
    return [f"{path}:{line}: has {other}, not {version}: run deploy/version --set {version}"
            for path, text in tracked_texts(root) for line, other in repeated_in(path, text) if other != version]


def set_version(root, version):
    """Writes the version everywhere. Changes nothing if the changelog cannot get it."""
    changelog = with_released((root / "CHANGELOG.md").read_text(encoding="utf-8"), version, datetime.date.today().isoformat())
    for path, text in list(tracked_texts(root)):
        changed = with_version(path, text, version)
        if changed != text:
            (root / path).write_text(changed, encoding="utf-8")
            print(path)
    (root / "CHANGELOG.md").write_text(changelog, encoding="utf-8")
    print("CHANGELOG.md")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing, and fail if a place has another version")
    parser.add_argument("--set", metavar="X.Y.Z", help="the new version")
    options = parser.parse_args()
    try:
        if options.set:
            if not re.fullmatch(NUMBERS, options.set):
                raise WrongVersion(f"--set: '{options.set}' is not of the form X.Y.Z")
            set_version(ROOT, options.set)
            return 0
        version = version_of((ROOT / "CMakeLists.txt").read_text(encoding="utf-8"))
    except WrongVersion as error:
        print(f"deploy/version: {error}", file=sys.stderr)
        return 1
    if not options.check:
        print(version)
        return 0
    others = differing(ROOT, version)
    print("\n".join(others), end="\n" if others else "")
    return 1 if others else 0


if __name__ == "__main__":
    sys.exit(main())
