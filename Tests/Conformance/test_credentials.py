"""Content credentials of the server's pictures, read by the official reader and by software that knows nothing of them."""

from __future__ import annotations

import io
import itertools
import json
import os
import random
import shutil
import struct
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import c2pa
import httpx2
import pytest
from PIL import Image

from api import Api, Document, fresh_prompt
from conftest import StartServer
from harness import Server, running
from pictures import as_file, decode, upload
from visitor import good

MEDIA_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp"}
FORMATS = {"png": ".png", "jpeg": ".jpg", "webp": ".webp"}
# From words alone, from a photo, and from a photo that was signed elsewhere and says so.
ORIGINS = ("words", "photo", "signed")
SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
TAMPERINGS = 200
# The server is asked about each change of a picture from words, and about some of the others: it decodes each file.
ASKED_OF_OTHERS = 20
SEED = int(os.environ.get("HEATSINK_SEED", random.randrange(2**32)))
# Pixels on the longer side: of smaller pictures one in fourteen does not carry a watermark that can be read.
LONGER = 700


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server behind a proxy, so that it can be asked about many files: it asks addresses for patience."""
    with running(tmp_path_factory, {"http": {"trusted-proxies": 1}}) as server:
        yield server


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory, photos: dict[str, Image.Image]) -> bytes:
    """A picture of another server's, signed with a certificate that nobody here knows."""
    with running(tmp_path_factory) as other, Api(other.url, other.create_key()) as api:
        return paint(api, "photo", photos["china"], "jpeg")


def paint(api: Api, origin: str, photo: Image.Image | bytes, format: str) -> bytes:
    """A picture's file as its owner gets it."""
    fields: dict[str, Any] = {"quality": "high", "output_format": format, "response_format": "url"}
    if origin == "words":
        response = api.generate(fresh_prompt("a lighthouse at dusk"), **fields)
    else:
        file = as_file(photo) if isinstance(photo, bytes) else upload(photo, longer=LONGER)
        response = api.edit(file, fresh_prompt(), **fields)
    return api.http.get(good(response)["data"][0]["url"]).content


@pytest.fixture(
    scope="module", params=[f"{origin}{suffix}" for origin in ORIGINS for suffix in FORMATS.values()]
)
def file(
    request: pytest.FixtureRequest,
    stage: Server,
    elsewhere: bytes,
    photos: dict[str, Image.Image],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A signed picture, named so that a test's name says which file it is about."""
    path = tmp_path_factory.mktemp("signed") / request.param
    [format] = [name for name, suffix in FORMATS.items() if suffix == path.suffix]
    with Api(stage.url, stage.create_key()) as api:
        photo = elsewhere if path.stem == "signed" else photos["flower"]
        path.write_bytes(paint(api, path.stem, photo, format))
    return path


@pytest.fixture(scope="module")
def authority(stage: Server) -> str:
    """Whom to trust with what this server signs."""
    return (stage.data / "credentials" / "development" / "authority.pem").read_text()


_addresses = itertools.count(1)


def verify(server: Server, content: bytes) -> httpx2.Response:
    """What the server says of a file, to somebody new."""
    number = next(_addresses)
    headers = {"X-Forwarded-For": f"10.1.{number >> 8}.{number & 255}"}
    return httpx2.post(f"{server.url}/v1/verify", content=content, headers=headers, timeout=60, trust_env=False)


def settings(**trust: Any) -> dict[str, Any]:
    """Nothing is fetched, whatever a file asks for."""
    return {
        "version": 1,
        "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
        **({"trust": trust} if trust else {}),
    }


def read(bytes: bytes, media_type: str, **trust: Any) -> tuple[str, dict[str, Any]]:
    """The official reader's word and its whole report."""
    context = c2pa.Context(settings=c2pa.Settings.from_dict(settings(**trust)))
    with c2pa.Reader(media_type, io.BytesIO(bytes), context=context) as reader:
        return reader.get_validation_state(), json.loads(reader.json())


def manifest_range(bytes: bytes, suffix: str) -> range:
    """The part of the file that holds the manifest, which is not part of the picture."""
    if suffix == ".png":
        start = bytes.index(b"caBX") - 4
        return range(start, start + 12 + struct.unpack(">I", bytes[start : start + 4])[0])
    if suffix == ".webp":
        # What the manifest added before it, the file's length among it, is found by the reader.
        start = bytes.index(b"C2PA")
        length = struct.unpack("<I", bytes[start + 4 : start + 8])[0]
        return range(start, start + 8 + length + length % 2)
    start = position = bytes.index(b"\xff\xeb")
    while bytes[position : position + 2] == b"\xff\xeb":
        position += 2 + struct.unpack(">H", bytes[position + 2 : position + 4])[0]
    return range(start, position)


def actions(report: dict[str, Any]) -> list[dict[str, Any]]:
    manifest = report["manifests"][report["active_manifest"]]
    [assertion] = [each for each in manifest["assertions"] if each["label"].startswith("c2pa.actions")]
    return assertion["data"]["actions"]


def test_valid(file: Path) -> None:
    """Without knowing who signed, the official reader has one thing against the file: that it does not know.

    It says so once for the picture and once for each upload that was signed.
    """
    state, report = read(file.read_bytes(), MEDIA_TYPES[file.suffix])
    assert state in ("Valid", "Trusted"), report["validation_status"]
    codes = {status["code"] for status in report.get("validation_status", [])}
    assert codes <= {"signingCredential.untrusted"}
    results = report["validation_results"]["activeManifest"]
    assert {"claimSignature.validated", "assertion.dataHash.match"} <= {each["code"] for each in results["success"]}


def test_trusted(file: Path, authority: str) -> None:
    """Who trusts the development certificate's authority gets no complaint at all about this server's own signature."""
    state, report = read(file.read_bytes(), MEDIA_TYPES[file.suffix], user_anchors=authority)
    assert state == "Trusted"
    own = report["validation_results"]["activeManifest"]
    assert not own.get("failure")
    if file.stem != "signed":
        assert not report.get("validation_status")


def test_assertions(file: Path, stage: Server) -> None:
    """Made by what model, when, from what, under which policy, with which watermark."""
    _, report = read(file.read_bytes(), MEDIA_TYPES[file.suffix])
    manifest = report["manifests"][report["active_manifest"]]
    assert manifest["claim_version"] == 2
    assert manifest["claim_generator_info"][0]["name"] == "Heatsink"
    assert manifest["title"].endswith(file.suffix)
    [statement] = [each["data"] for each in manifest["assertions"] if each["label"] == "heatsink.picture"]
    assert statement["id"]
    assert statement["policy"]["name"] == "considerate"
    assert statement["policy"]["version"]
    assert statement["signed_for_development"] is True
    found = good(verify(stage, file.read_bytes()))
    assert found["watermark"]["is_known"]
    assert statement["watermark"] == found["watermark"]["id"]
    steps = actions(report)
    painted = steps[-1]
    assert abs(datetime.fromisoformat(painted["when"]).timestamp() - time.time()) < 3_600
    assert painted["softwareAgent"]["name"] == ("meadow" if file.stem == "words" else "restyle")
    ingredients = manifest.get("ingredients", [])
    if file.stem == "words":
        assert not ingredients
        assert [step["action"] for step in steps] == ["c2pa.created"]
        assert painted["digitalSourceType"] == SOURCE_TYPES + "trainedAlgorithmicMedia"
        return
    assert [step["action"] for step in steps] == ["c2pa.opened", "c2pa.edited"]
    assert painted["digitalSourceType"] == SOURCE_TYPES + "compositeWithTrainedAlgorithmicMedia"
    [parent] = [each for each in ingredients if each["relationship"] == "parentOf"]
    assert ("active_manifest" in parent) == (file.stem == "signed")
    if file.stem == "signed":
        # What the photo said of itself is still there, with its own photo before it.
        before = report["manifests"][parent["active_manifest"]]
        assert before["claim_generator_info"][0]["name"] == "Heatsink"
        assert [each["relationship"] for each in before["ingredients"]] == ["parentOf"]


def test_the_server_says_the_same(file: Path, stage: Server) -> None:
    """What the official reader finds, in the server's own words."""
    found = good(verify(stage, file.read_bytes()))
    assert (found["made_here"], found["is_altered"], found["taken_down"]) == (True, False, False)
    assert found["kind"] == ("generation" if file.stem == "words" else "edit")
    said = found["credentials"]
    assert (said["verdict"], said["is_own"], said["made_by_model"]) == ("trusted", True, True)
    assert said["generator"].startswith("Heatsink ")
    assert said["is_development"] is True
    assert said["findings"] == []
    _, report = read(file.read_bytes(), MEDIA_TYPES[file.suffix])
    assert [step["name"] for step in said["actions"]] == [step["action"] for step in actions(report)]
    assert [each["has_credentials"] for each in said["ingredients"]] == {"words": [], "photo": [False], "signed": [True]}[
        file.stem
    ]
    assert found["explanation"] == " ".join(found["sentences"])


def test_a_picture_of_another_server_is_not_ours(stage: Server, elsewhere: bytes) -> None:
    """Its signature holds, and proves that somebody else made it."""
    found = good(verify(stage, elsewhere))
    assert (found["made_here"], found["is_altered"], found["watermark"]) == (False, None, None)
    assert (found["credentials"]["verdict"], found["credentials"]["is_own"]) == ("valid", False)


def test_a_picture_signed_with_an_earlier_certificate_stays_ours(
    start_server: StartServer, photos: dict[str, Image.Image]
) -> None:
    server = start_server()
    with Api(server.url, server.create_key()) as api:
        before = paint(api, "photo", photos["china"], "jpeg")
        server.stop()
        folder = server.data / "credentials"
        (folder / "development").rename(folder / "development-former")
        server.start()
        after = paint(api, "photo", photos["china"], "jpeg")
    for file in (before, after):
        found = good(verify(server, file))
        assert (found["credentials"]["verdict"], found["credentials"]["is_own"]) == ("trusted", True)
    authority = (folder / "development" / "authority.pem").read_text()
    assert read(after, "image/jpeg", user_anchors=authority)[0] == "Trusted"
    assert read(before, "image/jpeg", user_anchors=authority)[0] == "Valid", "the certificate is the same"


def is_caught(response: httpx2.Response) -> bool:
    """Whether the server takes a changed file for no picture of its own, or for one that was changed, or for none."""
    if response.status_code == 400:
        return response.json()["error"]["code"] == "invalid_image"
    found = good(response)
    says_so = found["credentials"]["verdict"] in {"tampered", "invalid", "absent"} and not found["credentials"]["is_own"]
    return says_so and (not found["made_here"] or found["is_altered"])


def test_tampering(file: Path, stage: Server) -> None:
    """Each of 200 changed bits of the picture is found, or the file cannot be read any more."""
    print(f"HEATSINK_SEED={SEED}")
    chance = random.Random(SEED)
    original = file.read_bytes()
    manifest = manifest_range(original, file.suffix)
    places = [place for place in range(len(original)) if place not in manifest]
    for number, place in enumerate(chance.sample(places, TAMPERINGS)):
        changed = bytearray(original)
        changed[place] ^= 1 << chance.randrange(8)
        said = f"HEATSINK_SEED={SEED}, byte {place} of {len(original)}"
        if file.stem == "words" or number < ASKED_OF_OTHERS:
            response = verify(stage, bytes(changed))
            assert is_caught(response), f"{said}: {response.text}"
        try:
            state, _ = read(bytes(changed), MEDIA_TYPES[file.suffix])
        except c2pa.C2paError:
            continue
        assert state == "Invalid", said


def test_stripped(file: Path, stage: Server) -> None:
    """What is encoded anew says nothing any more; it does not say something wrong. The watermark is still there."""
    picture = Image.open(file)
    output = io.BytesIO()
    picture.save(output, picture.format, quality=90)
    with pytest.raises(c2pa.C2paError.ManifestNotFound):
        read(output.getvalue(), MEDIA_TYPES[file.suffix])
    found: Document = good(verify(stage, output.getvalue()))
    assert found["credentials"]["verdict"] == "absent"
    assert (found["made_here"], found["is_altered"]) == (True, True)
    assert found["watermark"]["is_known"]


def test_other_software_reads_it(file: Path) -> None:
    """Pillow, libvips and ExifTool, without a warning that the unsigned file does not get, too."""
    assert min(decode(file.read_bytes()).size) > 0
    for command in vips(file), ["exiftool", "-validate", "-warning", "-error", "-json", str(file)]:
        assert shutil.which(command[0]), f"{command[0]} is not installed"
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        assert not done.stderr
        if command[0] == "exiftool":
            [answer] = json.loads(done.stdout)
            # libvips begins the EXIF data of WebP as that of JPEG, and has before anything is signed.
            assert answer.get("Warning", "[minor] Improper EXIF header") == "[minor] Improper EXIF header", answer
            assert "Error" not in answer, answer


def vips(file: Path) -> list[str]:
    """Decodes every pixel."""
    return ["vips", "avg", str(file)]


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """A warning of the reader's is a failure."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
