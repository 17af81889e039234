"""The machine-readable description: it must be complete, and the server must do what it says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from conftest import Report, StartServer
from harness import Server

SEED = os.environ.get("HEATSINK_SEED", "20250326")
EXAMPLES_PER_OPERATION = 20
RUN_SECONDS = 300
FOLDER = Path(__file__).resolve().parent

OPERATIONS = {
    "/v1/images/edits": {"post"},
    "/v1/images/generations": {"post"},
    "/v1/models": {"get"},
    "/v1/models/{id}": {"get"},
    "/v1/jobs": {"get"},
    "/v1/jobs/{id}": {"get", "delete"},
    "/v1/jobs/{id}/events": {"get"},
    "/healthz": {"get"},
    "/readyz": {"get"},
    "/status": {"get"},
    "/metrics": {"get"},
    "/openapi.json": {"get"},
}


def test_the_description_has_every_operation_of_the_api(server: Server) -> None:
    description = httpx2.get(f"{server.url}/openapi.json", trust_env=False, timeout=30).json()
    assert description["openapi"].startswith("3.")
    for path, methods in OPERATIONS.items():
        assert methods <= description["paths"].get(path, {}).keys(), path


@pytest.mark.slow
@pytest.mark.schema
def test_the_server_keeps_to_its_description(
    start_server: StartServer, tmp_path: Path, report: Report
) -> None:
    """Examples, boundary values and random requests, judged by every check that schemathesis has."""
    server = start_server()
    # By configuration, not as a header: so schemathesis knows the key and can leave it out to see a 401.
    configuration = f'[auth.openapi]\nbearer = {{ bearer = "{server.create_key()}" }}\n'
    (tmp_path / "schemathesis.toml").write_text(configuration)
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{server.url}/openapi.json"),
        *("--phases", "examples,coverage,fuzzing"),
        *("--checks", "all"),
        *("--max-examples", str(EXAMPLES_PER_OPERATION)),
        *("--seed", SEED),
        *("--request-timeout", "60"),
        # Nothing may be remembered from one run to the next, or runs of one seed would differ.
        *("--generation-database", "none"),
        *("--no-color", "--continue-on-failure"),
    ]
    search = os.pathsep.join(filter(None, [str(FOLDER), os.environ.get("PYTHONPATH")]))
    environment = os.environ | {"SCHEMATHESIS_HOOKS": str(FOLDER / "schema_hooks.py"), "PYTHONPATH": search}
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    print(done.stdout, done.stderr, sep="\n")
    assert done.returncode == 0, f"schemathesis found something (seed {SEED}); its report is printed below"
    report(f"schemathesis, seed {SEED}: {done.stdout.strip().splitlines()[-1].strip(' =')}")
