"""Checks the lexicon: can each language say each fact, and what is understood of prompts that people wrote by hand?

    python3 check_lexicon.py [-v]       -v shows the mistakes

The prompts are in by-hand-fr.txt, by-hand-es.txt and by-hand-ja.txt; they go the whole way, through lexicon, tokeniser,
encoder and reader. Fails if a language cannot say a fact or reads less than 85 % of what its prompts say.
"""

import json
import sys

import captions
import lexicon
import reference


def unsayable(reader: reference.PromptReader) -> list[str]:
    """Facts that no phrase of a language is read as."""
    missing = []
    for language, entry in json.loads(lexicon.LEXICON.read_text(encoding="utf-8"))["languages"].items():
        if not entry["phrases"]:
            continue
        said = set()
        for english in sorted(set(entry["phrases"].values()) - {""}):
            said.update(reference.facts(reader.condition(english)).items())
        missing += [f"{language}: {group} {value}" for group, values in captions.GROUPS.items() for value in values
                    if (group, value) not in said]
    return missing


def main():
    reader = reference.load()
    failed = unsayable(reader)
    for line in failed:
        print("cannot be said in", line)
    for language in ("fr", "es", "ja"):
        path = reference.HERE / f"by-hand-{language}.txt"
        prompts = [prompt for prompt, _, _ in reference.by_hand(path)]
        told = sum(reader.lexicon.translate(prompt)[0] == language for prompt in prompts) / len(prompts)
        said, unsaid, whole = reference.score(reader, path, verbose="-v" in sys.argv)
        print(f"{language}: {len(prompts)} prompts, language told {told:.3f}, facts read {said:.3f}, "
              f"unsaid left unsaid {unsaid:.3f}, without a mistake {whole:.3f}")
        if said < 0.85:
            failed.append(language)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
