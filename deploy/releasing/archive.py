# SPDX-License-Identifier: Apache-2.0
"""Archives that depend on nothing but the files in them."""
import gzip
import tarfile


def repack(source, target, seconds):
    """Writes the files of a .tgz into another one: in the order of their names, of user 0, and with one time (seconds since
    1970) for all."""
    with tarfile.open(source) as read, open(target, "wb") as file, \
            gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=file, mtime=seconds) as packed, \
            tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as written:
        for member in sorted((member for member in read if member.isfile()), key=lambda member: member.name):
            plain = tarfile.TarInfo(member.name)
            plain.size, plain.mtime, plain.mode = member.size, seconds, 0o644
            written.addfile(plain, read.extractfile(member))
