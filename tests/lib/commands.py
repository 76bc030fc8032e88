# SPDX-License-Identifier: Apache-2.0
"""Runs commands, and tells of one that fails what it was and all that it said."""
import shlex
import subprocess
import tempfile

from lib.conditions import Failed


class CommandFailed(Failed):
    """A command ended with another status than 0."""

    def __init__(self, command, status, said):
        self.status = status
        self.said = said
        super().__init__(f"{shlex.join(map(str, command))} ended with status {status}\n{said}".rstrip())


def run(command, *, text=None, **options):
    """Runs it with the text as its input. Returns its status, its output, and its output and errors together.

    Its words go to files: the end of a pipe would wait for every process that the command leaves in the background."""
    source = {"input": text} if text is not None else {"stdin": subprocess.DEVNULL}
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        try:
            status = subprocess.run([str(word) for word in command], stdout=output, stderr=errors, text=True, check=False,
                                    **source, **options).returncode
        except OSError as error:
            raise Failed(f"cannot run {shlex.join(map(str, command))}: {error}") from error
        output.seek(0)
        errors.seek(0)
        printed = output.read()
        return status, printed, printed + errors.read()


def output_of(*command, **options):
    """What the command prints, without the line ends behind it. CommandFailed if it fails."""
    status, printed, said = run(command, **options)
    if status:
        raise CommandFailed(command, status, said)
    return printed.rstrip("\n")


def succeeds(*command, **options):
    """A condition: the command ends with status 0."""
    output_of(*command, **options)
    return True


def succeeds_aloud(*command, **options):
    """The same, for a command whose words are worth reading: they are printed."""
    said = output_of(*command, **options)
    if said:
        print(said, flush=True)
    return True
