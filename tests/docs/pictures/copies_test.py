# SPDX-License-Identifier: Apache-2.0
"""A chart shows the ratios of what was measured in the same rounds."""
import pathlib
import tempfile
import unittest

from docs.pictures.copies import Chart, bars, draw

ROWS = "zero-copy 100 4\nnetkit 50 8\nzero-copy 200 4\nnetkit 100 8\nzero-copy 100 4\nnetkit 50 8\nveth 10 1\nveth 10 1\nveth 10 1\n"


class Charts(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.figures = pathlib.Path(scratch.name)
        (self.figures / "streams").write_text(ROWS, encoding="ascii")

    def test_have_a_bar_for_each_contestant(self):
        chart = Chart("streams", "rate", 0, "longer is better", (("zero-copy", "one"), ("netkit", "other")))
        self.assertEqual(bars(chart, self.figures), [("one", [1, 1, 1]), ("other", [0.5, 0.5, 0.5])])

    def test_are_of_the_files_that_are_asked_for(self):
        text = draw(self.figures, ("streams",)).finish()
        self.assertIn(">0.50</text>", text)
        self.assertNotIn("Packets", text)


if __name__ == "__main__":
    unittest.main()
