"""At what hours a person may be contacted when several places are possible: the hours that suit every one of them.

Quiet hours are the pack's `contact.quiet_hours`, a table of `from` and `until`, read at the person's own place. Never
guesses where a person is and never counts contacts.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from reprieve.errors import BadInput
from reprieve.rules.pack import Pack
from reprieve.rules.rule import Rule

QUIET_HOURS: Final = "contact.quiet_hours"

Window = tuple[datetime, datetime]


def contact_windows(
    pack: Pack, on: date, *, zones: Sequence[str], shown_in: str, lender_type: str = "collector"
) -> tuple[Window, ...]:
    """Return the windows `[start, end)` of a day that suit every zone a person may be in; none may suit.

    Zones are IANA names such as `America/New_York`; the day and the windows are those of `shown_in`. Raises `BadInput`
    for a zone that is not known, or for none.
    """
    rule = pack.on(on, lender_type).get(QUIET_HOURS)
    here = _zone("shown_in", shown_in)
    midnight = datetime.combine(on, time())
    windows = [(midnight.replace(tzinfo=here), (midnight + timedelta(days=1)).replace(tzinfo=here))]
    for zone in _zones(zones):
        windows = _common(windows, [_open(rule, on + timedelta(days=step), zone) for step in (-1, 0, 1)])
    return tuple((start.astimezone(here), end.astimezone(here)) for start, end in windows)


def may_contact_at(pack: Pack, at: datetime, *, zones: Sequence[str], lender_type: str = "collector") -> Rule | None:
    """Return nothing where an instant suits every zone a person may be in, or the rule that says no.

    `at` carries its offset. Raises `BadInput` for an instant without one, or for a zone that is not known.
    """
    if at.tzinfo is None:
        raise BadInput("at", at.isoformat(), "an instant with its offset from UTC, such as 2026-04-01T15:00:00+00:00")
    for zone in _zones(zones):
        local = at.astimezone(zone)
        rule = pack.on(local.date(), lender_type).get(QUIET_HOURS)
        quiet_from, quiet_until = _quiet(rule)
        if not quiet_until <= local.time() < quiet_from:
            return rule
    return None


def _open(rule: Rule, on: date, zone: ZoneInfo) -> Window:
    """Return the hours of a day that are not quiet, at a place."""
    quiet_from, quiet_until = _quiet(rule)
    return datetime.combine(on, quiet_until, zone), datetime.combine(on, quiet_from, zone)


def _common(first: list[Window], second: list[Window]) -> list[Window]:
    """Return the stretches of time that lie in a window of each list, compared as instants."""
    met = [_overlap(one, other) for one in first for other in second]
    return [window for window in met if window[0] < window[1]]


def _overlap(one: Window, other: Window) -> Window:
    # Instants are compared in UTC: Python compares two times of one zone by the clock on the wall.
    starts, ends = (sorted(window[edge].astimezone(UTC) for window in (one, other)) for edge in (0, 1))
    return starts[1], ends[0]


def _quiet(rule: Rule) -> tuple[time, time]:
    """Return when the quiet hours begin in the evening and end in the morning."""
    assert isinstance(rule.value, Mapping), rule.key
    quiet_from, quiet_until = rule.value["from"], rule.value["until"]
    assert quiet_until < quiet_from, "quiet hours that run past midnight"
    return quiet_from, quiet_until


def _zones(names: Sequence[str]) -> list[ZoneInfo]:
    if not names:
        raise BadInput("zones", "none", "at least one zone the person may be in, such as America/New_York")
    return [_zone(f"zones[{place}]", name) for place, name in enumerate(names)]


def _zone(path: str, name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise BadInput(path, repr(name), "a zone of the IANA list, such as America/New_York") from None
