#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes what a Kubernetes node consists of, once a machine, and prints a directory for each component named:

    tests/references/kubernetes [--present] [COMPONENT]...

    kubelet        kubelet 1.20, compiled from the sources that Debian 12 has: the newest Kubernetes in Debian
    control-plane  kube-apiserver, kube-controller-manager and kube-scheduler, of the same; and Debian 12's etcd
    containerd     containerd, containerd-shim-runc-v2, ctr and runc of Debian 12, which speak kubelet 1.20's CRI v1alpha2
    images         images.tar, for `ctr images import`: localhost/busybox:1 (busybox's sh, and all its other programs)
                   and localhost/pause:1

Without a name it makes them all. The first time takes minutes and needs the network, every further time
milliseconds. --present makes nothing, and fails if something is missing: for use in the bench, which has no network."""
import argparse
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib.cache import locked, scratch_in
from lib.debian_suite import DebianSuite
from lib.places import CACHE
from lib.progress import die, require
from references.image_archive import write_archive
from references.kubernetes_sources import KubernetesSources

SUITE = "bookworm"  # a stable suite: its versions stay
# A number per component, to be raised when this script makes something else of the same packages.
RECIPES = {"kubelet": 1, "control-plane": 1, "containerd": 1, "images": 1}
MADE = CACHE / "kubernetes"


def directory_of(component):
    return MADE / f"{component}-{SUITE}-{RECIPES[component]}"


def missing(components):
    return [component for component in components if not directory_of(component).is_dir()]


class Workshop:
    """Makes components from Debian's packages, in a scratch directory."""

    def __init__(self, suite, scratch):
        self.suite = suite
        self.scratch = scratch
        self.sources = None  # of Kubernetes: kubelet and the control plane share them

    def kubernetes(self):
        self.sources = self.sources or KubernetesSources(self.suite, self.scratch)
        return self.sources

    def kubelet(self, into):
        self.kubernetes().compile(into, "kubelet")

    def control_plane(self, into):
        files = self.scratch / "control-plane"
        self.suite.unpack(files, "etcd-server")
        shutil.copy2(files / "usr/bin/etcd", into)
        self.kubernetes().describe_types()
        self.kubernetes().compile(into, "kube-apiserver", "kube-controller-manager", "kube-scheduler")

    def containerd(self, into):
        files = self.scratch / "containerd"
        self.suite.unpack(files, "containerd", "runc")
        for program in ("bin/containerd", "bin/containerd-shim-runc-v2", "bin/ctr", "sbin/runc"):
            shutil.copy2(files / "usr" / program, into)

    def images(self, into):
        files = self.scratch / "images"
        self.suite.unpack(files, "busybox-static")
        write_archive(files / "bin/busybox", into / "images.tar")

    def make(self, component):
        """Makes the component in the scratch directory, and renames it into place."""
        made = self.scratch / "made"
        made.mkdir()
        getattr(self, component.replace("-", "_"))(made)
        made.rename(directory_of(component))


def make(components):
    """Makes the components that are still missing once this process has the lock."""
    require("dpkg-source")
    with locked(MADE):
        todo = missing(components)
        if not todo:
            return
        with scratch_in(MADE) as scratch:
            workshop = Workshop(DebianSuite(SUITE, scratch / "suite"), scratch)
            for component in todo:
                workshop.make(component)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--present", action="store_true", help="make nothing, and fail if something is missing")
    parser.add_argument("components", nargs="*", metavar="COMPONENT", help=", ".join(RECIPES))
    options = parser.parse_args()
    components = options.components or list(RECIPES)
    for component in components:
        if component not in RECIPES:
            die(f"no component '{component}', see --help")
    todo = missing(components)
    if todo and options.present:
        names = " ".join(todo)
        die(f"not made yet: {names}. Run this outside the bench: tests/references/kubernetes {names}")
    if todo:
        make(components)
    for component in components:
        print(directory_of(component))


if __name__ == "__main__":
    main()
