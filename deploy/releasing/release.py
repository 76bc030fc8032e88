#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a release: everything that users download, from a clean clone of the last commit.

    deploy/release [--output DIRECTORY] [--sign-key FILE] [--kernel] [--architectures amd64,arm64]

    --output         where it goes; default: build/releases/VERSION. It must not be there yet
    --sign-key       an Ed25519 key in PEM: signs SHA256SUMS. openssl genpkey -algorithm ed25519 makes one
    --kernel         the bench's kernel as well, so that others need not compile it
    --architectures  of the images; default: amd64,arm64
    --build ARCHITECTURE=DIRECTORY   a finished build instead of a new one from a clone: to try this command. May come twice

The directory then has, for each architecture, both images and their bills of materials (SPDX), and the chart, the manifest for
kubectl, the schema of the plugin's configuration, the release notes, SHA256SUMS and its signature. The same commit and the
same packages of Debian give the same bytes. docs/release.md has the steps of a release."""
import argparse
import datetime
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import archive
import changelog
import sbom
import signing
import version as versions

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = ["rxlease", "rxleasectl", "rxlease-device-plugin"]
EXAMPLES = ["afxdp_echo", "devmem_receive", "zerocopy_receive", "zerocopy_read", "zerocopy_send"]
PRESETS = {"amd64": "release", "arm64": "arm64"}
IMAGES = {"rxlease": [], "rxlease-examples": ["--examples"]}


class Failed(Exception):
    """The release cannot be made. The text says why, and what to do."""


def say(text):
    print(f"rxlease: {text}", file=sys.stderr, flush=True)


def run(*command, **options):
    """Runs a command and returns its standard output. Failed, with its output, if the command fails."""
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, check=False, **options)
    if done.returncode:
        end = "\n".join((done.stdout + done.stderr).splitlines()[-40:])
        raise Failed(f"{' '.join(map(str, command))} ended with status {done.returncode}:\n{end}")
    return done.stdout.rstrip("\n")


def require_clean():
    """A release is of a commit: whoever has the commit can make it again."""
    changed = run("git", "-C", ROOT, "status", "--porcelain")
    if changed:
        raise Failed(f"there are changes that are in no commit; commit them or put them away:\n{changed}")


def cloned(scratch):
    """Returns a clone of the last commit."""
    say("cloning")
    run("git", "clone", "--quiet", "--no-hardlinks", ROOT, scratch / "clone")
    run("git", "-C", scratch / "clone", "checkout", "--quiet", "--detach", run("git", "-C", ROOT, "rev-parse", "HEAD"))
    return scratch / "clone"


def built(tree, architecture):
    """Compiles the programs, and returns the build's directory."""
    environment = {**os.environ, "CCACHE_BASEDIR": str(tree)}
    if architecture == "arm64":
        say("fetching what compiling for arm64 takes")
        environment["RXLEASE_ARM64"] = run(tree / "tests/arm64/sysroot")
    say(f"compiling for {architecture}")
    preset = PRESETS[architecture]
    run("cmake", "--preset", preset, "-D", "RXLEASE_TESTS=OFF", cwd=tree, env=environment)
    run("cmake", "--build", "--preset", preset, "--target", *PROGRAMS, *EXAMPLES, cwd=tree, env=environment)
    return tree / "build" / preset


def databases_of(build):
    """Returns dpkg's databases of what a build was linked with: that of its sysroot, if it has one, and the machine's."""
    cache = (build / "CMakeCache.txt").read_text(encoding="utf-8").splitlines()
    sysroots = [line.partition("=")[2] for line in cache if line.startswith("CMAKE_SYSROOT:")]
    return [pathlib.Path(sysroot) / "var/lib/dpkg" for sysroot in sysroots if sysroot] + [pathlib.Path("/var/lib/dpkg")]


def make_images(release, build, architecture):
    """Makes both images of a build, and their bills of materials."""
    for name, options in IMAGES.items():
        say(f"making the image {name} for {architecture}")
        path = release.output / f"{name}-{release.version}-image-{architecture}.tar"
        run(release.tree / "deploy/image/build", "--build", build, "--output", path, *options)
        image = sbom.Image(path)
        if image.architecture != architecture:
            raise Failed(f"{build} is a build for {image.architecture}, not for {architecture}")
        bill = sbom.bill_of(image, release.version, release.created, databases_of(build))
        path.with_suffix(".spdx.json").write_text(json.dumps(bill, indent=2) + "\n", encoding="utf-8")


def helm_program(tree):
    """Returns helm: that of the machine, or the one that the tests fetch."""
    return shutil.which("helm") or pathlib.Path(run(tree / "tests/chart/tools")) / "helm"


def make_chart(release, scratch):
    """Packs the chart, as helm does, but with the commit's time for every file."""
    say("packing the chart")
    home = {**os.environ, "HELM_CACHE_HOME": str(scratch / "helm"), "HELM_CONFIG_HOME": str(scratch / "helm"),
            "HELM_DATA_HOME": str(scratch / "helm")}
    run(helm_program(release.tree), "package", release.tree / "deploy/helm/rxlease", "--destination", scratch / "chart", env=home)
    name = f"rxlease-{release.version}.tgz"
    archive.repack(scratch / "chart" / name, release.output / f"rxlease-chart-{release.version}.tgz", release.seconds)


def make_others(release):
    """Copies what needs no making."""
    shutil.copyfile(release.tree / "deploy/kubernetes/rxlease.yaml", release.output / "rxlease.yaml")
    shutil.copyfile(release.tree / "deploy/schema/plugin.json", release.output / "rxlease-plugin.schema.json")
    text = (release.tree / "CHANGELOG.md").read_text(encoding="utf-8")
    (release.output / "RELEASE_NOTES.md").write_text(changelog.notes_of(text, release.version), encoding="utf-8")


def make_sums(output):
    """Writes the digests of all files, in the form that sha256sum --check reads. Returns the text."""
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(output.iterdir())]
    (output / "SHA256SUMS").write_text("".join(lines), encoding="ascii")
    return "".join(lines)


class Release:
    """Of which sources, as which version, and where to."""

    def __init__(self, tree, output):
        self.tree = tree
        self.output = output
        self.version = versions.version_of((tree / "CMakeLists.txt").read_text(encoding="utf-8"))
        others = versions.differing(tree, self.version)
        if others:
            raise Failed("\n".join(others))
        # https://reproducible-builds.org/specs/source-date-epoch/; without it the commit's time.
        self.seconds = int(os.environ.get("SOURCE_DATE_EPOCH") or run("git", "-C", tree, "log", "-1", "--format=%ct"))
        self.created = datetime.datetime.fromtimestamp(self.seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=pathlib.Path, metavar="DIRECTORY")
    parser.add_argument("--sign-key", type=pathlib.Path, metavar="FILE")
    parser.add_argument("--kernel", action="store_true")
    parser.add_argument("--architectures", default=",".join(PRESETS))
    parser.add_argument("--build", action="append", default=[], metavar="ARCHITECTURE=DIRECTORY")
    options = parser.parse_args(arguments)
    options.builds = {}
    for one in options.build:
        architecture, _, directory = one.partition("=")
        options.builds[architecture] = pathlib.Path(directory).resolve()
    options.architectures = list(options.builds) or options.architectures.split(",")
    unknown = [one for one in options.architectures if one not in PRESETS]
    if unknown:
        parser.error(f"there is no architecture '{unknown[0]}' here: use {' or '.join(PRESETS)}")
    return options


def make(options, scratch):
    """Makes the release in a directory that appears when it is complete. Returns that directory and the digests."""
    if not options.builds:
        require_clean()
    if options.sign_key:
        signing.check_key(options.sign_key)  # before the hours that follow
    tree = ROOT if options.builds else cloned(scratch)
    release = Release(tree, scratch / "made")
    output = (options.output or ROOT / "build/releases" / release.version).resolve()
    if output.exists():
        raise Failed(f"--output: {output} is there already; remove it, or name another directory")
    release.output.mkdir()
    if options.kernel:  # first, since it may be refused
        say("packing the bench's kernel, which is compiled before unless that was done")
        run(tree / "tests/bench/kernel/pack", release.output)
    for architecture in options.architectures:
        make_images(release, options.builds.get(architecture) or built(tree, architecture), architecture)
    make_chart(release, scratch)
    make_others(release)
    sums = make_sums(release.output)
    if options.sign_key:
        signing.sign(options.sign_key, release.output / "SHA256SUMS")
    output.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(release.output, output)
    return output, sums


def main():
    options = parse(sys.argv[1:])
    try:
        with tempfile.TemporaryDirectory(prefix="rxlease-release.") as scratch:
            output, sums = make(options, pathlib.Path(scratch))
    except (Failed, signing.WrongKey, sbom.UnknownPackage, versions.WrongVersion, changelog.WrongForm) as error:
        print(f"deploy/release: {error}", file=sys.stderr)
        return 1
    print(sums, end="")
    print(f"the release is in {output}" + ("" if options.sign_key else ", not signed"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
