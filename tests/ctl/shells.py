# SPDX-License-Identifier: Apache-2.0
"""Asks real shells how they complete a line, with a completion script that they were given."""
import os
import pty
import re
import select
import shlex
import subprocess
import time

from lib.conditions import Failed

ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LC_ALL": "C.UTF-8", "TERM": "dumb"}
SECONDS = 60


def said(*command):
    """Returns what a command prints, whatever its status."""
    return subprocess.run(command, env=ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                          timeout=SECONDS).stdout


def words_of_bash(line):
    """Returns the line's words as bash has them for completions: '=' stands alone, and the last word may be empty."""
    words = [word for word in re.split(r"\s+|(=)", line) if word]
    return [*words, ""] if line.endswith((" ", "=")) else words


def by_bash(script, program, line):
    """Returns the candidates for the last word of the line."""
    words = words_of_bash(f"{program} {line}")
    asked = f"source {script}; COMP_WORDS=({shlex.join(words)}); COMP_CWORD={len(words) - 1}; _{program} 2>/dev/null; " \
            'printf "%s\\n" "${COMPREPLY[@]}"'
    return {word for word in said("bash", "--norc", "--noprofile", "-c", asked).split("\n") if word}


def by_fish(script, program, line):
    """The same of fish, without its descriptions. Of --output=json it completes the whole word."""
    asked = f"source {script}; complete --do-complete {shlex.quote(f'{program} {line}')}"
    candidates = {one.split("\t")[0] for one in said("fish", "--no-config", "-c", asked).splitlines() if one}
    return {one.split("=")[1] if one.startswith("--") and "=" in one else one for one in candidates}


class Zsh:
    """An interactive zsh that has the script. The program is a function of the shell's that prints its words."""

    def __init__(self, script, program):
        self.program = program
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.execvpe("zsh", ["zsh", "-f", "-i"], ENVIRONMENT)
        self.enter(f"PS1=; unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -u -D; source {script}; "
                   f"{program}() {{ print -r -- \"words<$*>\" }}; print rea''dy")
        self.read_until(r"\nready\r")

    def close(self):
        os.close(self.terminal)
        os.waitpid(self.process, 0)

    def enter(self, text):
        os.write(self.terminal, f"{text}\n".encode())

    def read_until(self, pattern):
        text, end = "", time.monotonic() + SECONDS
        while not (found := re.search(pattern, text)):
            ready, _, _ = select.select([self.terminal], [], [], max(0, end - time.monotonic()))
            if not ready:
                raise Failed(f"zsh did not print {pattern!r}, but {text!r}")
            text += os.read(self.terminal, 4096).decode(errors="replace")
        return found

    def completed(self, line):
        """Returns the line's words after a tabulator behind it, which completes what is not ambiguous."""
        self.enter(f"{self.program} {line}\t")
        return self.read_until(r"words<([^>\n]*)>\r")[1].rstrip()
