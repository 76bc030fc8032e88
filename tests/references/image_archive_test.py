# SPDX-License-Identifier: Apache-2.0
"""The archive has what containerd looks for: a manifest, a configuration for each image, and the layer by its digest."""
import hashlib
import io
import json
import pathlib
import tarfile
import tempfile
import unittest

from references.image_archive import write_archive


class Archive(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        busybox = pathlib.Path(scratch.name, "busybox")
        busybox.write_text("#!/bin/sh\nprintf '%s\\n' busybox sh sleep\n", encoding="ascii")
        busybox.chmod(0o755)
        self.files = []
        for name in ("one.tar", "two.tar"):
            self.files.append(pathlib.Path(scratch.name, name))
            write_archive(busybox, self.files[-1])
        self.archive = self.enterContext(tarfile.open(self.files[0]))
        self.layer = self.archive.extractfile("layer.tar").read()

    def json(self, name):
        return json.load(self.archive.extractfile(name))

    def test_is_the_same_each_time(self):
        self.assertEqual(self.files[0].read_bytes(), self.files[1].read_bytes())

    def test_has_two_images_of_one_layer(self):
        manifest = self.json("manifest.json")
        self.assertEqual([image["RepoTags"] for image in manifest], [["localhost/busybox:1"], ["localhost/pause:1"]])
        digest = f"sha256:{hashlib.sha256(self.layer).hexdigest()}"
        for image in manifest:
            self.assertEqual(image["Layers"], ["layer.tar"])
            self.assertEqual(self.json(image["Config"])["rootfs"]["diff_ids"], [digest])
        self.assertEqual(self.json("pause.json")["config"]["Entrypoint"], ["/bin/sleep", "2147483647"])

    def test_has_busybox_and_its_programs(self):
        with tarfile.open(fileobj=io.BytesIO(self.layer)) as layer:
            self.assertEqual(sorted(layer.getnames()),
                             ["bin", "bin/busybox", "bin/sh", "bin/sleep", "etc", "etc/passwd", "tmp"])
            self.assertEqual(layer.getmember("bin/sh").linkname, "busybox")
            self.assertEqual(layer.getmember("bin/busybox").mode, 0o755)
            self.assertTrue(layer.getmember("tmp").isdir())


if __name__ == "__main__":
    unittest.main()
