"""The platform's figures: contests in turns on one server, their medians and ratios. Prints only what it is doing."""

import json
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

import psutil

from bench.contests import say
from bench.platform import intake
from bench.platform.client import CLIENTS
from bench.platform.server import TPCB, Figures, Place, bench_server, hear, make_database, percentile, settle, tell

SCALE: Final = 50
WORKERS: Final = 4
READY_SECONDS: Final = 120
CLIENT: Final = "bench.platform.client"
GOALS: Final = (
    ("command_rate", "payments as commands against TPC-B", 1.0, "at least"),
    ("http_rate", "payments over HTTP against TPC-B", 0.25, "at least"),
    ("command_p99", "p99 of a command against TPC-B's", 4, "at most"),
    ("http_p99", "p99 over HTTP against TPC-B's", 4, "at most"),
    ("intake_rate", "intake of bank lines against a bare ingest of the rows they become", 0.5, "at least"),
)
"""Figure, what it is, its goal and which side of it is good."""

Contest = Callable[[float], Figures]


def platform_figures(*, seconds: float = 10, rounds: int = 3, loans: int = 10_000, lines: int = 5_000) -> Figures:
    """Return rates, latencies and processor time of TPC-B, commands, HTTP and intake, and the ratios that have goals.

    The contests take turns, `seconds` each, and a figure is the median of its rounds. Server and clients share the
    machine's cores.
    """
    with bench_server() as place, ExitStack() as running:
        say(f"PostgreSQL {place.facts()['server_version']}: TPC-B at scale {SCALE}, and {loans:,} loans")
        make_database(place, TPCB)
        _pgbench(place, "-i", "-q", "-s", str(SCALE))
        token = place.run("bench.platform.seed", str(loans)).strip()
        contests: dict[str, Contest] = {"tpcb": lambda seconds: _tpcb(place, seconds)}
        contests["command"] = running.enter_context(_clients(place, "command", str(loans)))
        server, port = running.enter_context(_served(place))
        contests["http"] = running.enter_context(_clients(place, "http", str(loans), port, token, beside=server))
        found = _in_turns(place, contests, seconds, rounds)
        say(f"intake of {lines:,} bank lines")
        found["intake"] = intake.measure(place, lines, loans, rounds)
        return found | {"server": place.facts(), "ratios": _ratios(found)}


def platform_lines(found: Figures) -> Iterator[str]:
    """Yield the table of ratios, and the figures behind it."""
    for name, what, goal, side in GOALS:
        value = found["ratios"][name]
        is_met = value >= goal if side == "at least" else value <= goal
        yield f"{what:<68}{value:>7.2f}   {side:>8} {goal:>5}   {'yes' if is_met else 'NO'}"
    for name in ("tpcb", "command", "http"):
        one = found[name]
        yield (
            f"{name:<8}{one['rate']:>7,.0f}/s  p50 {one['p50_ms']:.1f} ms  p99 {one['p99_ms']:.1f} ms  processor: "
            f"PostgreSQL {one['postgresql_us']:.0f} us, web server {one['web_us']:.0f} us, "
            f"client {one['client_us']:.0f} us each"
        )
    one = found["intake"]
    yield (
        f"intake  {one['lines_rate']:>7,.0f} lines/s; a bare ingest of the lines alone {one['bare_lines_rate']:,.0f}/s,"
        f" of all {one['rows_per_line']:.1f} rows that a line becomes {one['bare_rate']:,.0f} lines/s"
    )


def _ratios(found: Figures) -> dict[str, float]:
    base, intake_of = found["tpcb"], found["intake"]
    against = {
        f"{how}_{name}": found[how][key] / base[key]
        for how in ("command", "http")
        for name, key in (("rate", "rate"), ("p99", "p99_ms"))
    }
    return against | {
        "intake_rate": intake_of["lines_rate"] / intake_of["bare_rate"],
        "intake_rate_lines_alone": intake_of["lines_rate"] / intake_of["bare_lines_rate"],
    }


def _in_turns(place: Place, contests: dict[str, Contest], seconds: float, rounds: int) -> Figures:
    """Run every contest once a round; return the median of each figure, and the rates of all rounds."""
    taken: dict[str, list[Figures]] = {name: [] for name in contests}
    for number in range(rounds):
        for name, contest in contests.items():
            say(f"round {number + 1} of {rounds}: {name}")
            settle(place)
            taken[name].append(contest(seconds))
    return {
        name: {key: median(one[key] for one in all_rounds) for key in all_rounds[0]}
        | {"rates": [round(one["rate"]) for one in all_rounds]}
        for name, all_rounds in taken.items()
    }


def _tpcb(place: Place, seconds: float) -> Figures:
    """Run pgbench's TPC-B; its own log has the microseconds of every transaction."""
    before, own = place.cpu_seconds(), _children_cpu()
    with TemporaryDirectory() as folder:
        arguments = ["-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2", "-T", str(round(seconds)), "-l"]
        _pgbench(place, *arguments, f"--log-prefix={folder}/log")
        logs = [line.split() for file in Path(folder).iterdir() for line in file.read_text("ascii").splitlines()]
    taken = [int(fields[2]) for fields in logs]
    return _figures(taken, seconds, place.cpu_seconds() - before, client=_children_cpu() - own)


def _pgbench(place: Place, *arguments: str) -> None:
    command = [str(place.programs / "pgbench"), *arguments, place.url(TPCB)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _children_cpu() -> float:
    return sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])


@contextmanager
def _clients(place: Place, how: str, *arguments: str, beside: psutil.Process | None = None) -> Iterator[Contest]:
    """Have clients stand by; yield what lets them all pay for some seconds."""
    clients = [place.start(CLIENT, how, str(number), *arguments) for number in range(CLIENTS)]
    try:
        for client in clients:
            assert hear(client) == "ready"

        def contest(seconds: float) -> Figures:
            before, web = place.cpu_seconds(), _cpu_of(beside)
            for client in clients:
                tell(client, str(seconds))
            answers = [json.loads(hear(client)) for client in clients]
            taken = [one for answer in answers for one in answer["us"]]
            used = sum(answer["cpu"] for answer in answers)
            return _figures(taken, seconds, place.cpu_seconds() - before, client=used, web=_cpu_of(beside) - web)

        yield contest
    finally:
        for client in clients:
            client.kill()
            client.wait()


def _figures(taken: list[int], seconds: float, server: float, *, client: float, web: float = 0) -> Figures:
    count = len(taken)
    return {
        "rate": count / seconds, "p50_ms": percentile(taken, 0.5) / 1000, "p99_ms": percentile(taken, 0.99) / 1000,
        "postgresql_us": server / count * 1e6, "client_us": client / count * 1e6, "web_us": web / count * 1e6,
    }  # fmt: skip


def _cpu_of(process: psutil.Process | None) -> float:
    """Return the processor time of a process and its children."""
    if process is None:
        return 0.0
    return sum(sum(one.cpu_times()[:2]) for one in [process, *process.children(recursive=True)])


@contextmanager
def _served(place: Place) -> Iterator[tuple[psutil.Process, str]]:
    """Run `reprieve serve`; yield its process and its port once it says that it is ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    command = [sys.executable, "-m", "reprieve.cli", "serve", "--port", port, "--workers", str(WORKERS)]
    with (Path(place.home.path) / "serve.log").open("wb") as log:
        process = subprocess.Popen([*command, "--threads", "1"], env=place.environment, stdout=log, stderr=log)
    try:
        _wait_until_ready(port, process)
        yield psutil.Process(process.pid), port
    finally:
        process.terminate()
        process.wait(30)


def _wait_until_ready(port: str, process: subprocess.Popen[bytes]) -> None:
    import httpx

    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError("the web server did not come up")


def show(found: dict[str, Any]) -> None:
    """Print the figures and the table."""
    print(json.dumps(found, indent=1))
    print(*platform_lines(found), sep="\n")
