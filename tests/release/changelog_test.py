# SPDX-License-Identifier: Apache-2.0
"""The form of the changelog is judged right, and a release gets its entries."""
import unittest

from release.sources import changelog

GOOD = """<!-- SPDX-License-Identifier: Apache-2.0 -->
# Changelog

What changed.

## [Unreleased]

### Added

- An entry
  of two lines.

### Fixed

- Another.

## [0.2.0] - 2026-03-04

### Removed

- A third.

## [0.1.0] - 2026-01-02 [YANKED]
"""


class Form(unittest.TestCase):
    def check(self, mistake, old, new):
        self.assertIn(old, GOOD)
        self.assertEqual(changelog.mistakes(GOOD.replace(old, new)), [mistake])

    def test_is_that_of_keep_a_changelog(self):
        self.assertEqual(changelog.mistakes(GOOD), [])

    def test_has_kinds_of_changes_in_one_order(self):
        self.check("line 8: 'New' is none of Added, Changed, Deprecated, Removed, Fixed, Security", "### Added", "### New")
        self.check("line 13: 'Added' comes twice in this version", "### Fixed", "### Added")
        self.check("line 13: 'Added' comes before 'Security'", "### Added\n\n- An entry\n  of two lines.\n\n### Fixed",
                   "### Security\n\n- An entry\n  of two lines.\n\n### Added")

    def test_has_entries_under_a_kind(self):
        self.check("line 20: an entry that is under none of Added, Changed, Deprecated, Removed, Fixed, Security",
                   "### Removed\n\n- A third.", "\n- A third.")
        self.check("line 11: neither an entry ('- …') nor its continuation (two spaces)", "  of two lines.", "of two lines.")

    def test_has_versions_in_order_with_their_dates(self):
        self.check("line 17: '## 0.2.0' is not of the form ## [X.Y.Z] - YYYY-MM-DD", "## [0.2.0] - 2026-03-04", "## 0.2.0")
        self.assertIn("line 17: '## [0.2.0] - 2026-13-04' is not of the form ## [X.Y.Z] - YYYY-MM-DD",
                      changelog.mistakes(GOOD.replace("2026-03-04", "2026-13-04")))
        self.check("line 23: versions are not in order, the newest first", "[0.1.0]", "[0.3.0]")
        self.check("line 23: versions are not in order, the newest first", "2026-01-02", "2026-05-02")

    def test_begins_with_what_is_not_released(self):
        self.check("the first section is not ## [Unreleased]", "## [Unreleased]\n\n### Added\n\n- An entry\n  of two lines.\n\n"
                   "### Fixed\n\n- Another.\n\n", "")


class Notes(unittest.TestCase):
    def test_are_the_versions_entries(self):
        self.assertEqual(changelog.notes_of(GOOD, "0.2.0"), "# rxlease 0.2.0\n\n### Removed\n\n- A third.\n")

    def test_are_those_without_a_version_before_the_release(self):
        self.assertIn("- Another.", changelog.notes_of(GOOD, "0.3.0"))

    def test_need_one_of_these(self):
        with self.assertRaises(changelog.WrongForm):
            changelog.notes_of("# Changelog\n", "0.3.0")


if __name__ == "__main__":
    unittest.main()
