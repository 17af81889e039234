"""The machine-readable description: it must be complete, and the server must do what it says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest
from jsonschema_rs import Draft202012Validator
from PIL import Image

from api import Api, fresh_prompt, read_events
from conftest import Report, StartServer
from harness import Server
from pictures import upload

SEED = os.environ.get("HEATSINK_SEED", "20250326")
EXAMPLES_PER_OPERATION = 20
RUN_SECONDS = 3_600
FOLDER = Path(__file__).resolve().parent

OPERATIONS = {
    "/v1/images/edits": {"post"},
    "/v1/images/generations": {"post"},
    "/v1/models": {"get"},
    "/v1/models/{id}": {"get"},
    "/v1/jobs": {"get"},
    "/v1/jobs/{id}": {"get", "delete"},
    "/v1/jobs/{id}/events": {"get"},
    "/v1/jobs/{id}/pictures/{picture}": {"get"},
    "/v1/jobs/{id}/photo": {"get"},
    "/v1/gallery": {"get"},
    "/v1/gallery/{id}": {"delete"},
    "/v1/events": {"get"},
    "/v1/session": {"get", "post", "delete"},
    "/v1/guests": {"post"},
    "/v1/guests/challenge": {"get"},
    "/v1/passkeys": {"post"},
    "/v1/passkeys/{id}": {"delete"},
    "/v1/passkeys/registration": {"post"},
    "/v1/passkeys/challenge": {"post"},
    "/v1/passkeys/session": {"post"},
    "/v1/account": {"get", "delete"},
    "/v1/shares": {"get", "post"},
    "/v1/shares/{id}": {"delete"},
    "/v1/verify": {"post"},
    "/v1/policy": {"get"},
    "/v1/opt-outs": {"post"},
    "/v1/opt-outs/{id}": {"get", "delete"},
    "/v1/decisions/{id}": {"get"},
    "/v1/decisions/{id}/picture": {"get"},
    "/v1/appeals": {"post"},
    "/s/{id}/picture": {"get"},
    "/pictures/{name}": {"get"},
    "/healthz": {"get"},
    "/readyz": {"get"},
    "/status": {"get"},
    "/status/events": {"get"},
    "/ops/state": {"get"},
    "/ops/events": {"get"},
    "/ops/history": {"get"},
    "/ops/audit": {"get"},
    "/ops/levers/plan": {"post"},
    "/ops/levers/defer": {"post"},
    "/ops/levers/pause": {"post"},
    "/ops/levers/drain": {"post"},
    "/ops/rights": {"get"},
    "/ops/rights/opt-outs": {"get"},
    "/ops/rights/opt-outs/{id}": {"post"},
    "/ops/rights/reviews/{id}": {"post"},
    "/ops/rights/reviews/{id}/picture": {"get"},
    "/ops/rights/appeals/{id}": {"post"},
    "/ops/rights/takedowns": {"post"},
    "/ops/rights/works": {"get", "post"},
    "/ops/rights/works/{id}": {"delete"},
    "/ops/rights/ledger": {"get"},
    "/ops/rights/ledger/check": {"get"},
    "/ops/rights/ledger/export": {"get"},
    "/metrics": {"get"},
    "/openapi.json": {"get"},
}
# Streams that go on until one side leaves: a generated request would wait for the end. By the event: its schema.
STREAMS = {
    "/v1/events": {"account": "Account", "crowd": "Crowd", "job": "Job"},
    "/status/events": {"status": "Status"},
    "/ops/events": {"state": "Operations"},
}
# More than a run deletes.
SPARE_ACCOUNTS = 100


def described(server: Server) -> Any:
    """What the server says of itself."""
    return httpx2.get(f"{server.url}/openapi.json", trust_env=False, timeout=30).json()


def test_the_description_has_every_operation_of_the_api(server: Server) -> None:
    description = described(server)
    assert description["openapi"].startswith("3.")
    for path, methods in OPERATIONS.items():
        assert methods <= description["paths"].get(path, {}).keys(), path


@pytest.mark.parametrize("path", STREAMS)
def test_a_stream_without_end_sends_what_is_described(
    server: Server, photos: dict[str, Image.Image], path: str
) -> None:
    components = described(server)["components"]
    missing = dict(STREAMS[path])
    with Api(server.url, server.first_key()) as api, api.http.stream("GET", path, timeout=30) as response:
        assert response.status_code == 200
        for event in read_events(response.iter_lines()):
            # Nothing is told of jobs that ended before the stream began.
            if event.name == "account" and "account" in missing:
                api.submit(upload(photos["coffee"], longer=320), fresh_prompt(), quality="low")
            if schema := STREAMS[path].get(event.name):
                reference = {"$ref": f"#/components/schemas/{schema}", "components": components}
                Draft202012Validator(reference).validate(event.json())
                missing.pop(event.name, None)
            if not missing:
                break
    assert not missing


@pytest.mark.slow
@pytest.mark.schema
def test_the_server_keeps_to_its_description(
    start_server: StartServer, tmp_path: Path, report: Report
) -> None:
    """Examples, boundary values and random requests, judged by every check that schemathesis has."""
    # The suite's requests come from many addresses, and near copies of works are held back.
    rights = {"works-refuse-at": 0, "works-review-at": 50}
    server = start_server({"http": {"trusted-proxies": 1}, "rights": rights})
    # By its name: passkeys know no numbers.
    url = server.url.replace("127.0.0.1", "localhost")
    create = ("accounts", "create", "--plan", "free", "--json")
    [operator] = server.json_command(*create, "--operator")
    spare = server.json_command(*create, "--count", str(SPARE_ACCOUNTS))
    # By configuration, not as a header: so schemathesis knows the key and can leave it out to see a 401. Sessions are
    # begun where they are used, since each use ends one.
    (tmp_path / "schemathesis.toml").write_text(
        f'[auth.openapi]\nbearer = {{ bearer = "{operator["key"]}" }}\nsession = {{ api_key = "to be begun" }}\n'
    )
    endless = (f"--exclude-path={path}" for path in STREAMS)
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{url}/openapi.json", *endless),
        *("--phases", "examples,coverage,fuzzing"),
        *("--checks", "all"),
        *("--max-examples", str(EXAMPLES_PER_OPERATION)),
        *("--seed", SEED),
        *("--request-timeout", "60"),
        # Nothing may be remembered from one run to the next, or runs of one seed would differ.
        *("--generation-database", "none"),
        *("--no-color", "--continue-on-failure"),
    ]
    # As this run finds its packages: a PYTHONPATH may be relative to where it was started.
    search = os.pathsep.join([str(FOLDER), *(entry for entry in sys.path if Path(entry).is_absolute())])
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": str(FOLDER / "schema_hooks.py"),
        "PYTHONPATH": search,
        "HEATSINK_URL": url,
        "HEATSINK_KEY": operator["key"],
        "HEATSINK_SPARE_KEYS": " ".join(account["key"] for account in spare),
    }
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
