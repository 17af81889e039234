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

from api import EDITS, ENDED, Api, fresh_prompt
from conftest import Report, StartServer
from harness import Server, free_port, wait_until
from pictures import File, decode, upload
from rawhttp import BOUNDARY, abandon, form, head, part

pytestmark = [pytest.mark.slow, pytest.mark.waiting]

MODEL = "restyle"
# More than twice what the proxy allows for silence, and time for three heartbeats after the first.
LONG_WAIT_SECONDS = 50
GRACE_SECONDS = 5
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
    """The largest photo: what waits for its turn is large as well."""
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


def paint_through(address: str, key: str, photo: File) -> tuple[Image.Image, float]:
    """One plain edit with a client that does not retry; the picture and how long it took."""
    started = time.monotonic()
    with openai.OpenAI(base_url=f"{address}/v1", api_key=key, max_retries=0, timeout=600) as client:
        answer = client.images.edit(image=photo, prompt=fresh_prompt(), quality="max")
    assert answer.data is not None
    assert answer.data[0].b64_json is not None
    return decode(answer.data[0].b64_json), time.monotonic() - started


def until_waiting(lines: Iterator[str]) -> None:
    """Read up to a heartbeat. The comment at the beginning of each stream is none."""
    assert any(line == ": waiting" for line in lines), "the stream ended without a heartbeat"


def test_events_of_a_waiting_job_have_a_heartbeat(server: Server, own_api: Api, photo: File) -> None:
    with server.paused(MODEL):
        id = own_api.submit(photo, fresh_prompt(), quality="max")["id"]
        with own_api.http.stream("GET", f"/v1/jobs/{id}/events", timeout=60) as response:
            until_waiting(response.iter_lines())
        own_api.cancel(id)


def test_a_waiting_stream_has_a_heartbeat(server: Server, own_api: Api, photo: File) -> None:
    fields = {"prompt": fresh_prompt(), "quality": "max", "stream": "true"}
    with (
        server.paused(MODEL),
        own_api.http.stream("POST", EDITS, data=fields, files={"image": photo}, timeout=60) as response,
    ):
        until_waiting(response.iter_lines())


def hold(url: str, key: str, photo: File) -> tuple[list[float], bytes]:
    """One plain edit, read as it comes: the silences before the answer, and the body."""
    with Api(url, key) as api:
        fields = {"prompt": fresh_prompt(), "quality": "max"}
        moments, body = [time.monotonic()], b""
        with api.http.stream("POST", EDITS, data=fields, files={"image": photo}, timeout=600) as response:
            assert response.status_code == 200
            assert response.headers["content-type"].startswith("application/json")
            for chunk in response.iter_raw():
                if not body.strip():
                    moments.append(time.monotonic())
                body += chunk
    return [later - earlier for earlier, later in pairwise(moments)], body


def test_a_long_wait_survives_a_proxy_that_cuts_silence_after_twenty_seconds(
    server: Server, own_api: Api, photo: File, tmp_path: Path, report: Report
) -> None:
    """Through both doors of the proxy, and beside it without: white space first after 15 silent seconds, then every
    10 seconds, and what follows is still JSON."""
    key = own_api.key
    with nginx(server.url, tmp_path) as doors, ThreadPoolExecutor(len(doors) + 1) as pool:
        with server.paused(MODEL):
            held = pool.submit(hold, server.url, key, photo)
            waiting = [pool.submit(paint_through, door, key, photo) for door in doors]
            assert wait_until(lambda: len(own_api.jobs()) == len(doors) + 1, 60)
            time.sleep(LONG_WAIT_SECONDS)
        for picture, seconds in (each.result(timeout=660) for each in waiting):
            report(
                f"a wait through nginx: {seconds:.0f} s, then a picture of {picture.width}x{picture.height}"
            )
            assert seconds >= LONG_WAIT_SECONDS
        silences, body = held.result(timeout=660)
    spaces = len(body) - len(body.lstrip())
    assert body[:spaces] == b" " * spaces
    assert silences[0] >= 13
    # What is held up arrives together, but none may be missing, except for what a slow beginning and end cost.
    assert spaces >= (sum(silences) - 15) / 10 - 2
    assert spaces >= 3
    assert decode(httpx2.Response(200, content=body).json()["data"][0]["b64_json"])


def test_a_client_that_gives_up_early_and_tries_again_costs_one_job(
    start_server: StartServer, photos: dict[str, Image.Image]
) -> None:
    """Between two tries nobody waits, for as long as the client likes: the time of grace is longer than that."""
    server = start_server({"http": {"orphan-grace-seconds": 120}})
    key, small = server.create_key(), upload(photos["coffee"], longer=256)
    with (
        Api(server.url, key) as api,
        openai.OpenAI(base_url=f"{server.url}/v1", api_key=key, max_retries=12, timeout=5) as hasty,
        ThreadPoolExecutor(1) as pool,
    ):
        with server.paused(MODEL):
            asking = pool.submit(hasty.images.with_raw_response.edit, image=small, prompt=fresh_prompt())
            assert wait_until(lambda: server.joined() >= 2, 120), "the client does not come back to its job"
        answer = asking.result(timeout=300)
        assert answer.retries_taken >= 2
        (job,) = api.jobs()
        assert job["id"] == answer.headers["heatsink-job"]


def leave(server: Server, api: Api, photo: File, headers: dict[str, str] | None = None) -> str:
    """Ask for a picture, go away as soon as there is a job and return its id."""
    before = {job["id"] for job in api.jobs()}
    name, content, media_type = photo
    fields = {"prompt": fresh_prompt(), "quality": "max"}
    parts = [part(field, value.encode()) for field, value in fields.items()]
    body = form(*parts, part("image", content, name, media_type))
    lines = {
        "Host": "localhost",
        "Authorization": f"Bearer {api.key}",
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Content-Length": str(len(body)),
    }
    request = head("POST", EDITS, lines | (headers or {})) + body
    abandon(server.port, request, lambda: any(job["id"] not in before for job in api.jobs()))
    (left,) = {job["id"] for job in api.jobs()} - before
    return left


def check_cancelled_after_grace(server: Server, api: Api, id: str) -> None:
    """It ends, and by the server's own records not before its time of grace was over."""
    assert api.wait(id, 60)["status"] == "cancelled"
    (row,) = [row for row in server.json_command("jobs", "list", "--json") if row["id"] == id]
    assert row["finished_at"] - row["created_at"] >= GRACE_SECONDS


def test_the_job_of_a_client_that_went_away_is_cancelled(start_server: StartServer, photo: File) -> None:
    server = start_server({"http": {"orphan-grace-seconds": GRACE_SECONDS}})
    with Api(server.url, server.create_key()) as api, server.paused(MODEL):
        check_cancelled_after_grace(server, api, leave(server, api, photo))


def test_a_job_with_an_idempotency_key_outlives_its_client(start_server: StartServer, photo: File) -> None:
    """Whoever sends a key says that they will be back; and nobody waits for an asynchronous job anyway."""
    server = start_server({"http": {"orphan-grace-seconds": GRACE_SECONDS}})
    with Api(server.url, server.create_key()) as api:
        with server.paused(MODEL):
            orphan = leave(server, api, photo, {"Idempotency-Key": "back-in-a-minute"})
            asynchronous = api.submit(photo, fresh_prompt(), quality="max")["id"]
            # Once one that was left later and without a key is cancelled, theirs would be over as well.
            check_cancelled_after_grace(server, api, leave(server, api, photo))
            assert api.job(orphan)["status"] not in ENDED
            assert api.job(asynchronous)["status"] not in ENDED
        assert api.wait(orphan)["status"] == "completed"
        assert api.wait(asynchronous)["status"] == "completed"
