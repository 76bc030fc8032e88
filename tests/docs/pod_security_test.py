# SPDX-License-Identifier: Apache-2.0
"""Pods get the level that Kubernetes would demand."""
import unittest

from docs.pod_security import BASELINE, PRIVILEGED, RESTRICTED, level_of, spec_of

STRICT = {"runAsUser": 1000, "allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]},
          "seccompProfile": {"type": "RuntimeDefault"}}


def pod(**changes):
    return {"containers": [{"name": "a", "securityContext": STRICT | changes}]}


class PodSecurity(unittest.TestCase):
    def test_restricts_least_what_asks_for_least(self):
        self.assertEqual(level_of(pod()), RESTRICTED)
        self.assertEqual(level_of(pod(runAsUser=0)), BASELINE)
        self.assertEqual(level_of(pod(capabilities={"add": ["CHOWN"]})), BASELINE)
        for capability in ("NET_ADMIN", "NET_RAW", "IPC_LOCK"):
            self.assertEqual(level_of(pod(capabilities={"drop": ["ALL"], "add": [capability]})), PRIVILEGED)
        self.assertEqual(level_of(pod(seccompProfile={"type": "Unconfined"})), PRIVILEGED)

    def test_does_not_guess(self):
        self.assertRaises(ValueError, level_of, pod() | {"hostNetwork": True})
        self.assertRaises(ValueError, level_of, pod(privileged=True))

    def test_is_that_of_a_template_too(self):
        self.assertEqual(spec_of({"spec": {"template": {"spec": pod()}}}), pod())


if __name__ == "__main__":
    unittest.main()
