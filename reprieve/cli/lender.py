"""`reprieve lender` and `reprieve user`: the lender of a database, and who may do what. Decides nothing about money.

Whoever runs the machine gives roles; nobody gives one to themself over the API.
"""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import typer

from reprieve.cli.with_database import database
from reprieve.errors import BadInput

lender = typer.Typer(help="Set up the lender of this database, once.", rich_markup_mode=None)
user = typer.Typer(help="Add users, give and take back roles.", rich_markup_mode=None)
Name = Annotated[str, typer.Argument(help="The user's name.")]
Setting = Annotated[int | None, typer.Option(min=0, max=10_000, metavar="N")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@lender.command()
def establish(
    name: Annotated[str, typer.Argument(help="What the lender is called.")],
    place: Annotated[str, typer.Option("--place", help="Whose rules it keeps: cn, us, eu or gb.")],
    currency: Annotated[str, typer.Option("--currency", help="The currency of its books, such as CNY.")],
    time_zone: Annotated[str, typer.Option("--time-zone", help="Its time zone, such as Asia/Shanghai.")],
    *,
    sandbox: Annotated[bool, typer.Option("--sandbox", help="For trying out: the open day is a setting.")] = False,
    day: Annotated[str | None, typer.Option("--date", help="The open day of a sandbox, YYYY-MM-DD.")] = None,
) -> None:
    """Set up the lender of an empty database; the same again changes nothing."""
    with database():
        from reprieve.operations.commands.lenders import establish_lender

        given = {"currency": currency, "time_zone": time_zone, "is_sandbox": sandbox, "business_on": _day(day)}
        establish_lender(name, place, **given)  # type: ignore[arg-type]
        typer.echo(f"{name}: {place}, {currency}, {time_zone}" + (f", a sandbox on {day}" if sandbox else ""))


@lender.command()
def settings(remind_days_before: Setting = None, asks_a_week: Setting = None, sent_kept_days: Setting = None) -> None:
    """Change settings: reminders earlier, demands in writing fewer, how long what was sent is kept. Others stay."""
    given = {
        "remind_days_before": remind_days_before, "asks_a_week": asks_a_week, "sent_kept_days": sent_kept_days,
    }  # fmt: skip
    chosen = {name: number for name, number in given.items() if number is not None}
    if not chosen:
        raise BadInput("--remind-days-before", "no setting", "one of the settings; see --help", code="no_setting")
    with database():
        from reprieve.operations.commands.lenders import change_settings

        change_settings(chosen, now=datetime.now(UTC))
        typer.echo(", ".join(f"{name}: {number}" for name, number in chosen.items()))


@lender.command()
def show(*, as_json: Json = False) -> None:
    """Show the lender and the day that is open."""
    with database():
        from reprieve.operations import reading

        shown = reading.lender(datetime.now(UTC))
        if as_json:
            typer.echo(json.dumps(shown, ensure_ascii=False))
            return
        for name, value in shown.items():
            typer.echo(f"{name}: {value}")


@user.command()
def add(
    name: Name,
    role: Annotated[list[str] | None, typer.Option("--role", help="A role; again for each.")] = None,
    customer: Annotated[str | None, typer.Option("--customer", help="A borrower: the customer's number.")] = None,
) -> None:
    """Add a user, with roles."""
    with database():
        from reprieve.operations.commands.users import add_user

        add_user(name, roles=role or (), customer=customer, now=datetime.now(UTC))
        typer.echo(f"{name}: {', '.join(role or ()) or ('borrower' if customer else 'no role')}")


@user.command()
def grant(
    name: Name,
    role: Annotated[str, typer.Argument(help="The role.")],
    customer: Annotated[str | None, typer.Option("--customer", help="For one customer alone.")] = None,
    by: Annotated[str | None, typer.Option("--by", help="Who gives it.")] = None,
    days: Annotated[int | None, typer.Option("--days", min=1, max=3650, help="How many days it holds.")] = None,
) -> None:
    """Give a user a role."""
    with database():
        from reprieve.operations.commands.users import grant_role

        now = datetime.now(UTC)
        expires_at = None if days is None else now + timedelta(days)
        grant_role(name, role, customer=customer, granted_by=by, expires_at=expires_at, now=now)


@user.command()
def revoke(name: Name, role: Annotated[str, typer.Argument(help="The role.")]) -> None:
    """Take a role back, from this moment on."""
    with database():
        from reprieve.operations.commands.users import revoke_role

        if not revoke_role(name, role, now=datetime.now(UTC)):
            raise BadInput("ROLE", f'"{role}"', f"a role that {name} holds", code="unknown_role")


@user.command()
def deactivate(name: Name) -> None:
    """Let a user sign in no more, at once; what they did stays."""
    with database():
        from reprieve.operations.commands.users import deactivate_user

        deactivate_user(name, now=datetime.now(UTC))


@user.command("list")
def list_all(*, as_json: Json = False) -> None:
    """List every user with the roles held now."""
    with database():
        from reprieve.operations.commands.users import all_users

        rows = list(all_users(datetime.now(UTC)))
        if as_json:
            typer.echo(json.dumps({"users": rows}, ensure_ascii=False))
            return
        for row in rows:
            state = "" if row["is_active"] else "\tmay not sign in"
            typer.echo(f"{row['user']}\t{', '.join(row['roles'])}{state}")


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput("--date", f'"{text}"', "a day written YYYY-MM-DD", code="date") from None
