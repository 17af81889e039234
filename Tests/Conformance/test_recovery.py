"""Power cuts: ten times `kill -9` in the middle of the work; no accepted job lost, doubled or cut short."""

from __future__ import annotations

import os
import random
import threading
import time
from collections import defaultdict
from urllib.parse import urljoin

import httpx2
import pytest
from PIL import Image

from api import ENDED, Api, fresh_prompt
from conftest import Report, StartServer
from harness import Server, run_json_command
from pictures import File, decode, upload

pytestmark = [pytest.mark.alone, pytest.mark.slow, pytest.mark.recovery]

SEED = int(os.environ.get("HEATSINK_SEED", "20250326"))
KILLS = 10
SUBMITTERS = 4
JOBS_PER_SUBMITTER = 60
ACCEPTANCE_SECONDS = 600
DRAIN_SECONDS = 600


class Submitter(threading.Thread):
    """A client that wants each of its jobs accepted, however often the server dies meanwhile."""

    def __init__(self, server: Server, key: str, photo: File, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self.stopping = threading.Event()
        self.failures: list[str] = []
        self.requests: dict[str, tuple[str, int]] = {}
        self.accepted: dict[str, set[str]] = defaultdict(set)
        self._random = random.Random(f"{SEED}-{name}")
        self._api = Api(server.url, key)
        self._photo = photo

    def run(self) -> None:
        """Submit until told to stop; the job at hand is still brought to its acceptance."""
        for number in range(JOBS_PER_SUBMITTER):
            if self.stopping.is_set() or self.failures:
                return
            idempotency_key = f"{self.name}-{number}"
            self.requests[idempotency_key] = (fresh_prompt(), self._random.choice([1, 1, 1, 2, 3]))
            deadline = time.monotonic() + ACCEPTANCE_SECONDS
            while not self.submit(idempotency_key):
                if time.monotonic() > deadline:
                    self.failures.append(f"{idempotency_key} was never accepted")
                    return
                time.sleep(0.2)
            time.sleep(self._random.uniform(0.05, 0.8))

    def submit(self, idempotency_key: str) -> bool:
        """Ask once. Returns whether the matter is settled."""
        prompt, count = self.requests[idempotency_key]
        headers = {"Idempotency-Key": idempotency_key, "Prefer": "respond-async"}
        try:
            response = self._api.edit(
                self._photo,
                prompt,
                headers=headers,
                timeout=15,
                n=count,
                quality="medium",
                output_format="jpeg",
            )
        except httpx2.TransportError:
            return False
        if response.status_code == 503:
            return False
        if response.status_code == 202:
            self.accepted[idempotency_key].add(response.json()["id"])
        else:
            self.failures.append(f"{idempotency_key}: {response.status_code} {response.text[:300]}")
        return True


def kill_at_random_moments(server: Server, chance: random.Random) -> None:
    """Most kills hit the server at work, some while it is still starting."""
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.1, 4))
        server.kill9()
        if chance.random() < 0.3:
            server.start(wait=False)
            time.sleep(chance.uniform(0, 1))
            server.kill9()
        server.start()


def wait_until_all_ended(api: Api, ids: set[str]) -> dict[str, str]:
    """The final status of each job."""
    deadline = time.monotonic() + DRAIN_SECONDS
    while True:
        statuses = {document["id"]: document["status"] for document in api.jobs()}
        waiting = {id for id in ids if statuses.get(id, "completed") not in ENDED}
        if not waiting:
            return statuses
        assert time.monotonic() < deadline, f"{len(waiting)} jobs did not end in {DRAIN_SECONDS} s"
        time.sleep(0.5)


def check_pictures(api: Api, server: Server, id: str, count: int) -> None:
    """The job has exactly its pictures, and each can be fetched and decoded."""
    result = api.job(id)["result"]
    links = {picture["url"] for picture in result["data"]}
    assert len(result["data"]) == len(links) == count
    for link in links:
        assert decode(api.http.get(urljoin(server.url, link)).content)


def check_ledger(server: Server, ids: set[str]) -> None:
    """The command line reads the same truth from disk: each job was settled once."""
    documents = run_json_command("jobs", "list", "--data", server.data, "--json")
    ledger = {document["id"]: document for document in documents}
    assert len(ledger) == len(documents)
    assert ledger.keys() == ids
    wrong = {
        id: (document["status"], document["deliveries"])
        for id, document in ledger.items()
        if (document["status"], document["deliveries"]) != ("completed", 1)
    }
    assert not wrong, wrong


def test_ten_power_cuts_lose_and_double_nothing(
    start_server: StartServer, photos: dict[str, Image.Image], report: Report
) -> None:
    print(f"seed {SEED} (HEATSINK_SEED)")
    # On a busy machine, the same job can be hit by each kill, and what was begun three times is given up by default: that
    # is against jobs that bring the server down, not against power cuts.
    server = start_server({"jobs": {"attempts": 2 * KILLS + 1}})
    key = server.create_key()
    photo = upload(photos["flower"])
    submitters = [Submitter(server, key, photo, f"client-{number}") for number in range(SUBMITTERS)]
    for submitter in submitters:
        submitter.start()
    try:
        kill_at_random_moments(server, random.Random(SEED))
    finally:
        for submitter in submitters:
            submitter.stopping.set()
    for submitter in submitters:
        submitter.join(ACCEPTANCE_SECONDS + 30)
        assert not submitter.is_alive(), f"{submitter.name} does not end"
        assert not submitter.failures, submitter.failures

    with Api(server.url, key) as api:
        accepted = {id for submitter in submitters for ids in submitter.accepted.values() for id in ids}
        statuses = wait_until_all_ended(api, accepted)
        forgotten = accepted - statuses.keys()
        assert not forgotten, f"{len(forgotten)} accepted jobs are unknown"
        assert set(statuses.values()) == {"completed"}, statuses
        assert statuses.keys() == accepted, "jobs that nobody asked for"
        for submitter in submitters:
            for idempotency_key, (_, count) in submitter.requests.items():
                assert submitter.submit(idempotency_key)
                assert not submitter.failures, submitter.failures
                (id,) = submitter.accepted[idempotency_key]
                check_pictures(api, server, id, count)
    report(f"{KILLS} kills with seed {SEED}: {len(accepted)} jobs accepted, all completed once")
    server.stop()
    check_ledger(server, accepted)
