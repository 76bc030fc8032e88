# SPDX-License-Identifier: Apache-2.0
"""Mistakes in a bill of materials are found."""
import copy
import unittest

from release.bill import mistakes_in

BILL = {
    "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": "a",
    "documentNamespace": "https://spdx.org/spdxdocs/a", "creationInfo": {"created": "2026-11-28T00:00:00Z", "creators": ["Tool: a"]},
    "packages": [{"SPDXID": "SPDXRef-Package-a", "name": "a", "downloadLocation": "NOASSERTION", "externalRefs": [
        {"referenceLocator": "pkg:deb/debian/libstdc%2B%2B6@12.2.0-14%2Bdeb12u1?arch=amd64&upstream=gcc-12%4012.2.0"}]}],
    "files": [{"SPDXID": "SPDXRef-File-b", "fileName": "./b", "checksums": [{"algorithm": "SHA1", "checksumValue": "0" * 40}]}],
    "relationships": [
        {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-Package-a"},
        {"spdxElementId": "SPDXRef-Package-a", "relationshipType": "CONTAINS", "relatedSpdxElement": "SPDXRef-File-b"}],
}


class Mistakes(unittest.TestCase):
    def check(self, mistake, change):
        bill = copy.deepcopy(BILL)
        change(bill)
        self.assertIn(mistake, list(mistakes_in(bill)))

    def test_are_none_in_a_good_one(self):
        self.assertEqual(list(mistakes_in(BILL)), [])

    def test_are_missing_members(self):
        self.check("package a: has no downloadLocation", lambda bill: bill["packages"][0].pop("downloadLocation"))
        self.check("document a: has no documentNamespace", lambda bill: bill.pop("documentNamespace"))

    def test_are_identifiers(self):
        self.check("package a: 'SPDXRef-a+' is no identifier", lambda bill: bill["packages"][0].update(SPDXID="SPDXRef-a+"))
        self.check("file ./b: 'SPDXRef-Package-a' is another's identifier too",
                   lambda bill: bill["files"][0].update(SPDXID="SPDXRef-Package-a"))

    def test_are_digests_and_package_urls(self):
        self.check("file ./b: '0' is no SHA1", lambda bill: bill["files"][0]["checksums"][0].update(checksumValue="0"))
        self.check("file ./b: has no SHA1", lambda bill: bill["files"][0].update(
            checksums=[{"algorithm": "SHA256", "checksumValue": "0" * 64}]))
        self.check("package a: 'pkg:deb/debian/libstdc++6' is no package URL",
                   lambda bill: bill["packages"][0]["externalRefs"][0].update(referenceLocator="pkg:deb/debian/libstdc++6"))

    def test_are_relationships(self):
        self.check("no relationship leads to SPDXRef-File-b", lambda bill: bill["relationships"].pop())
        self.check("relationships: there is no SPDXRef-c",
                   lambda bill: bill["relationships"][1].update(relatedSpdxElement="SPDXRef-c"))


if __name__ == "__main__":
    unittest.main()
