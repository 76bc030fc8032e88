# SPDX-License-Identifier: Apache-2.0
"""The version is found, compared and set in all of its places."""
import pathlib
import subprocess
import tempfile
import unittest

from release.sources import version

COLON = ":"  # apart, or these would be names of images, which deploy/version finds and sets
FILES = {
    "CMakeLists.txt": "cmake_minimum_required(VERSION 3.25)\nproject(rxlease VERSION 0.1.0 LANGUAGES CXX)\n",
    "deploy/helm/rxlease/Chart.yaml": "name: rxlease\nversion: 0.1.0\nappVersion: 0.1.0\n",
    "deploy/examples/pod.yaml": f"image: rxlease-examples{COLON}0.1.0\n",
    "docs/page.md": f"podman push rxlease{COLON}0.1.0 registry.example/rxlease{COLON}0.1.0, and CNI 0.3.1\n",
    "CHANGELOG.md": f"# Changelog\n\n## [Unreleased]\n\n### Added\n\n- All. rxlease{COLON}0.0.1\n",
}


class Version(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.root = pathlib.Path(scratch.name)
        for path, text in FILES.items():
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).write_text(text, encoding="utf-8")
        for command in (["init", "--quiet"], ["add", "--all"]):
            subprocess.run(["git", "-C", self.root, *command], check=True)

    def text(self, path):
        return (self.root / path).read_text(encoding="utf-8")

    def test_is_cmakes(self):
        self.assertEqual(version.version_of(self.text("CMakeLists.txt")), "0.1.0")
        with self.assertRaises(version.WrongVersion):
            version.version_of("project(other VERSION 0.1.0)\n")

    def test_is_the_same_everywhere(self):
        self.assertEqual(version.differing(self.root, "0.1.0"), [])
        self.assertEqual([place.partition(" ")[0] for place in version.differing(self.root, "0.2.0")], [
            "deploy/examples/pod.yaml:1:", "deploy/helm/rxlease/Chart.yaml:2:", "deploy/helm/rxlease/Chart.yaml:3:",
            "docs/page.md:1:", "docs/page.md:1:"])

    def test_is_set_everywhere(self):
        version.set_version(self.root, "1.2.3")
        self.assertEqual(version.version_of(self.text("CMakeLists.txt")), "1.2.3")
        self.assertEqual(version.differing(self.root, "1.2.3"), [])
        self.assertIn("CNI 0.3.1", self.text("docs/page.md"))
        self.assertIn("VERSION 3.25", self.text("CMakeLists.txt"))
        self.assertRegex(self.text("CHANGELOG.md"),
                         r"## \[Unreleased\]\n\n## \[1\.2\.3\] - \d{4}-\d\d-\d\d\n\n### Added\n\n- All. rxlease.0.0.1")

    def test_is_released_once(self):
        version.set_version(self.root, "1.2.3")
        with self.assertRaises(version.WrongVersion):
            version.set_version(self.root, "1.2.3")

    def test_is_not_set_where_the_changelog_has_another_form(self):
        (self.root / "CHANGELOG.md").write_text("# Changelog\n", encoding="utf-8")
        with self.assertRaises(version.WrongVersion):
            version.set_version(self.root, "1.2.3")
        self.assertEqual(self.text("CMakeLists.txt"), FILES["CMakeLists.txt"])


if __name__ == "__main__":
    unittest.main()
