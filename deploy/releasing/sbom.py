# SPDX-License-Identifier: Apache-2.0
"""The bill of materials of an image, as SPDX 2.3 in JSON: rxlease, and each package of Debian of which something is in the
image, be it a library, an archive that was linked, or a header that was compiled in. deploy/image/stage has left the licence
of each in /usr/share/doc; versions come from dpkg's databases of the machine, and of the sysroot of a cross build.

Specification: https://spdx.github.io/spdx-spec/v2.3/"""
import hashlib
import io
import json
import re
import subprocess
import tarfile
import urllib.parse

DOCUMENTATION = re.compile(r"^\.?/?usr/share/doc/([^/]+)/[^/]+$")
FIELDS = ("Package", "Version", "Architecture", "source:Package", "source:Version")


class UnknownPackage(Exception):
    """A package of the image is in none of dpkg's databases."""


class Image:
    """An archive of deploy/image/build: its name, its digest and its files."""

    def __init__(self, path):
        with tarfile.open(path) as archive:
            manifest = json.load(archive.extractfile("manifest.json"))[0]
            configuration = archive.extractfile(manifest["Config"]).read()
            layers = [archive.extractfile(layer).read() for layer in manifest["Layers"]]
        self.name = manifest["RepoTags"][0].rpartition("/")[2]
        self.digest = hashlib.sha256(configuration).hexdigest()
        self.architecture = json.loads(configuration)["architecture"]
        self.files = {}  # by path
        for layer in layers:
            with tarfile.open(fileobj=io.BytesIO(layer)) as files:
                for member in files:
                    if member.isfile():
                        self.files["/" + member.name.lstrip("./")] = files.extractfile(member).read()

    def packages(self):
        """Returns the names of the packages whose licences are in the image."""
        return sorted({found[1] for found in map(DOCUMENTATION.match, self.files) if found})


def installed(databases):
    """Returns what dpkg knows of all packages in its databases (directories), by their names. An earlier database wins."""
    known = {}
    for database in databases:
        said = subprocess.run(["dpkg-query", "--admindir", database, "--show", "--showformat",
                               "\t".join(f"${{{field}}}" for field in FIELDS) + "\n"],
                              check=True, capture_output=True, text=True).stdout
        for line in said.splitlines():
            package = dict(zip(FIELDS, line.split("\t")))
            known.setdefault(package["Package"], []).append(package)
    return known


def chosen(known, name, architecture):
    """Returns what dpkg knows of a package: that of the image's architecture, if the machine has several."""
    if name not in known:
        raise UnknownPackage(f"{name}: the image has its licence, but dpkg does not know it")
    return next((one for one in known[name] if one["Architecture"] in (architecture, "all")), known[name][0])


def identifier(*words):
    """Returns an identifier of SPDX: letters, digits, '.' and '-' only."""
    return "SPDXRef-" + "-".join(re.sub(r"[^A-Za-z0-9.-]", lambda odd: f".{ord(odd[0]):x}", word) for word in words)


def package_url(package):
    """Returns the package URL, https://github.com/package-url/purl-spec, of a package of Debian."""
    def quoted(word):
        return urllib.parse.quote(word, safe="")

    return (f"pkg:deb/debian/{quoted(package['Package'])}@{quoted(package['Version'])}?arch={package['Architecture']}"
            f"&upstream={quoted(package['source:Package'] + '@' + package['source:Version'])}")


def of_debian(package):
    """Returns the element that describes a package of Debian."""
    return {
        "SPDXID": identifier("Package", package["Package"], package["Architecture"]),
        "name": package["Package"],
        "versionInfo": package["Version"],
        "supplier": "Organization: Debian",
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "sourceInfo": f"built from the source package {package['source:Package']} {package['source:Version']}",
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": "NOASSERTION",
        "licenseComments": f"/usr/share/doc/{package['Package']}/copyright in the image",
        "copyrightText": "NOASSERTION",
        "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                          "referenceLocator": package_url(package)}],
    }


def of_rxlease(version):
    """Returns the element that describes rxlease itself."""
    return {
        "SPDXID": identifier("Package", "rxlease"),
        "name": "rxlease",
        "versionInfo": version,
        "supplier": "NOASSERTION",
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "licenseConcluded": "Apache-2.0",
        "licenseDeclared": "Apache-2.0",
        "copyrightText": "NOASSERTION",
    }


def of_image(image, version):
    """Returns the element that describes the image."""
    return {
        "SPDXID": identifier("Image"),
        "name": image.name,
        "versionInfo": version,
        "supplier": "NOASSERTION",
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "primaryPackagePurpose": "CONTAINER",
        "checksums": [{"algorithm": "SHA256", "checksumValue": image.digest}],
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": "NOASSERTION",
        "copyrightText": "NOASSERTION",
    }


def of_file(path, content):
    """Returns the element that describes a file of the image. SPDX demands a SHA-1."""
    return {
        "SPDXID": identifier("File", path),
        "fileName": "." + path,
        "checksums": [{"algorithm": "SHA1", "checksumValue": hashlib.sha1(content).hexdigest()},
                      {"algorithm": "SHA256", "checksumValue": hashlib.sha256(content).hexdigest()}],
        "licenseConcluded": "NOASSERTION",
        "copyrightText": "NOASSERTION",
    }


def related(kind, one, other):
    return {"spdxElementId": one["SPDXID"], "relationshipType": kind, "relatedSpdxElement": other["SPDXID"]}


def bill_of(image, version, created, databases):
    """Returns the document. It depends on the image, the version, `created` (UTC, as SPDX writes it) and dpkg only."""
    known = installed(databases)
    whole = of_image(image, version)
    own = of_rxlease(version)
    foreign = [of_debian(chosen(known, name, image.architecture)) for name in image.packages() if name != "rxlease"]
    files = [of_file(path, content) for path, content in sorted(image.files.items()) if not path.startswith("/usr/share/")]
    document = {"SPDXID": "SPDXRef-DOCUMENT"}
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        **document,
        "name": f"{image.name} for {image.architecture}",
        "documentNamespace": f"https://spdx.org/spdxdocs/{image.name.replace(':', '-')}-{image.architecture}-{image.digest}",
        "creationInfo": {"created": created, "creators": [f"Tool: rxlease-deploy-release-{version}"]},
        "packages": [whole, own, *foreign],
        "files": files,
        "relationships": [related("DESCRIBES", document, whole),
                          *(related("CONTAINS", whole, package) for package in [own, *foreign]),
                          *(related("CONTAINS", whole, file) for file in files)],
    }
