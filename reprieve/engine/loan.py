"""A loan as the kernel passes it: one pointer to its scratch, its terms and its events. Never computes.

Compiled, a `Loan` is the address of a block of words: one address a table, then the state. A table is an address too,
with a fixed number of fields a row, so that passing a loan costs one register and a field one load. Uncompiled
(`NUMBA_DISABLE_JIT=1`) it is a plain object that holds the same NumPy arrays, and both read alike:
`loan.plan[row, P_DUE]`.
"""

import operator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.datamodel import models
from numba.core.imputils import lower_builtin, lower_cast, lower_getattr_generic, lower_setattr_generic
from numba.core.typeconv import Conversion
from numba.core.typing.templates import AbstractTemplate, AttributeTemplate, infer_getattr, infer_global, signature
from numba.extending import intrinsic, overload, register_model, typeof_impl

from reprieve.engine import calendar as cal
from reprieve.engine import records as rec

TABLES: Final = {
    "terms": (types.int64, 0),
    "position": (types.int64, 0),
    "plan": (types.int64, rec.PLAN_WIDTH),
    "items": (types.int64, rec.ITEM_WIDTH),
    "windows": (types.int64, rec.WINDOW_WIDTH),
    "factors": (types.int64, rec.FACTOR_WIDTH),
    "promised": (types.int64, rec.PROMISE_WIDTH),
    "ledger": (types.int64, rec.LEDGER_WIDTH),
    "accounts": (types.int64, rec.ACCOUNT_WIDTH),
    "borne": (types.int64, rec.BORNE_WIDTH),
    "trace": (types.int64, rec.SPAN_WIDTH),
    "on": (types.int32, 0),
    "kind": (types.uint8, 0),
    "amount": (types.int64, 0),
    "argument": (types.int64, 0),
    "rows": (types.int64, rec.ROW_WIDTH),
    "fees": (types.int64, rec.FEE_WIDTH),
    "ceilings": (types.int64, rec.CEILING_WIDTH),
    "extra": (types.int64, 0),
    "calendars": (types.uint8, cal.CALENDAR_DAYS),
}
"""The tables of a loan: what a field is, and how many fields a row has (0: one row)."""

_SLOTS: Final = list(TABLES)
WORDS: Final = len(_SLOTS) + rec.STATE_WIDTH
"""The words of a loan's block: one address a table, then the state."""


@dataclass(slots=True)
class Loan:
    """A loan uncompiled: the arrays themselves."""

    state: Any
    terms: Any = None
    position: Any = None
    plan: Any = None
    items: Any = None
    windows: Any = None
    factors: Any = None
    promised: Any = None
    ledger: Any = None
    accounts: Any = None
    borne: Any = None
    trace: Any = None
    on: Any = None
    kind: Any = None
    amount: Any = None
    argument: Any = None
    rows: Any = None
    fees: Any = None
    ceilings: Any = None
    extra: Any = None
    calendars: Any = None


class LoanType(types.Type):
    """The address of a loan's block."""

    def __init__(self) -> None:
        super().__init__(name="Loan")


class TableType(types.Type):
    """The address of a table of integers with a fixed number of fields a row."""

    def __init__(self, dtype: types.Type, width: int) -> None:
        self.dtype = dtype
        self.width = width
        super().__init__(name=f"Table({dtype}, {width})")

    def can_convert_from(self, _context: Any, other: types.Type) -> Conversion | None:
        """Say that an array of the same integers may stand for the table it holds."""
        return Conversion.safe if isinstance(other, types.Array) and other.dtype == self.dtype else None


LOAN: Final = LoanType()
_TYPES: Final = {name: TableType(dtype, width) for name, (dtype, width) in TABLES.items()} | {
    "state": TableType(types.int64, 0)
}


@typeof_impl.register(Loan)
def _typeof_loan(_loan: Loan, _context: Any) -> LoanType:
    return LOAN


@register_model(LoanType)
class _LoanModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: LoanType) -> None:
        super().__init__(manager, kind, ir.IntType(64).as_pointer())


@register_model(TableType)
class _TableModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: TableType) -> None:
        super().__init__(manager, kind, ir.IntType(kind.dtype.bitwidth).as_pointer())


@infer_getattr
class _LoanAttributes(AttributeTemplate):
    key = LoanType

    def generic_resolve(self, _loan: LoanType, name: str) -> TableType | None:
        return _TYPES.get(name)


def _slot(builder: ir.IRBuilder, loan: ir.Value, name: str) -> ir.Value:
    place = len(_SLOTS) if name == "state" else _SLOTS.index(name)
    return builder.gep(loan, [ir.Constant(ir.IntType(64), place)])


@lower_getattr_generic(LoanType)
def _read_table(context: Any, builder: ir.IRBuilder, _loan: LoanType, value: ir.Value, name: str) -> ir.Value:
    slot = _slot(builder, value, name)
    if name == "state":
        return slot
    return builder.inttoptr(builder.load(slot), context.get_value_type(_TYPES[name]))


@lower_setattr_generic(LoanType)
def _give_table(_context: Any, builder: ir.IRBuilder, _sig: Any, args: tuple[ir.Value, ir.Value], name: str) -> None:
    loan, table = args
    builder.store(builder.ptrtoint(table, ir.IntType(64)), _slot(builder, loan, name))


@lower_cast(types.Array, TableType)
def _address(context: Any, builder: ir.IRBuilder, kind: types.Array, _to: types.Type, value: ir.Value) -> ir.Value:
    return context.make_array(kind)(context, builder, value).data


def _index_types(table: types.Type, index: types.Type) -> types.Type | None:
    """Return how a table may be indexed: by a field, or by a row and a field."""
    if not isinstance(table, TableType):
        return None
    if table.width == 0:
        return types.int64 if isinstance(index, types.Integer) else None
    return types.UniTuple(types.int64, 2) if isinstance(index, types.BaseTuple) and len(index) == 2 else None


@infer_global(operator.getitem)
class _ReadField(AbstractTemplate):
    def generic(self, args: tuple[types.Type, ...], _keywords: Any) -> Any:
        index = _index_types(*args)
        return index and signature(args[0].dtype, args[0], index)


@infer_global(operator.setitem)
class _WriteField(AbstractTemplate):
    def generic(self, args: tuple[types.Type, ...], _keywords: Any) -> Any:
        index = _index_types(*args[:2])
        return index and signature(types.none, args[0], index, args[0].dtype)


def _field(builder: ir.IRBuilder, table: TableType, address: ir.Value, index: ir.Value) -> ir.Value:
    if table.width > 0:
        row, field = cgutils.unpack_tuple(builder, index, 2)
        index = builder.add(builder.mul(row, ir.Constant(row.type, table.width)), field)
    return builder.gep(address, [index])


@lower_builtin(operator.getitem, TableType, types.Any)
def _read_field(_context: Any, builder: ir.IRBuilder, sig: Any, args: tuple[ir.Value, ...]) -> ir.Value:
    return builder.load(_field(builder, sig.args[0], *args))


@lower_builtin(operator.setitem, TableType, types.Any, types.Any)
def _write_field(context: Any, builder: ir.IRBuilder, sig: Any, args: tuple[ir.Value, ...]) -> ir.Value:
    table, index, value = args
    builder.store(value, _field(builder, sig.args[0], table, index))
    return context.get_dummy_value()


def loan_of(block: np.ndarray) -> Loan:
    """Return the loan that a block of `WORDS` words begins; its tables are given to it one by one."""
    return Loan(state=block[len(_SLOTS) :])


@intrinsic
def _as_loan(_context: Any, _block: types.Type) -> Any:
    def address(context: Any, builder: ir.IRBuilder, sig: Any, args: tuple[ir.Value, ...]) -> ir.Value:
        return context.make_array(sig.args[0])(context, builder, args[0]).data

    return LOAN(_block), address


@overload(loan_of)
def _loan_of(block):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 -- Numba compares bare signatures
    return lambda block: _as_loan(block)  # noqa: PLW0108 -- Numba compiles a function of its own
