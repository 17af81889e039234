"""Jobs: asked for without waiting, followed, listed, cancelled, and asked for twice."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event as Moment
from urllib.parse import urljoin

import httpx2
import openai
import pytest
from PIL import Image

from api import ENDED, Api, Document, Event, fresh_prompt
from conftest import StartServer
from harness import Server, wait_until
from pictures import File, decode, upload

Photos = dict[str, Image.Image]

MODEL = "restyle"

FIELDS = {
    "id",
    "object",
    "status",
    "model",
    "created_at",
    "started_at",
    "finished_at",
    "expires_at",
    "n",
    "position",
    "eta",
    "deadline_at",
    "verdict",
    "promised_eta",
    "requested_quality",
    "requested_rung",
    "rung",
    "version",
    "links",
    "result",
    "error",
}


@pytest.fixture(scope="module")
def photo(photos: Photos) -> File:
    """A photo large enough that the best rung takes its time."""
    return upload(photos["hubble"])


@pytest.fixture(scope="module")
def small(photos: Photos) -> File:
    """A photo that is painted in no time."""
    return upload(photos["coffee"], longer=256)


def check_document(document: Document) -> None:
    """What a job document always looks like."""
    assert document.keys() >= FIELDS
    assert document["id"].startswith("job_")
    assert document["object"] == "job"
    assert document["status"] in ENDED | {"queued", "running"}
    assert document["created_at"] <= document["expires_at"]
    assert document["links"]["self"] == f"/v1/jobs/{document['id']}"
    assert document["links"]["events"] == f"/v1/jobs/{document['id']}/events"
    assert (document["result"] is not None) == (document["status"] == "completed")
    assert (document["error"] is not None) == (document["status"] == "failed")
    if document["promised_eta"]:
        assert document["promised_eta"]["low_seconds"] <= document["promised_eta"]["high_seconds"]
    if document["status"] in ENDED:
        assert document["position"] is None
        assert document["eta"] is None
        assert document["finished_at"] is not None


# Asked for without waiting


def test_a_client_that_will_not_wait_gets_a_job(client: openai.OpenAI, api: Api, small: File) -> None:
    raw = client.images.with_raw_response.edit(
        image=small, prompt=fresh_prompt(), n=2, quality="low", extra_headers={"Prefer": "respond-async"}
    )
    document = raw.http_response.json()
    assert raw.status_code == 202
    assert raw.headers["location"] == f"/v1/jobs/{document['id']}"
    assert raw.headers["preference-applied"] == "respond-async"
    check_document(document)
    assert document["n"] == 2
    assert document["requested_quality"] == "low"
    assert api.wait(document["id"])["status"] == "completed"


def test_a_finished_job_has_its_pictures(api: Api, server: Server, small: File) -> None:
    asked = int(time.time())
    id = api.submit(small, fresh_prompt(), n=3, quality="low", output_format="jpeg")["id"]
    document = api.wait(id)
    check_document(document)
    assert document["status"] == "completed"
    assert asked - 5 <= document["created_at"] <= document["started_at"] <= document["finished_at"]
    assert document["rung"] == document["requested_rung"]
    links = [picture["url"] for picture in document["result"]["data"]]
    assert len(set(links)) == 3
    fetched = [httpx2.get(urljoin(server.url, link), trust_env=False, timeout=30).content for link in links]
    inline = api.job(id, response_format="b64_json")["result"]["data"]
    assert [decode(picture["b64_json"]).tobytes() for picture in inline] == [
        decode(content).tobytes() for content in fetched
    ]
    assert all(picture["revised_prompt"] for picture in inline)


def test_a_waiting_job_knows_its_place(server: Server, own_api: Api, photo: File) -> None:
    with server.paused(MODEL):
        before = own_api.submit(photo, fresh_prompt(), n=10, quality="max")["id"]
        waiting = [own_api.submit(photo, fresh_prompt(), quality="max")["id"] for _ in range(2)]
        second, first = own_api.page(limit=2)["data"]
        own_api.cancel_all([before, *waiting])
    assert [first["id"], second["id"]] == waiting
    for document in (first, second):
        check_document(document)
        assert document["status"] == "queued"
        assert document["rung"] is None, "no picture of it is begun"
        assert document["position"] >= 1
        assert 0 <= document["eta"]["low_seconds"] <= document["eta"]["high_seconds"]
    assert second["position"] == first["position"] + 1
    assert second["eta"]["low_seconds"] >= first["eta"]["low_seconds"]


def test_a_wait_of_no_seconds_is_a_job(api: Api, small: File) -> None:
    response = api.edit(small, fresh_prompt(), headers={"Prefer": "wait=0"}, quality="low")
    assert response.status_code == 202
    assert response.headers["preference-applied"] == "wait=0"
    check_document(response.json())


def test_a_wait_of_a_minute_is_a_picture(api: Api, small: File) -> None:
    response = api.edit(small, fresh_prompt(), headers={"Prefer": "wait=60"}, quality="low")
    assert response.status_code == 200
    assert decode(response.json()["data"][0]["b64_json"])


def test_a_wait_that_is_too_short_ends_in_a_job(server: Server, own_api: Api, photo: File) -> None:
    with server.paused(MODEL):
        started = time.monotonic()
        response = own_api.edit(photo, fresh_prompt(), headers={"Prefer": "wait=1"}, quality="max")
        waited = time.monotonic() - started
    assert response.status_code == 202
    assert response.headers["preference-applied"] == "wait=1"
    assert 0.8 <= waited < 60
    assert own_api.wait(response.json()["id"])["status"] == "completed", "nobody waits, but it was asked for"


# Events


def jobs_told(events: list[Event]) -> list[Document]:
    """The job documents of an event stream."""
    return [event.json() for event in events if event.name == "job"]


def check_ids_grow(events: list[Event]) -> None:
    """Ids are numbers, and each is larger than the one before."""
    ids = [int(event.id or "") for event in events if event.name]
    assert ids == sorted(set(ids))


def follow(
    server: Server, api: Api, photo: File, before: Callable[[str], object] | None = None
) -> tuple[str, list[Event]]:
    """Listen to a job from its waiting to its end; `before` is called while it still waits."""
    heard = Moment()
    with ThreadPoolExecutor(1) as pool:
        with server.paused(MODEL):
            id = api.submit(photo, fresh_prompt(), quality="max")["id"]
            listening = pool.submit(api.events, id, heard=heard)
            assert heard.wait(60), "nothing is told of a job that waits"
            if before:
                before(id)
        return id, listening.result(timeout=300)


def test_events_tell_the_whole_story_and_end_themselves(server: Server, own_api: Api, photo: File) -> None:
    id, events = follow(server, own_api, photo)
    check_ids_grow(events)
    assert {event.name for event in events} <= {"", "job", "partial_image"}
    told = jobs_told(events)
    for document in told:
        check_document(document)
        assert document["id"] == id
    order = ["queued", "running", "completed"]
    steps = [order.index(document["status"]) for document in told]
    assert steps == sorted(steps)
    assert steps[0] == 0
    assert steps.count(2) == 1, "the end is told once"
    assert told[-1]["result"]["data"]


def test_events_resume_after_the_last_one_heard(server: Server, own_api: Api, photo: File) -> None:
    """The connection breaks after the first event; the second one must go on from there."""
    with server.paused(MODEL):
        id = own_api.submit(photo, fresh_prompt(), quality="max")["id"]
        with own_api.http.stream("GET", f"/v1/jobs/{id}/events", timeout=60) as response:
            heard = next(line for line in response.iter_lines() if line.startswith("id:"))
    heard_id = heard.removeprefix("id:").strip()
    events = own_api.events(id, after=heard_id)
    check_ids_grow(events)
    assert all(int(event.id or "") > int(heard_id) for event in events if event.name)
    assert jobs_told(events)[-1]["status"] == "completed"


def test_there_is_nothing_left_to_hear_after_the_end(server: Server, own_api: Api, photo: File) -> None:
    id, events = follow(server, own_api, photo)
    last = [event.id for event in events if event.name][-1]
    assert last is not None
    response = own_api.http.get(f"/v1/jobs/{id}/events", headers={"Last-Event-ID": last})
    assert response.status_code == 204
    assert not response.content


def test_events_of_a_cancelled_job_end_with_that(server: Server, own_api: Api, photo: File) -> None:
    _, events = follow(server, own_api, photo, own_api.cancel)
    statuses = [document["status"] for document in jobs_told(events)]
    assert statuses[0] == "queued"
    assert statuses[-1] == "cancelled"


# Cancelling


def test_a_waiting_job_is_cancelled_at_once_and_for_good(server: Server, own_api: Api, photo: File) -> None:
    with server.paused(MODEL):
        id = own_api.submit(photo, fresh_prompt(), quality="max")["id"]
        first, second = own_api.cancel(id), own_api.cancel(id)
    for response in (first, second):
        assert response.status_code == 200
        check_document(response.json())
        assert response.json()["status"] == "cancelled"
    assert own_api.job(id)["status"] == "cancelled"


def test_a_running_job_can_be_cancelled(own_api: Api, photo: File) -> None:
    id = own_api.cancel_while_running(lambda: own_api.submit(photo, fresh_prompt(), n=10, quality="max"))
    assert own_api.wait(id)["status"] == "cancelled"


def test_a_finished_job_cannot_be_cancelled(own_api: Api, small: File) -> None:
    id = own_api.submit(small, fresh_prompt(), quality="low")["id"]
    assert own_api.wait(id)["status"] == "completed"
    response = own_api.cancel(id)
    assert response.status_code == 409
    assert response.json()["error"]["code"] == "job_already_finished"
    assert own_api.job(id)["status"] == "completed"


# Whose job it is


def test_another_account_does_not_see_the_job(api: Api, own_api: Api, small: File) -> None:
    id = api.submit(small, fresh_prompt(), quality="low")["id"]
    answers = [
        own_api.http.get(f"/v1/jobs/{id}"),
        own_api.http.get(f"/v1/jobs/{id}", params={"response_format": "b64_json"}),
        own_api.http.get(f"/v1/jobs/{id}/events"),
        own_api.cancel(id),
    ]
    for response in answers:
        assert response.status_code == 404
        assert response.json()["error"]["code"] == "job_not_found"
    assert own_api.jobs() == []
    assert api.wait(id)["status"] == "completed", "a stranger cancelled it"


def test_jobs_are_listed_newest_first_page_by_page(own_api: Api, small: File) -> None:
    submitted = [own_api.submit(small, fresh_prompt(), quality="low")["id"] for _ in range(5)]
    newest_first = submitted[::-1]
    whole = own_api.page()
    assert whole["object"] == "list"
    assert [document["id"] for document in whole["data"]] == newest_first
    assert whole["has_more"] is False
    seen: list[str] = []
    pages = 0
    query: dict[str, str | int] = {"limit": 2}
    while True:
        page = own_api.page(**query)
        pages += 1
        seen += [document["id"] for document in page["data"]]
        if not page["has_more"]:
            break
        query["after"] = seen[-1]
    assert pages == 3
    assert seen == newest_first
    for document in whole["data"]:
        check_document(document)
    for id in submitted:
        own_api.wait(id)


# The same request twice


def test_an_idempotency_key_makes_one_job_of_two_requests(own_api: Api, small: File) -> None:
    headers, prompt = {"Idempotency-Key": "once-only"}, fresh_prompt()
    first = own_api.submit(small, prompt, headers=headers, quality="low")
    second = own_api.submit(small, prompt, headers=headers, quality="low")
    assert first["id"] == second["id"]
    own_api.wait(first["id"])
    held = own_api.edit(small, prompt, headers=headers, quality="low")
    assert held.status_code == 200
    assert held.headers["heatsink-job"] == first["id"]
    assert decode(held.json()["data"][0]["b64_json"])
    assert len(own_api.jobs()) == 1


def test_an_idempotency_key_used_for_something_else_is_refused(client: openai.OpenAI, small: File) -> None:
    headers = {"Idempotency-Key": fresh_prompt("key").replace(" ", "-")}
    prompt = fresh_prompt()
    client.images.edit(image=small, prompt=prompt, quality="low", extra_headers=headers)
    for change in ({"prompt": fresh_prompt()}, {"n": 2}, {"output_format": "jpeg"}):
        fields = {"prompt": prompt, "quality": "low"} | change
        with pytest.raises(openai.UnprocessableEntityError) as refused:
            client.images.edit(image=small, extra_headers=headers, **fields)
        assert refused.value.code == "idempotency_key_reused"


def test_an_idempotency_key_belongs_to_its_account(api: Api, own_api: Api, small: File) -> None:
    headers = {"Idempotency-Key": fresh_prompt("shared").replace(" ", "-")}
    one = api.submit(small, fresh_prompt(), headers=headers, quality="low")
    other = own_api.submit(small, fresh_prompt(), headers=headers, quality="low")
    assert one["id"] != other["id"]


def test_an_idempotency_key_outlives_a_restart(start_server: StartServer, small: File) -> None:
    server = start_server()
    headers, prompt = {"Idempotency-Key": "survivor"}, fresh_prompt()
    with Api(server.url, server.create_key()) as api:
        before = api.edit(small, prompt, headers=headers, quality="low")
        server.restart()
        after = api.edit(small, prompt, headers=headers, quality="low")
        assert before.headers["heatsink-job"] == after.headers["heatsink-job"]
        assert before.json()["data"] == after.json()["data"]
        assert len(api.jobs()) == 1


def test_the_same_request_at_the_same_time_is_one_job(server: Server, own_api: Api, photo: File) -> None:
    """No key, five clients: a retry storm costs one picture."""
    prompt, together, before = fresh_prompt(), Barrier(5), server.joined()

    def ask(_: int) -> httpx2.Response:
        together.wait(timeout=60)
        return own_api.edit(photo, prompt, quality="max")

    with ThreadPoolExecutor(5) as pool:
        with server.paused(MODEL):
            asking = [pool.submit(ask, number) for number in range(5)]
            assert wait_until(lambda: server.joined() == before + 4, 60)
        answers = [each.result(timeout=300) for each in asking]
    assert [answer.status_code for answer in answers] == [200] * 5
    assert len({answer.headers["heatsink-job"] for answer in answers}) == 1
    assert len({answer.json()["data"][0]["b64_json"] for answer in answers}) == 1
    assert len(own_api.jobs()) == 1


def test_a_request_that_was_answered_is_a_new_job_the_next_time(own_api: Api, small: File) -> None:
    """Whoever has the picture and asks again wants another one."""
    prompt = fresh_prompt()
    first = own_api.edit(small, prompt, quality="low")

    def delivered() -> bool:
        """That an answer has arrived is written down a moment after it has."""
        second = own_api.edit(small, prompt, quality="low")
        return first.headers["heatsink-job"] != second.headers["heatsink-job"]

    assert wait_until(delivered, 30)
