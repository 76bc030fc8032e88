# SPDX-License-Identifier: Apache-2.0
"""What SPDX 2.3 demands of a bill of materials, as far as ours go."""
import re

IDENTIFIER = re.compile(r"^SPDXRef-[A-Za-z0-9.-]+$")
DEMANDED = {
    "document": ["spdxVersion", "dataLicense", "SPDXID", "name", "documentNamespace", "creationInfo"],
    "package": ["SPDXID", "name", "downloadLocation"],
    "file": ["SPDXID", "fileName", "checksums"],
}
DIGESTS = {"SHA1": 40, "SHA256": 64}


def elements(bill):
    """Yields the kind and the content of the document's parts."""
    yield "document", bill
    yield from (("package", package) for package in bill.get("packages", []))
    yield from (("file", file) for file in bill.get("files", []))


def mistakes_in(bill):
    """Yields what is not as SPDX 2.3 demands, one sentence each."""
    seen = set()
    for kind, element in elements(bill):
        named = element.get("name") or element.get("fileName")
        yield from (f"{kind} {named}: has no {key}" for key in DEMANDED[kind] if not element.get(key))
        name = element.get("SPDXID", "")
        if not IDENTIFIER.match(name):
            yield f"{kind} {named}: '{name}' is no identifier"
        if name in seen:
            yield f"{kind} {named}: '{name}' is another's identifier too"
        seen.add(name)
        for digest in element.get("checksums", []):
            if not re.fullmatch(f"[0-9a-f]{{{DIGESTS[digest['algorithm']]}}}", digest["checksumValue"]):
                yield f"{kind} {named}: '{digest['checksumValue']}' is no {digest['algorithm']}"
        if kind == "file" and "SHA1" not in [digest["algorithm"] for digest in element["checksums"]]:
            yield f"file {named}: has no SHA1"
        for reference in element.get("externalRefs", []):
            if not re.fullmatch(r"pkg:deb/debian/[a-z0-9.%A-F-]+@[A-Za-z0-9.%+~-]+\?arch=[a-z0-9]+(&\w+=[A-Za-z0-9.%~-]+)*",
                                reference["referenceLocator"]):
                yield f"package {named}: '{reference['referenceLocator']}' is no package URL"
    if bill.get("spdxVersion") != "SPDX-2.3" or bill.get("dataLicense") != "CC0-1.0":
        yield "the document is not of SPDX-2.3 under CC0-1.0"
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", bill.get("creationInfo", {}).get("created", "")):
        yield "creationInfo: created is no time in UTC"
    yield from mistakes_in_relations(bill, seen)


def mistakes_in_relations(bill, seen):
    reached = {"SPDXRef-DOCUMENT"}
    for relation in bill.get("relationships", []):
        for end in ("spdxElementId", "relatedSpdxElement"):
            if relation[end] not in seen:
                yield f"relationships: there is no {relation[end]}"
        if relation["spdxElementId"] in reached:
            reached.add(relation["relatedSpdxElement"])
    yield from (f"no relationship leads to {name}" for name in sorted(seen - reached))
