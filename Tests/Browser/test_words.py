"""Every language says everything, with the same values in it."""

from __future__ import annotations

import re

import pytest

from words import FOLDER, table

LANGUAGES = sorted({file.name.removesuffix(".json").rpartition(".")[2] for file in FOLDER.glob("*.json")} - {"en"})


def values(entry: str | dict[str, str]) -> set[str]:
    """The names of the values that a sentence has in it, whichever of its plural forms."""
    text = entry if isinstance(entry, str) else " ".join(entry.values())
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_says_all_that_english_says(language: str) -> None:
    english, other = table("en"), table(language)
    assert english.keys() - other.keys() == set(), "not said"
    assert other.keys() - english.keys() == set(), "said only there"
    differing = {key for key in english if values(english[key]) != values(other[key])}
    # "{count}" may be left to the plural form: "one picture".
    assert {key for key in differing if values(english[key]) ^ values(other[key]) != {"count"}} == set()
