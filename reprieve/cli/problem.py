"""Turns every failure into one sentence (or one JSON problem, RFC 9457) on standard error, and an exit code.

Never lets a traceback reach a person; `REPRIEVE_DEBUG=1` shows it to a developer.
"""

import json
import os
import re
import sys
import traceback
from dataclasses import asdict
from typing import Any, Final

import typer

from reprieve.errors import BadInput, Refused, ReprieveError, Unavailable, Unsupported
from reprieve.words import LANGUAGES, Words, language_of, words
from reprieve.words.retelling import retold

GOOD: Final = 0
REFUSED: Final = 1
BAD_INPUT: Final = 2
UNAVAILABLE: Final = 69
OUR_MISTAKE: Final = 70
INTERRUPTED: Final = 130
READER_GONE: Final = 141
ERRORS_MOST: Final = 20
ALSO_MOST: Final = 3

_CLOSE: Final = re.compile(r' Did you mean "(.+)"\?$')
"""The word at the end of a sentence that may have been meant."""
_UsageError: Final = typer.BadParameter.__mro__[2]
"""Click's base of every usage error; Typer carries its own copy of Click since 0.2x, so it is found through Typer."""
assert _UsageError.__name__ == "ClickException"


def guarded(application: typer.Typer, arguments: list[str]) -> int:
    """Run a command and return its exit code; whatever fails is said on standard error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        code = application(args=arguments, standalone_mode=False)
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):  # Typer itself leaves for one reason only: the reader of a pipe has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno())  # type: ignore[union-attr]
        return READER_GONE
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except ReprieveError as error:
        _say(problem_of(error), arguments)
        return _kind_of(error)[3]
    except Exception as error:  # noqa: BLE001 -- the last door: a person gets a sentence, never a traceback
        if isinstance(error, _UsageError):
            _say(_usage_problem(error), arguments)
            return BAD_INPUT
        if os.environ.get("REPRIEVE_DEBUG"):
            traceback.print_exc()
        _say(_our_mistake(error), arguments)
        return OUR_MISTAKE
    return code if isinstance(code, int) else GOOD


def problem_of(error: ReprieveError) -> dict[str, Any]:
    """Return the RFC 9457 problem of an error, every fault of the document in `errors`."""
    name, title, status, _ = _kind_of(error)
    problem: dict[str, Any] = {
        "type": f"urn:reprieve:problem:{name}", "title": title, "status": status, "detail": str(error),
    }  # fmt: skip
    if isinstance(error, Refused):
        problem["refusals"] = [asdict(refusal) for refusal in error.refusals]
    faults = error.errors if isinstance(error, BadInput) else (error,)
    return problem | {"errors": [_fault(fault) for fault in faults[:ERRORS_MOST] if _has_path(fault)]}


def _kind_of(error: ReprieveError) -> tuple[str, str, int, int]:
    """Return a failure's name, title, status and exit code."""
    if isinstance(error, BadInput):
        return "bad-input", "The input cannot be read.", 422, BAD_INPUT
    if isinstance(error, Unavailable):
        return "unavailable", "Something needed cannot be reached.", 503, UNAVAILABLE
    return "refused", "A rule does not allow this.", 409, REFUSED


def _has_path(error: ReprieveError) -> bool:
    return isinstance(error, BadInput | Unsupported)


def _fault(error: Any) -> dict[str, str]:
    return {
        "path": error.path,
        "found": error.found,
        "allowed": error.allowed,
        "detail": error.sentence,
        "code": error.code,
    }


def _usage_problem(error: Exception) -> dict[str, Any]:
    message = getattr(error, "format_message", error.__str__)()
    return {
        "type": "urn:reprieve:problem:usage",
        "title": "The command cannot be read.",
        "status": 422,
        "detail": f"{' '.join(message.split()).rstrip('.')}. See --help.",
        "errors": [],
    }


def _our_mistake(error: Exception) -> dict[str, Any]:
    return {
        "type": "urn:reprieve:problem:internal",
        "title": "Reprieve made a mistake.",
        "status": 500,
        "detail": f"{words('en').text('problem.internal')} ({type(error).__name__}).",
        "errors": [],
    }


def _say(problem: dict[str, Any], arguments: list[str]) -> None:
    if "--json" in arguments:
        print(json.dumps(problem, ensure_ascii=False), file=sys.stderr)
    elif _language(arguments) == "zh":
        _say_in_chinese(problem)
    else:
        print(f"reprieve: {problem['detail']}", file=sys.stderr)
        for fault in problem["errors"][1 : 1 + ALSO_MOST]:
            print(f"  also: {fault['detail']}", file=sys.stderr)
        _say_more(problem, words("en"))


def _say_in_chinese(problem: dict[str, Any]) -> None:
    """Say where, what was found and what is allowed; names of keys and flags stay as they are."""
    say = words("zh")
    kind = problem["type"].rpartition(":")[2]
    print(f"reprieve：{say.text(f'problem.{kind}')}", file=sys.stderr)
    if not problem["errors"]:
        print(f"  {retold(problem['detail'], say)}", file=sys.stderr)
    for fault in problem["errors"][: 1 + ALSO_MOST]:
        shown = [say.text(f"problem.{key}", **{key: retold(fault[key], say)}) for key in ("path", "found", "allowed")]
        close = _CLOSE.search(fault["detail"])
        shown += [say.text("problem.close", word=close[1])] if close else []
        print(f"  {'；'.join(shown)}", file=sys.stderr)
    _say_more(problem, say)


def _say_more(problem: dict[str, Any], say: Words) -> None:
    more = len(problem["errors"]) - 1 - ALSO_MOST
    if more > 0:
        print(f"  {say.text('problem.more', count=more)}", file=sys.stderr)


def _language(arguments: list[str]) -> str:
    for place, argument in enumerate(arguments):
        given = arguments[place + 1] if argument == "--lang" and place + 1 < len(arguments) else ""
        given = argument.removeprefix("--lang=") if argument.startswith("--lang=") else given
        if given in LANGUAGES:
            return given
    return language_of()
