# SPDX-License-Identifier: Apache-2.0
"""Pictures can be read: text lies over nothing, and in both colours."""
import unittest
import xml.etree.ElementTree

from docs.pictures.drawing import BOLD, DARK, LIGHT, PLAIN, Area, Overlap, Picture
from docs.pictures.make import drawn


def picture():
    return Picture(300, 200, "Title", "What it shows")


class Texts(unittest.TestCase):
    def test_do_not_overlap(self):
        drawing = picture()
        drawing.text((100, 50), "one")
        with self.assertRaisesRegex(Overlap, "'two' is over 'one'"):
            drawing.text((105, 55), "two")

    def test_stay_in_the_picture_and_in_their_box(self):
        with self.assertRaisesRegex(Overlap, "sticks out"):
            picture().text((295, 50), "long", anchor="start")
        with self.assertRaisesRegex(Overlap, "sticks out"):
            picture().labelled(Area(10, 10, 60, 40), "box", ("too long for it", PLAIN))

    def test_are_not_crossed(self):
        drawing = picture()
        drawing.text((100, 50), "one")
        drawing.way([(100, 10), (100, 90), (200, 90)], "line")
        with self.assertRaisesRegex(Overlap, "a line goes through 'one'"):
            drawing.finish()

    def test_may_be_beside_a_line(self):
        drawing = picture()
        drawing.text((110, 50), "one", anchor="start")
        drawing.way([(100, 10), (100, 90)], "line")
        self.assertIn(">one</text>", drawing.finish())

    def test_are_wider_when_bold_and_escaped(self):
        self.assertGreater(BOLD.width("word"), PLAIN.width("word"))
        drawing = picture()
        drawing.text((100, 50), "a < b")
        self.assertIn(">a &lt; b</text>", drawing.finish())


class Colours(unittest.TestCase):
    def test_are_told_for_light_and_dark_alike(self):
        self.assertEqual(LIGHT.keys(), DARK.keys())

    def test_are_the_browsers_choice_or_ours(self):
        self.assertIn("@media (prefers-color-scheme:dark)", picture().finish())
        self.assertIn(DARK["paper"], picture().finish(dark=True))
        self.assertNotIn(LIGHT["paper"], picture().finish(dark=True))


class Pictures(unittest.TestCase):
    def test_are_xml_with_a_title(self):
        for text in drawn().values():
            root = xml.etree.ElementTree.fromstring(text)
            self.assertTrue(root.find("{http://www.w3.org/2000/svg}title").text)
            self.assertTrue(root.find("{http://www.w3.org/2000/svg}desc").text)


if __name__ == "__main__":
    unittest.main()
