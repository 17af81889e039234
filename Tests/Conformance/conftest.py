"""Fixtures shared by all tests: one idle server for the session, others on demand, photos, a report."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import openai
import pytest
from PIL import Image

from api import Api
from harness import Server, run_json_command, running
from pictures import load_photos

# The server is on this machine: a proxy that the environment names for the internet must not get between.
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"

StartServer = Callable[..., Server]
Report = Callable[[str], None]
_report_key = pytest.StashKey[list[str]]()
_REPORT = "measured"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server most tests share; it must also end cleanly once they are through."""
    with running(tmp_path_factory) as shared:
        yield shared


@pytest.fixture
def start_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartServer]:
    """Starts servers of the test's own, which it may kill, restart or configure."""
    with ExitStack() as stack:

        def start(config: dict[str, Any] | None = None) -> Server:
            return stack.enter_context(running(tmp_path_factory, config))

        yield start


@pytest.fixture(scope="session")
def key(server: Server) -> str:
    """The key of the account that most tests use."""
    return server.create_key()


@pytest.fixture(scope="session")
def client(server: Server, key: str) -> Iterator[openai.OpenAI]:
    """The official client, set up as its own documentation says."""
    with openai.OpenAI(base_url=f"{server.url}/v1", api_key=key, max_retries=2, timeout=60) as official:
        yield official


@pytest.fixture(scope="session")
def strict_client(server: Server, key: str) -> Iterator[openai.OpenAI]:
    """The official client, made to check every answer against its own types."""
    with openai.OpenAI(
        base_url=f"{server.url}/v1", api_key=key, timeout=60, _strict_response_validation=True
    ) as official:
        yield official


@pytest.fixture(scope="session")
def api(server: Server, key: str) -> Iterator[Api]:
    """Bare HTTP for the same account."""
    with Api(server.url, key) as bare:
        yield bare


@pytest.fixture
def own_api(server: Server) -> Iterator[Api]:
    """Bare HTTP for an account that no other test has touched."""
    with Api(server.url, server.create_key()) as bare:
        yield bare


@pytest.fixture(scope="session")
def photos() -> dict[str, Image.Image]:
    """Ten real photos by name."""
    return load_photos()


@pytest.fixture(scope="session")
def styles() -> dict[int, str]:
    """The names of the installed model's styles by their index."""
    shown = run_json_command("models", "show", "restyle", "--json")
    return {style["index"]: style["name"] for style in shown["styles"]}


@pytest.fixture(scope="session")
def report(pytestconfig: pytest.Config) -> Report:
    """Adds a line to what the run prints at its end: measurements are results even when a test passes."""
    return pytestconfig.stash.setdefault(_report_key, []).append


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A process of a parallel run hands its lines to the one that prints."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[_REPORT] = session.config.stash.get(_report_key, [])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Collect the lines of a process that has ended; one that crashed has none."""
    lines = getattr(node, "workeroutput", {}).get(_REPORT, [])
    node.config.stash.setdefault(_report_key, []).extend(lines)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the lines that tests reported."""
    lines = config.stash.get(_report_key, [])
    if lines:
        terminalreporter.section("measured")
        terminalreporter.write_line("\n".join(lines))
