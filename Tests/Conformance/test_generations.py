"""Pictures from words, and from photos with words: through the official client, and raw where it has no words."""

from __future__ import annotations

import base64
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import openai
import pytest
from openai.types import ImagesResponse
from PIL import Image

from api import EDITS, Api, fresh_prompt
from conftest import StartServer
from harness import Server, run_command, run_json_command
from pictures import decode, difference, mask_with_hole, pixels, upload

Photos = dict[str, Image.Image]
Document = dict[str, Any]

QUALITIES = ["low", "medium", "high", "xhigh", "max", "auto", "standard", "hd"]
WORDS = "a lighthouse at dusk"
LARGEST_SEED = 2**53


@pytest.fixture(scope="module")
def flow() -> Document:
    """The installed model that paints from text, as the program describes it."""
    models = run_json_command("models", "list", "--json")
    found = [model for model in models if model["kind"] == "flow"]
    assert found, "no model that paints from text is installed"
    return found[0]


@pytest.fixture(scope="module")
def rungs(flow: Document) -> list[Document]:
    """The rungs of its ladder, the cheapest first."""
    return flow["ladder"]


def files(answer: ImagesResponse) -> list[bytes]:
    """The pictures of an answer, as they were sent."""
    assert answer.data is not None
    encoded = [picture.b64_json for picture in answer.data]
    assert all(encoded), "a picture without b64_json"
    return [base64.b64decode(text or "", validate=True) for text in encoded]


def looks(answer: ImagesResponse) -> list[bytes]:
    """The pixels of an answer: the files are never alike, since each says when it was made."""
    return [decode(file).tobytes() for file in files(answer)]


def paint(client: openai.OpenAI, prompt: str | None = None, **fields: Any) -> ImagesResponse:
    """A generation at the lowest quality, unless said otherwise."""
    return client.images.generate(prompt=prompt or fresh_prompt(WORDS), **{"quality": "low"} | fields)


# What comes out


def test_a_sentence_becomes_a_picture(strict_client: openai.OpenAI) -> None:
    answer = strict_client.images.generate(prompt=fresh_prompt(WORDS))
    (file,) = files(answer)
    picture = decode(file)
    assert picture.format == "PNG"
    assert picture.width == picture.height >= 256
    assert answer.size == f"{picture.width}x{picture.height}"
    assert answer.output_format == "png"
    assert answer.background == "opaque"
    assert answer.quality in QUALITIES
    assert answer.data is not None and answer.data[0].revised_prompt
    assert answer.usage is not None
    assert answer.usage.input_tokens_details.image_tokens == 0
    assert answer.usage.total_tokens == answer.usage.input_tokens + answer.usage.output_tokens


def test_the_model_can_be_named_and_is_the_default(client: openai.OpenAI, flow: Document, api: Api) -> None:
    assert flow["id"] in [model.id for model in client.models.list()]
    named = api.order(fresh_prompt(WORDS), model=flow["id"], quality="low")
    unnamed = api.order(fresh_prompt(WORDS), quality="low")
    assert named["model"] == unnamed["model"] == flow["id"]
    assert api.wait(named["id"])["status"] == api.wait(unnamed["id"])["status"] == "completed"


@pytest.mark.parametrize("quality", QUALITIES)
def test_every_quality_is_a_rung(api: Api, rungs: list[Document], quality: str) -> None:
    response = api.generate(fresh_prompt(WORDS), quality=quality)
    assert response.status_code == 200, response.text[:300]
    assert response.headers["heatsink-requested-quality"] == quality
    rung = next(rung for rung in rungs if rung["name"] == response.headers["heatsink-rung"])
    assert float(response.headers["heatsink-rung-quality"]) == pytest.approx(rung["quality"], abs=1e-3)
    assert response.json()["data"][0]["b64_json"]


def test_better_qualities_are_higher_rungs(api: Api, rungs: list[Document]) -> None:
    names = [rung["name"] for rung in rungs]
    given = [
        names.index(api.generate(fresh_prompt(WORDS), quality=quality).headers["heatsink-rung"])
        for quality in ("low", "medium", "high", "max")
    ]
    assert given == sorted(given)
    assert given[0] == 0 and given[-1] == len(names) - 1


@pytest.mark.parametrize(
    "size",
    ["256x256", "512x512", "1024x1024", "1536x1024", "1024x1536", "768x256", "256x768", "1792x1024", "16x16"],
)
def test_every_size_comes_as_asked(client: openai.OpenAI, size: str) -> None:
    answer = paint(client, size=size)
    assert answer.size == size
    assert "{}x{}".format(*decode(files(answer)[0]).size) == size


@pytest.mark.slow
def test_the_largest_sizes_come_as_asked(client: openai.OpenAI) -> None:
    for size in ("3840x2160", "2160x3840"):
        answer = paint(client, size=size, output_format="jpeg", output_compression=80)
        assert "{}x{}".format(*decode(files(answer)[0]).size) == size


@pytest.mark.parametrize("format", ["png", "jpeg", "webp"])
def test_every_format_comes_as_asked(client: openai.OpenAI, format: str) -> None:
    answer = paint(client, output_format=format)
    picture = decode(files(answer)[0])
    assert picture.format is not None
    assert picture.format.lower() == answer.output_format == format


def test_compression_makes_files_smaller(client: openai.OpenAI) -> None:
    prompt = fresh_prompt(WORDS)
    small, large = (
        files(
            paint(client, prompt, output_format="jpeg", output_compression=level, extra_body={"seed": 4})
        )[0]
        for level in (20, 95)
    )
    assert len(small) < len(large)


def test_links_lead_to_the_pictures(client: openai.OpenAI, api: Api) -> None:
    answer = paint(client, n=2, response_format="url")
    assert answer.data is not None
    for picture in answer.data:
        assert picture.b64_json is None
        assert picture.url is not None
        response = api.http.get(picture.url)
        assert response.headers["content-type"] == "image/png"
        decode(response.content)


def test_ten_pictures_are_ten_different_ones(client: openai.OpenAI) -> None:
    pictures = looks(paint(client, n=10))
    assert len(set(pictures)) == 10


# Seeds


def test_the_same_seed_is_the_same_picture(client: openai.OpenAI) -> None:
    prompt = fresh_prompt(WORDS)

    def ask(seed: int, **fields: Any) -> list[bytes]:
        return looks(paint(client, prompt, extra_body={"seed": seed}, **fields))

    first = ask(7, n=3)
    assert ask(7, n=3, user="another request") == first
    assert ask(7)[0] == first[0], "the first picture of several has the job's own seed"
    assert ask(8)[0] != first[0]
    assert ask(0)[0] != ask(LARGEST_SEED)[0]


def test_company_in_the_batch_changes_nothing(api: Api) -> None:
    prompt = fresh_prompt(WORDS)
    alone = api.wait(api.order(prompt, seed=3, quality="high", user="alone")["id"])
    others = [api.order(fresh_prompt("a red boat"), quality=quality) for quality in ("low", "high", "max")]
    beside = api.wait(api.order(prompt, seed=3, quality="high", user="beside")["id"])
    for other in others:
        assert api.wait(other["id"])["status"] == "completed"
    one, two = (decode(api.http.get(job["result"]["data"][0]["url"]).content) for job in (alone, beside))
    assert abs(pixels(one) - pixels(two)).max() <= 1


def test_a_seed_by_chance_is_told_and_can_be_asked_for(api: Api) -> None:
    prompt = fresh_prompt(WORDS)
    response = api.generate(prompt, quality="low")
    seed = int(response.headers["heatsink-seed"])
    assert 0 <= seed <= LARGEST_SEED
    job = api.job(response.headers["heatsink-job"])
    assert job["seed"] == seed
    again = api.generate(prompt, quality="low", seed=seed)
    another = api.generate(prompt, quality="low")
    first, second, third = (
        decode(answer.json()["data"][0]["b64_json"]).tobytes() for answer in (response, again, another)
    )
    assert second == first
    assert third != first


# Words


@pytest.mark.parametrize(
    ("prompt", "values"),
    [
        ("a lighthouse on the coast at dusk, first snow", {"dusk", "coast", "lighthouse"}),
        ("un phare sur la côte au crépuscule", {"dusk", "coast", "lighthouse"}),
        ("un faro en la costa al anochecer", {"dusk", "coast", "lighthouse"}),
        ("夕暮れの海岸の灯台", {"dusk", "coast", "lighthouse"}),
    ],
)
def test_prompts_in_four_languages_are_read(
    client: openai.OpenAI, flow: Document, prompt: str, values: set[str]
) -> None:
    """What was understood is said; a model need not understand everything, but most of it."""
    answer = paint(client, prompt)
    assert answer.data is not None
    revised = (answer.data[0].revised_prompt or "").lower()
    known = {value for group in flow["groups"] for value in group["values"]}
    wanted = values & known
    assert not wanted or sum(value in revised for value in wanted) >= len(wanted) - 1, revised


@pytest.mark.parametrize(
    "prompt", ["x", "🦄", "Привет, как дела?", "asdf qwer zxcv", "word " * 6_000, "\u0000\u202e", "."]
)
def test_a_prompt_that_says_nothing_still_gives_a_picture(client: openai.OpenAI, prompt: str) -> None:
    answer = paint(client, prompt)
    decode(files(answer)[0])
    assert answer.data is not None and answer.data[0].revised_prompt


# Waiting


def test_a_stream_shows_the_picture_on_its_way(strict_client: openai.OpenAI, rungs: list[Document]) -> None:
    steps = rungs[-1]["steps"]
    for count in (0, 1, 3):
        with strict_client.images.generate(
            prompt=fresh_prompt(WORDS), stream=True, partial_images=count, quality="max"
        ) as stream:
            *partial, completed = list(stream)
        assert [event.type for event in partial] == ["image_generation.partial_image"] * min(count, steps - 1)
        assert [event.partial_image_index for event in partial] == list(range(len(partial)))
        assert completed.type == "image_generation.completed"
        assert completed.usage.output_tokens > 0
        assert len({decode(event.b64_json).size for event in [*partial, completed]}) == 1
        assert len({decode(event.b64_json).tobytes() for event in [*partial, completed]}) == len(partial) + 1


def test_the_last_partial_image_is_the_nearest(client: openai.OpenAI, rungs: list[Document]) -> None:
    if rungs[-1]["steps"] < 4:
        pytest.skip("the model has no rung of four steps")
    with client.images.generate(
        prompt=fresh_prompt(WORDS), stream=True, partial_images=3, quality="max"
    ) as stream:
        *partial, completed = [decode(event.b64_json) for event in stream]
    assert difference(partial[-1], completed) < difference(partial[0], completed)


def test_a_stream_of_several_pictures_completes_each(client: openai.OpenAI) -> None:
    with client.images.generate(prompt=fresh_prompt(WORDS), stream=True, n=3, quality="low") as stream:
        events = list(stream)
    assert [event.type for event in events] == ["image_generation.completed"] * 3


def test_a_job_tells_how_far_it_is(server: Server, flow: Document, api: Api) -> None:
    heard = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        with server.paused(flow["id"]):
            job = api.order(fresh_prompt(WORDS), quality="max", n=2, partial_images=2)
            listening = pool.submit(api.events, job["id"], heard=heard)
            assert heard.wait(60)
        events = listening.result(timeout=300)
    documents = [event.json() for event in events if event.name == "job"]
    shares = [document["progress"] for document in documents if document["progress"] is not None]
    assert shares and shares == sorted(shares)
    assert all(0 < share <= 1 for share in shares)
    assert documents[-1]["status"] == "completed"
    assert documents[-1]["progress"] is None
    partials = [event.json() for event in events if event.name == "partial_image"]
    assert {(partial["picture"], partial["partial_image_index"]) for partial in partials} <= {
        (picture, index) for picture in range(2) for index in range(2)
    }
    for partial in partials:
        decode(api.http.get(partial["url"]).content)


def test_an_order_is_a_job(api: Api) -> None:
    job = api.order(fresh_prompt(WORDS), n=2, quality="low")
    done = api.wait(job["id"])
    assert done["status"] == "completed" and done["n"] == 2 and len(done["result"]["data"]) == 2
    assert done["rung"] == done["requested_rung"]


def test_the_same_request_at_once_is_one_job(api: Api) -> None:
    prompt = fresh_prompt(WORDS)
    jobs = [api.order(prompt, quality="max", n=4) for _ in range(3)]
    assert len({job["id"] for job in jobs}) == 1
    assert api.wait(jobs[0]["id"])["status"] == "completed"


def test_a_cancelled_job_ends(server: Server, flow: Document, api: Api) -> None:
    """One that waits, and one that runs."""

    def order() -> Document:
        return api.order(fresh_prompt(WORDS), quality="max", n=10)

    with server.paused(flow["id"]):
        waiting = order()["id"]
        assert api.cancel(waiting).json()["status"] == "cancelled"
        assert api.wait(waiting)["status"] == "cancelled"
    assert api.wait(api.cancel_while_running(order))["status"] == "cancelled"
    small = api.order(fresh_prompt(WORDS), quality="low")
    assert api.wait(small["id"])["status"] == "completed"


@pytest.mark.recovery
def test_a_power_cut_changes_no_picture(start_server: StartServer) -> None:
    """Seeds are in the records: what is painted again is the same."""
    server = start_server()
    with Api(server.url, server.create_key()) as api:
        prompt = fresh_prompt(WORDS)
        wished = [api.order(prompt, seed=seed, n=3, quality="max") for seed in (1, 2, 3)]
        drawn = api.order(prompt, quality="max")
        server.kill9()
        server.start()
        done = [api.wait(job["id"]) for job in wished]
        again = [api.wait(api.order(prompt, seed=seed, n=3, quality="max")["id"]) for seed in (1, 2, 3)]

        def pictures(job: Document) -> list[bytes]:
            assert job["status"] == "completed"
            return [api.http.get(picture["url"]).content for picture in job["result"]["data"]]

        for one, other in zip(done, again, strict=True):
            for mine, theirs in zip(pictures(one), pictures(other), strict=True):
                assert abs(pixels(decode(mine)) - pixels(decode(theirs))).max() <= 1
        kept = api.wait(drawn["id"])
        assert kept["seed"] == drawn["seed"]


# From a photo


def edit(client: openai.OpenAI, flow: Document, photo: Image.Image, **fields: Any) -> ImagesResponse:
    """An edit by the model that paints from text, at the best quality: it has the most steps to begin within."""
    extra = {"seed": 5} | fields.pop("extra_body", {})
    return client.images.edit(
        image=upload(photo),
        prompt=fresh_prompt("the same in winter"),
        model=flow["id"],
        extra_body=extra,
        **{"quality": "max"} | fields,
    )


def test_a_photo_is_painted_in_its_own_shape(
    strict_client: openai.OpenAI, flow: Document, photos: Photos
) -> None:
    photo = photos["china"]
    answer = edit(strict_client, flow, photo)
    picture = decode(files(answer)[0])
    assert picture.width / picture.height == pytest.approx(photo.width / photo.height, rel=0.02)
    assert answer.usage is not None and answer.usage.input_tokens_details.image_tokens > 0


def test_less_strength_keeps_more_of_the_photo(
    client: openai.OpenAI, flow: Document, photos: Photos
) -> None:
    photo = photos["china"].resize((512, 512))
    distances = []
    for strength in (0.1, 1):
        answer = edit(client, flow, photo, size="512x512", extra_body={"strength": strength})
        distances.append(difference(decode(files(answer)[0]), photo))
    assert distances[0] < distances[1]


def test_fidelity_is_a_strength(client: openai.OpenAI, flow: Document, photos: Photos) -> None:
    prompt = fresh_prompt("the same at night")

    def ask(**fields: Any) -> bytes:
        extra = {"seed": 5} | fields.pop("extra_body", {})
        return looks(
            client.images.edit(
                image=upload(photos["china"]), prompt=prompt, model=flow["id"], extra_body=extra, **fields
            )
        )[0]

    assert ask() == ask(extra_body={"strength": 0.6}) == ask(input_fidelity="low")
    assert ask(input_fidelity="high") == ask(extra_body={"strength": 0.4})


def test_a_mask_keeps_the_photo(client: openai.OpenAI, flow: Document, photos: Photos) -> None:
    photo = photos["coffee"].resize((512, 512))
    mask = upload(mask_with_hole(photo.size, (128, 128, 384, 384)), "PNG")
    answer = edit(client, flow, photo, size="512x512", mask=mask, extra_body={"strength": 1})
    picture = decode(files(answer)[0])
    kept, painted = (0, 0, 512, 100), (160, 160, 352, 352)
    assert difference(picture.crop(kept), photo.crop(kept)) < 4
    assert difference(picture.crop(painted), photo.crop(painted)) > 8


def test_an_edit_streams_under_its_own_name(
    client: openai.OpenAI, flow: Document, photos: Photos
) -> None:
    with client.images.edit(
        image=upload(photos["china"]),
        prompt=fresh_prompt(WORDS),
        model=flow["id"],
        stream=True,
        partial_images=1,
        quality="max",
        extra_body={"strength": 1},
    ) as stream:
        events = list(stream)
    assert [event.type for event in events][-1] == "image_edit.completed"
    assert {event.type for event in events} <= {"image_edit.partial_image", "image_edit.completed"}


# What is refused


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"n": 0}, "n"),
        ({"n": 11}, "n"),
        ({"size": "100x100"}, "size"),
        ({"size": "4096x1024"}, "size"),
        ({"quality": "splendid"}, "quality"),
        ({"output_format": "gif"}, "output_format"),
        ({"output_compression": 50}, "output_compression"),
        ({"background": "transparent"}, "background"),
        ({"partial_images": 4, "stream": True}, "partial_images"),
        ({"partial_images": 2}, "partial_images"),
        ({"seed": -2}, "seed"),
        ({"seed": LARGEST_SEED + 1}, "seed"),
        ({"seed": "seven"}, "seed"),
        ({"seed": 1.5}, "seed"),
        ({"strength": 0.5}, "strength"),
        ({"frame_count": 3}, "frame_count"),
        ({"response_format": "binary"}, "response_format"),
        ({"style": 3}, "style"),
    ],
)
def test_a_bad_field_is_named(api: Api, fields: Document, param: str) -> None:
    response = api.generate(fresh_prompt(WORDS), **fields)
    assert response.status_code == 400, response.text[:300]
    error = response.json()["error"]
    assert error["type"] == "invalid_request_error"
    assert error["param"] == param
    assert f"'{param}'" in error["message"] or param in error["message"]


@pytest.mark.parametrize("prompt", [None, "", "x" * 32_001, 7])
def test_a_bad_prompt_is_named(api: Api, prompt: Any) -> None:
    response = api.http.post("/v1/images/generations", json={"prompt": prompt})
    assert response.status_code == 400
    assert response.json()["error"]["param"] == "prompt"


def test_a_model_that_paints_photos_only_does_not_paint_from_text(api: Api, flow: Document) -> None:
    response = api.generate(fresh_prompt(WORDS), model="restyle")
    assert response.status_code == 404
    error = response.json()["error"]
    assert error["code"] == "model_not_found" and error["param"] == "model"
    assert flow["id"] in error["message"]


@pytest.mark.parametrize("strength", ["0", "0.04", "1.01", "-1", "nan", "much"])
def test_a_bad_strength_is_named(api: Api, flow: Document, photos: Photos, strength: str) -> None:
    response = api.edit(
        upload(photos["brick"], longer=128), fresh_prompt(WORDS), model=flow["id"], strength=strength
    )
    assert response.status_code == 400
    error = response.json()["error"]
    assert error["param"] == "strength"
    assert re.search(r"0\.05", error["message"])


def test_a_seed_of_minus_one_means_any(api: Api, flow: Document) -> None:
    answers = [api.generate(fresh_prompt(WORDS), model=flow["id"], seed=-1, quality="low") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert all(int(answer.headers["heatsink-seed"]) >= 0 for answer in answers)


def test_strength_is_not_for_restyling(api: Api, photos: Photos) -> None:
    response = api.edit(upload(photos["brick"], longer=128), fresh_prompt(), model="restyle", strength="0.5")
    assert response.status_code == 400
    assert response.json()["error"]["param"] == "strength"


def test_a_second_photo_is_refused(api: Api, flow: Document, photos: Photos) -> None:
    form = {"prompt": fresh_prompt(WORDS), "model": flow["id"]}
    uploads = [("image[]", upload(photos[name], longer=128)) for name in ("brick", "china")]
    response = api.http.post(EDITS, data=form, files=uploads)
    assert response.status_code == 400
    assert response.json()["error"]["param"] == "image"


# The command


@pytest.fixture
def generated(tmp_path: Path) -> Path:
    """Where a command writes to."""
    return tmp_path


def test_the_command_paints(generated: Path) -> None:
    target = generated / "out.png"
    told = run_json_command(
        "generate", "a lighthouse at dusk, first snow", "-o", target, "--seed", "7", "--json"
    )
    (picture,) = told
    assert Image.open(target).size == (picture["width"], picture["height"])
    assert picture["seed"] == 7 and picture["revised_prompt"]


def test_the_command_paints_what_the_server_paints(server: Server, api: Api, generated: Path) -> None:
    """One model, one seed, one picture, whichever way it is asked for: with the server's data, its watermark too."""
    target = generated / "out.png"
    server.command(
        *("generate", WORDS, "-o", target, "--seed", "21", "--quality", "medium", "--size", "512x384")
    )
    response = api.generate(WORDS, seed=21, quality="medium", size="512x384")
    served = decode(response.json()["data"][0]["b64_json"])
    assert abs(pixels(Image.open(target)) - pixels(served)).max() <= 1


def test_several_pictures_have_numbers(generated: Path) -> None:
    run_command("generate", WORDS, "--count", "3", "-o", generated / "out.jpg", "--quality", "low")
    assert sorted(path.name for path in generated.iterdir()) == ["out-1.jpg", "out-2.jpg", "out-3.jpg"]


@pytest.mark.parametrize("size", ["auto", "768x512"])
def test_a_picture_goes_on_in_another_process(generated: Path, size: str, rungs: list[Document]) -> None:
    """Put aside after each step, taken up by a new process: the very same bytes, where they do not say when."""
    rung = max(rungs, key=lambda rung: rung["steps"])
    whole = generated / "whole.png"
    common = ("--rung", rung["name"], "--seed", "11", "--size", size)
    run_command("generate", WORDS, *common, "-o", whole, "--unsigned")
    for stop in {1, rung["steps"] // 2, rung["steps"]}:
        state, target = generated / f"{stop}.state", generated / f"{stop}.png"
        run_command("generate", WORDS, *common, "--stop-after", str(stop), "--save-state", state)
        assert not target.exists()
        run_command("generate", "--resume", state, "-o", target, "--unsigned")
        assert target.read_bytes() == whole.read_bytes()


def test_a_photo_can_be_put_aside_as_well(generated: Path, photos: Photos, rungs: list[Document]) -> None:
    rung = max(rungs, key=lambda rung: rung["steps"])
    photo, whole, state, target = (generated / name for name in ("in.png", "whole.png", "s", "out.png"))
    photos["china"].save(photo)
    common = ("--from", photo, "--strength", "0.7", "--rung", rung["name"], "--seed", "11")
    run_command("generate", WORDS, *common, "-o", whole, "--unsigned")
    run_command("generate", WORDS, *common, "--stop-after", "1", "--save-state", state)
    run_command("generate", "--resume", state, "-o", target, "--unsigned")
    assert target.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize("damage", ["empty", "not-json", "cut", "changed"])
def test_a_damaged_state_is_refused(generated: Path, damage: str) -> None:
    state, target = generated / "s", generated / "out.png"
    run_command("generate", WORDS, "--stop-after", "1", "--save-state", state)
    data = state.read_bytes()
    broken = {
        "empty": b"",
        "not-json": b"\x89PNG\r\n\x1a\n",
        "cut": data[: len(data) // 2],
        "changed": data.replace(b'"state":"', b'"state":"AAAA', 1),
    }[damage]
    assert broken != data
    state.write_bytes(broken)
    with pytest.raises(AssertionError, match="ended with 1"):
        run_command("generate", "--resume", state, "-o", target)
    assert not target.exists()


def test_the_command_shows_what_a_model_understands(flow: Document) -> None:
    shown = run_command("models", "show", flow["id"])
    for group in flow["groups"]:
        assert f"{group['name']}: {', '.join(group['values'])}" in shown
    for rung in flow["ladder"]:
        assert rung["name"] in shown
