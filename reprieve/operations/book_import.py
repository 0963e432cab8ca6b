"""A book of another system, taken over: its loans with their whole history or `opening` balances. Never half unseen.

Every row is read, and control totals compared, before anything is committed. Each loan is then a command of its own,
whose key is the loan's number: an import that was interrupted is given again, and brings in what is missing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

from reprieve.errors import BadInput, Refusal, Refused, ReprieveError
from reprieve.lending.case import Case, position
from reprieve.lending.case_file import CaseFile
from reprieve.lending.movement import COMPONENTS
from reprieve.operations.command import Act
from reprieve.operations.commands.contracts import check_migrated, migrate_contract
from reprieve.operations.commands.customers import register_customer
from reprieve.storage import customers, people
from reprieve.storage.contracts import StoredContracts, known_numbers
from reprieve.storage.idempotency import answered_keys
from reprieve.storage.lender import OpenDay, open_day
from reprieve.storage.products import on_sale

KEYS: Final = ("number", "customer", "product", "file")
"""What a loan of a book has."""
CUSTOMER_KEYS: Final = ("number", "language", "identifiers")
SOURCE: Final = "the import's control totals"
NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)

Outstanding = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A loan that can be taken over, the customer to register with it if it brings one, and what it says is owed."""

    loan: Mapping[str, Any]
    brings: Mapping[str, Any] | None
    case: Case
    outstanding: Outstanding
    is_known: bool


@dataclass(frozen=True)
class _Known:
    """What the database knows of a file's rows, asked once; `contracts` and `brought` grow with each row."""

    clock: OpenDay
    contracts: set[str]
    own: Mapping[str, CaseFile]
    customers: Mapping[str, bool]
    identities: set[str]
    products: dict[str, ReprieveError | None] = field(default_factory=dict)
    brought: dict[str, Mapping[str, Any]] = field(default_factory=dict)


def import_book(
    act: Act, loans: Iterable[Mapping[str, Any]], control: Mapping[str, Any], *, is_dry_run: bool = False
) -> dict[str, Any]:
    """Take over a book: all of what can be read, once its control totals agree, or nothing.

    Each loan is `{number, customer, product, file}`; `customer` is a number that is known, or `{number, language,
    identifiers}` of one to register. `control` gives `loans`, and where known `principal` and `outstanding` by
    component, of the loans that are accepted, as of the open day. Returns what was found, row by row what was rejected
    and why, and by name how far the totals are off; nothing is committed unless they are not. Loans that the same user
    brought in before are `known`.
    """
    accepted, rejected = _read_all(list(loans), act)
    found = _totals(accepted)
    plain, wanted = _flat(found), _flat(control)
    off = {
        name: {"control": wanted[name], "found": plain.get(name)} for name in wanted if plain.get(name) != wanted[name]
    }
    report: dict[str, Any] = {"found": found, "rejected": rejected, "off": off, "imported": 0, "known": 0}
    if is_dry_run or off:
        return report
    for one in accepted:
        if not one.is_known:
            _take_over(act, one)
        report["known" if one.is_known else "imported"] += 1
    return report


def check_totals(report: Mapping[str, Any]) -> None:
    """Raise `Refused` where an import's control totals do not agree, with a refusal for each that is off."""
    if report["off"]:
        raise Refused(
            tuple(
                Refusal(
                    f"import.{name}",
                    f"The control total is {one['control']}, the file's accepted loans come to {one['found']}; "
                    "nothing was imported.",
                    SOURCE,
                )
                for name, one in report["off"].items()
            )
        )


def _take_over(act: Act, one: Accepted) -> None:
    number = one.loan["number"]
    if one.brings is not None:
        register_customer(replace(act, key=f"import customer {one.brings['number']}"), **one.brings)
    migrate_contract(replace(act, key=f"import {number}"), **one.loan)


def _read_all(loans: Sequence[Mapping[str, Any]], act: Act) -> tuple[list[Accepted], list[dict[str, Any]]]:
    """Return the loans that can be taken over, and the rows that cannot, each with its reason."""
    known = _known(loans, act)
    accepted, rejected = [], []
    for row, loan in enumerate(loans, 1):
        try:
            accepted.append(_read_loan(loan, known))
        except ReprieveError as error:
            rejected.append({"row": row, "number": _text(loan.get("number")), **_why(error)})
    return accepted, rejected


def _known(loans: Sequence[Mapping[str, Any]], act: Act) -> _Known:
    numbers = [number for loan in loans if (number := _text(loan.get("number")))]
    parties = [loan.get("customer") for loan in loans]
    brought = [party for party in parties if isinstance(party, Mapping)]
    named = [party for party in parties if isinstance(party, str)]
    new = [number for party in brought if (number := _text(party.get("number")))]
    own_customers = _own(act, "import customer ", new)
    known = {
        number: erased for number, erased in customers.known([*named, *new]).items() if number not in own_customers
    }
    identities = [
        value
        for party in brought
        if party.get("number") not in own_customers and isinstance(party.get("identifiers"), Mapping)
        for value in [party["identifiers"].get("national_id")]
        if isinstance(value, str) and value
    ]
    own = sorted(_own(act, "import ", numbers))
    stored = {loan.id: loan.file for loan in StoredContracts(act.now).many(own)}
    return _Known(
        open_day(act.now), known_numbers(numbers) - stored.keys(), stored, known,
        people.known_values("national_id", identities),
    )  # fmt: skip


def _own(act: Act, prefix: str, numbers: Sequence[str]) -> set[str]:
    """Return the numbers that this very import has brought in before."""
    keys = answered_keys(act.user, [f"{prefix}{number}" for number in numbers])
    return {key.removeprefix(prefix) for key in keys}


def _read_loan(loan: Mapping[str, Any], known: _Known) -> Accepted:
    _check_keys(loan, KEYS, "")
    for key in KEYS:
        if not loan.get(key):
            raise BadInput(key, "nothing", f"a value; a loan has {', '.join(KEYS)}", code="missing")
    number = _text(loan["number"])
    if not number or len(number) > 200:
        raise BadInput("number", str(loan["number"])[:60], "a text of 1 to 200 characters", code="number")
    if number in known.contracts:
        allowed = "a number that no contract and no row before it has"
        raise BadInput("number", f'"{number}"', allowed, code="number_taken")
    customer, brings = _read_customer(loan["customer"], known)
    _check_product(loan["product"], known)
    case = Case.read(loan["file"])
    check_migrated(case.file, known.clock)
    outstanding = position(case, known.clock.day)["outstanding"]
    if number in known.own and not _is_same(case.file, known.own[number]):
        because = f"Another contract was brought in as {number} before; a contract that is there is not changed."
        raise Refused((Refusal("import.another", because, "history is only added to"),))
    known.contracts.add(number)
    if brings is not None:
        known.brought[customer] = loan["customer"]
        known.identities.add(brings["identifiers"].get("national_id", ""))
    taken = {"number": number, "customer": customer, "product": loan["product"], "file": loan["file"]}
    return Accepted(taken, brings, case, outstanding, number in known.own)


def _is_same(given: CaseFile, stored: CaseFile) -> bool:
    """Return whether a file is what was brought in before, whatever has happened to the loan since."""

    def told(file: CaseFile) -> list[Any]:
        events = file.events[: len(given.events)]
        return [file.contract, *(event.model_copy(update={"id": "", "recorded_at": NEVER}) for event in events)]

    return told(given) == told(stored)


def _read_customer(party: object, known: _Known) -> tuple[str, Mapping[str, Any] | None]:
    """Return a loan's customer by number, and what to register first, if the row brings somebody new."""
    if isinstance(party, str):
        if party not in known.brought and known.customers.get(party) is not False:
            raise BadInput("customer", f'"{party}"', "the number of a customer", code="unknown_customer")
        return party, None
    if not isinstance(party, Mapping):
        allowed = f"the number of a customer, or an object with {', '.join(CUSTOMER_KEYS)}"
        raise BadInput("customer", str(party)[:60], allowed, code="customer")
    _check_keys(party, CUSTOMER_KEYS, "customer.")
    number, identifiers = _text(party.get("number")) or "", party.get("identifiers") or {}
    if number in known.brought:
        if known.brought[number] != party:
            allowed = "what a row before it said of the same customer"
            raise BadInput("customer", f'another "{number}"', allowed, code="customer")
        return number, None
    if number in known.customers:
        raise BadInput("customer.number", f'"{number}"', "a number that no other customer has", code="number_taken")
    if not isinstance(identifiers, Mapping) or not all(isinstance(value, str) for value in identifiers.values()):
        raise BadInput("customer.identifiers", "something else", "texts by kind", code="identifier")
    try:
        customers.check_given(number, str(party.get("language")), identifiers)
    except BadInput as error:
        raise BadInput(f"customer.{error.path}", error.found, error.allowed, code=error.code) from None
    if identifiers.get("national_id", "") in known.identities - {""}:
        because = "A customer with this identity number is registered already."
        raise Refused((Refusal("customer.known", because, "the lender's procedure"),))
    return number, {"number": number, "language": party["language"], "identifiers": dict(identifiers)}


def _check_product(product: object, known: _Known) -> None:
    """Raise `BadInput` for a product that is not on sale; each code is asked about once."""
    code = _text(product) or ""
    if code not in known.products:
        try:
            on_sale(code, known.clock.day)
            known.products[code] = None
        except ReprieveError as error:
            known.products[code] = error
    found = known.products[code]
    if found is not None:
        raise found


def _check_keys(given: Mapping[str, Any], keys: tuple[str, ...], prefix: str) -> None:
    for key in given:
        if key not in keys:
            raise BadInput(f"{prefix}{key}"[:60], "a key that is not known", ", ".join(keys), code="unknown_key")


def _totals(accepted: Sequence[Accepted]) -> dict[str, Any]:
    """Return the control totals: how many loans, the principal lent, what is outstanding by component."""
    outstanding: Counter[str] = Counter()
    for one in accepted:
        outstanding.update(one.outstanding)
    return {
        "loans": len(accepted), "principal": sum(one.case.file.contract.principal for one in accepted),
        "outstanding": {component: outstanding[component] for component in (*COMPONENTS, "total")},
    }  # fmt: skip


def _flat(totals: Mapping[str, Any]) -> dict[str, int]:
    """Return totals by name, those of components as `outstanding.interest`."""
    flat: dict[str, int] = {}
    for name, total in totals.items():
        flat |= (
            {f"{name}.{part}": amount for part, amount in total.items()}
            if isinstance(total, Mapping)
            else {name: total}
        )
    return flat


def _why(error: ReprieveError) -> dict[str, str]:
    """Return why a row was rejected: a sentence, and where and by which stable word for programs."""
    if isinstance(error, Refused):
        return {"because": str(error), "path": "", "code": error.refusals[0].rule}
    return {"because": str(error), "path": getattr(error, "path", ""), "code": getattr(error, "code", "")}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
