"""The tidy checks: each takes a source and returns its complaints, each with line and cure; none imports anything."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 50

VAGUE = {"common", "data", "helper", "helpers", "info", "manager", "misc", "service", "services", "util", "utils"}

CLOCKS = {
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "time.monotonic",
    "time.perf_counter",
    "time.perf_counter_ns",
    "time.time",
    "time.time_ns",
}
CHANCE = {"random", "secrets", "uuid", "numpy.random"}
FLOAT_NAMES = {"float", "numpy.float16", "numpy.float32", "numpy.float64"}

Function = ast.FunctionDef | ast.AsyncFunctionDef

# Spelled with one-letter classes, so that this file does not complain of itself.
_REGISTRY = re.compile(
    r"p[y]pi\.org|pythonh[o]sted\.org|np[m]js\.|crates\.i[o]\b|conda\.an[a]conda|(?<!emit)-inde[x]-url", re.IGNORECASE
)
_MACHINE_PATH = re.compile(r"(?<![\w.~}>-])/(?:home|Users|root|work|opt|workspace|mnt)/|\.\./sh[a]red\b")
_UNFINISHED = re.compile(r"\b(?:T[O]DO|F[I]XME|X[X]X)\b")


def long_file(source: str, lines_max: int = FILE_LINES_MAX) -> list[str]:
    """Complain about a file of too many lines."""
    lines = len(source.splitlines())
    if lines <= lines_max:
        return []
    return [f"{lines} lines, at most {lines_max}: give the second noun in it a file of its own"]


def long_functions(source: str) -> list[tuple[str, int, str]]:
    """Return (name, code lines, complaint) of every function that is too long; docstring and comments do not count."""
    code = _lines_of_code(source)
    found = []
    for name, function in _functions(ast.parse(source)):
        lines = len([line for line in range(function.lineno, (function.end_lineno or 0) + 1) if line in code])
        if lines > FUNCTION_LINES_MAX:
            cure = "name its parts and call them in order; if it reads better whole, give the reason in exceptions.py"
            found.append((name, lines, f"line {function.lineno}: {name} has {lines} code lines: {cure}"))
    return found


def vague_module(path: str) -> list[str]:
    """Complain about a module or folder with a vague name."""
    parts = path.removesuffix(".py").split("/")
    return [
        f"the name {part!r} says nothing: use the noun of docs/glossary.md that this file holds"
        for part in parts
        if VAGUE & set(part.lower().split("_"))
    ]


def vague_classes(source: str) -> list[tuple[str, str]]:
    """Return (name, complaint) of every class with a vague name."""
    return [
        (node.name, f"line {node.lineno}: class {node.name}: use the noun of docs/glossary.md, without the vague word")
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef)
        and VAGUE & {word.lower() for word in re.findall(r"[A-Z][a-z]*|[a-z]+", node.name)}
    ]


def swallowed_errors(source: str) -> list[str]:
    """Complain about a bare except, and about a broad one that does nothing."""
    return [
        f"line {node.lineno}: {problem}: catch the one error you can cure, and cure it"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ExceptHandler) and (problem := _swallowing(node))
    ]


def prints(source: str) -> list[str]:
    """Complain about printing."""
    return [
        f"line {node.lineno}: print: return the value, and let a door in reprieve/cli show it"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]


def clocks(source: str) -> list[str]:
    """Complain about reading a clock."""
    return [
        f"line {line}: {name} reads the clock: take the day or instant as an argument"
        for line, name in _names(ast.parse(source))
        if name in CLOCKS
    ]


def chance(source: str) -> list[str]:
    """Complain about randomness and made-up identifiers."""
    tree = ast.parse(source)
    found: dict[int, str] = {}
    imported = [(node.lineno, name) for node in ast.walk(tree) for name in _imported(node).values()]
    for line, name in [*imported, *_names(tree)]:
        if name in CHANCE or name.startswith(tuple(f"{module}." for module in CHANCE)):
            found.setdefault(line, name)
    return [
        f"line {line}: {name} is chance: take the drawn value or the identifier as an argument"
        for line, name in sorted(found.items())
    ]


def floats(source: str) -> list[str]:
    """Complain about float types and float literals."""
    tree = ast.parse(source)
    literals = {
        (node.lineno, repr(node.value))
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex)
    }
    named = {(line, name) for line, name in _names(tree) if name in FLOAT_NAMES}
    return [
        f"line {line}: {name} is a float: use minor units, a scaled integer, Decimal or Fraction"
        for line, name in sorted(literals | named)
    ]


def true_divisions(source: str) -> list[str]:
    """Complain about `/`, which turns integers into floats."""
    return [
        f"line {node.lineno}: '/' makes a float of integers: use multiply_divide or divide_rounded"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div)
    ]


def builtin_rounds(source: str) -> list[str]:
    """Complain about the built-in round, whose rounding has no name."""
    return [
        f"line {node.lineno}: round: use the named rounding that the contract or the law gives"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "round"
    ]


def missing_docstrings(source: str) -> list[str]:
    """Complain about a module, public class or public function that does not say what it promises."""
    tree = ast.parse(source)
    found = [] if ast.get_docstring(tree) or not tree.body else ["line 1: say in a sentence what this file holds"]
    return found + [
        f"line {node.lineno}: {node.name} has no docstring: write its promise in one line"
        for node in _public(tree)
        if not ast.get_docstring(node)
    ]


def registry_addresses(text: str) -> list[str]:
    """Complain about the address of a package registry."""
    cure = "leave it out; whoever installs has an index of their own"
    return [f"line {line}: registry {found!r}: {cure}" for line, found in _matches(_REGISTRY, text)]


def machine_paths(text: str) -> list[str]:
    """Complain about a path that exists on one machine only."""
    cure = "use a path relative to the repository"
    return [f"line {line}: machine path {found!r}: {cure}" for line, found in _matches(_MACHINE_PATH, text)]


def unfinished(text: str) -> list[str]:
    """Complain about a note of work left undone."""
    cure = "do it, or file an issue and delete the note"
    return [f"line {line}: {found}: {cure}" for line, found in _matches(_UNFINISHED, text)]


def _lines_of_code(source: str) -> set[int]:
    """Return the numbers of the lines that hold code: no blank line, comment or docstring."""
    quiet = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in quiet:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | Function) and ast.get_docstring(node):
            lines.difference_update(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    return lines


def _functions(tree: ast.Module) -> Iterator[tuple[str, Function]]:
    """Yield every function with its name; a method is named with its class."""
    owners = {id(child): node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for child in node.body}
    for node in ast.walk(tree):
        if isinstance(node, Function):
            owner = owners.get(id(node))
            yield (f"{owner}.{node.name}" if owner else node.name), node


def _swallowing(handler: ast.ExceptHandler) -> str:
    """Return what is wrong with an except clause, or nothing."""
    if handler.type is None:
        return "bare except"
    broad = {"Exception", "BaseException"} & {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)}
    idle = all(
        isinstance(step, ast.Pass | ast.Continue)
        or (isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant))
        for step in handler.body
    )
    return f"except {broad.pop()} that does nothing" if broad and idle else ""


def _names(tree: ast.Module) -> list[tuple[int, str]]:
    """Return (line, full dotted name) of every name read; after `import numpy as np`, `np.int64` is `numpy.int64`."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        known.update(_imported(node))
    found = []
    for node in ast.walk(tree):
        dotted = _dotted(node) if isinstance(node, ast.Name | ast.Attribute) else ""
        if dotted:
            first, _, rest = dotted.partition(".")
            found.append((node.lineno, known.get(first, first) + ("." + rest if rest else "")))
    return found


def _imported(node: ast.AST) -> dict[str, str]:
    """Return the local names an import statement gives, each with its full name."""
    if isinstance(node, ast.Import):
        return {item.asname or item.name.partition(".")[0]: _bound(item) for item in node.names}
    if isinstance(node, ast.ImportFrom):
        return {item.asname or item.name: f"{node.module}.{item.name}" for item in node.names}
    return {}


def _bound(item: ast.alias) -> str:
    """Return what `import a.b` or `import a.b as c` binds its local name to."""
    return item.name if item.asname else item.name.partition(".")[0]


def _dotted(node: ast.AST) -> str:
    """Return `a.b.c` for a chain of attributes on a name, or nothing."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = _dotted(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return ""


def _public(tree: ast.Module) -> Iterator[Function | ast.ClassDef]:
    """Yield the public classes and functions of a module, and the public methods of those classes."""
    for node in tree.body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from (m for m in node.body if isinstance(m, Function) and not m.name.startswith("_"))


def _matches(pattern: re.Pattern[str], text: str) -> list[tuple[int, str]]:
    """Return (line number, text found) of every match."""
    return [
        (number, match.group())
        for number, line in enumerate(text.splitlines(), start=1)
        for match in pattern.finditer(line)
    ]
