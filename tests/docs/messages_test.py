# SPDX-License-Identifier: Apache-2.0
"""Messages are found in calls, with what differs left open."""
import unittest
from unittest import mock

from docs.messages import messages, tokens


def found(source, calls, **options):
    return list(messages(source, calls, **options))


class Messages(unittest.TestCase):
    def setUp(self):
        self.enterContext(mock.patch("docs.messages.named_rules", lambda: {"mtu_rule": "use 68 to 65535"}))
        self.enterContext(mock.patch("docs.messages.words_of_parts", lambda: {"Part::routes": ('"routes": ', "please ")}))

    def test_are_no_comments(self):
        self.assertEqual(list(tokens('f(); // "no text"\n/* "nor this" */ "yes \\"it\\" is"')),
                         [("code", "f"), ("code", "("), ("code", ")"), ("code", ";"), ("text", 'yes "it" is')])

    def test_leave_open_what_is_no_literal(self):
        self.assertEqual(found('throw Error(Code::x, "no NIC " + name + " is here", "plug it in");', "Error"),
                         [("no NIC … is here", "plug it in")])

    def test_of_acts_have_the_words_of_their_part(self):
        self.assertEqual(found('throw Error(Fault::busy, Part::routes, "no way to " + name, "give another");', "Error"),
                         [('"routes": no way to …', "please give another")])
        self.assertEqual(found('throw Error(Fault::busy, Part::devices, "no " + name + " here", "give another");', "Error"),
                         [("no … here", "give another")])

    def test_have_both_branches(self):
        self.assertEqual(found('refuse("it is " + (up ? "up and busy" : "down"), "wait a while");', "refuse"),
                         [("it is up and busy / down", "wait a while")])

    def test_know_rules_by_their_names(self):
        self.assertEqual(found('refuse("is no size", std::string(mtu_rule));', "refuse"), [("is no size", "use 68 to 65535")])

    def test_of_the_log_leave_placeholders_open(self):
        self.assertEqual(found('spdlog::warn("NIC {}: {:.2f} seconds", a, b);', r"spdlog::(?:warn|error)"),
                         [("NIC …: … seconds", "")])

    def test_are_cut_at_the_remedy(self):
        self.assertEqual(found('throw InstallError("is in the way; move it");', "InstallError"), [("is in the way", "move it")])

    def test_are_returned_where_reasons_are(self):
        self.assertEqual(found('return "its NIC is down";', "none", reasons_are_returned=True), [("its NIC is down", "")])
        self.assertEqual(found('return "its NIC is down";', "none"), [])


if __name__ == "__main__":
    unittest.main()
