"""The flags of `reprieve guide`. Only names and help; the work is imported when the command runs."""

from typing import Annotated

import typer

from reprieve.cli.options import Json, Lang


def _money(flag: str, about: str) -> object:
    return typer.Option(flag, metavar="AMOUNT", help=about)


def guide(  # noqa: PLR0913 -- one parameter a flag
    *,
    file: Annotated[
        str | None, typer.Argument(metavar="[FILE]", help="A JSON request, for several debts; - reads standard input.")
    ] = None,
    file_flag: Annotated[str | None, typer.Option("--file", metavar="FILE", help="The same.")] = None,
    overdue: Annotated[str | None, _money("--overdue", "All that is overdue, in yuan (8000).")] = None,
    principal: Annotated[str | None, _money("--principal", "Of that, principal.")] = None,
    interest: Annotated[str | None, _money("--interest", "Of that, interest.")] = None,
    penalty: Annotated[str | None, _money("--penalty", "Of that, late interest.")] = None,
    fees_owed: Annotated[str | None, _money("--fees-owed", "Of that, fees.")] = None,
    rate: Annotated[
        str | None, typer.Option("--rate", metavar="RATE", help="The contract rate: 0.18, 18%, 1.5%/month, 0.05%/day.")
    ] = None,
    flat_rate: Annotated[
        str | None,
        typer.Option("--flat-rate", metavar="RATE", help="A fee each instalment on the money first borrowed."),
    ] = None,
    fee: Annotated[
        list[str] | None, typer.Option("--fee", metavar="FEE", help="A monthly fee beside the interest: 0.5% or 40.")
    ] = None,
    penalty_multiple: Annotated[
        str | None,
        typer.Option("--penalty-multiple", metavar="N", help="Late interest as a multiple of the rate (1.5)."),
    ] = None,
    days: Annotated[str | None, typer.Option("--days", metavar="N", help="Days overdue.")] = None,
    accelerated: Annotated[
        bool | None, typer.Option("--accelerated/--not-accelerated", help="Whether everything was asked for at once.")
    ] = None,
    not_due: Annotated[str | None, _money("--not-due", "Principal not due yet.")] = None,
    instalments_left: Annotated[
        str | None, typer.Option("--instalments-left", metavar="N", help="In how many months.")
    ] = None,
    next_due: Annotated[str | None, typer.Option("--next-due", metavar="DATE", help="The next due date.")] = None,
    borrowed: Annotated[str | None, _money("--borrowed", "The money first borrowed.")] = None,
    months: Annotated[str | None, typer.Option("--months", metavar="N", help="Months of the loan as signed.")] = None,
    instalment: Annotated[str | None, _money("--instalment", "Each instalment of the loan as signed.")] = None,
    signed_on: Annotated[
        str | None, typer.Option("--signed-on", metavar="DATE", help="The day of the contract.")
    ] = None,
    lender: Annotated[
        str | None,
        typer.Option("--lender", metavar="KIND", help="bank, consumer_finance, micro_loan, private, platform, …"),
    ] = None,
    lender_name: Annotated[str | None, typer.Option("--lender-name", metavar="NAME", help="For the letter.")] = None,
    product: Annotated[
        str | None, typer.Option("--product", metavar="KIND", help="consumer_loan, credit_card, …")
    ] = None,
    surplus: Annotated[str | None, _money("--surplus", "What is left of a month after all you need.")] = None,
    income: Annotated[str | None, _money("--income", "What comes in a month.")] = None,
    spending: Annotated[str | None, _money("--spending", "What goes out a month, these debts left out.")] = None,
    buffer: Annotated[
        str | None, typer.Option("--buffer", metavar="SHARE", help="What is kept for the unexpected (10%).")
    ] = None,
    place: Annotated[str, typer.Option("--place", metavar="PLACE", help="Whose rules apply: cn, us, eu or gb.")] = "cn",
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help="The day of the answer, else today.")] = None,
    lang: Lang = None,
    json: Json = False,
    ics: Annotated[
        str | None, typer.Option("--ics", metavar="FILE", help="Write the plan's reminders as a calendar.")
    ] = None,
    ics_amounts: Annotated[
        bool, typer.Option("--ics-amounts/--no-ics-amounts", help="Whether the calendar shows amounts.")
    ] = True,
    pdf: Annotated[str | None, typer.Option("--pdf", metavar="FILE", help="Write a plan that can be printed.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there already.")] = False,
) -> None:
    """Answer "this much is overdue, what now?" for one person: by flags, by a JSON file, or by questions.

    For example:

      reprieve guide --overdue 8000 --rate 18% --days 60 --surplus 600

      reprieve guide debts.json --lang zh

      reprieve guide            (asks, at a terminal)
    """
    from reprieve.cli import guide as command

    flags = {
        "overdue": overdue, "principal": principal, "interest": interest, "penalty": penalty, "fees_owed": fees_owed,
        "rate": rate, "flat_rate": flat_rate, "fee": fee, "penalty_multiple": penalty_multiple, "days": days,
        "accelerated": accelerated, "not_due": not_due, "instalments_left": instalments_left, "next_due": next_due,
        "borrowed": borrowed, "months": months, "instalment": instalment, "signed_on": signed_on, "lender": lender,
        "lender_name": lender_name,
        "product": product, "surplus": surplus, "income": income, "spending": spending, "buffer": buffer,
    }  # fmt: skip
    given = {name: value for name, value in flags.items() if value not in (None, [])}
    door = command.Door(
        file=file or file_flag, place=place, on=on, language=lang, is_json=json, ics=ics, pdf=pdf,
        has_amounts=ics_amounts, is_forced=force,
    )  # fmt: skip
    command.run(given, door)
