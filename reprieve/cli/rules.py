"""`reprieve rules`: what a rule pack says on a day, what changed between two days, and whether the packs hold.

Reads, calls and shows; never judges a contract.
"""

import json
import sys
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, TypeVar

import typer

from reprieve.cli.options import Json, Lang

rules = typer.Typer(
    help="Show, compare and check the rule packs: dated and cited values of laws, notices and standards.",
    rich_markup_mode=None,
    invoke_without_command=True,
)

Place = Annotated[str, typer.Argument(metavar="PLACE", help="The place whose rules are meant: cn, us, eu or gb.")]
Key = Annotated[str, typer.Option("--key", metavar="PREFIX", help="Only rules whose key begins so, such as penalty.")]
Lender = Annotated[str | None, typer.Option("--lender-type", metavar="TYPE", help="Only rules for such a lender.")]
Product = Annotated[str | None, typer.Option("--product", metavar="PRODUCT", help="Only rules for such a product.")]
Added = Annotated[
    list[str] | None, typer.Option("--add", metavar="FILE", help="A TOML file of later values, such as a rate series.")
]
FLAGS = {"lender_type": "--lender-type", "product": "--product", "place": "PLACE"}
"""The flag behind each word that a pack is asked with."""
Found = TypeVar("Found")


@rules.callback()
def choose(context: typer.Context) -> None:
    """Show the help where no command is named."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@rules.command()
def show(  # noqa: PLR0913 -- one argument an option
    place: Place,
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help="The day asked about, else today.")] = None,
    key: Key = "",
    lender_type: Lender = None,
    product: Product = None,
    add: Added = None,
    left_out: Annotated[bool, typer.Option("--left-out", help="Show what is left out on purpose, and why.")] = False,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Show the rules in force on a day, each with its source."""
    from reprieve.cli import rules_table
    from reprieve.cli.document import read_day
    from reprieve.words import language_of, words

    day = read_day("--on", on) or date.today()  # noqa: DTZ011 -- the person's own day is meant
    in_force = by_flags(lambda: _pack(place, add).on(day, lender_type, product))
    found = in_force.all(key)
    if as_json:
        left = [one.to_dict() for one in in_force.pack.not_encoded if one.key.startswith(key)]
        _print_json(_of(in_force) | {"rules": [rule.to_dict() for rule in found], "not_encoded": left})
    elif left_out:
        rules_table.left_out(in_force, key, words(lang or language_of()))
    else:
        rules_table.show(in_force, found, words(lang or language_of()), prefix=key)


@rules.command()
def diff(  # noqa: PLR0913 -- one argument an option
    place: Place,
    from_: Annotated[str, typer.Option("--from", metavar="DATE", help="The earlier day.")],
    to: Annotated[str, typer.Option("--to", metavar="DATE", help="The later day.")],
    key: Key = "",
    lender_type: Lender = None,
    product: Product = None,
    add: Added = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Show which rules began, ended or changed between two days."""
    from reprieve.cli import rules_table
    from reprieve.cli.document import read_day
    from reprieve.errors import BadInput
    from reprieve.rules.pack import differences
    from reprieve.words import language_of, words

    days = [read_day("--from", from_) or date.min, read_day("--to", to) or date.max]
    if days[0] >= days[1]:
        raise BadInput("--to", to, f"a day after --from, {days[0]}", code="order")
    pack = _pack(place, add)
    found = by_flags(lambda: differences(pack, *days, lender_type=lender_type, product=product))
    found = [change for change in found if change[0].startswith(key)]
    if as_json:
        changes = [
            {"key": name, "before": before and before.to_dict(), "after": after and after.to_dict()}
            for name, before, after in found
        ]
        _print_json({"place": place, "from": str(days[0]), "to": str(days[1]), "changes": changes})
    else:
        rules_table.diff(place, days[0], days[1], found, words(lang or language_of()))


@rules.command()
def check(
    place: Annotated[str | None, typer.Argument(metavar="[PLACE]", help="One place; all of them if left out.")] = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Read the packs, run their worked cases, and print counts and content hashes."""
    from reprieve.cli import rules_table
    from reprieve.rules import load, places
    from reprieve.rules.worked_cases import failure, worked_cases
    from reprieve.words import language_of, words

    checked = []
    for name in (place,) if place else places():
        pack, cases = load(name), worked_cases(name)
        failures = [failed for case in cases if (failed := failure(case, pack))]
        counts = {"rules": len(pack.rules), "keys": len(pack.keys), "not_encoded": len(pack.not_encoded)}
        checked.append(
            {"place": name, **counts, "cases": len(cases), "failures": failures, "content_hash": pack.content_hash}
        )
    if as_json:
        _print_json({"packs": checked})
    else:
        rules_table.check(checked, words(lang or language_of()))
    raise typer.Exit(1 if any(one["failures"] for one in checked) else 0)


def by_flags(asked: Callable[[], Found]) -> Found:
    """Return what is asked of a pack; a word that it does not know is named by the flag that was typed."""
    from reprieve.errors import BadInput

    try:
        return asked()
    except BadInput as error:
        flag = FLAGS.get(error.path, error.path)
        sentence = error.sentence.replace(error.path, flag, 1)
        raise BadInput(flag, error.found, error.allowed, sentence, error.code) from None


def _pack(place: str, added: list[str] | None) -> Any:
    """Return the pack of a place, with a person's own files added."""
    from reprieve.cli.document import read_document
    from reprieve.errors import BadInput
    from reprieve.rules import load, load_with

    if not added:
        return load(place)
    try:
        return load_with(place, {file: read_document(file).decode("utf-8") for file in added})
    except UnicodeDecodeError as error:
        raise BadInput("--add", f"a byte that is not UTF-8 at position {error.start}", "a TOML file in UTF-8") from None


def _of(in_force: Any) -> dict[str, Any]:
    return {
        "place": in_force.place,
        "on": in_force.on.isoformat(),
        "lender_type": in_force.lender_type,
        "product": in_force.product,
        "content_hash": in_force.pack.content_hash,
    }


def _print_json(answer: dict[str, Any]) -> None:
    sys.stdout.write(f"{json.dumps(answer, ensure_ascii=False, indent=2, allow_nan=False)}\n")
