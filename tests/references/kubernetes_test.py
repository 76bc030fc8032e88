# SPDX-License-Identifier: Apache-2.0
"""What is made already is found again, what is not is named, and the sources tell version and types."""
import os
import pathlib
import subprocess
import tempfile
import unittest

from lib.places import ROOT
from references.kubernetes_sources import described_packages, version_of

SCRIPT = ROOT / "tests/references/kubernetes"


class Components(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.cache = pathlib.Path(scratch.name)

    def call(self, *words):
        return subprocess.run([SCRIPT, *words], env=os.environ | {"XDG_CACHE_HOME": str(self.cache)}, check=False,
                              capture_output=True, text=True)

    def test_are_found_where_they_were_made(self):
        made = [self.cache / "rxlease/kubernetes" / f"{name}-bookworm-1" for name in ("containerd", "kubelet")]
        for directory in made:
            directory.mkdir(parents=True)
        ended = self.call("kubelet", "containerd")
        self.assertEqual((ended.returncode, ended.stdout), (0, f"{made[1]}\n{made[0]}\n"))

    def test_are_named_when_they_are_missing(self):
        (self.cache / "rxlease/kubernetes/kubelet-bookworm-1").mkdir(parents=True)
        ended = self.call("--present")
        self.assertEqual(ended.returncode, 1)
        self.assertIn("not made yet: control-plane containerd images. Run this outside", ended.stderr)

    def test_have_names(self):
        ended = self.call("kubelett")
        self.assertEqual((ended.returncode, ended.stderr), (1, "rxlease: no component 'kubelett', see --help\n"))
        self.assertIn("kube-scheduler", self.call("--help").stdout)


class Sources(unittest.TestCase):
    def test_tell_their_version(self):
        self.assertEqual(version_of("kubernetes (1.20.5+really1.20.2-1.1) unstable; urgency=medium\n\n  * text\n"), "v1.20.2")

    def test_tell_which_types_are_described(self):
        with tempfile.TemporaryDirectory() as scratch:
            staging = pathlib.Path(scratch)
            for name, text in (("api/core/v1/doc.go", "// +k8s:openapi-gen=true\npackage v1\n"),
                               ("api/other/doc.go", "// +k8s:deepcopy-gen\n"),
                               ("api/testdata/doc.go", "// +k8s:openapi-gen=true\n"),
                               ("api/text/doc.md", "// +k8s:openapi-gen=true\n"),
                               ("apimachinery/pkg/runtime/types.go", "package x\n\n//+k8s:openapi-gen=false\n")):
                (staging / name).parent.mkdir(parents=True, exist_ok=True)
                (staging / name).write_text(text, encoding="utf-8")
            self.assertEqual(described_packages(staging), {"api/core/v1", "apimachinery/pkg/runtime"})


if __name__ == "__main__":
    unittest.main()
