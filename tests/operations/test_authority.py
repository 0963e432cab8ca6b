"""Who may do what: each command asks for the role that its table names, before anything else."""

from importlib import import_module
from inspect import Parameter, signature
from pathlib import Path
from pkgutil import iter_modules

import pytest

from reprieve.errors import Refused
from reprieve.operations.authority import AUTHORITY, MAY_WAIVE, Authority
from tests.operations.lending import act, establish

DOCUMENT = Path(__file__).parents[2] / "docs" / "operations.md"
OWN_QUESTION = {"waive"}
"""Asks by component, which its own tests do."""
RESTRICTED = sorted(name for name, authority in AUTHORITY.items() if authority.roles and name not in OWN_QUESTION)


def commands():
    """Every command there is, by name."""
    from reprieve.operations import commands as package
    from reprieve.operations import intake

    modules = [import_module(f"{package.__name__}.{one.name}") for one in iter_modules(package.__path__)]
    return {
        name: value for module in (*modules, intake) for name, value in vars(module).items()
        if name in AUTHORITY and callable(value)
    }  # fmt: skip


def given(command):
    """Something for each argument; nobody looks at it before the role was asked."""
    parameters = list(signature(command).parameters.values())[1:]
    return {one.name: "x" for one in parameters if one.default is Parameter.empty}


@pytest.fixture
def lender(db):
    from reprieve.storage.models import User

    establish()
    User.objects.create(username="nobody", is_staff=True)


@pytest.mark.parametrize("name", RESTRICTED)
def test_whoever_has_no_role_is_refused_and_told_which(lender, name):
    authority = AUTHORITY[name]
    with pytest.raises(Refused) as refused:
        commands()[name](act("2026-02-01", user="nobody"), **given(commands()[name]))
    [refusal] = refused.value.refusals
    assert refusal.rule == "authority.role"
    assert authority.to in str(refused.value)
    assert all(role in str(refused.value) for role in authority.roles)


def test_every_command_stands_in_the_table_and_nothing_else_does():
    assert commands().keys() == AUTHORITY.keys()


def test_a_command_nobody_gave_an_authority_cannot_be_defined():
    from reprieve.operations.command import command

    def shred_everything(work):
        raise AssertionError

    with pytest.raises(KeyError, match="shred_everything"):
        command(shred_everything)


@pytest.mark.fast
def test_the_page_says_who_may_do_what():
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in DOCUMENT.read_text("utf-8").splitlines() if line.startswith("| ")
    ]  # fmt: skip
    said = {(to, row[1]) for row in rows if len(row) == 2 for to in row[0].split("; ")}
    asked = [*(AUTHORITY[name] for name in RESTRICTED), *MAY_WAIVE.values()]
    assert [one.to for one in asked if not any(is_said(one, *pair) for pair in said)] == []


def is_said(authority: Authority, to: str, roles: str) -> bool:
    return to == authority.to and {*roles.split(", ")} == {role.replace("_", " ") for role in authority.roles}
