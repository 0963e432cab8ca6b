"""The repository keeps its own manner: size, names, purity, docstrings, nothing of one machine. See CONTRIBUTING.md."""

import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.tidy import checks, exceptions

pytestmark = pytest.mark.fast

ROOT = Path(__file__).resolve().parents[2]
BINARY = {".arrow", ".gz", ".ico", ".mo", ".parquet", ".pdf", ".png", ".ttf", ".woff2", ".xlsx", ".zip"}
REASON_LETTERS_MIN = 20


@cache
def _texts() -> dict[str, str]:
    """Return every text file of the repository, tracked or about to be, by its path."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [path for path in listed.split("\0") if path and Path(path).suffix not in BINARY]
    return {path: (ROOT / path).read_text(encoding="utf-8") for path in sorted(paths) if (ROOT / path).is_file()}


def _sources(*folders: str) -> Iterator[tuple[str, str]]:
    """Yield (path, source) of every Python file in some folders, or in all."""
    return ((path, text) for path, text in _texts().items() if path.endswith(".py") and path.startswith(folders or ""))


def _complaints(check: Callable[[str], list[str]], *folders: str, except_in: object = ()) -> list[str]:
    """Return what a check has against the files of some folders, those excepted left out."""
    return [
        f"{path} {complaint}"
        for path, source in _sources(*folders)
        if path not in except_in  # type: ignore[operator]
        for complaint in check(source)
    ]


def _none(complaints: list[str]) -> None:
    assert not complaints, "\n" + "\n".join(complaints)


def test_no_file_is_too_long() -> None:
    longer = exceptions.LONGER_FILES
    _none(
        [
            f"{path}: {complaint}"
            for path, source in _sources()
            for complaint in checks.long_file(source, longer.get(path, (checks.FILE_LINES_MAX, ""))[0])
        ]
    )


def test_no_function_is_too_long() -> None:
    longer = exceptions.LONGER_FUNCTIONS
    _none(
        [
            f"{path} {complaint}"
            for path, source in _sources()
            for name, lines, complaint in checks.long_functions(source)
            if lines > longer.get((path, name), (checks.FUNCTION_LINES_MAX, ""))[0]
        ]
    )


def test_no_name_is_vague() -> None:
    _none([f"{path}: {complaint}" for path, _ in _sources() for complaint in checks.vague_module(path)])
    _none(
        [
            f"{path} {complaint}"
            for path, source in _sources()
            for name, complaint in checks.vague_classes(source)
            if (path, name) not in exceptions.VAGUE_NAMES
        ]
    )


def test_no_error_is_swallowed() -> None:
    _none(_complaints(checks.swallowed_errors))


@pytest.mark.parametrize("check", [checks.prints, checks.clocks, checks.chance], ids=lambda check: check.__name__)
def test_pure_layers_depend_on_their_arguments_alone(check: Callable[[str], list[str]]) -> None:
    _none(_complaints(check, *exceptions.PURE))


def test_pure_layers_hold_no_float() -> None:
    _none(_complaints(checks.floats, *exceptions.PURE, except_in=exceptions.FLOATS))


def test_every_division_and_rounding_is_named() -> None:
    _none(_complaints(checks.true_divisions, "reprieve/engine/", except_in=exceptions.DIVIDES))
    _none(_complaints(checks.builtin_rounds, *exceptions.PURE, except_in=exceptions.ROUNDS))


def test_everything_public_says_what_it_promises() -> None:
    _none(_complaints(checks.missing_docstrings, "reprieve/"))


@pytest.mark.parametrize(
    "check", [checks.registry_addresses, checks.machine_paths, checks.unfinished], ids=lambda check: check.__name__
)
def test_no_file_names_a_registry_a_machine_or_unfinished_work(check: Callable[[str], list[str]]) -> None:
    _none([f"{path} {complaint}" for path, text in _texts().items() for complaint in check(text)])


def test_every_exception_is_still_needed() -> None:
    texts = _texts()
    stale = [f"LONGER_FILES {path}" for path in exceptions.LONGER_FILES if not checks.long_file(texts.get(path, ""))]
    stale += [
        f"LONGER_FUNCTIONS {path} {name}"
        for path, name in exceptions.LONGER_FUNCTIONS
        if name not in {found for found, _, _ in checks.long_functions(texts.get(path, ""))}
    ]
    stale += [
        f"VAGUE_NAMES {path} {name}"
        for path, name in exceptions.VAGUE_NAMES
        if name not in {found for found, _ in checks.vague_classes(texts.get(path, ""))}
    ]
    by_file = [
        (exceptions.FLOATS, checks.floats),
        (exceptions.DIVIDES, checks.true_divisions),
        (exceptions.ROUNDS, checks.builtin_rounds),
    ]
    stale += [
        f"{check.__name__} {path}" for table, check in by_file for path in table if not check(texts.get(path, ""))
    ]
    assert not stale, f"delete from tests/tidy/exceptions.py, the file now keeps the rule: {stale}"


def test_every_exception_has_a_reason() -> None:
    reasons = [reason for _, reason in [*exceptions.LONGER_FILES.values(), *exceptions.LONGER_FUNCTIONS.values()]]
    reasons += [*exceptions.FLOATS.values(), *exceptions.DIVIDES.values(), *exceptions.ROUNDS.values()]
    reasons += exceptions.VAGUE_NAMES.values()
    short = [reason for reason in reasons if len(reason) < REASON_LETTERS_MIN]
    assert not short, f"say in a sentence why the exception reads better than the rule: {short}"
