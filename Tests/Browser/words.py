"""What the pages say, by the keys that they say it under: tests look for meanings, not for today's wording."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "Web" / "assets" / "words"


@cache
def table(language: str) -> dict[str, str | dict[str, str]]:
    """All that is said in a language."""
    whole: dict[str, str | dict[str, str]] = {}
    files = [*FOLDER.glob(f"{language}.json"), *sorted(FOLDER.glob(f"*.{language}.json"))]
    assert files, f"no words in {language}"
    for file in files:
        whole |= json.loads(file.read_text())
    return whole


def say(key: str, language: str = "en", **values: str | int) -> str:
    """What is said under a key, with the values put in."""
    entry = table(language)[key]
    if isinstance(entry, dict):
        entry = entry["one" if values.get("count") == 1 else "other"]
    return re.sub(r"\{(\w+)\}", lambda found: str(values.get(found[1], found[0])), entry)


def saying(key: str, language: str = "en", **values: str | int) -> re.Pattern[str]:
    """The same as a pattern, in which a value that is not given may be anything."""
    parts = re.split(r"(\{\w+\})", say(key, language, **values))
    return re.compile("".join(".*" if part.startswith("{") else re.escape(part) for part in parts))
