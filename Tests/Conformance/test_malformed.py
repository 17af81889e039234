"""A thousand malformed requests: none may break, stall or bloat the server."""

from __future__ import annotations

import json
import os
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median, quantiles

import openai
import pytest
from PIL import Image

from api import Api, fresh_prompt
from conftest import Report, StartServer
from harness import Server
from malformed import Case, Maker
from pictures import decode, resized, upload
from rawhttp import Answer, exchange

pytestmark = [pytest.mark.alone, pytest.mark.slow, pytest.mark.malformed]

SEED = int(os.environ.get("HEATSINK_SEED", "20250326"))
THREADS = 4
WARM_UP = 50
ANSWER_SECONDS = 10.0
# For what had no answer in time among the others: once more, with nothing beside it.
ALONE_SECONDS = 60.0
SETTLE_SECONDS = 30.0
GROWTH_MEBIBYTES = 150.0


@dataclass(frozen=True)
class Outcome:
    """A case and what became of it."""

    case: Case
    answer: Answer

    @property
    def problem(self) -> str | None:
        """What is wrong with the answer, if anything."""
        status, case = self.answer.status, self.case
        if self.answer.timed_out:
            return f"{case.name}: no whole answer in {ALONE_SECONDS:.0f} s, alone"
        if status is None and not case.may_close:
            return f"{case.name}: the connection ended without an answer"
        if status is not None and status >= 500:
            return f"{case.name}: {status} {self.answer.body[:200]!r}"
        return None


def attempt(server: Server, api: Api, case: Case, seconds: float = ANSWER_SECONDS) -> Outcome:
    """Send one case; what is accepted is taken back, because painting is not what is tested here."""
    answer = exchange(server.port, case.payload, hang_up=case.hang_up, seconds=seconds)
    if answer.status == 202:
        start, end = answer.body.find(b"{"), answer.body.rfind(b"}")
        api.cancel(json.loads(answer.body[start : end + 1])["id"])
    return Outcome(case, answer)


def attempt_all(server: Server, api: Api, cases: list[Case]) -> list[Outcome]:
    """Send all cases, a few at the same time; those that time out once more, one by one: the machine may be slow."""
    with ThreadPoolExecutor(THREADS) as pool:
        outcomes = list(pool.map(lambda case: attempt(server, api, case), cases))
    return [
        attempt(server, api, outcome.case, ALONE_SECONDS) if outcome.answer.timed_out else outcome
        for outcome in outcomes
    ]


def paint_well(server: Server, key: str, photo: Image.Image) -> None:
    """A good request among the bad ones."""
    with openai.OpenAI(base_url=f"{server.url}/v1", api_key=key, timeout=120) as client:
        answer = client.images.edit(image=upload(photo), prompt=fresh_prompt(), quality="low")
    assert answer.data is not None
    assert answer.data[0].b64_json is not None
    assert decode(answer.data[0].b64_json)


def settled_memory(server: Server, limit: float) -> float:
    """The server's memory once it is below the limit, or at last: freeing may take a moment."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while (now := server.resident_mebibytes()) > limit and time.monotonic() < deadline:
        time.sleep(1)
    return now


def describe(outcomes: list[Outcome]) -> list[str]:
    """The measurements in words."""
    statuses = Counter(str(outcome.answer.status or "closed") for outcome in outcomes)
    times = [outcome.answer.seconds * 1000 for outcome in outcomes if outcome.case.is_image]
    tail = quantiles(times, n=100)[98]
    return [
        f"{len(outcomes)} malformed requests (seed {SEED}): "
        + ", ".join(f"{status} × {count}" for status, count in sorted(statuses.items())),
        f"malformed pictures answered in {median(times):.0f} ms (median, aim 100), {tail:.0f} ms (99 %)",
    ]


def test_a_thousand_malformed_requests_leave_the_server_as_it_was(
    start_server: StartServer, photos: dict[str, Image.Image], report: Report
) -> None:
    print(f"seed {SEED} (HEATSINK_SEED)")
    server = start_server()
    key = server.create_key()
    photo = resized(photos["coffee"], 256)
    cases = Maker(key, SEED, photo).thousand()
    assert len(cases) == 1000

    with Api(server.url, key) as api:
        paint_well(server, key, photo)
        attempt_all(server, api, random.Random(SEED).sample(cases, WARM_UP))
        paint_well(server, key, photo)
        before = server.resident_mebibytes()
        outcomes = attempt_all(server, api, cases)
    for line in describe(outcomes):
        report(line)

    assert server.is_alive, server.log_tail()
    problems = [outcome.problem for outcome in outcomes if outcome.problem]
    assert not problems, f"{len(problems)} of {len(cases)}:\n" + "\n".join(problems[:30])
    paint_well(server, key, photo)
    after = settled_memory(server, before + GROWTH_MEBIBYTES)
    report(f"memory before {before:.0f} MiB, after {after:.0f} MiB")
    assert after <= before + GROWTH_MEBIBYTES
