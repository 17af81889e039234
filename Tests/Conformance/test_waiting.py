"""Long waits: through a real proxy that cuts silence, with clients that give up or never return."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import httpx2
import openai
import pytest
from PIL import Image

from api import EDITS, ENDED, Api, Document, fresh_prompt
from conftest import Report, StartServer
from harness import Server, free_port
from pictures import File, decode, upload

pytestmark = [pytest.mark.slow, pytest.mark.waiting]

LONG_WAIT_SECONDS = 90
SUBMISSIONS_AT_MOST = 400
# nginx lives where ordinary users' PATH often does not look.
NGINX = shutil.which(
    "nginx", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
)

# One door for each version of HTTP that nginx speaks to what is behind it: 1.0 is its default.
NGINX_CONFIG = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    client_max_body_size 120m;
    proxy_read_timeout 20s;
    server {{
        listen 127.0.0.1:{default_port};
        location / {{ proxy_pass {upstream}; }}
    }}
    server {{
        listen 127.0.0.1:{modern_port};
        location / {{
            proxy_pass {upstream};
            proxy_http_version 1.1;
            proxy_set_header Connection "";
        }}
    }}
}}
"""


@pytest.fixture(scope="module")
def photo(photos: dict[str, Image.Image]) -> File:
    """The largest photo: at the best quality it keeps the server busy."""
    return upload(photos["hubble"])


@contextmanager
def nginx(upstream: str, folder: Path) -> Iterator[list[str]]:
    """A running nginx; gives the addresses of its two doors."""
    if NGINX is None:
        pytest.fail(
            "nginx is not installed, and a wait through a proxy is part of the promise.", pytrace=False
        )
    default_port, modern_port = free_port(), free_port()
    config = folder / "nginx.conf"
    config.write_text(
        NGINX_CONFIG.format(
            folder=folder, upstream=upstream, default_port=default_port, modern_port=modern_port
        )
    )
    process = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(config), "-e", str(folder / "error.log")])
    try:
        for port in (default_port, modern_port):
            wait_until_listening(port, process)
        yield [f"http://127.0.0.1:{default_port}", f"http://127.0.0.1:{modern_port}"]
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_listening(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return when the port takes connections."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, "nginx ended while starting"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("nginx does not listen")


def seconds_ahead(document: Document) -> float:
    """The time until the job is done, by the server's own account: the middle of its interval, on a scale of ratios."""
    eta = document["eta"]
    return (eta["low_seconds"] * eta["high_seconds"]) ** 0.5 if eta else 0.0


@contextmanager
def full_queue(api: Api, photo: File, seconds: float) -> Iterator[None]:
    """Keep the server so busy that the account's next job waits at least `seconds`; clean up afterwards.

    The first pictures teach the server its own speed; the margin is for what it still learns.
    """
    submitted: list[str] = []
    try:
        for _ in range(3):
            assert api.edit(photo, fresh_prompt(), quality="max").status_code == 200
        ahead = 0.0
        while ahead <= seconds * 1.2 + 4:
            if len(submitted) >= SUBMISSIONS_AT_MOST:
                pytest.fail(f"{len(submitted)} jobs of ten pictures make a wait of only {ahead:.0f} s")
            document = api.submit(photo, fresh_prompt("filling the queue"), n=10, quality="max")
            submitted.append(document["id"])
            ahead = seconds_ahead(document)
        yield
    finally:
        api.cancel_all(reversed(submitted))


def paint_through(address: str, key: str, photo: File) -> tuple[Image.Image, float]:
    """One plain edit with a client that does not retry; the picture and how long it took."""
    started = time.monotonic()
    with openai.OpenAI(base_url=f"{address}/v1", api_key=key, max_retries=0, timeout=600) as client:
        answer = client.images.edit(image=photo, prompt=fresh_prompt(), quality="max")
    assert answer.data is not None
    assert answer.data[0].b64_json is not None
    return decode(answer.data[0].b64_json), time.monotonic() - started


@pytest.fixture(scope="module")
def busy(server: Server, photo: File) -> Iterator[Api]:
    """An account behind a queue that is filled once, for all tests that only need to wait."""
    with Api(server.url, server.create_key()) as api, full_queue(api, photo, LONG_WAIT_SECONDS + 45):
        yield api


def test_events_of_a_waiting_job_have_a_heartbeat(busy: Api, photo: File) -> None:
    id = busy.submit(photo, fresh_prompt(), quality="max")["id"]
    started = time.monotonic()
    with busy.http.stream("GET", f"/v1/jobs/{id}/events", timeout=30) as response:
        next(line for line in response.iter_lines() if line.startswith(":"))
    busy.cancel(id)
    assert time.monotonic() - started < 15


def test_a_waiting_stream_has_a_heartbeat(busy: Api, photo: File) -> None:
    form = {"prompt": fresh_prompt(), "quality": "max", "stream": "true"}
    started = time.monotonic()
    with busy.http.stream("POST", EDITS, data=form, files={"image": photo}, timeout=30) as response:
        assert time.monotonic() - started < 5, "a stream begins at once"
        next(line for line in response.iter_lines() if line.startswith(":"))
    assert time.monotonic() - started < 15


def hold(url: str, key: str, photo: File) -> tuple[list[float], bytes]:
    """One plain edit, read as it comes: the silences before the answer, and the body."""
    with Api(url, key) as api:
        form = {"prompt": fresh_prompt(), "quality": "max"}
        moments, body = [time.monotonic()], b""
        with api.http.stream("POST", EDITS, data=form, files={"image": photo}, timeout=600) as response:
            assert response.status_code == 200
            assert response.headers["content-type"].startswith("application/json")
            for chunk in response.iter_raw():
                if not body.strip():
                    moments.append(time.monotonic())
                body += chunk
    return [later - earlier for earlier, later in pairwise(moments)], body


def test_a_wait_of_ninety_seconds_survives_a_proxy_that_cuts_silence_after_twenty(
    server: Server, busy: Api, photo: File, tmp_path: Path, report: Report
) -> None:
    """Through both doors of the proxy, and beside it without: white space first after 15 silent seconds, then every
    10 seconds, and what follows is still JSON. Another account's requests would overtake those that fill the queue."""
    key = busy.key
    with nginx(server.url, tmp_path) as doors, ThreadPoolExecutor(len(doors) + 1) as pool:
        held = pool.submit(hold, server.url, key, photo)
        waiting = [pool.submit(paint_through, door, key, photo) for door in doors]
        for picture, seconds in (each.result(timeout=660) for each in waiting):
            report(
                f"a wait through nginx: {seconds:.0f} s, then a picture of {picture.width}x{picture.height}"
            )
            assert seconds >= LONG_WAIT_SECONDS
        silences, body = held.result(timeout=660)
    spaces = len(body) - len(body.lstrip())
    assert spaces >= 3
    assert body[:spaces] == b" " * spaces
    assert 13 <= silences[0] <= 18
    assert max(silences[1:]) <= 13
    assert decode(httpx2.Response(200, content=body).json()["data"][0]["b64_json"])


def test_a_client_that_gives_up_early_and_tries_again_costs_one_job(server: Server, photo: File) -> None:
    key = server.create_key()
    with (
        Api(server.url, key) as api,
        openai.OpenAI(base_url=f"{server.url}/v1", api_key=key, max_retries=12, timeout=1) as hasty,
    ):
        with full_queue(api, photo, 6):
            before = {job["id"] for job in api.jobs()}
            answer = hasty.images.with_raw_response.edit(image=photo, prompt=fresh_prompt(), quality="max")
        assert answer.retries_taken > 0, "the queue was too short to make the client give up"
        made = {job["id"] for job in api.jobs()} - before
        assert made == {answer.headers["heatsink-job"]}


def abandon(api: Api, photo: File, headers: dict[str, str] | None = None) -> str:
    """Ask for a picture, go away after two seconds and return the id of the job left behind."""
    before = {job["id"] for job in api.jobs()}
    with pytest.raises(httpx2.ReadTimeout):
        api.edit(photo, fresh_prompt(), headers=headers, timeout=2, quality="max")
    (left,) = {job["id"] for job in api.jobs()} - before
    return left


def test_the_job_of_a_client_that_went_away_is_cancelled(start_server: StartServer, photo: File) -> None:
    server = start_server({"http": {"orphan-grace-seconds": 2}})
    with Api(server.url, server.create_key()) as api, full_queue(api, photo, 40):
        orphan = abandon(api, photo)
        assert api.job(orphan)["status"] not in ENDED, "cancelled before its time of grace was over"
        assert api.wait(orphan, 10)["status"] == "cancelled"


def test_a_job_with_an_idempotency_key_outlives_its_client(start_server: StartServer, photo: File) -> None:
    """Whoever sends a key says that they will be back; and nobody waits for an asynchronous job anyway."""
    server = start_server({"http": {"orphan-grace-seconds": 2}})
    with Api(server.url, server.create_key()) as api:
        with full_queue(api, photo, 40):
            orphan = abandon(api, photo, {"Idempotency-Key": "back-in-a-minute"})
            asynchronous = api.submit(photo, fresh_prompt(), quality="max")["id"]
            time.sleep(6)
            assert api.job(orphan)["status"] not in ENDED
            assert api.job(asynchronous)["status"] not in ENDED
        assert api.wait(orphan)["status"] == "completed"
        assert api.wait(asynchronous)["status"] == "completed"
