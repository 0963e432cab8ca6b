"""Says what the rules find of a contract: lines for a table, and refusals for an exit code. Never judges."""

from collections.abc import Mapping
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from reprieve.errors import Refusal
from reprieve.lending.lawfulness import counted_of, message_of
from reprieve.words import Words

Found = Mapping[str, Any]


def lines(lawfulness: Found | None, currency: str, say: Words) -> list[str]:
    """Return a paragraph for each finding, and what could not be judged."""
    if lawfulness is None:
        return []
    shown = ["", say.text("lawful.title", on=say.day(date.fromisoformat(lawfulness["on"])))]
    for _, same in groupby(sorted(lawfulness["findings"], key=itemgetter("rule")), key=itemgetter("rule")):
        findings = list(same)
        shown += [*(_sentence(finding, currency, say) for finding in findings), f"  {_source(findings[0], say)}"]
    if lawfulness["not_judged"]:
        shown.append(say.text("lawful.not_judged", keys=", ".join(lawfulness["not_judged"])))
    elif not lawfulness["findings"]:
        shown.append(say.text("lawful.nothing"))
    return shown


def refusals(lawfulness: Found | None, currency: str, say: Words) -> tuple[Refusal, ...]:
    """Return the findings that forbid the contract, with rule, figures and source."""
    found = lawfulness["findings"] if lawfulness is not None else []
    return tuple(_refusal(finding, currency, say) for finding in found if finding["verdict"] == "refuse")


def _refusal(finding: Found, currency: str, say: Words) -> Refusal:
    sentence = _sentence(finding, currency, say)
    if finding["source"] is None:
        return Refusal(finding["rule"], sentence, say.text("lawful.own"))
    because = _gap(say).join((sentence, finding["says"][say.language]))
    return Refusal(finding["rule"], because, finding["source"][say.language])


def _sentence(finding: Found, currency: str, say: Words) -> str:
    """Return what a finding is about, what was found and what was counted."""
    told = (say.say(message, currency) for message in (message_of(finding), counted_of(finding)))
    return _gap(say).join((say.text(f"lawful.about_{finding['about']}"), *told))


def _gap(say: Words) -> str:
    return " " if say.language == "en" else ""


def _source(finding: Found, say: Words) -> str:
    if finding["source"] is None:
        return say.text("lawful.own")
    says, source = finding["says"][say.language], finding["source"][say.language]
    return say.text("lawful.cited", says=says, source=source)
