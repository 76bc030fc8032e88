# SPDX-License-Identifier: Apache-2.0
"""Signatures of a release by openssl, which every machine has. Ed25519 signs the same bytes with the same signature."""
import subprocess


class WrongKey(Exception):
    """The key cannot be used."""


def openssl(*arguments):
    return subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, check=False)


def check_key(key):
    """WrongKey unless the file holds a private Ed25519 key without a password."""
    if not key.is_file():
        raise WrongKey(f"--sign-key: there is no file {key}; openssl genpkey -algorithm ed25519 -out {key} makes one")
    described = openssl("pkey", "-in", key, "-noout", "-text", "-passin", "pass:")
    if described.returncode or not described.stdout.startswith("ED25519 Private-Key"):
        raise WrongKey(f"--sign-key: {key} is no private Ed25519 key without a password; "
                       "openssl genpkey -algorithm ed25519 makes one")


def sign(key, file):
    """Writes the signature of the file beside it, FILE.sig, and the public key, release-key.pem."""
    for arguments in (("pkeyutl", "-sign", "-rawin", "-inkey", key, "-in", file, "-out", f"{file}.sig"),
                      ("pkey", "-in", key, "-pubout", "-out", file.parent / "release-key.pem")):
        done = openssl(*arguments)
        if done.returncode:
            raise WrongKey(f"--sign-key: openssl {arguments[0]} with {key}: {done.stderr.strip()}")
