"""Tells a prompt's language and translates what the lexicon knows of it: the reference of Lexicon.swift.

A prompt in English goes to the encoder as it is. Of a French or Spanish one only the phrases of ../lexicon.json are
kept, the longest first, without case and accents; of a Japanese one likewise, by substrings. So the encoder, which
knows English only, gets English scene words; what nobody translated is dropped.
"""

import json
import unicodedata
from pathlib import Path

LEXICON = Path(__file__).resolve().parent.parent / "lexicon.json"
ENGLISH = set("the of in with and at by over under near above behind beside between is are it an from to into through "
              "there some painting picture paint".split())
CLAUSE_MARKS = ",.;:!?()\n"
TEXT_LIMIT = 16_384


class Lexicon:
    def __init__(self, path: Path = LEXICON):
        languages = json.loads(path.read_text(encoding="utf-8"))["languages"]
        self.english = set(ENGLISH)
        self.phrases, self.markers, self.japanese = {}, {}, {}
        for language, description in sorted(languages.items()):
            self.markers[language] = {word for marker in description["markers"] for word in _words(marker)}
            index = self.phrases[language] = {}
            for phrase, english in sorted(description["phrases"].items()):
                self.english.update(_words(english))
                if language == "ja":
                    phrase = unicodedata.normalize("NFKC", phrase)
                    self.japanese.setdefault(phrase[0], []).append((phrase, english))
                else:
                    words = _words(phrase)
                    index.setdefault(words[0], []).append((words, english))
        self.english |= self.markers.get("en", set())
        for index in [*self.phrases.values(), self.japanese]:
            for entries in index.values():
                entries.sort(key=lambda entry: -len(entry[0]))

    def translate(self, prompt: str) -> tuple[str, str]:
        """The language (en, fr, es, ja or other), and what the encoder shall read."""
        text = prompt[:TEXT_LIMIT]
        kana, ideographs, latin, others = _scripts(text)
        if kana or ideographs > latin:
            translation = self._translate_japanese(text)
            return ("ja", translation) if kana or translation else ("other", "")
        if others > latin:
            return "other", text
        clauses = _clauses(text)
        words = [word for clause in clauses for word in clause]
        best, highest = "en", sum(word in self.english for word in words)
        for language in ("fr", "es"):
            score = self._score(words, language)
            if score > highest:
                best, highest = language, score
        return (best, text) if best == "en" else (best, self._translate(clauses, best))

    def _score(self, words: list, language: str) -> int:
        """How many words speak for the language and not for English."""
        score = place = 0
        while place < len(words):
            match = self._match(words, place, language)
            if match:
                score += sum(word not in self.english for word in words[place:place + match[1]])
                place += match[1]
            else:
                score += words[place] in self.markers[language] and words[place] not in self.english
                place += 1
        return score

    def _translate(self, clauses: list, language: str) -> str:
        translated = []
        for words in clauses:
            parts, place = [], 0
            while place < len(words):
                match = self._match(words, place, language)
                if match:
                    parts.append(match[0])
                    place += match[1]
                else:
                    # Words that both languages have; English function words would only be chance.
                    word = words[place]
                    if word in self.english and word not in ENGLISH and word not in self.markers[language]:
                        parts.append(word)
                    place += 1
            translated.append(" ".join(parts))
        return ", ".join(part for part in translated if part)

    def _match(self, words: list, place: int, language: str):
        """The longest phrase that begins at a place: its English and its number of words."""
        for first in _singulars(words[place]):
            for phrase, english in self.phrases[language].get(first, []):
                following = words[place:place + len(phrase)]
                if len(following) == len(phrase) and all(
                        wanted in _singulars(word) for wanted, word in zip(phrase[1:], following[1:])):
                    return english, len(phrase)
        return None

    def _translate_japanese(self, text: str) -> str:
        text = unicodedata.normalize("NFKC", text)
        parts, place = [], 0
        while place < len(text):
            match = next((entry for entry in self.japanese.get(text[place], []) if text.startswith(entry[0], place)), None)
            if match and match[1]:
                parts.append(match[1])
            place += len(match[0]) if match else 1
        return ", ".join(parts)


def _singulars(word: str) -> list[str]:
    """A word, and what it may be the plural of."""
    return [word] + [word[:-len(ending)] for ending in ("s", "x", "es")
                     if word.endswith(ending) and len(word) > len(ending) + 2]


def _words(text: str) -> list[str]:
    return [word for clause in _clauses(text) for word in clause]


def _clauses(text: str) -> list[list[str]]:
    """Words without case and accents, between the marks that part clauses."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    folded = "".join(character for character in folded if unicodedata.category(character) != "Mn")
    clauses, word = [[]], ""
    for character in folded + "\n":
        if character.isalnum():
            word += character
            continue
        if word:
            clauses[-1].append(word)
            word = ""
        if character in CLAUSE_MARKS:
            clauses.append([])
    return [clause for clause in clauses if clause]


def _scripts(text: str) -> tuple[int, int, int, int]:
    """How many letters are kana, ideographs, Latin, others."""
    kana = ideographs = latin = others = 0
    for character in text:
        code = ord(character)
        if not character.isalpha():
            continue
        if 0x3041 <= code <= 0x30FF or 0x31F0 <= code <= 0x31FF or 0xFF66 <= code <= 0xFF9D:
            kana += 1
        elif unicodedata.name(character, "").startswith("CJK "):
            ideographs += 1
        elif code <= 0x24F or 0x1E00 <= code <= 0x1EFF or 0xFF21 <= code <= 0xFF5A:
            latin += 1
        else:
            others += 1
    return kana, ideographs, latin, others
