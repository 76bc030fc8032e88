#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tests/includes.py sees an arrow that is turned around."""
import re
import unittest

import includes

ALLOWED = includes.read(includes.HOUSE)


def wrong(path, text):
    return list(includes.wrong_arrows(path, text, ALLOWED))


class Includes(unittest.TestCase):
    def test_point_down_to_any_floor(self):
        self.assertEqual(wrong("cni/verbs/cmd_add.cc", '#include "cni/system/ipam.h"\n#include "kernel/mac.h"\n'), [])
        self.assertEqual(wrong("deviceplugin/daemon.cc", '#include "deviceplugin/nic/nic_state.h"\n'), [])
        self.assertEqual(wrong("deviceplugin/kubelet/a.cc", '#include "proto/kubelet/podresources/v1/api.pb.h"\n'), [])

    def test_may_not_point_up(self):
        self.assertEqual(
            wrong("text/glob.cc", '#include "text/glob.h"\n\n#include "attachment/attachment.h"\n'),
            ["text/glob.cc:3: text must not include attachment: includes point down, from here to kernel, text"])

    def test_may_not_point_across(self):
        self.assertIn("cni must not include deviceplugin/config", wrong("cni/a.cc", '#include "deviceplugin/config/a.h"')[0])
        self.assertIn("deviceplugin/ctl must not include deviceplugin/kubelet",
                      wrong("deviceplugin/ctl/a.cc", '#include "deviceplugin/kubelet/a.h"')[0])
        self.assertTrue(wrong("deviceplugin/prepare/a.cc", '#include "deviceplugin/allocate/a.h"'))

    def test_know_every_folder(self):
        self.assertIn("deviceplugin/new is not in the drawing", wrong("deviceplugin/new/a.cc", "")[0])
        self.assertIn("must not include tests/unit", wrong("cni/a.cc", '#include "tests/unit/a.h"')[0])

    def test_are_checked_in_every_file(self):
        """Each include from one folder to another, turned around, is found."""
        arrows = set()
        for path in includes.sources():
            for included in re.findall(r'^#include "([^"]+)"', (includes.ROOT / path).read_text("utf-8"), re.M):
                arrows.add((includes.folder_of(path), includes.folder_of(included)))
        arrows = {(above, below) for above, below in arrows if above != below}
        self.assertGreater(len(arrows), 30)
        for above, below in arrows:
            self.assertTrue(wrong(f"{below}/a.cc", f'#include "{above}/a.h"\n'), f"{below} may include {above}")


if __name__ == "__main__":
    unittest.main()
