"""Content credentials, read by the official reader and by software that knows nothing of them.

`HEATSINK_CREDENTIALS` names a folder with pictures that were signed, among them `authority.pem` of the development
certificate if that is what they were signed with.
"""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import c2pa
import pytest
from PIL import Image

MEDIA_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp"}
SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
TAMPERINGS = 200
SEED = int(os.environ.get("HEATSINK_SEED", random.randrange(2**32)))


def signed_files() -> list[Path]:
    """Named so that a test's name says which file it is about."""
    folder = os.environ.get("HEATSINK_CREDENTIALS")
    if not folder:
        return []
    return sorted(path for path in Path(folder).iterdir() if path.suffix in MEDIA_TYPES and path.stem != "plain")


@pytest.fixture(params=signed_files() or [None], ids=lambda path: path.name if path else "none")
def file(request: pytest.FixtureRequest) -> Path:
    """A signed picture."""
    if request.param is None:
        pytest.skip("HEATSINK_CREDENTIALS does not name a folder with signed pictures")
    return request.param


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


def test_trusted(file: Path) -> None:
    """Who trusts the development certificate's authority gets no complaint at all."""
    authority = file.parent / "authority.pem"
    if not authority.is_file():
        pytest.skip("signed with a certificate of the operator's")
    state, report = read(file.read_bytes(), MEDIA_TYPES[file.suffix], user_anchors=authority.read_text())
    assert state == "Trusted"
    assert not report.get("validation_status")


def test_assertions(file: Path) -> None:
    """Made by what model, when, from what, under which policy."""
    _, report = read(file.read_bytes(), MEDIA_TYPES[file.suffix])
    manifest = report["manifests"][report["active_manifest"]]
    assert manifest["claim_version"] == 2
    assert manifest["claim_generator_info"][0]["name"] == "Heatsink"
    assert manifest["title"]
    [statement] = [each["data"] for each in manifest["assertions"] if each["label"] == "heatsink.picture"]
    assert statement["id"]
    assert statement["policy"]["name"]
    steps = actions(report)
    painted = steps[-1]
    assert painted["when"]
    assert painted["softwareAgent"]["name"]
    if ingredients := manifest.get("ingredients", []):
        assert [step["action"] for step in steps] == ["c2pa.opened", "c2pa.edited"]
        assert painted["digitalSourceType"] == SOURCE_TYPES + "compositeWithTrainedAlgorithmicMedia"
        [parent] = [each for each in ingredients if each["relationship"] == "parentOf"]
        if "active_manifest" in parent:
            assert parent["active_manifest"] in report["manifests"]
    else:
        assert [step["action"] for step in steps] == ["c2pa.created"]
        assert painted["digitalSourceType"] == SOURCE_TYPES + "trainedAlgorithmicMedia"


def test_tampering(file: Path) -> None:
    """Each of 200 changed bits of the picture is found, or the file cannot be read any more."""
    print(f"HEATSINK_SEED={SEED}")
    chance = random.Random(SEED)
    original = file.read_bytes()
    manifest = manifest_range(original, file.suffix)
    places = [place for place in range(len(original)) if place not in manifest]
    for place in chance.sample(places, TAMPERINGS):
        changed = bytearray(original)
        changed[place] ^= 1 << chance.randrange(8)
        try:
            state, _ = read(bytes(changed), MEDIA_TYPES[file.suffix])
        except c2pa.C2paError:
            continue
        assert state == "Invalid", f"HEATSINK_SEED={SEED}, byte {place} of {len(original)}"


def test_stripped(file: Path) -> None:
    """What is encoded anew says nothing any more; it does not say something wrong."""
    picture = Image.open(file)
    output = io.BytesIO()
    picture.save(output, picture.format)
    with pytest.raises(c2pa.C2paError.ManifestNotFound):
        read(output.getvalue(), MEDIA_TYPES[file.suffix])


def test_other_software_reads_it(file: Path) -> None:
    """Pillow, libvips and ExifTool, without a warning that the unsigned file does not get, too."""
    picture = Image.open(file)
    picture.load()
    assert min(picture.size) > 0
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
