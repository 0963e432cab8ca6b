"""The commands and their help. Heavy modules are imported only by the command that needs them."""

from enum import StrEnum
from typing import Annotated

import typer

from reprieve.cli.close import close
from reprieve.cli.database import database
from reprieve.cli.export import export
from reprieve.cli.guide_flags import guide
from reprieve.cli.lender import lender, user
from reprieve.cli.options import Json, Lang
from reprieve.cli.rules import rules
from reprieve.cli.serve import serve, token
from reprieve.cli.take import take
from reprieve.cli.worker import worker

application = typer.Typer(
    name="reprieve",
    help="What is owed, exactly, and what happens next. 宽限：欠多少，接下来会怎样。\n\n"
    "Examples:\n\n"
    "  reprieve guide --overdue 8000 --rate 18% --days 60 --surplus 600\n\n"
    "  reprieve case position loan.json --on 2026-03-19\n\n"
    "  cat loan.json | reprieve case schedule - --json",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
case = typer.Typer(
    help="Answer questions about one loan, described by a case file.",
    rich_markup_mode=None,
)
application.add_typer(case, name="case")
application.add_typer(rules, name="rules")
application.add_typer(database, name="database")
application.add_typer(export, name="export")
application.add_typer(lender, name="lender")
application.add_typer(user, name="user")
application.add_typer(take, name="take")
application.add_typer(token, name="token")
application.command()(close)
application.command()(serve)
application.command()(worker)
application.command()(guide)


class Figure(StrEnum):
    """The figures that can be explained."""

    principal = "principal"
    interest = "interest"
    penalty = "penalty"
    fees = "fees"


File = Annotated[str, typer.Argument(metavar="FILE", help="A JSON document; - reads standard input.")]
On = Annotated[str | None, typer.Option("--on", metavar="DATE", help="The day whose end is asked about, else today.")]
KnownOn = Annotated[
    str | None, typer.Option("--known-on", metavar="DATE", help="Only what was recorded by the end of this day.")
]


@case.command()
def schedule(file: File, json: Json = False, lang: Lang = None) -> None:
    """Show the schedule as it was signed; events are left out."""
    from reprieve.cli import case_answers

    case_answers.schedule(file, json, lang)


@case.command()
def position(file: File, on: On = None, known_on: KnownOn = None, json: Json = False, lang: Lang = None) -> None:
    """Show what is owed on a day, by component, and how late it is."""
    from reprieve.cli import case_answers

    case_answers.position(file, on, known_on, json, lang)


@case.command()
def remaining(file: File, on: On = None, json: Json = False, lang: Lang = None) -> None:
    """Show the payments to come, after all that was agreed meanwhile, if each is made in time."""
    from reprieve.cli import case_answers

    case_answers.remaining(file, on, json, lang)


@case.command()
def explain(
    file: File,
    on: On = None,
    known_on: KnownOn = None,
    figure: Annotated[Figure, typer.Option("--figure", help="The figure to explain.")] = Figure.penalty,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show the spans of days, bases and rates that sum to a figure."""
    from reprieve.cli import case_answers

    case_answers.explain(file, on, known_on, figure, json, lang)


@case.command()
def cost(
    file: File,
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="DATE", help="The day of rules that do not go by the contract's day."),
    ] = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show what the credit costs if it is paid as agreed, and what the rules say of that."""
    from reprieve.cli import case_answers

    case_answers.cost(file, on, json, lang)


@case.command()
def project(
    file: File,
    days: Annotated[str, typer.Option("--days", metavar="N,N,…", help="How many days on.")] = "30,60,90,180",
    on: On = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show what the debt grows to if nothing more is paid, and what the credit record would show."""
    from reprieve.cli import case_answers

    case_answers.project(file, days, on, json, lang)


@application.command()
def apr(file: File, json: Json = False, lang: Lang = None) -> None:
    """Show the annual percentage rate of plain cash flows."""
    from reprieve.cli import case_answers

    case_answers.apr(file, json, lang)


@application.command()
def welcome(lang: Lang = None) -> None:
    """Show the 8,000-yuan case, then (at a terminal) ask for your own figures: the guide."""
    from reprieve.cli.welcome import show_welcome

    show_welcome(lang)


@application.command(hidden=True)
def schemas(
    folder: Annotated[str, typer.Argument(help="Where the reference pages stand.")] = "docs/reference",
    write: Annotated[bool, typer.Option("--write", help="Write the files; otherwise name those that differ.")] = False,
) -> None:
    """Write, or compare, the published schemas and the matrix of what is supported."""
    from reprieve.cli.schemas import publish

    raise typer.Exit(publish(folder, write=write))
