# SPDX-License-Identifier: Apache-2.0
"""Conditions: what a sentence of the tests says, as a function that holds or tells why it does not.

A condition returns True or False, or raises an exception whose text is the reason. It never returns None: a function
that forgot to return something must not pass for one that holds."""
import difflib
import pprint
import re
import traceback


class Failed(Exception):
    """A condition does not hold. The text says why."""


def why_not(condition, *arguments):
    """None if the condition holds; else the reason. A condition may also be a plain True or False."""
    try:
        holds = condition(*arguments) if callable(condition) else condition
    except Failed as failure:
        return str(failure) or "it does not hold"
    except Exception:  # one condition that breaks must not end the others
        return traceback.format_exc().rstrip()
    if holds is True:
        return None
    if holds is False:
        return described(condition, arguments) if callable(condition) else "it is False"
    return f"{described(condition, arguments)} returned {holds!r}, which is neither True nor False"


def described(condition, arguments):
    """The call as a reader would write it."""
    name = getattr(condition, "__name__", None) or repr(condition)
    return f"{name}({', '.join(getattr(argument, '__name__', None) or repr(argument) for argument in arguments)})"


def value_of(value):
    """What a callable returns, and anything else itself: so that a condition can ask when its turn comes."""
    return value() if callable(value) else value


def same(expected, actual):
    """Both are equal. Either may be a function that is asked for it."""
    expected, actual = value_of(expected), value_of(actual)
    if expected == actual:
        return True
    raise Failed(difference(expected, actual))


def difference(expected, actual):
    """Both in full if they are short; else the lines where they differ."""
    short = f"expected <{expected}>, got <{actual}>"
    if len(short) < 200 and "\n" not in short:
        return short
    lines = [value.splitlines() if isinstance(value, str) else pprint.pformat(value).splitlines()
             for value in (expected, actual)]
    return "\n".join(difflib.unified_diff(*lines, "expected", "got", lineterm="", n=1))


def nothing_in(things):
    """There is none of them. Whatever there is, is named."""
    found = list(value_of(things))
    if not found:
        return True
    raise Failed("there should be none of these:\n" + "\n".join(str(thing) for thing in found))


def has(part, whole):
    """The text, or the collection, contains the part."""
    whole = value_of(whole)
    if part in whole:
        return True
    raise Failed(f"<{part}> is not in:\n{whole}")


def matches(pattern, text):
    """The regular expression is found in one of the text's lines."""
    text = value_of(text)
    if re.search(pattern, text, re.MULTILINE):
        return True
    raise Failed(f"nothing matches <{pattern}> in:\n{text}")


def no(condition, *arguments):
    """The condition does not hold."""
    if why_not(condition, *arguments) is None:
        raise Failed(f"{described(condition, arguments)} holds, and should not")
    return True
