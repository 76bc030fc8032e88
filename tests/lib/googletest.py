# SPDX-License-Identifier: Apache-2.0
"""What GoogleTest's XML files say. A skipped or disabled test counts as failed: nobody would notice that it is gone."""
import xml.etree.ElementTree as xml


def verdict_of(case):
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    if case.get("result") == "skipped" or case.find("skipped") is not None:
        return "skipped"
    if case.get("status") == "notrun":
        return "disabled"
    return "passed"


def verdicts(file):
    """The name of each test in the file, and its verdict: passed, failed, skipped or disabled. A file that a program left
    half written raises xml.etree.ElementTree.ParseError."""
    return [(f"{case.get('classname')}.{case.get('name')}", verdict_of(case)) for case in xml.parse(file).getroot().iter("testcase")]
