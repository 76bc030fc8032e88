#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a release twice, and compares the two byte for byte:

    tests/release/run [BUILD_DIRECTORY]    of a finished build (default: build/release), for amd64: takes seconds
    tests/release/run --everything         and one from a clean clone, for amd64 and arm64, which must be the same

The last line is `N passed, N failed`."""
import json
import os
import pathlib
import shutil
import sys
import tarfile
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from docs.blocks import blocks, first_words
from lib.checks import Checks
from lib.commands import output_of, run, succeeds
from lib.conditions import Failed, has, no, nothing_in, same
from lib.places import ROOT, build_directory
from release.bill import mistakes_in
from release.sources import changelog, sbom

RELEASE = ROOT / "deploy/release"
# A library that is loaded, one that is linked, one of headers only, and what every program has.
SOME_PACKAGES = ["libc6", "libnl-3-dev", "libprometheus-cpp-core1.0", "nlohmann-json3-dev"]


def new_key(path):
    output_of("openssl", "genpkey", "-algorithm", "ed25519", "-out", path)
    return path


def refusal_of(*command, **options):
    """Returns the error message of a command that must fail."""
    status, _, said = run(command, **options)
    if not status:
        raise Failed(f"{command} succeeds")
    return said


def names_in(directory):
    return sorted(path.name for path in directory.iterdir())


def differing(one, other):
    """Returns the names of files that are not the same in both directories."""
    return [name for name in sorted({*names_in(one), *names_in(other)})
            if not ((one / name).is_file() and (other / name).is_file() and
                    (one / name).read_bytes() == (other / name).read_bytes())]


def files_of(version, architectures):
    images = [f"{name}-{version}-image-{architecture}{end}" for name in ("rxlease", "rxlease-examples")
              for architecture in architectures for end in (".tar", ".spdx.json")]
    return sorted([*images, f"rxlease-chart-{version}.tgz", "rxlease.yaml", "rxlease-plugin.schema.json", "RELEASE_NOTES.md",
                   "SHA256SUMS", "SHA256SUMS.sig", "release-key.pem"])


def verified(directory, signature="SHA256SUMS.sig"):
    """As docs/release.md tells users to do."""
    return succeeds("openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "release-key.pem", "-rawin", "-in", "SHA256SUMS",
                    "-sigfile", signature, cwd=directory)


def digests_are_right(directory):
    return succeeds("sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS", cwd=directory)


def runs(block, directory, environment=None):
    return succeeds("bash", "-euo", "pipefail", "-c", block, cwd=directory, env=environment)


def check_places(check):
    check.chapter("Version and changelog")
    check("every place has one version", succeeds, ROOT / "deploy/version", "--check")
    check("the changelog has the form of keep-a-changelog",
          lambda: nothing_in(changelog.mistakes((ROOT / "CHANGELOG.md").read_text("utf-8"))))


def check_twice(check, build, scratch):
    """Makes two releases of one build with one key. Returns the directory of the first."""
    check.chapter("Two releases of one build")
    key = new_key(scratch / "key.pem")
    version = output_of(ROOT / "deploy/version")
    for name in ("one", "two"):
        check(f"release {name} is made", succeeds, RELEASE, "--build", f"amd64={build}", "--sign-key", key, "--output", scratch / name)
    one = scratch / "one"
    check("they have these files, and no other", lambda: same(files_of(version, ["amd64"]), names_in(one)))
    check("and are the same to the byte", lambda: nothing_in(differing(one, scratch / "two")))
    check("a difference would be seen", lambda: same(["SHA256SUMS", "SHA256SUMS.sig"], differing(one, changed_copy(one, scratch))))
    check("the programs in the image are of this version", lambda: has(f"rxlease {version}".encode(), sbom.Image(
        one / f"rxlease-{version}-image-amd64.tar").files["/usr/bin/rxlease"]))
    return one


def changed_copy(directory, scratch):
    """Returns a copy of a release whose digests and signature are damaged."""
    copy = scratch / "damaged"
    if not copy.exists():
        shutil.copytree(directory, copy)
        sums = (copy / "SHA256SUMS").read_text("ascii")
        (copy / "SHA256SUMS").write_text(("0" if sums[0] != "0" else "1") + sums[1:], encoding="ascii")
        (copy / "SHA256SUMS.sig").write_bytes(bytes(64))
    return copy


def check_signature(check, one, scratch):
    check.chapter("Digests and signature")
    check("the digests are right", digests_are_right, one)
    check("of every file", lambda: same(
        sorted(set(names_in(one)) - {"SHA256SUMS", "SHA256SUMS.sig", "release-key.pem"}),
        sorted(line.split("  ")[1] for line in (one / "SHA256SUMS").read_text("ascii").splitlines())))
    check("the signature is right", verified, one)
    damaged = changed_copy(one, scratch)
    check("not for other digests", no, digests_are_right, damaged)
    check("nor is any other signature", no, verified, damaged)


def check_bills(check, one):
    check.chapter("Bills of materials")
    for path in sorted(one.glob("*.spdx.json")):
        bill = json.loads(path.read_text("utf-8"))
        image = sbom.Image(path.with_suffix("").with_suffix(".tar"))
        check(f"{path.name} is SPDX 2.3", lambda: nothing_in(mistakes_in(bill)))
        check("of this very image", lambda: same(image.digest, bill["packages"][0]["checksums"][0]["checksumValue"]))
        check("with every package that the image has a licence of", lambda: same(
            image.packages(), sorted(package["name"] for package in bill["packages"][1:])))
    bill = json.loads(next(one.glob("rxlease-[0-9]*.spdx.json")).read_text("utf-8"))
    check("versions are dpkg's", lambda: same(
        {name: output_of("dpkg-query", "--show", "--showformat", "${Version}\n", f"{name}:amd64" if name != "nlohmann-json3-dev" else name)
         for name in SOME_PACKAGES},
        {package["name"]: package["versionInfo"] for package in bill["packages"] if package["name"] in SOME_PACKAGES}))
    check("and every program and library is there with its digest", lambda: has(
        "./usr/bin/rxlease-device-plugin", [file["fileName"] for file in bill["files"]]))


def check_page(check, one, scratch):
    """Runs the commands of docs/release.md: those of users in the release, those that set a version in a clone."""
    check.chapter("The page")
    page = (ROOT / "docs/release.md").read_text("utf-8")
    for block in blocks(page, "sh download"):
        check(f"users run: {first_words(block)}", runs, block, one)
    clone = scratch / "versioned"
    output_of("git", "clone", "--quiet", ROOT, clone)
    environment = {**os.environ, **{f"GIT_{who}_{what}": "maintainer@example" for who in ("AUTHOR", "COMMITTER")
                                    for what in ("NAME", "EMAIL")}}
    (block,) = blocks(page, "sh version")
    check(f"maintainers run: {first_words(block)}", runs, block, clone, environment)
    check("then every place has that version", succeeds, clone / "deploy/version", "--check")
    check("the tag too", lambda: same(f"v{output_of(clone / 'deploy/version')}", output_of("git", "-C", clone, "describe")))
    check("the manifest is that of the chart", lambda: same(
        (clone / "deploy/kubernetes/rxlease.yaml").read_text("utf-8").rstrip("\n"),
        output_of(clone / "deploy/kubernetes/render", helm_program())))
    check("the changelog keeps its form", lambda: nothing_in(changelog.mistakes((clone / "CHANGELOG.md").read_text("utf-8"))))
    (block,) = blocks(page, "sh make")
    check("deploy/release knows the options", lambda: nothing_in(
        word for word in block.split() if word.startswith("--") and word not in output_of(RELEASE, "--help")))


def helm_program():
    return pathlib.Path(output_of(ROOT / "tests/chart/tools")) / "helm"


def check_chart(check, one, scratch):
    check.chapter("Chart, schema and notes")
    helm = helm_program()
    package = next(one.glob("rxlease-chart-*.tgz"))
    values = ROOT / "tests/chart/values/most.yaml"
    check("the chart renders as its sources do", lambda: same(
        output_of(helm, "template", "a", ROOT / "deploy/helm/rxlease", "--values", values),
        output_of(helm, "template", "a", package, "--values", values)))
    with tarfile.open(package) as archive:
        members = archive.getmembers()
    check("its files are of nobody, and of the commit's time", lambda: same(
        {(0, 0, "", int(os.environ["SOURCE_DATE_EPOCH"]))},
        {(member.uid, member.gid, member.uname, member.mtime) for member in members}))
    check("the schema is that of the sources", lambda: same(
        (ROOT / "deploy/schema/plugin.json").read_text("utf-8"), (one / "rxlease-plugin.schema.json").read_text("utf-8")))
    check("the notes begin with the version", lambda: has(
        f"# rxlease {output_of(ROOT / 'deploy/version')}\n", (one / "RELEASE_NOTES.md").read_text("utf-8")))


def check_refusals(check, build, one, scratch):
    check.chapter("What is refused")

    def refused(*options, program=RELEASE):
        return refusal_of(program, *options)

    with_build = ["--build", f"amd64={build}"]
    check("a directory that is there", lambda: has("is there already; remove it, or name another",
                                                   refused(*with_build, "--output", one)))
    check("a key that is not there", lambda: has("there is no file", refused(*with_build, "--sign-key", scratch / "none")))
    output_of("openssl", "genpkey", "-algorithm", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", scratch / "ec.pem")
    check("a key of another kind", lambda: has("is no private Ed25519 key without a password",
                                               refused(*with_build, "--sign-key", scratch / "ec.pem")))
    check("a build of another architecture", lambda: has("is a build for amd64, not for arm64", refused(
        "--build", f"arm64={build}", "--output", scratch / "other")))
    check("of which nothing is left", lambda: not (scratch / "other").exists())
    check("an architecture that there is not", lambda: has("there is no architecture 'riscv'", refused("--architectures", "riscv")))
    clone = scratch / "clone"
    output_of("git", "clone", "--quiet", ROOT, clone)
    (clone / "LICENSE").write_text("changed\n", encoding="utf-8")
    check("sources with changes that are in no commit", lambda: has(" M LICENSE", refused(program=clone / "deploy/release")))


def check_everything(check, one, scratch):
    """A release from a clean clone is the one of the finished build."""
    check.chapter("A release from a clean clone, of both architectures")
    whole = scratch / "whole"
    clone = scratch / "committed"  # what is in no commit is not in a release
    output_of("git", "clone", "--quiet", ROOT, clone)
    check("it is made", succeeds, clone / "deploy/release", "--output", whole, "--sign-key", scratch / "key.pem")
    check("with these files", lambda: same(files_of(output_of(ROOT / "deploy/version"), ["amd64", "arm64"]), names_in(whole)))
    check("what is for amd64 is what the finished build gave", lambda: nothing_in(
        name for name in differing(one, whole) if "arm64" not in name and "SHA256SUMS" not in name))
    check("the digests are right", digests_are_right, whole)
    check_bills(check, whole)


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--everything"]
    build = build_directory(arguments)
    check = Checks()
    # Whoever commits meanwhile does not make the releases differ.
    os.environ["SOURCE_DATE_EPOCH"] = output_of("git", "-C", ROOT, "log", "-1", "--format=%ct")
    with tempfile.TemporaryDirectory() as directory:
        scratch = pathlib.Path(directory)
        check_places(check)
        one = check_twice(check, build, scratch)
        if one.exists():
            check_signature(check, one, scratch)
            check_bills(check, one)
            check_chart(check, one, scratch)
            check_page(check, one, scratch)
            check_refusals(check, build, one, scratch)
            if "--everything" in sys.argv:
                check_everything(check, one, scratch)
    return check.totals()


if __name__ == "__main__":
    sys.exit(main())
