"""Surges: allowances, rates, credits, fairness, quality under load, refusals, and a ledger that kills cannot bend.

The model `null` paints nothing and takes as long for it as it is told, so queues are as long as a test wants them.
Servers that are killed or started anew have no other model, and so are back in no time.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import re
import subprocess
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import openai
import pytest
import yaml

from api import ENDED, GENERATIONS, Api, Document, fresh_prompt
from conftest import Report, StartServer
from harness import Server, binary, run_json_command, running, wait_until
from rawhttp import abandon, head

pytestmark = pytest.mark.alone

SEED = int(os.environ.get("HEATSINK_SEED", "20250326"))
DAY_SECONDS = 86_400
PRICE = 20
ALLOWANCE = "x-ratelimit-limit-images"
REMAINING = "x-ratelimit-remaining-images"
RESET = "x-ratelimit-reset-images"
# Three pictures are under way at a time, as `inference.streams` has it by default.
SLOTS = 3
# What `auto` of the model `null` takes on the server that has enough to do, and on the one where all is slow.
BUSY_SECONDS = 0.5
SLOW_SECONDS = 30
GRACE_SECONDS = 20
# One picture in ten seconds: slow enough that the next request comes too early on any machine.
PACE = 0.1

PLANS: dict[str, dict[str, float]] = {
    "few": {"daily-allowance": 5},
    "paced": {"pictures-per-second": PACE, "burst": 1},
    "narrow": {"most-active-jobs": 2},
    # What is lowered costs less, and here all is counted.
    "paid": {"price-millicredits": PRICE, "floor-quality": 1},
    "team": {"weight": 2},
}
BUSY_PLANS: dict[str, dict[str, float]] = {
    "bent": {"target-delay-seconds": 1, "floor-quality": 0.6, "most-active-jobs": 100_000},
    "limp": {"target-delay-seconds": 1, "most-active-jobs": 100_000},
}
# A stall of some seconds is little beside these.
SLOW_PLANS: dict[str, dict[str, float]] = {
    "hasty": {"patience-seconds": 4 * SLOW_SECONDS, "floor-quality": 1},
    "short": {"patience-seconds": 4 * SLOW_SECONDS, "horizon-seconds": 6 * SLOW_SECONDS, "floor-quality": 1},
}


@pytest.fixture(autouse=True)
def one_day(request: pytest.FixtureRequest) -> None:
    """Allowances begin anew at midnight (UTC), which must not fall into a test that counts them."""
    left = DAY_SECONDS - time.time() % DAY_SECONDS
    if left < (900 if request.node.get_closest_marker("slow") else 240):
        time.sleep(left + 1)


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a plan for each limit, and nothing to do."""
    config = {"inference": {"null-seconds": 0.2}, "plans": PLANS}
    with running(tmp_path_factory, config) as server:
        yield server


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that takes half a second for a picture."""
    config = {
        "inference": {"null-seconds": BUSY_SECONDS},
        "plans": BUSY_PLANS,
        "http": {"orphan-grace-seconds": GRACE_SECONDS},
    }
    with running(tmp_path_factory, config) as server:
        yield server


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose queue is long after a few jobs, and does not get shorter while one looks."""
    config = {
        "inference": {"null-seconds": SLOW_SECONDS},
        "models": {"directory": str(tmp_path_factory.mktemp("models"))},
        "plans": SLOW_PLANS,
        "shutdown": {"seconds": 1},
    }
    with running(tmp_path_factory, config) as server:
        yield server


@pytest.fixture
def account(request: pytest.FixtureRequest) -> Iterator[Callable[..., Api]]:
    """Makes clients of new accounts, and takes back at the end what they left in the queue."""
    made: list[Api] = []

    def make(server: Server, plan: str = "free") -> Api:
        made.append(Api(server.url, server.create_key(plan)))
        return made[-1]

    yield make
    for api in made:
        api.cancel_all(job["id"] for job in api.jobs() if job["status"] not in ENDED)
        api.http.close()


Account = Callable[..., Api]


def remaining(response: httpx2.Response) -> int:
    """What the answer says is left for today."""
    return int(response.headers[REMAINING])


def refused(response: httpx2.Response, status: int, *codes: str) -> None:
    """An error in the API's form, with one of these codes."""
    assert response.status_code == status, f"{response.status_code}: {response.text[:500]}"
    error = response.json()["error"]
    assert error["code"] in codes
    assert error["message"]
    assert error["type"] == ("service_unavailable_error" if status == 503 else "rate_limit_error")


def for_good(response: httpx2.Response, code: str) -> None:
    """A refusal that trying again does not help: no client may be invited to."""
    refused(response, 429, code)
    assert response.headers["x-should-retry"] == "false"
    assert "retry-after" not in response.headers


def for_now(response: httpx2.Response, status: int, *codes: str) -> None:
    """A refusal that says when to come back, within what official clients are ready to wait."""
    refused(response, status, *codes)
    assert re.fullmatch(r"[0-9]+", response.headers["retry-after"])
    assert 1 <= int(response.headers["retry-after"]) <= 120
    assert response.headers.get("x-should-retry") != "false"


def overloaded(response: httpx2.Response) -> bool:
    """Whether the answer is a proper word of overload, whichever of the two."""
    if response.status_code == 503:
        for_now(response, 503, "server_is_overloaded")
        return True
    if response.status_code == 429:
        for_now(response, 429, "slow_down")
        return True
    return False


class Counted:
    """The official client of a key, and how many requests it has sent."""

    def __init__(self, server: Server, key: str, retries: int = 3) -> None:
        self.sent = 0
        http = openai.DefaultHttpxClient(event_hooks={"request": [self._count]}, trust_env=False)
        self.client = openai.OpenAI(
            base_url=f"{server.url}/v1", api_key=key, max_retries=retries, timeout=60, http_client=http
        )

    def _count(self, _: Any) -> None:
        self.sent += 1

    def paint(self) -> openai.types.ImagesResponse:
        """One picture, as the client's documentation says."""
        return self.client.images.generate(model="null", prompt=fresh_prompt())


# Allowances


def test_the_allowance_counts_down_to_the_picture(calm: Server, account: Account) -> None:
    api = account(calm, "few")
    began = time.time()
    first = api.generate(fresh_prompt())
    ended = time.time()
    assert first.status_code == 200
    assert first.headers[ALLOWANCE] == "5"
    assert remaining(first) == 4
    seconds = re.fullmatch(r"([0-9]+)s", first.headers[RESET])
    assert seconds
    assert -1 <= int(seconds[1]) - (DAY_SECONDS - ended % DAY_SECONDS) <= ended - began + 1
    assert remaining(api.generate(fresh_prompt(), n=3)) == 1
    too_many = api.generate(fresh_prompt(), n=2)
    for_good(too_many, "insufficient_quota")
    assert remaining(too_many) == 1, "a refused picture was counted"
    assert remaining(api.http.get("/v1/jobs")) == 1
    assert remaining(api.generate(fresh_prompt())) == 0
    none_left = api.generate(fresh_prompt())
    for_good(none_left, "insufficient_quota")
    assert none_left.headers[ALLOWANCE] == "5"
    assert remaining(none_left) == 0


def test_a_cancelled_job_gives_its_pictures_back(calm: Server, account: Account) -> None:
    api = account(calm, "few")
    assert remaining(api.generate(fresh_prompt())) == 4
    with calm.paused("null"):
        response = api.generate(fresh_prompt(), n=4, headers={"Prefer": "respond-async"})
        assert remaining(response) == 0, "what waits is reserved"
        cancelled = api.cancel(response.json()["id"])
    assert cancelled.json()["status"] == "cancelled"
    assert remaining(cancelled) == 4
    assert remaining(api.generate(fresh_prompt(), n=4)) == 0


def test_a_failed_job_gives_its_pictures_back(
    start_server: StartServer, tmp_path: Path, account: Account
) -> None:
    """It fails because it may be started only once, and the server dies while it runs."""
    config = {
        "inference": {"null-seconds": 60},
        "models": {"directory": str(tmp_path)},
        "jobs": {"attempts": 1},
        "shutdown": {"seconds": 1},
        "plans": {"free": {"daily-allowance": 5}},
    }
    server = start_server(config)
    api = account(server)
    id = api.order(fresh_prompt(), n=3, quality="high")["id"]
    assert wait_until(lambda: api.job(id)["status"] == "running", 60)
    server.kill9()
    server.start()
    assert api.wait(id, 60)["status"] == "failed"
    response = api.generate(fresh_prompt(), n=5, headers={"Prefer": "respond-async"})
    assert response.status_code == 202
    assert remaining(response) == 0


def test_an_allowance_of_ones_own_beats_the_plans(calm: Server) -> None:
    made = calm.json_command("accounts", "create", "--plan", "few", "--daily-allowance", "2", "--json")
    with Api(calm.url, made[0]["key"]) as api:
        response = api.generate(fresh_prompt(), n=2)
        assert response.headers[ALLOWANCE] == "2"
        for_good(api.generate(fresh_prompt()), "insufficient_quota")


def test_the_official_client_does_not_retry_an_exhausted_allowance(calm: Server) -> None:
    counted = Counted(calm, calm.create_key("few"))
    for _ in range(5):
        counted.paint()
    with pytest.raises(openai.RateLimitError) as refusal:
        counted.paint()
    assert refusal.value.code == "insufficient_quota"
    assert counted.sent == 6


# Rates and numbers of jobs


def test_a_rate_is_kept_and_the_official_client_comes_back_in_time(calm: Server, account: Account) -> None:
    api = account(calm, "paced")
    began = time.monotonic()
    answers = [api.generate(fresh_prompt(), headers={"Prefer": "respond-async"}) for _ in range(10)]
    seconds = time.monotonic() - began
    taken = [answer for answer in answers if answer.status_code == 202]
    too_early = [answer for answer in answers if answer.status_code != 202]
    assert answers[0] in taken
    assert len(taken) <= 1 + PACE * seconds
    assert too_early
    for answer in too_early:
        for_now(answer, 429, "rate_limit_exceeded")
    counted = Counted(calm, calm.create_key("paced"))
    began = time.monotonic()
    for _ in range(3):
        assert counted.paint().data
    assert counted.sent > 3, "nothing was refused"
    assert time.monotonic() - began >= 2 / PACE - 0.1


def test_an_account_has_only_so_many_jobs_at_a_time(calm: Server, account: Account) -> None:
    api = account(calm, "narrow")
    with calm.paused("null"):
        ids = [api.order(fresh_prompt(), n=10)["id"] for _ in range(2)]
        for headers in ({}, {"Prefer": "respond-async"}):
            for_now(api.generate(fresh_prompt(), headers=headers), 429, "rate_limit_exceeded")
        api.cancel(ids[0])
        id = api.order(fresh_prompt())["id"]
    assert api.wait(id)["status"] == "completed"


# Credits


def test_credits_pay_for_pictures_until_they_are_spent(calm: Server, account: Account) -> None:
    made = calm.json_command("accounts", "create", "--plan", "paid", "--name", "payer", "--json")
    calm.command("accounts", "set", "payer", "--add-credits", str(4.5 * PRICE / 1_000))
    counted = Counted(calm, made[0]["key"])
    with Api(calm.url, made[0]["key"]) as api:
        assert api.generate(fresh_prompt(), n=2, quality="high").status_code == 200
        for_good(api.generate(fresh_prompt(), n=3, quality="high"), "credit_balance_exhausted")
        with calm.paused("null"):
            waiting = api.order(fresh_prompt(), n=2, quality="high")["id"]
            for_good(api.generate(fresh_prompt(), quality="high"), "credit_balance_exhausted")
            assert api.cancel(waiting).json()["status"] == "cancelled"
        # Medium takes half the time of high, and costs half.
        assert api.generate(fresh_prompt(), quality="medium").status_code == 200
        counted.paint()
        counted.paint()
        with pytest.raises(openai.RateLimitError) as refusal:
            counted.paint()
        assert refusal.value.code == "credit_balance_exhausted"
        assert counted.sent == 3
        calm.command("accounts", "set", "payer", "--add-credits", str(PRICE / 1_000))
        assert wait_until(lambda: api.generate(fresh_prompt()).status_code == 200, 30)
    shown = calm.json_command("accounts", "show", "payer")
    assert shown["granted_credits"] == pytest.approx(5.5 * PRICE / 1_000)
    assert shown["spent_credits"] == pytest.approx(5.5 * PRICE / 1_000)


# Plans that change while the server runs


def test_a_plan_is_tightened_and_loosened_while_the_server_runs(
    start_server: StartServer, tmp_path: Path, account: Account
) -> None:
    server = start_server({"inference": {"null-seconds": 0}, "models": {"directory": str(tmp_path)}})
    api = account(server)
    assert ALLOWANCE not in api.generate(fresh_prompt()).headers
    server.command("plans", "set", "free", "daily-allowance=1")
    assert wait_until(lambda: api.http.get("/v1/jobs").headers.get(ALLOWANCE) == "1", 30)
    for_good(api.generate(fresh_prompt()), "insufficient_quota")
    assert server.json_command("plans", "list", "--json")["free"]["daily-allowance"] == "1"
    server.restart()
    for_good(api.generate(fresh_prompt()), "insufficient_quota")
    server.command("plans", "reset", "free")
    assert wait_until(lambda: api.generate(fresh_prompt()).status_code == 200, 30)


def test_an_account_changes_its_plan_while_the_server_runs(calm: Server) -> None:
    made = calm.json_command("accounts", "create", "--plan", "few", "--name", "climber", "--json")
    with Api(calm.url, made[0]["key"]) as api:
        api.generate(fresh_prompt(), n=5)
        for_good(api.generate(fresh_prompt()), "insufficient_quota")
        shown = calm.json_command("accounts", "set", "climber", "--plan", "team")
        assert shown["plan"] == "team"
        assert shown["pictures_today"] == 5
        assert wait_until(lambda: api.generate(fresh_prompt()).status_code == 200, 30)


def test_a_plan_of_ones_own_works(calm: Server, account: Account) -> None:
    response = account(calm, "team").generate(fresh_prompt())
    assert response.status_code == 200
    assert ALLOWANCE not in response.headers
    accounts = calm.json_command("accounts", "list", "--json")
    assert "team" in {row["plan"] for row in accounts}


@pytest.mark.parametrize(
    ("plans", "named"),
    [
        ({"free": {"weight": 0}}, "plans.free.weight"),
        ({"free": {"daily-allowance": "lots"}}, "plans.free.daily-allowance"),
        ({"free": {"wait": 3}}, "plans.free.wait"),
        ({"team": {"burst": 0}}, "plans.team.burst"),
        ({"team": {"floor-quality": 0.9, "ceiling-quality": 0.5}}, "plans.team"),
    ],
)
def test_a_malformed_plan_is_named_by_its_key(
    tmp_path: Path, plans: dict[str, dict[str, float | str]], named: str
) -> None:
    config = tmp_path / "heatsink.yaml"
    config.write_text(yaml.safe_dump({"plans": plans}))
    command = [str(binary()), "check", "--config", str(config)]
    checked = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert checked.returncode == 1
    problems = [line for line in (checked.stdout + checked.stderr).splitlines() if named in line]
    assert any(f"{named}: " in line and "(set)" not in line for line in problems), checked.stderr


# Overload


def test_who_would_wait_too_long_is_told_so_and_may_choose_to(slow: Server, account: Account) -> None:
    api = account(slow, "hasty")
    verdicts = [api.order(fresh_prompt())["verdict"]]
    while verdicts[-1] != "deferred":
        assert len(verdicts) < 200, "nothing is ever deferred"
        verdicts.append(api.order(fresh_prompt())["verdict"])
    assert verdicts[0] == "run"
    steps = [["run", "queued", "deferred"].index(verdict) for verdict in verdicts]
    assert steps == sorted(steps)
    for _ in range(3):  # That what ends meanwhile makes no room.
        api.order(fresh_prompt())
    assert overloaded(api.generate(fresh_prompt())), "a held request was taken that would wait too long"
    later = api.generate(fresh_prompt(), headers={"Prefer": "respond-async"})
    assert later.status_code == 202
    assert later.headers["heatsink-verdict"] == later.json()["verdict"] == "deferred"


def test_nobody_is_taken_beyond_the_horizon(slow: Server, account: Account) -> None:
    api = account(slow, "short")
    headers = {"Prefer": "respond-async"}
    answers = [api.generate(fresh_prompt(), headers=headers, quality="high") for _ in range(60)]
    turned_away = [answer for answer in answers if answer.status_code != 202]
    assert 0 < len(turned_away) < len(answers)
    assert all(overloaded(answer) for answer in turned_away)


def test_a_light_user_is_served_beside_a_heavy_one(busy: Server, account: Account, report: Report) -> None:
    heavy, light = account(busy), account(busy)
    with busy.paused("null"):
        ids = [heavy.order(fresh_prompt())["id"] for _ in range(200)]
    assert wait_until(lambda: heavy.job(ids[2 * SLOTS])["status"] == "completed", 60)
    with busy.paused("null"):
        id = light.order(fresh_prompt())["id"]
    assert light.wait(id)["status"] == "completed"
    ledger = finished(busy)
    asked, served = ledger[id]["created_at"], ledger[id]["finished_at"]
    before = sum(asked < ledger[other]["finished_at"] < served for other in ids)
    report(f"one picture beside some 200 waiting ones of another account: {before} of those came before it")
    # What ran as it came, and its neighbours of the first two rounds.
    assert before <= 3 * SLOTS
    assert any(ledger[other]["finished_at"] > served for other in ids), "there was nobody to come before"


def test_a_higher_plan_goes_before_everybody(busy: Server, account: Account) -> None:
    crowd, pro = [account(busy) for _ in range(4)], account(busy, "pro")
    waiting = {api.order(fresh_prompt(), n=2)["id"] for api in crowd for _ in range(10)}
    # Between the request and its record on the disk others may well be begun, which lasts as long as the disk wants.
    with busy.paused("null"):
        waiting |= {api.order(fresh_prompt(), n=2)["id"] for api in crowd for _ in range(10)}
        id = pro.order(fresh_prompt(), n=9, quality="high")["id"]
    assert pro.wait(id)["status"] == "completed"
    ledger = finished(busy)
    asked, served = ledger[id]["created_at"], ledger[id]["finished_at"]
    between = [other for other in waiting if asked < ledger[other]["finished_at"] < served]
    assert len(between) <= SLOTS, "others were begun while a higher plan waited"
    assert any(ledger[other]["finished_at"] > served for other in waiting), "there was nobody to go before"


def test_places_count_down_and_estimates_are_intervals(busy: Server, account: Account) -> None:
    api = account(busy)
    with busy.paused("null"):
        for _ in range(90):
            api.order(fresh_prompt())
        accepted = api.generate(fresh_prompt(), headers={"Prefer": "respond-async"})
    low, high = (float(accepted.headers[f"heatsink-eta-{end}-seconds"]) for end in ("low", "high"))
    assert 0 <= low <= high
    assert int(accepted.headers["heatsink-position"]) == accepted.json()["position"]
    seen: list[Document] = [accepted.json()]
    while seen[-1]["status"] not in ENDED:
        seen.append(api.job(seen[0]["id"]))
        time.sleep(0.05)
    places = [document["position"] for document in seen if document["status"] in {"queued", "running"}]
    assert places[0] > 5
    assert places == sorted(places, reverse=True)
    assert len(set(places)) >= 4
    for document in seen[:-1]:
        assert document["eta"]["low_seconds"] <= document["eta"]["high_seconds"]
        assert document["promised_eta"] == seen[0]["promised_eta"]
        assert (document["rung"] is None) == (document["status"] == "queued")
    assert seen[-1]["status"] == "completed"


def test_quality_gives_way_to_load_but_not_below_its_floor(
    start_server: StartServer, tmp_path: Path, account: Account, report: Report
) -> None:
    models = {"directory": str(tmp_path)}
    server = start_server({"inference": {"null-seconds": 2}, "models": models, "plans": BUSY_PLANS})
    apis = {plan: account(server, plan) for plan in ("free", "bent", "limp")}

    def begun(plan: str) -> list[Document]:
        return [job for job in apis[plan].jobs() if job["rung"]]

    def gives_way() -> bool:
        """Ask for more than there is time for, and look whether it shows."""
        for _ in range(3):
            for api in apis.values():
                api.order(fresh_prompt())
        rungs = {plan: [job["rung"] for job in begun(plan)] for plan in apis}
        enough = all(len(each) >= 6 for each in rungs.values())
        return enough and "medium" in rungs["bent"] and not {"low", "medium"}.isdisjoint(rungs["limp"])

    assert wait_until(gives_way, 120), "the quality does not give way"
    for plan in apis:
        jobs = begun(plan)
        assert {job["requested_rung"] for job in jobs} == {"high"}
        rungs = Counter(job["rung"] for job in jobs)
        report(f"rungs of the plan '{plan}' at the beginning of an overload: {dict(rungs)}")
        match plan:
            case "free":
                assert rungs.keys() == {"high"}, "its floor is its best"
            case "bent":
                assert "medium" in rungs
                assert "low" not in rungs, "its floor is above that"
            case _:
                assert rungs.keys() & {"low", "medium"}
    lowered = next(job for job in apis["bent"].jobs() if job["rung"] == "medium")
    response = apis["bent"].http.get(f"/v1/jobs/{lowered['id']}")
    assert response.headers["heatsink-rung"] == "medium"
    assert response.headers["heatsink-rung-quality"] == "0.75"
    assert response.headers["heatsink-requested-quality"] == "auto"
    assert wait_until(lambda: server.figure("heatsink_pictures_lowered_total", plan="bent") > 0, 60)
    assert server.figure("heatsink_pictures_lowered_total", plan="free") == 0


# One job for one wish


def test_the_same_held_request_at_the_same_time_is_one_job(busy: Server, account: Account) -> None:
    api, prompt, before = account(busy), fresh_prompt(), busy.joined()
    with ThreadPoolExecutor(2) as pool:
        with busy.paused("null"):
            asking = [pool.submit(api.generate, prompt) for _ in range(2)]
            assert wait_until(lambda: busy.joined() == before + 1, 60)
        answers = [each.result(timeout=120) for each in asking]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len({answer.headers["heatsink-job"] for answer in answers}) == 1
    assert len(api.jobs()) == 1


def test_a_client_that_comes_back_finds_its_job_and_one_that_does_not_leaves_none(
    busy: Server, account: Account
) -> None:
    api, prompt, before = account(busy), fresh_prompt(), busy.joined()
    with ThreadPoolExecutor(1) as pool:
        with busy.paused("null"):
            left = leave(busy, api, prompt)
            forgotten = leave(busy, api, fresh_prompt())
            coming = pool.submit(api.generate, prompt)
            assert wait_until(lambda: busy.joined() == before + 1, 60), "it did not find its job"
            assert api.wait(forgotten, 120)["status"] == "cancelled"
            # Its client went before that of the one that is cancelled now, and its time of grace would be over as well.
            assert api.job(left)["status"] == "queued"
        back = coming.result(timeout=120)
    assert back.status_code == 200
    assert back.headers["heatsink-job"] == left
    row = finished(busy)[forgotten]
    waited = row["finished_at"] - row["created_at"]
    assert waited >= GRACE_SECONDS, "cancelled before its time of grace was over"


# What everybody may see


def test_the_status_needs_no_key_and_says_how_it_stands(busy: Server) -> None:
    installed = {model["id"] for model in run_json_command("models", "list", "--json")}
    began = time.time()
    response = httpx2.get(f"{busy.url}/status", trust_env=False, timeout=60)
    ended = time.time()
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("application/json")
    status = response.json()
    assert status["accepting"] is True
    assert began - 1 <= status["at"] <= ended + 1
    assert status["waiting_jobs"] >= 0
    assert isinstance(status["lowest_quality_does_not_fit"], bool)
    assert status["fleet"].keys() == {
        "capacity_device_seconds_per_second",
        "demand_at_best_quality",
        "demand_at_lowest_quality",
        "running_pictures",
    }
    assert [plan["name"] for plan in status["plans"]] == ["guest", "free", "plus", "pro", *sorted(BUSY_PLANS)]
    for plan in status["plans"]:
        assert plan["waiting_pictures"] >= 0
        assert plan["delay_seconds"] >= 0
        if not plan["refusing"]:
            assert 0 <= plan["eta_low_seconds"] <= plan["eta_high_seconds"]
        assert isinstance(plan["deferring"], bool)
        assert plan["why"]
        assert {mix["model"] for mix in plan["rungs"]} == installed | {"null"}
        assert all(0 <= mix["better_share"] <= 1 for mix in plan["rungs"])


def test_there_is_a_metric_for_each_promise(busy: Server, account: Account) -> None:
    api = account(busy)
    assert api.generate(fresh_prompt()).status_code == 200

    def names() -> set[str]:
        text = httpx2.get(f"{busy.url}/metrics", trust_env=False, timeout=60).text
        return set(re.findall(r"^(heatsink_[a-z_]+)", text, re.MULTILINE))

    promised = {
        "heatsink_jobs_accepted_total",
        "heatsink_jobs_deferred_total",
        "heatsink_jobs_refused_total",
        "heatsink_jobs_joined_total",
        "heatsink_jobs_ended_total",
        "heatsink_plan_pictures_total",
        "heatsink_pictures_lowered_total",
        "heatsink_estimates_total",
        "heatsink_estimates_held_total",
        "heatsink_tasks_waiting",
        "heatsink_tasks_running",
        "heatsink_jobs_waiting",
        "heatsink_jobs_live",
        "heatsink_delay_seconds",
        "heatsink_fairness_spread_seconds",
        "heatsink_quality_level",
        "heatsink_workers_idle_with_work",
        "heatsink_device_seconds_total",
        "heatsink_wasted_device_seconds_total",
        "heatsink_preemptions_total",
        "heatsink_tasks_requeued_total",
        "heatsink_capacity_device_seconds",
        "heatsink_demand_device_seconds",
        "heatsink_wait_seconds_count",
        "heatsink_paint_seconds_count",
        "heatsink_pictures_total",
    }
    # Fairness is measured every five seconds.
    assert wait_until(lambda: promised <= names(), 30), promised - names()
    assert wait_until(lambda: busy.figure("heatsink_plan_pictures_total", plan="free") >= 1, 30)


def test_a_scenario_is_played_and_reported(calm: Server, tmp_path: Path) -> None:
    keys, scenario, written = tmp_path / "keys.json", tmp_path / "surge.yaml", tmp_path / "report.json"
    made = calm.command("accounts", "create", "--plan", "team", "--name", "surge", "--count", "5", "--json")
    keys.write_text(made)
    group = {"name": "all", "plan": "team", "count": 5, "shareOfRequests": 1}
    request = {"kind": "generation", "prompts": ["a lighthouse"], "model": "null", "quality": "low"}
    document = {
        "name": "five seconds",
        "durationSeconds": 5,
        "arrivals": {"poisson": {"ratePerSecond": 6}},
        "users": [group],
        "request": request,
    }
    scenario.write_text(yaml.safe_dump(document))
    command = [
        *(str(binary()), "surge", "--target", calm.url, "--keys", str(keys)),
        *("--scenario", str(scenario), "--json", str(written)),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    totals = json.loads(written.read_text())["totals"]
    assert totals["planned"] > 5
    assert totals["deliveredRequests"] == totals["sent"] == totals["planned"]
    assert totals["failedRequests"] == 0


# Twenty power cuts

KILLS = 20
KILL_ACCOUNTS = 4
KILL_ALLOWANCE = 100_000
KILL_TRIES = 4_000


class Buyer(threading.Thread):
    """A client that wants each of its jobs accepted; every other one goes without a key of its own."""

    def __init__(self, server: Server, name: str, key: str) -> None:
        super().__init__(name=name, daemon=True)
        self.stopping = threading.Event()
        self.failures: list[str] = []
        self.accepted: dict[str, set[str]] = defaultdict(set)
        self.counts: dict[str, int] = {}
        self.api = Api(server.url, key)
        self._random = random.Random(f"{SEED}-{name}")

    def run(self) -> None:
        """Ask until told to stop; the job at hand is still brought to its acceptance."""
        for number in itertools.count():
            if self.stopping.is_set() or self.failures:
                return
            prompt = f"{self.name}, study {number}"
            headers = {"Prefer": "respond-async"}
            if number % 2:
                headers["Idempotency-Key"] = f"{self.name}-{number}"
            self.counts[prompt] = self._random.choice([1, 1, 2, 3])
            # Tries, not seconds: a machine that is held up for a while is no server that turns jobs away.
            for _ in range(KILL_TRIES):
                if self.ask(prompt, headers):
                    break
                time.sleep(0.05)
            else:
                self.failures.append(f"'{prompt}' was never accepted")
            time.sleep(self._random.uniform(0, 0.15))

    def ask(self, prompt: str, headers: dict[str, str]) -> bool:
        """Ask once. Returns whether the matter is settled."""
        try:
            response = self.api.generate(prompt, headers=headers, timeout=60, n=self.counts[prompt])
        except httpx2.TransportError:
            return False
        if response.status_code == 503:
            return False
        if response.status_code == 202:
            self.accepted[prompt].add(response.json()["id"])
        else:
            self.failures.append(f"'{prompt}': {response.status_code} {response.text[:300]}")
        return True


@pytest.mark.slow
@pytest.mark.recovery
def test_twenty_power_cuts_charge_nobody_twice(
    start_server: StartServer, tmp_path: Path, report: Report
) -> None:
    print(f"seed {SEED} (HEATSINK_SEED)")
    plan = {"daily-allowance": KILL_ALLOWANCE, "price-millicredits": PRICE, "most-active-jobs": 100_000}
    config = {
        "inference": {"null-seconds": 0.1},
        "models": {"directory": str(tmp_path)},
        "plans": {"ledger": plan},
        "jobs": {"attempts": 100},
    }
    server = start_server(config)
    made = server.json_command(
        *("accounts", "create", "--plan", "ledger", "--name", "buyer", "--json"),
        *("--count", str(KILL_ACCOUNTS)),
    )
    for row in made:
        server.command("accounts", "set", row["account"], "--add-credits", "1000")
    chance = random.Random(SEED)
    buyers = [Buyer(server, row["name"], row["key"]) for row in made]
    for buyer in buyers:
        buyer.start()
    try:
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.05, 0.7))
            server.kill9()
            server.start()
        # In the middle of the work, however fast it is done: at the next kill there is some left.
        with server.paused("null"):
            taken = [sum(map(len, buyer.accepted.values())) for buyer in buyers]
            assert wait_until(
                lambda: all(sum(map(len, b.accepted.values())) > n for b, n in zip(buyers, taken, strict=True)), 120
            )
            for buyer in buyers:
                buyer.stopping.set()
            for buyer in buyers:
                buyer.join(600)
                assert not buyer.is_alive(), f"{buyer.name} does not end"
                assert not buyer.failures, buyer.failures
            server.kill9()
            rows = server.json_command("jobs", "list", "--json")
            unfinished = [job for job in rows if job["status"] not in ENDED]
            assert unfinished, "there was no load"
            server.start()
    finally:
        for buyer in buyers:
            buyer.stopping.set()
    # What is left is what nobody has had or been promised.
    for buyer in buyers:
        response = buyer.api.generate(f"{buyer.name}, the last", headers={"Prefer": "respond-async"})
        assert response.status_code == 202
        buyer.counts[f"{buyer.name}, the last"] = 1
        buyer.accepted[f"{buyer.name}, the last"].add(response.json()["id"])
        asked = sum(buyer.counts.values())
        assert remaining(response) == KILL_ALLOWANCE - asked, "charged twice, or not at all"
    ledger = settled(server, 600)
    of_account: dict[str, list[Document]] = defaultdict(list)
    for job in ledger:
        of_account[job["account"]].append(job)
    for row, buyer in zip(made, buyers, strict=True):
        jobs = of_account[row["account"]]
        wrong = [job for job in jobs if (job["status"], job["deliveries"]) != ("completed", 1)]
        assert not wrong, wrong[:3]
        assert Counter(job["prompt"] for job in jobs) == Counter(buyer.counts.keys())
        assert {job["prompt"]: job["pictures"] for job in jobs} == buyer.counts
        for prompt, ids in buyer.accepted.items():
            assert ids == {job["id"] for job in jobs if job["prompt"] == prompt}
        pictures = sum(buyer.counts.values())
        left = buyer.api.http.get("/v1/jobs")
        assert remaining(left) == KILL_ALLOWANCE - pictures
        shown = server.json_command("accounts", "show", row["account"])
        assert shown["pictures_today"] == pictures
        assert PRICE * pictures / 4_000 <= shown["spent_credits"] <= PRICE * pictures / 1_000
        buyer.api.http.close()
    report(f"{KILLS} kills with seed {SEED}: {len(ledger)} jobs, {len(unfinished)} unfinished at the last")


# Helpers


def leave(server: Server, api: Api, prompt: str) -> str:
    """Ask for a picture and go away as soon as there is a job. Returns its id."""
    before, body = {job["id"] for job in api.jobs()}, json.dumps({"prompt": prompt}).encode()
    headers = {
        "Host": "localhost",
        "Authorization": f"Bearer {api.key}",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
    }
    request = head("POST", GENERATIONS, headers) + body
    abandon(server.port, request, lambda: any(job["id"] not in before for job in api.jobs()))
    (left,) = {job["id"] for job in api.jobs()} - before
    return left


def finished(server: Server) -> dict[str, Document]:
    """The records of all jobs by their ids; what has not ended yet will do so at the end of time."""
    rows = server.json_command("jobs", "list", "--json")
    return {row["id"]: {"finished_at": float("inf")} | row for row in rows}


def settled(server: Server, seconds: float) -> list[Document]:
    """The records of all jobs, once each has ended. Metrics would not do: just after a start they know nothing."""
    deadline = time.monotonic() + seconds
    while True:
        ledger = server.json_command("jobs", "list", "--json")
        waiting = sum(job["status"] not in ENDED for job in ledger)
        if not waiting:
            return ledger
        assert time.monotonic() < deadline, f"{waiting} jobs did not end in {seconds:.0f} s"
        time.sleep(0.5)
