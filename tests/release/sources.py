# SPDX-License-Identifier: Apache-2.0
"""The modules of deploy/release, for its tests."""
import sys

from lib.places import ROOT

sys.path.insert(0, str(ROOT / "deploy/releasing"))
import archive  # noqa: E402,F401 pylint: disable=unused-import
import changelog  # noqa: E402,F401 pylint: disable=unused-import
import sbom  # noqa: E402,F401 pylint: disable=unused-import
import version  # noqa: E402,F401 pylint: disable=unused-import
