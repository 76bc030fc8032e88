# SPDX-License-Identifier: Apache-2.0
"""Runs commands. The error of a command that fails contains the command, its status and all its output."""
import shlex
import subprocess
import tempfile

from lib.conditions import Failed


class CommandFailed(Failed):
    """A command ended with a status other than 0."""

    def __init__(self, command, status, said):
        self.status = status
        self.said = said
        super().__init__(f"{shlex.join(map(str, command))} ended with status {status}\n{said}".rstrip())


def run(command, *, text=None, **options):
    """Runs the command with the text as its standard input. Returns its status, its standard output, and its standard
    output and error together.

    The output goes to files: a pipe would stay open as long as any process that the command left in the background."""
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
    """Returns the command's standard output without trailing newlines. Raises CommandFailed if the command fails."""
    status, printed, said = run(command, **options)
    if status:
        raise CommandFailed(command, status, said)
    return printed.rstrip("\n")


def succeeds(*command, **options):
    """A condition that holds if the command ends with status 0."""
    output_of(*command, **options)
    return True


def succeeds_aloud(*command, **options):
    """The same, and prints the output, for commands whose output a reader of the log wants to see."""
    said = output_of(*command, **options)
    if said:
        print(said, flush=True)
    return True
