"""The worked examples of the arithmetic pages: reads them out of the Markdown. Never computes a figure.

A fenced `json` block is one of three things. With `name` it is a base case. With `base` it is an example: its
`contract` is merged over the base's contract as a JSON merge patch (RFC 7396), and its `events` are all the events.
Anything else is what the example above it must come to: one question, or a list of them.
"""

import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PAGES = (ROOT / "docs" / "arithmetic.md", *sorted((ROOT / "docs" / "arithmetic").glob("*.md")))

_PIECE = re.compile(r"^```json\n(?P<json>.*?)^```$|^### +(?P<heading>.+?) *$", re.MULTILINE | re.DOTALL)

Document = dict[str, Any]


class Example(NamedTuple):
    """One case, and what must come out for it."""

    name: str
    case: Document
    questions: list[Document]


class Page(NamedTuple):
    """What one page holds: its base cases, its examples, and its headings without any."""

    bases: dict[str, Document]
    examples: list[Example]
    idle: list[str]


def read_page(name: str, text: str, bases: dict[str, Document]) -> Page:
    """The base cases and examples of a page, in order; `bases` are those that other pages gave."""
    known, own, examples = dict(bases), {}, []
    heading, used = "", {}
    for piece in _PIECE.finditer(text):
        if piece["heading"]:
            heading = piece["heading"]
            assert heading not in used, f"{name}: two headings read {heading!r}"
            used[heading] = 0
            continue
        block = json.loads(piece["json"])
        if "name" in block:
            own[block["name"]] = known[block["name"]] = {key: block[key] for key in ("contract", "events")}
        elif "base" in block:
            used[heading] += 1
            label = f"{name}: {heading}" + (f" ({used[heading]})" if used[heading] > 1 else "")
            examples.append(Example(label, _case_of(known, block, label), []))
        else:
            assert examples, f"{name}: {heading}: an expectation without an example"
            examples[-1].questions.extend(block if isinstance(block, list) else [block])
    return Page(own, examples, [each for each, times in used.items() if times == 0])


def read_pages() -> list[Page]:
    """Every arithmetic page; the index comes first and gives the base cases."""
    bases: dict[str, Document] = {}
    pages = []
    for path in PAGES:
        page = read_page(path.stem, path.read_text(encoding="utf-8"), bases)
        bases |= page.bases
        pages.append(page)
    return pages


def merged(target: Any, patch: Any) -> Any:
    """`target` with a JSON merge patch applied: objects key by key, null removes, anything else replaces."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result


def figure_at(answer: Any, path: str) -> Any:
    """The figure at a dotted path; in a list a number is the place, counted from one."""
    for step in path.split("."):
        if answer is None:
            raise KeyError(f"{path}: nothing stands there")
        answer = answer[int(step) - 1] if isinstance(answer, list | tuple) else answer[step]
    return answer


def _case_of(bases: dict[str, Document], block: Document, label: str) -> Document:
    strange = block.keys() - {"base", "contract", "events"}
    assert not strange, f"{label}: an example has no {strange}"
    base = deepcopy(bases[block["base"]])
    return {"contract": merged(base["contract"], block.get("contract", {})), "events": block.get("events", [])}
