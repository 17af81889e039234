"""The tokeniser of the sentence encoder: lower-cased WordPiece, as BERT has it. Standard library only.

The rules are kept so simple that another language can follow them scalar by scalar: nothing here depends on the
context of a character or on which code points a Unicode version has assigned.
"""

import unicodedata
from pathlib import Path

TOKEN_LIMIT = 64
LONGEST_WORD = 100


class WordPiece:
    """Text to token ids, by a vocabulary with one token a line."""

    def __init__(self, vocabulary: Path):
        lines = vocabulary.read_text(encoding="utf-8").split("\n")
        self.ids = {token: index for index, token in enumerate(lines) if token}
        self.first, self.last, self.unknown = self.ids["[CLS]"], self.ids["[SEP]"], self.ids["[UNK]"]

    def encode(self, text: str, limit: int = TOKEN_LIMIT) -> list[int]:
        """[CLS] … [SEP], at most `limit` ids; what is longer is cut before the [SEP]."""
        ids = []
        for word in words(text):
            ids += self._pieces(word)
            if len(ids) >= limit:
                break
        return [self.first, *ids[:limit - 2], self.last]

    def _pieces(self, word: str) -> list[int]:
        """The longest vocabulary entries from left to right; a word that they cannot spell is one unknown token."""
        if len(word) > LONGEST_WORD:
            return [self.unknown]
        pieces, start = [], 0
        while start < len(word):
            end = len(word)
            while end > start:
                piece = self.ids.get(("##" if start else "") + word[start:end])
                if piece is not None:
                    break
                end -= 1
            else:
                return [self.unknown]
            pieces.append(piece)
            start = end
        return pieces


def words(text: str) -> list[str]:
    """Lower-cased words without accents; every punctuation mark and every Chinese character is a word of its own."""
    spaced = []
    for character in unicodedata.normalize("NFD", "".join(_cleaned(text))):
        category = unicodedata.category(character)
        if category == "Mn":
            continue
        if category[0] == "P" or _is_ascii_punctuation(character):
            spaced.append(f" {character} ")
        else:
            spaced.append(character.lower())
    return "".join(spaced).split()


def _cleaned(text: str):
    for character in text:
        category = unicodedata.category(character)
        if character in "\t\n\r" or category[0] == "Z":
            yield " "
        elif category in ("Cc", "Cf") or character == "\ufffd":
            continue
        elif _is_chinese(ord(character)):
            yield f" {character} "
        else:
            yield character


def _is_ascii_punctuation(character: str) -> bool:
    """Signs such as + and ^ count too, though Unicode calls them symbols."""
    return 33 <= ord(character) <= 126 and not character.isalnum()


def _is_chinese(code: int) -> bool:
    return (0x4E00 <= code <= 0x9FFF or 0x3400 <= code <= 0x4DBF or 0x20000 <= code <= 0x2A6DF
            or 0x2A700 <= code <= 0x2B73F or 0x2B740 <= code <= 0x2B81F or 0x2B820 <= code <= 0x2CEAF
            or 0xF900 <= code <= 0xFAFF or 0x2F800 <= code <= 0x2FA1F)
