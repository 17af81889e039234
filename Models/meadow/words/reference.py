"""From a prompt to the condition: the reference of what the server does, for training code and tests.

    python3 reference.py "a lighthouse at dusk, first snow"     what is understood
    python3 reference.py --golden                                writes golden-tokens.json and golden-conditions.json
    python3 reference.py --by-hand                               scores by-hand*.txt and sheet-facts.json; -v: mistakes

    import reference
    reader = reference.load()
    reader.conditions(["twilight over the ocean", …])            [n, 51]

Needs Models/meadow/encoder.bin and vocab.txt, which Scripts/setup makes.
"""

import json
import sys
from pathlib import Path

import numpy as np

import captions
import lexicon
import sentence_encoder
import wordpiece

HERE = Path(__file__).resolve().parent
READER = HERE.parent / "reader.xml"
TOKENS, WIDTH = sentence_encoder.TOKENS, sentence_encoder.WIDTH
GOLDEN_TEXTS = [
    "", "a lighthouse at dusk, first snow", "Twilight over the ocean!", "LIGHTHOUSE AT NIGHT!!!",
    "café, naïve façade, Ærøskøbing, smørrebrød", "L’île sous la brume — « à l'aube »", "señora con paraguas, ¿dónde?",
    "夕暮れの海辺に赤い灯台", "ガラスの風車 が まわる", "红色灯塔 海边", "маяк на закате", "منارة عند الغروب", "한국의 바다",
    "🙂 a cat 🐈‍⬛ by the sea 🌊", "👩‍👩‍👧 family", "snow❄️storm", "tab\tand\nnew line\r\nand\u00a0no-break\u3000wide",
    "zero\u200bwidth\u00adsoft", "x+y=z^2 ~ `code` $5 <b>|</b>", "don't won't it's o'clock", "rice-fields/rice_fields",
    "ＦＵＬＬ ｗｉｄｔｈ", "İstanbul STRASSE ß ŒUVRE ﬁne", "Σίσυφος ΑΘΗΝΑ", "a" * 101, "a" * 100 + " b",
    "antidisestablishmentarianism in the floccinaucinihilipilification meadow", "[CLS] [SEP] [MASK] [UNK]",
    "2026-08-14 12:30 #ff8800 100%", " ".join(["a windmill turning above the rolling hills"] * 12), "𝒜 𝕞𝕒𝕥𝕙 𠀀 test",
    "e\u0301te\u0301 de\u0301compose\u0301", "ﾊﾝｶｸ ｶﾅ",
]
GOLDEN_PROMPTS = [
    "", "a lighthouse at dusk, first snow", "twilight over the ocean", "red boat on the left, calm sea, clear sky",
    "little train through rice fields in summer rain", "a black cat on a village street at night", "pizza",
    "an airship above the hills, towering clouds, summer afternoon", "autumn forest, nobody there", "misty mountains at dawn",
    "un phare rouge au crépuscule, première neige", "una barca azul en el mar, de noche", "夕暮れの海辺に赤い灯台",
    "a dragon over snowy mountains at sunset", "a beautiful hand-painted landscape", "White windmill in the centre of a meadow",
    "a walker in an orange coat crossing a bridge over the river", "маяк на закате", "cottage on the right, cherry blossoms",
    "birds over the coast, storm, evening",
]


def load() -> "PromptReader":
    return PromptReader()


class PromptReader:
    """Lexicon, tokeniser, encoder and reader; the two networks run by OpenVINO in 32 bits."""

    def __init__(self):
        import openvino

        core = openvino.Core()
        self.options = {"INFERENCE_PRECISION_HINT": "f32"}
        self.lexicon = lexicon.Lexicon()
        self.tokenizer = wordpiece.WordPiece(sentence_encoder.VOCABULARY)
        self.encoder = core.compile_model(str(sentence_encoder.XML), "CPU", self.options)
        self.reader = core.compile_model(str(READER), "CPU", self.options)
        self.quick = None

    def condition(self, prompt: str) -> np.ndarray:
        """The 51 values of one prompt, by the very graphs that the server runs."""
        _, english = self.lexicon.translate(prompt)
        if not english.strip():
            return captions.condition({})
        ids = self.tokenizer.encode(english)
        padded = np.zeros((1, TOKENS), np.float32)
        padded[0, :len(ids)] = ids
        mask = (np.arange(TOKENS) < len(ids))[None].astype(np.float32)
        return self.reader([self.encoder([padded, mask])[0]])[0][0].copy()

    def conditions(self, prompts: list[str], precise: bool = False) -> np.ndarray:
        """[n, 51] of many prompts. Sentences of similar length are read together without padding to 64; unless
        `precise`, in bfloat16 where the processor has it, which is twice as fast and changes values by some 0.01."""
        if self.quick is None or self.quick[0] != precise:
            import openvino

            model = sentence_encoder.build(sentence_encoder.read_weights(), dynamic=True)
            options = {"INFERENCE_PRECISION_HINT": "f32" if precise else "bf16"}
            self.quick = (precise, openvino.Core().compile_model(model, "CPU", options))
        translated = [self.lexicon.translate(prompt)[1] for prompt in prompts]
        tokens = [self.tokenizer.encode(text) for text in translated]
        result = np.tile(captions.condition({}), (len(prompts), 1))
        order = sorted((index for index, text in enumerate(translated) if text.strip()), key=lambda i: len(tokens[i]))
        for start in range(0, len(order), 64):
            chosen = order[start:start + 64]
            ids = np.zeros((len(chosen), len(tokens[chosen[-1]])), np.float32)
            for row, index in enumerate(chosen):
                ids[row, :len(tokens[index])] = tokens[index]
            states = self.quick[1]([ids, (ids != 0).astype(np.float32)])[0]
            for row, index in enumerate(chosen):
                sentence = np.zeros((1, TOKENS, WIDTH), np.float32)
                sentence[0, :ids.shape[1]] = states[row]
                result[index] = self.reader([sentence.reshape(1, -1)])[0][0]
        return result


def facts(condition: np.ndarray) -> dict:
    """What a condition says, by the most probable value of each group."""
    said, start = {}, 0
    for group, values in captions.GROUPS.items():
        best = int(condition[start:start + len(values) + 1].argmax())
        if best < len(values):
            said[group] = values[best]
        start += len(values) + 1
    return said


def by_hand(path: Path) -> list[tuple[str, dict, dict]]:
    """Prompts of a file with what they say, and what they may say: lines "prompt | value, value?", or the sheet's JSON."""
    if path.suffix == ".json":
        entries = json.loads(path.read_text(encoding="utf-8"))
        return [(entry["prompt"], {group: [value] for group, value in entry["facts"].items()}, {}) for entry in entries]
    groups = {value: group for group, values in captions.GROUPS.items() for value in values}
    result = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        prompt, words = line.rsplit("|", 1)
        said, perhaps = {}, {}
        for word in (word.strip() for word in words.split(",") if word.strip()):
            target = perhaps if word.endswith("?") else said
            target.setdefault(groups[word.rstrip("?")], []).append(word.rstrip("?"))
        result.append((prompt.strip(), said, perhaps))
    return result


def score(reader: PromptReader, path: Path, verbose: bool = False) -> tuple[float, float, float]:
    """How many of the facts that must be read are, how many of the groups that must stay unsaid do, and how many
    prompts are all right."""
    right = must = silent_right = silent = whole = 0
    prompts = by_hand(path)
    for prompt, said, perhaps in prompts:
        read = facts(reader.condition(prompt))
        good = True
        for group in captions.GROUPS:
            allowed = said.get(group, []) + perhaps.get(group, [])
            if group in said:
                must += 1
                right += read.get(group) in allowed
                good &= read.get(group) in allowed
            else:
                silent += group not in perhaps
                fine = group not in read or read[group] in allowed
                silent_right += fine and group not in perhaps
                good &= fine
        whole += good
        if verbose and not good:
            print(f"    {prompt}\n        wanted {said} perhaps {perhaps}\n        read   {read}")
    return right / must, silent_right / silent, whole / len(prompts)


def write_golden(reader: PromptReader) -> None:
    tokens = [{"text": text, "ids": reader.tokenizer.encode(text)} for text in GOLDEN_TEXTS]
    conditions = [{"prompt": prompt, "language": reader.lexicon.translate(prompt)[0],
                   "english": reader.lexicon.translate(prompt)[1],
                   "condition": [round(float(value), 6) for value in reader.condition(prompt)]} for prompt in GOLDEN_PROMPTS]
    for name, entries in [("golden-tokens", tokens), ("golden-conditions", conditions)]:
        lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries)
        (HERE / f"{name}.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def main():
    reader = load()
    if sys.argv[1:] == ["--golden"]:
        write_golden(reader)
    elif sys.argv[1:2] == ["--by-hand"]:
        for path in [*sorted(HERE.glob("by-hand*.txt")), HERE / "sheet-facts.json"]:
            said, unsaid, whole = score(reader, path, verbose="-v" in sys.argv)
            print(f"{path.name}: {said:.3f} of what is said is read, {unsaid:.3f} of the rest is left unsaid, "
                  f"{whole:.3f} of the prompts are read without a mistake")
    else:
        for prompt in sys.argv[1:]:
            print(prompt, reader.lexicon.translate(prompt), facts(reader.condition(prompt)))


if __name__ == "__main__":
    main()
