"""Makes the tiny model of the tests: graphs with the inputs, outputs and habits of a model of kind `flow`, and no
quality whatever. Its prompt reader knows a few words by name; its other networks are random.

    python generate.py        # with openvino and numpy; writes beside itself
"""

import hashlib
import json
import pathlib

import numpy
import openvino
from openvino import opset13 as ops

HERE = pathlib.Path(__file__).parent
CHANNELS, CELL, TOKENS, SENTENCE = 16, 16, 64, 384
GROUPS = {
    "time": ["dawn", "day", "dusk", "night"],
    "season": ["spring", "summer", "autumn", "winter"],
    "weather": ["clear", "clouds", "rain", "snow", "mist"],
    "place": ["meadow", "hills", "mountains", "sea", "coast", "river", "forest", "rice fields", "village"],
    "subject": ["none", "lighthouse", "windmill", "bridge", "train", "boat", "airship", "cat", "birds", "walker",
                "cottage", "tree"],
    "colour": ["red", "white", "blue", "yellow", "green", "black", "orange"],
    "side": ["left", "centre", "right"],
}
CONDITION = sum(len(values) + 1 for values in GROUPS.values())
WORDS = sorted({value for values in GROUPS.values() for value in values if " " not in value and value != "none"})
PIECES = ["a", "the", "at", "in", "over", "of", ",", ".", "##s", "##ly", "un", "##aff", "##able", "light", "##house"]
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"] + WORDS + PIECES
LOW = (1 << 64) - 1
random = numpy.random.default_rng(5)


def constant(values, scale=1.0):
    return ops.constant((numpy.asarray(values) * scale).astype(numpy.float32))


def noise(*shape):
    fan = numpy.prod(shape[1:]) if len(shape) > 1 else shape[0]
    return constant(random.standard_normal(shape) / numpy.sqrt(fan))


def integers(*values):
    return ops.constant(numpy.array(values, numpy.int64))


def parameter(name, *shape):
    node = ops.parameter([-1 if size is None else size for size in shape], numpy.float32, name)
    node.output(0).get_tensor().set_names({name})
    return node


def convolve(node, weights, stride=1):
    around = (weights.shape[2] - 1) // 2 if stride == 1 else 0
    return ops.convolution(node, weights, [stride, stride], [around, around], [around, around], [1, 1])


def encoder():
    """A bag of words: each piece of the vocabulary has a direction of its own."""
    identifiers, mask = parameter("input_ids", 1, TOKENS), parameter("attention_mask", 1, TOKENS)
    table = ops.one_hot(ops.convert(identifiers, "i64"),
                        ops.constant(numpy.int64(SENTENCE)), ops.constant(numpy.float32(1)),
                        ops.constant(numpy.float32(0)), -1)
    counted = ops.multiply(table, ops.unsqueeze(mask, integers(2)))
    total = ops.reduce_sum(counted, integers(1), False)
    return ops.normalize_l2(total, integers(1), 1e-12, "max"), [identifiers, mask]


def reader():
    """Each value of each group listens to the piece of its name; without it, nothing is said."""
    sentence = parameter("sentence", 1, SENTENCE)
    weights = numpy.zeros((len(VOCABULARY), CONDITION), numpy.float32)
    bias = numpy.zeros(CONDITION, numpy.float32)
    column = 0
    for values in GROUPS.values():
        for value in values:
            if value in VOCABULARY:
                weights[VOCABULARY.index(value), column] = 40
            column += 1
        bias[column] = 4
        column += 1
    known = ops.slice(sentence, integers(0), integers(len(VOCABULARY)), integers(1), integers(1))
    logits = ops.add(ops.matmul(known, constant(weights), False, False), constant(bias))
    parts, start = [], 0
    for values in GROUPS.values():
        end = start + len(values) + 1
        parts.append(ops.softmax(ops.slice(logits, integers(start), integers(end), integers(1), integers(1)), 1))
        start = end
    return ops.concat(parts, 1), [sentence]


def flow():
    """Every value depends on its neighbours, on the whole picture, on the time, the span and the condition."""
    latent = parameter("latent", None, CHANNELS, None, None)
    time, span = parameter("time", None), parameter("span", None)
    condition = parameter("condition", None, CONDITION)
    asked = ops.matmul(condition, noise(CONDITION, CHANNELS), False, False)
    moment = ops.concat([ops.unsqueeze(time, integers(1)), ops.unsqueeze(span, integers(1))], 1)
    asked = ops.add(ops.multiply(asked, constant(3)), ops.matmul(moment, noise(2, CHANNELS), False, False))
    asked = ops.unsqueeze(asked, integers(2, 3))
    whole = ops.reduce_mean(latent, integers(2, 3), True)
    hidden = ops.tanh(ops.add(convolve(latent, noise(CHANNELS, CHANNELS, 3, 3)), ops.add(asked, whole)))
    answer = convolve(hidden, noise(CHANNELS, CHANNELS, 1, 1))
    return ops.subtract(answer, ops.multiply(latent, constant(0.5))), [latent, time, span, condition]


def decoder(scale):
    """Looks one cell around."""
    latent = parameter("latent", None, CHANNELS, None, None)
    hidden = ops.tanh(convolve(latent, noise(6, CHANNELS, 3, 3)))
    pixels = ops.depth_to_space(convolve(hidden, noise(3 * CELL * CELL, 6, 1, 1)), "depth_first", CELL)
    pixels = convolve(pixels, noise(3, 3, 3, 3))
    if scale > 1:
        pixels = ops.depth_to_space(convolve(pixels, noise(3 * scale * scale, 3, 3, 3)), "depth_first", scale)
    return ops.sigmoid(ops.multiply(pixels, constant(2))), [latent]


def photo_encoder():
    picture = parameter("picture", None, 3, None, None)
    small = ops.avg_pool(picture, [CELL, CELL], [0, 0], [0, 0], [CELL, CELL], False, "floor")
    return ops.multiply(convolve(ops.subtract(small, constant(0.5)), noise(CHANNELS, 3, 1, 1)), constant(3)), [picture]


def save(name, output, made):
    node, parameters = made
    result = ops.result(node)
    result.output(0).get_tensor().set_names({output})
    model = openvino.Model([result], parameters, name)
    openvino.save_model(model, HERE / f"{name}.xml", compress_to_fp16=True)


LEXICON = {
    "languages": {
        "fr": {
            "phrases": {"crépuscule": "dusk", "mer": "sea", "phare": "lighthouse", "rouge": "red", "train": "train",
                        "forêt": "forest", "hiver": "winter", "neige": "snow", "chat": "cat", "tombée de la nuit": "dusk",
                        "nuit": "night", "pont": "bridge"},
            "markers": ["le", "la", "les", "un", "une", "du", "de", "des", "sur", "sous", "au", "et", "dans", "l", "d"],
        },
        "es": {
            "phrases": {"anochecer": "dusk", "mar": "sea", "faro": "lighthouse", "rojo": "red", "tren": "train",
                        "bosque": "forest", "invierno": "winter", "nieve": "snow", "gato": "cat", "noche": "night"},
            "markers": ["el", "la", "los", "las", "un", "una", "del", "de", "en", "sobre", "con", "y", "al"],
        },
        "ja": {
            "phrases": {"夕暮れ": "dusk", "夕": "dusk", "海": "sea", "灯台": "lighthouse", "赤い": "red", "冬": "winter",
                        "雪": "snow", "がけ": "coast", "猫": "cat", "列車": "train"},
            "markers": [],
        },
    }
}

PROFILE = {"dynamic_shapes": True, "quantised": False, "static_bytes_per_value": 16, "dynamic_bytes_per_value": 16,
           "precision": "f32"}


def manifest():
    roles = {}
    for name in ["encoder", "reader", "flow", "fast", "decoder", "decoder_large", "photo_encoder"]:
        fixed = name in ("encoder", "reader")
        roles[name] = {"path": f"{name}.xml", "profile": {**PROFILE, "dynamic_shapes": not fixed}}
        roles[f"{name}_weights"] = {"path": f"{name}.bin"}
    roles["vocabulary"] = {"path": "vocab.txt"}
    roles["lexicon"] = {"path": "lexicon.json"}
    for file in roles.values():
        file["sha256"] = hashlib.sha256((HERE / file["path"]).read_bytes()).hexdigest()
    rung = lambda name, steps, cost, quality: {
        "name": name, "working_side": 64, "steps": steps, "cost_device_seconds": cost, "quality": quality}
    return {
        "id": "meadow-tiny", "kind": "flow", "title": "Meadow, tiny", "description": "For tests: random weights.",
        "created": 1764000000, "owned_by": "heatsink", "card": "",
        "licence": {"name": "none", "attribution": ""},
        "files": roles,
        "ladder": {
            "reference_device": "none", "quality_measure": "none",
            "rungs": [rung("2 steps", 2, 0.001, 0.2), rung("4 steps", 4, 0.002, 0.5), rung("8 steps", 8, 0.004, 0.8),
                      rung("6 steps guided", 6, 0.01, 1.0)],
        },
        "qualities": {"low": "2 steps", "medium": "4 steps", "high": "8 steps", "max": "6 steps guided",
                      "auto": "4 steps"},
        "flow": {
            "channels": CHANNELS, "cell_pixels": CELL, "grid_multiple": 2, "condition_count": CONDITION,
            "token_limit": TOKENS, "decoder_reach": 2,
            "groups": [{"name": name, "values": values} for name, values in GROUPS.items()],
            "rungs": {
                "2 steps": {"network": "fast", "sampler": "euler", "guidance": 1.0, "shift": 1.0, "decoder": "decoder"},
                "4 steps": {"network": "fast", "sampler": "euler", "guidance": 1.0, "shift": 1.0, "decoder": "decoder"},
                "8 steps": {"network": "fast", "sampler": "heun", "guidance": 1.0, "shift": 2.0,
                            "decoder": "decoder_large"},
                "6 steps guided": {"network": "flow", "sampler": "heun", "guidance": 3.0, "shift": 1.0,
                                   "decoder": "decoder_large"},
            },
        },
    }


def mix(value):
    value &= LOW
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & LOW
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & LOW
    return value ^ (value >> 31)


def noise_of(seed, count):
    values = []
    for pair in range((count + 1) // 2):
        first = mix(seed + (2 * pair + 1) * 0x9E3779B97F4A7C15)
        second = mix(seed + (2 * pair + 2) * 0x9E3779B97F4A7C15)
        distance = numpy.sqrt(-2 * numpy.log(((first >> 11) + 1) * 2.0**-53))
        angle = 2 * numpy.pi * ((second >> 11) * 2.0**-53)
        values += [distance * numpy.cos(angle), distance * numpy.sin(angle)]
    return numpy.array(values[:count], numpy.float32)


def reference(compiled, plan, steps, condition, seed, height, width):
    """The latents that a rung ends at: plain numpy, as the model's documentation has it."""
    empty = numpy.concatenate([[0] * len(values) + [1] for values in GROUPS.values()]).astype(numpy.float32)
    even = numpy.arange(steps + 1) / steps
    times = even / (even + plan["shift"] * (1 - even))

    def velocity(x, t, span):
        def ask(said):
            return compiled[plan["network"]]({
                "latent": x, "time": numpy.array([t], numpy.float32), "span": numpy.array([span], numpy.float32),
                "condition": said[None]})["velocity"].copy()
        said = ask(condition)
        if plan["guidance"] == 1:
            return said
        unsaid = ask(empty)
        return unsaid + numpy.float32(plan["guidance"]) * (said - unsaid)

    x = noise_of(seed, CHANNELS * height * width).reshape(1, CHANNELS, height, width)
    for step in range(steps):
        length = times[step + 1] - times[step]
        span = length if plan["network"] == "fast" else 0
        first = velocity(x, times[step], span)
        move = first
        if plan["sampler"] == "heun" and step + 1 < steps:
            guess = (x + length * first).astype(numpy.float32)
            move = (first + velocity(guess, times[step + 1], span)) / 2
        x = (x + length * move).astype(numpy.float32)
    return x.ravel()


def golden(model):
    """What the tests compare their latents with; the same format as a model's own `golden/latents.json`."""
    core = openvino.Core()
    compiled = {name: core.compile_model(HERE / f"{name}.xml", "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
                for name in ("flow", "fast")}
    generator = numpy.random.default_rng(7)
    cases = []
    for rung in model["ladder"]["rungs"]:
        raw = [generator.random(len(values) + 1) for values in GROUPS.values()]
        condition = numpy.concatenate([values / values.sum() for values in raw]).astype(numpy.float32)
        seed = int(generator.integers(2**63)) * 2 + 1
        plan = model["flow"]["rungs"][rung["name"]]
        latent = reference(compiled, plan, rung["steps"], condition, seed, 4, 4)
        cases.append({
            "rung": rung["name"], "seed": seed, "width": 512, "height": 512,
            "condition": [float(value) for value in condition],
            "first": [float(value) for value in latent[:64]], "sum": float(latent.astype(numpy.float64).sum()),
        })
    return {"cases": cases}


def main():
    save("encoder", "sentence", encoder())
    save("reader", "condition", reader())
    save("flow", "velocity", flow())
    save("fast", "velocity", flow())
    save("decoder", "picture", decoder(1))
    save("decoder_large", "picture", decoder(2))
    save("photo_encoder", "latent", photo_encoder())
    (HERE / "vocab.txt").write_text("\n".join(VOCABULARY) + "\n")
    (HERE / "lexicon.json").write_text(json.dumps(LEXICON, ensure_ascii=False, indent=1) + "\n")
    model = manifest()
    (HERE / "model.json").write_text(json.dumps(model, indent=1) + "\n")
    (HERE / "golden").mkdir(exist_ok=True)
    (HERE / "golden" / "latents.json").write_text(json.dumps(golden(model), indent=1) + "\n")


if __name__ == "__main__":
    main()
