"""Every tidy check notices a planted fault, and stays silent about its honest neighbour."""

from collections.abc import Callable

import pytest

from tests.tidy import checks

pytestmark = pytest.mark.fast

Check = Callable[[str], list[str]]

FAULTS = [
    (checks.long_file, "x = 1\n" * 401),
    (checks.swallowed_errors, "try:\n    x()\nexcept:\n    raise\n"),
    (checks.swallowed_errors, "try:\n    x()\nexcept Exception:\n    pass\n"),
    (checks.swallowed_errors, "try:\n    x()\nexcept (ValueError, BaseException):\n    ...\n"),
    (checks.swallowed_errors, "for x in y:\n    try:\n        x()\n    except Exception:\n        continue\n"),
    (checks.prints, "print(1)"),
    (checks.clocks, "import datetime\nd = datetime.date.today()"),
    (checks.clocks, "import datetime as dt\nd = dt.datetime.now(dt.UTC)"),
    (checks.clocks, "from datetime import date as day\nd = day.today()"),
    (checks.clocks, "import time\nt = time.time()"),
    (checks.clocks, "from time import time\nt = time()"),
    (checks.clocks, "from datetime import datetime\nclock = datetime.now"),
    (checks.chance, "import random"),
    (checks.chance, "from random import choice"),
    (checks.chance, "import numpy as np\nx = np.random.default_rng()"),
    (checks.chance, "from numpy.random import default_rng"),
    (checks.chance, "def name():\n    import uuid\n    return 1"),
    (checks.floats, "rate = 0.18"),
    (checks.floats, "rate = 1e-6"),
    (checks.floats, "def f(x: float) -> int: ..."),
    (checks.floats, "x = float('0.18')"),
    (checks.floats, "import numpy as np\nx = np.float64(1)"),
    (checks.true_divisions, "share = a / b"),
    (checks.true_divisions, "a /= b"),
    (checks.builtin_rounds, "x = round(y, 2)"),
    (checks.missing_docstrings, "x = 1"),
    (checks.missing_docstrings, '"""Doc."""\ndef f(): ...'),
    (checks.missing_docstrings, '"""Doc."""\nclass A: ...'),
    (checks.missing_docstrings, '"""Doc."""\nclass A:\n    """Doc."""\n    def b(self): ...'),
    (checks.registry_addresses, "see https://py" + "pi.org/simple"),
    (checks.registry_addresses, "--extra" + "-index" + "-url somewhere"),
    (checks.machine_paths, "open('" + "/ho" + "me/anna/loans.csv')"),
    (checks.machine_paths, "cd " + "/wo" + "rk/main"),
    (checks.unfinished, "# TO" + "DO: later"),
    (checks.unfinished, "FIX" + "ME"),
    (checks.vague_module, "reprieve/lending/utils.py"),
    (checks.vague_module, "reprieve/common/loan.py"),
    (checks.vague_module, "reprieve/loan_service.py"),
]

HONEST = [
    (checks.long_file, "x = 1\n" * 400),
    (checks.swallowed_errors, "try:\n    x()\nexcept KeyError:\n    pass\n"),
    (checks.swallowed_errors, "try:\n    x()\nexcept Exception as error:\n    raise BadCase(error) from error\n"),
    (checks.prints, "console.print(1)"),
    (checks.clocks, "from datetime import date\nd = date(2026, 1, 15)\ntoday = d\ntime = 3"),
    (checks.chance, "import randomness_of_life\nrandom_looking = 1"),
    (checks.floats, "rate = '0.18'\nx = 18 * 10**16\nfloating = True"),
    (checks.true_divisions, "a // b"),
    (checks.builtin_rounds, "rounded(x, HALF_EVEN)"),
    (checks.missing_docstrings, '"""Doc."""\ndef f():\n    """Doc."""\n    def g(): ...\ndef _h(): ...'),
    (checks.missing_docstrings, ""),
    (checks.registry_addresses, "pip install reprieve"),
    (checks.machine_paths, "GET /loans/work" + "/ and #!/usr/bin/env bash and docs/home/x"),
    (checks.unfinished, "todos los días"),
    (checks.vague_module, "reprieve/engine/calendar.py"),
    (checks.vague_module, "reprieve/lending/updates.py"),
]


@pytest.mark.parametrize(("check", "fault"), FAULTS)
def test_a_planted_fault_is_noticed_once_with_a_cure(check: Check, fault: str) -> None:
    complaints = check(fault)
    assert len(complaints) == 1
    assert ": " in complaints[0], "a complaint says what is wrong, then how to cure it"


@pytest.mark.parametrize(("check", "source"), HONEST)
def test_honest_code_is_left_alone(check: Check, source: str) -> None:
    assert check(source) == []


def test_a_function_is_measured_in_lines_of_code() -> None:
    quiet = '    """Promise.\n\n    More.\n    """\n    # why\n\n'
    at_the_limit = "def f():\n" + quiet + "    x = 1\n" * (checks.FUNCTION_LINES_MAX - 1)
    assert checks.long_functions(at_the_limit) == []
    [(name, lines, complaint)] = checks.long_functions(at_the_limit + "    y = 2\n")
    assert (name, lines) == ("f", checks.FUNCTION_LINES_MAX + 1)
    assert "call them in order" in complaint


def test_a_method_is_named_with_its_class() -> None:
    source = "class Loan:\n    def pay(self):\n" + "        x = 1\n" * checks.FUNCTION_LINES_MAX
    assert [name for name, _, _ in checks.long_functions(source)] == ["Loan.pay"]


@pytest.mark.parametrize("name", ["LoanManager", "DataFrameHolder", "PaymentService", "Info"])
def test_a_vague_class_is_noticed(name: str) -> None:
    assert [found for found, _ in checks.vague_classes(f"class {name}: ...")] == [name]


@pytest.mark.parametrize("name", ["Loan", "Database", "Informed", "Agreement"])
def test_a_plain_class_is_left_alone(name: str) -> None:
    assert checks.vague_classes(f"class {name}: ...") == []
