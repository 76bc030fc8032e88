# SPDX-License-Identifier: Apache-2.0
import pathlib
import tempfile
import unittest
import xml.etree.ElementTree as xml

from lib.googletest import verdicts

REPORT = """<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="4"><testsuite name="It">
  <testcase name="Works" status="run" result="completed" classname="It" />
  <testcase name="Fails" status="run" result="completed" classname="It">
    <failure message="x" type=""/><failure message="y" type=""/>
  </testcase>
  <testcase name="Skips" status="run" result="skipped" classname="It"><skipped message=""/></testcase>
  <testcase name="Rests" status="notrun" result="suppressed" classname="It" />
</testsuite></testsuites>"""


class Verdicts(unittest.TestCase):
    def read(self, text):
        with tempfile.TemporaryDirectory() as directory:
            file = pathlib.Path(directory, "report.xml")
            file.write_text(text, encoding="utf-8")
            return verdicts(file)

    def test_name_each_test_once(self):
        self.assertEqual(self.read(REPORT), [("It.Works", "passed"), ("It.Fails", "failed"), ("It.Skips", "skipped"),
                                             ("It.Rests", "disabled")])

    def test_are_not_had_of_half_a_report(self):
        with self.assertRaises(xml.ParseError):
            self.read(REPORT[:300])
