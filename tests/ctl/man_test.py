# SPDX-License-Identifier: Apache-2.0
"""Help becomes a man page, with nothing lost."""
import unittest

from ctl.man import entry_of, escaped, page, parsed

WHOLE = """\
Shows things. And more.
Usage: rxleasectl [OPTIONS] [SUBCOMMAND]

Options:
  -h,--help                   Print this help message and exit
  --config FILE [/etc/rxlease/config.yaml]
                              the configuration
                              of the daemon

Subcommands:
  show                        Print it
  guard                       Ask the guard
"""
SHOW = """\
Print it
Usage: rxleasectl show [OPTIONS] [topic]

Positionals:
  topic TOPIC                 nics or pods

Options:
  -h,--help                   Print this help message and exit
  -w,--watch                  print it again

Exit status: 0 printed.
"""
GUARD = "Ask the guard\nUsage: rxleasectl guard [OPTIONS] SUBCOMMAND\n\nSubcommands:\n  release                     Free it\n"
RELEASE = "Free it\nUsage: rxleasectl guard release [OPTIONS] nic\n\nPositionals:\n  nic NIC REQUIRED            the NIC\n"


def scripted(_, words):
    return parsed({(): WHOLE, ("show",): SHOW, ("guard",): GUARD, ("guard", "release"): RELEASE}[tuple(words)])


class Man(unittest.TestCase):
    def test_help_has_its_parts(self):
        whole = parsed(WHOLE)
        self.assertEqual(whole.description, "Shows things. And more.")
        self.assertEqual(whole.usage, "rxleasectl [OPTIONS] [SUBCOMMAND]")
        self.assertEqual(whole.entries["Options"], [["-h,--help", "Print this help message and exit"],
                                                    ["--config FILE [/etc/rxlease/config.yaml]", "the configuration of the daemon"]])
        self.assertEqual(parsed(SHOW).end, ["Exit status: 0 printed."])

    def test_an_entry_is_told_from_its_explanation(self):
        self.assertEqual(entry_of("  -w,--watch                  print it again"), ["-w,--watch", "print it again"])
        self.assertEqual(entry_of("  --a-very-long-option-with VALUE"), ["--a-very-long-option-with VALUE", ""])

    def test_a_page_has_all_commands_and_what_they_take(self):
        text = page("rxleasectl", "8", "rxleasectl", scripted)
        for part in ('.TH RXLEASECTL 8 "" rxlease', r"rxleasectl \- shows things", r"\fBrxleasectl\fR [OPTIONS] [SUBCOMMAND]",
                     ".SS rxleasectl show [OPTIONS] [topic]", r"\fB\-w,\-\-watch\fR" + "\nprint it again",
                     "Exit status: 0 printed.", ".SS rxleasectl guard release [OPTIONS] nic", r"\fBnic NIC REQUIRED\fR"):
            self.assertIn(part, text)
        self.assertNotIn(".SS rxleasectl guard [", text)
        self.assertEqual(text.count("Print this help message"), 1)

    def test_roff_reads_no_text_as_a_request(self):
        self.assertEqual(escaped(".so x\n'y\\z -1"), "\\&.so x\n\\&'y\\ez \\-1")


if __name__ == "__main__":
    unittest.main()
