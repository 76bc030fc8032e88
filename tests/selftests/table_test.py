# SPDX-License-Identifier: Apache-2.0
"""What becomes of the kernel's tests' outputs, and which reasons they need."""
import unittest

from selftests import table

OUTPUT = """# Interface: eth0, driver: simnic
1..3
ok 1 devmem.check_rx
not ok 2 devmem.check_tx
ok 3 devmem.check_large # SKIP no large pages
"""


class Cases(unittest.TestCase):
    def test_have_the_outcome_that_their_line_says(self):
        cases = table.read_cases("simnic", "devmem", OUTPUT)
        self.assertEqual([(case.name, case.outcome) for case in cases],
                         [("check_rx", "passed"), ("check_tx", "failed"), ("check_large", "skipped")])

    def test_of_a_test_that_broke_off_are_one_failure_more(self):
        cases = table.read_cases("gve", "devmem", OUTPUT.replace("1..3", "1..4"))
        self.assertEqual((cases[-1].name, cases[-1].outcome), ("to-its-end", "failed"))

    def test_of_a_test_that_said_nothing_are_a_failure(self):
        self.assertEqual([case.outcome for case in table.read_cases("gve", "devmem", "Traceback …")], ["failed"])


class Reasons(unittest.TestCase):
    def test_explain_their_own_device_and_outcome_only(self):
        reason, = table.read_reasons("# why\n\nsimnic devmem.* failed it cannot send\n")
        passed, failed, skipped = table.read_cases("simnic", "devmem", OUTPUT)
        self.assertFalse(reason.explains(passed))
        self.assertTrue(reason.explains(failed))
        self.assertFalse(reason.explains(skipped))
        self.assertFalse(reason.explains(table.Case("gve", "devmem", "check_tx", "failed")))


class Page(unittest.TestCase):
    def test_counts_by_test_and_device_and_says_why(self):
        cases = table.read_cases("simnic", "devmem", OUTPUT) + table.read_cases("gve", "devmem", OUTPUT)
        page = table.page(cases, table.read_reasons("gve devmem.check_tx broke-off it cannot send\n"
                                                    "gve devmem.check_large skipped it cannot send\n"
                                                    "simnic devmem.check_large skipped no pages\n"))
        self.assertIn("| test | `simnic` | `gve` |\n|---|---|---|\n", page)
        self.assertIn("| `devmem.py` | 1 passed, 1 not applicable, 1 failed | 1 passed, 2 not applicable |", page)
        self.assertIn("| `gve` | `devmem.check_tx`, `devmem.check_large` | it cannot send |", page)
