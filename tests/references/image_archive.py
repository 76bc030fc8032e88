# SPDX-License-Identifier: Apache-2.0
"""Makes a docker archive of two images with busybox, which share their only layer. Needs no registry."""
import hashlib
import io
import json
import subprocess
import tarfile

# The command of each image. The sandbox's pause is killed with SIGKILL, so a sleep will do.
IMAGES = {"busybox": ["/bin/sh"], "pause": ["/bin/sleep", "2147483647"]}
PASSWD = b"root:x:0:0:root:/:/bin/sh\n"


def add(archive, name, content=b"", **members):
    """Adds a file that belongs to root. The members are those of tarfile's TarInfo."""
    entry = tarfile.TarInfo(name)
    entry.mode = 0o755
    entry.size = len(content)
    for member, value in members.items():
        setattr(entry, member, value)
    archive.addfile(entry, io.BytesIO(content))


def layer(busybox):
    """Returns the layer: busybox, a link to it for each of its programs, and a user."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for directory in ("bin", "etc", "tmp"):
            add(archive, directory, type=tarfile.DIRTYPE)
        add(archive, "bin/busybox", busybox.read_bytes())
        for program in subprocess.run([busybox, "--list"], check=True, capture_output=True, text=True).stdout.split():
            if program != "busybox":
                add(archive, f"bin/{program}", type=tarfile.SYMTYPE, linkname="busybox")
        add(archive, "etc/passwd", PASSWD, mode=0o644)
    return packed.getvalue()


def configuration(command, layer_digest):
    """Returns an image's configuration."""
    return {"architecture": "amd64", "os": "linux", "config": {"Env": ["PATH=/bin"], "Entrypoint": command},
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{layer_digest}"]}}


def write_archive(busybox, file):
    """Writes the archive of localhost/busybox:1 and localhost/pause:1."""
    packed = layer(busybox)
    digest = hashlib.sha256(packed).hexdigest()
    manifest = [{"Config": f"{name}.json", "RepoTags": [f"localhost/{name}:1"], "Layers": ["layer.tar"]} for name in IMAGES]
    with tarfile.open(file, "w") as archive:
        add(archive, "manifest.json", json.dumps(manifest).encode())
        for name, command in IMAGES.items():
            add(archive, f"{name}.json", json.dumps(configuration(command, digest)).encode())
        add(archive, "layer.tar", packed)
