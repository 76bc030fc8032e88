# SPDX-License-Identifier: Apache-2.0
"""The Pod Security level that admits a pod, by the Pod Security Standards of Kubernetes, as far as the example pods have to
do with them: another member that matters there is an error."""

PRIVILEGED, BASELINE, RESTRICTED = "privileged", "baseline", "restricted"
BASELINE_CAPABILITIES = {"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP",
                         "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"}
KNOWN_OF_POD = {"hostUsers", "restartPolicy", "automountServiceAccountToken", "containers"}
KNOWN_OF_SECURITY_CONTEXT = {"runAsUser", "allowPrivilegeEscalation", "readOnlyRootFilesystem", "capabilities", "seccompProfile"}


def spec_of(manifest):
    """Returns the pod spec of a Pod, or of an object with a pod template."""
    return manifest["spec"]["template"]["spec"] if "template" in manifest["spec"] else manifest["spec"]


def context_of(spec):
    """Returns the security context of the only container."""
    (container,) = spec["containers"]
    context = container["securityContext"]
    unknown = (set(spec) - KNOWN_OF_POD) | (set(context) - KNOWN_OF_SECURITY_CONTEXT)
    if unknown:
        raise ValueError(f"{sorted(unknown)}: teach {__file__} what these mean for Pod Security")
    return context


def added_capabilities(spec):
    return context_of(spec).get("capabilities", {}).get("add", [])


def level_of(spec):
    """Returns the strictest level that admits the pod."""
    context = context_of(spec)
    added = set(added_capabilities(spec))
    profile = context.get("seccompProfile", {}).get("type")
    if added - BASELINE_CAPABILITIES or profile == "Unconfined":
        return PRIVILEGED
    restricted = (context.get("capabilities", {}).get("drop") == ["ALL"] and added <= {"NET_BIND_SERVICE"} and profile is not None
                  and context.get("allowPrivilegeEscalation") is False and context.get("runAsUser", 0) != 0)
    return RESTRICTED if restricted else BASELINE
