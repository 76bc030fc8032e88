# SPDX-License-Identifier: Apache-2.0
"""Compiles programs of Kubernetes from Debian's sources.

All programs of one run share sources, compiler and compiled packages, which are removed afterwards: the compiled packages
alone are more than a gigabyte."""
import os
import re
import shutil

from lib.progress import step

GO = "golang-1.19"
REFLECT2 = "github.com/modern-go/reflect2"
OPENAPI_MARK = re.compile(r"^// *\+k8s:openapi-gen=", re.MULTILINE)
WITHOUT_TYPES = {"code-generator", "sample-apiserver", "testdata"}  # directories


class KubernetesSources:
    """A source tree and a Go compiler, unpacked into a scratch directory."""

    def __init__(self, suite, scratch):
        self.scratch = scratch
        self.log = scratch / "log"
        self.gopath = scratch / "gopath"
        self.tree = self.gopath / "src/k8s.io/kubernetes"
        self.goroot = scratch / "golang/usr/lib" / GO.replace("golang", "go")
        suite.unpack(scratch / "golang", f"{GO}-go", f"{GO}-src")
        self.unpack_sources(suite)
        self.replace_reflect2(suite)
        self.version = version_of((self.tree / "debian/changelog").read_text("utf-8"))

    def unpack_sources(self, suite):
        packed = self.scratch / "source"
        suite.download_source("kubernetes", packed)
        self.tree.parent.mkdir(parents=True)
        description = next(packed.glob("*.dsc"))
        step("unpacking them", self.log, ["dpkg-source", "--no-check", "--extract", description, self.tree])
        shutil.rmtree(packed)

    def replace_reflect2(self, suite):
        """Replaces the vendored reflect2 1.0.1 by Debian's: it iterates over maps as before Go 1.18, and crashes now and then."""
        suite.unpack(self.scratch / "reflect2", "golang-github-modern-go-reflect2-dev")
        vendored = self.tree / "vendor" / REFLECT2
        shutil.rmtree(vendored)
        (self.scratch / "reflect2/usr/share/gocode/src" / REFLECT2).rename(vendored)

    def go_step(self, name, *command):
        """Runs a command of Go's in GOPATH mode, because the vendored modules do not pass the checks of module mode. No setting
        of the user's applies. GOGC lets the compiler use more memory to save time."""
        environment = {"PATH": f"{self.goroot}/bin:{os.environ['PATH']}", "HOME": str(self.scratch), "GOENV": "off",
                       "GO111MODULE": "off", "CGO_ENABLED": "0", "GOROOT": str(self.goroot), "GOPATH": str(self.gopath),
                       "GOCACHE": str(self.scratch / "go-cache"), "GOGC": "400"}
        step(name, self.log, ["nice", *command], cwd=self.tree, env=environment)

    def compile(self, into, *programs):
        """Compiles cmd/PROGRAM. Without dockershim and cloud providers kubelet is half as large, and does not search for a
        Docker daemon for five seconds."""
        flags = "-s -w" + "".join(f" -X k8s.io/kubernetes/vendor/k8s.io/{package}.gitVersion={self.version}"
                                  for package in ("component-base/version", "client-go/pkg/version"))
        self.go_step(f"compiling {' '.join(programs)} {self.version} (some 1250 lines)",
                     "go", "build", "-v", "-trimpath", "-tags", "dockerless,providerless", "-gcflags=all=-dwarf=false",
                     "-ldflags", flags, "-o", f"{into}/", *(f"./cmd/{program}" for program in programs))

    def describe_types(self):
        """Generates the API server's description of its types. The sources contain every generated file but this; without
        it `kubectl apply` fails."""
        generator = self.scratch / "openapi-gen"
        self.go_step("compiling openapi-gen", "go", "build", "-trimpath", "-o", generator,
                     "./vendor/k8s.io/kube-openapi/cmd/openapi-gen")
        packages = sorted(f"k8s.io/kubernetes/vendor/k8s.io/{package}"
                          for package in described_packages(self.tree / "staging/src/k8s.io"))
        self.go_step("describing Kubernetes' types", generator, "--logtostderr", "--input-dirs", ",".join(packages),
                     "--output-package", "k8s.io/kubernetes/pkg/generated/openapi",
                     "--output-file-base", "zz_generated.openapi",
                     "--go-header-file", "vendor/k8s.io/code-generator/hack/boilerplate.go.txt",
                     "--report-filename", "/dev/null")


def version_of(changelog):
    """Returns the version of Kubernetes from the first line of Debian's changelog: 1.20.5+really1.20.2 is v1.20.2."""
    return "v" + re.search(r"really([0-9.]*)", changelog.splitlines()[0])[1]


def described_packages(staging):
    """Returns the paths of the packages below staging whose types the API server describes."""
    found = set()
    for directory, below, files in os.walk(staging):
        below[:] = [name for name in below if name not in WITHOUT_TYPES]
        sources = [os.path.join(directory, file) for file in files if file.endswith(".go")]
        if any(OPENAPI_MARK.search(read(source)) for source in sources):
            found.add(os.path.relpath(directory, staging))
    return found


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()
