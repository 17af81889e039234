"""The sentence encoder all-MiniLM-L6-v2 (a BERT of 6 layers, 384 wide) as an OpenVINO graph, and in PyTorch.

    python3 sentence_encoder.py build model.safetensors    writes ../encoder.xml (in git)
    python3 sentence_encoder.py check model.safetensors    compares graph and PyTorch with weights in 32 bits

encoder.xml carries no weights. Every constant in it is named by what it holds: a tensor of the published
model.safetensors, or "constant TYPE VALUE …" for the few small ones. Scripts/make-encoder writes encoder.bin by these
names, with nothing but Python's standard library, so that the weights need not be in git.
"""

import argparse
import json
import math
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
XML, BIN = HERE.parent / "encoder.xml", HERE.parent / "encoder.bin"
VOCABULARY = HERE.parent / "vocab.txt"
LAYERS, WIDTH, HEADS, TOKENS, EPSILON = 6, 384, 12, 64, 1e-12
TYPES = {"f16": np.float16, "f32": np.float32, "i32": np.int32, "i64": np.int64}


def read_weights(xml: Path = XML, binary: Path = BIN) -> dict:
    """The weights in encoder.bin by their names in encoder.xml, in 32 bits."""
    content = binary.read_bytes()
    weights = {}
    for layer in ElementTree.parse(xml).iter("layer"):
        if layer.get("type") == "Const" and not layer.get("name").startswith("constant "):
            data = layer.find("data")
            shape = [int(size) for size in data.get("shape").split(",")]
            start, size = int(data.get("offset")), int(data.get("size"))
            values = np.frombuffer(content[start:start + size], TYPES[data.get("element_type")])
            weights[layer.get("name")] = values.reshape(shape).astype(np.float32)
    return weights


class TorchEncoder:
    """The same network in PyTorch, for many sentences at once. Sorted by length, so hardly any padding is computed."""

    def __init__(self, weights: dict):
        import torch

        self.torch = torch
        self.w = {name: torch.from_numpy(np.array(value)) for name, value in weights.items()}

    def states(self, ids):
        """The last hidden states [B, length, 384] and the mask [B, length] of padded ids (0 is padding)."""
        torch, w = self.torch, self.w
        functional = torch.nn.functional
        mask = (ids != 0).float()
        length = ids.shape[1]

        def normalised(x, name):
            return functional.layer_norm(x, (WIDTH,), w[name + ".weight"], w[name + ".bias"], EPSILON)

        def linear(x, name):
            return functional.linear(x, w[name + ".weight"], w[name + ".bias"])

        def heads(x):
            return x.view(x.shape[0], length, HEADS, WIDTH // HEADS).transpose(1, 2)

        x = (w["embeddings.word_embeddings.weight"][ids] + w["embeddings.position_embeddings.weight"][:length]
             + w["embeddings.token_type_embeddings.weight"][0])
        x = normalised(x, "embeddings.LayerNorm")
        blocked = (mask[:, None, None, :] == 0) * -1e4
        for layer in range(LAYERS):
            at = f"encoder.layer.{layer}."
            query, key, value = (heads(linear(x, at + "attention.self." + part)) for part in ("query", "key", "value"))
            attended = functional.scaled_dot_product_attention(query, key, value, attn_mask=blocked)
            attended = linear(attended.transpose(1, 2).reshape(x.shape), at + "attention.output.dense")
            x = normalised(x + attended, at + "attention.output.LayerNorm")
            inner = functional.gelu(linear(x, at + "intermediate.dense"))
            x = normalised(x + linear(inner, at + "output.dense"), at + "output.LayerNorm")
        return x, mask

    def batches(self, token_lists: list, batch: int = 128):
        """Yields (indices, states, mask) over all sentences, shortest first."""
        torch = self.torch
        order = sorted(range(len(token_lists)), key=lambda index: len(token_lists[index]))
        with torch.inference_mode():
            for start in range(0, len(order), batch):
                chosen = order[start:start + batch]
                ids = torch.zeros(len(chosen), len(token_lists[chosen[-1]]), dtype=torch.long)
                for row, index in enumerate(chosen):
                    ids[row, :len(token_lists[index])] = torch.tensor(token_lists[index])
                yield (chosen, *self.states(ids))


def build(weights: dict, dynamic: bool = False):
    """The graph with the given weights (half precision inside). Constants are named by what they hold.

    Its output "sentence" is what the reader reads: the words' states one after the other, with zeros where there are no
    words, [1, 64 * 384]. (The published model gives their mean of length one instead.) `dynamic` takes batches of any
    length and gives [batch, length, 384].
    """
    from openvino import Model, Type, op
    from openvino import opset13 as ov

    shared = {}

    def small(values, kind: str):
        """A small constant, named by its type and values; equal ones are one."""
        values = np.array(values, TYPES[kind])
        name = "constant " + " ".join([kind, *(format(value, ".9g") for value in values.reshape(-1))])
        name += " scalar" if values.ndim == 0 else ""
        if name not in shared:
            shared[name] = op.Constant(values)
            shared[name].set_friendly_name(name)
        return shared[name]

    def weight(name: str, rows: int | None = None):
        """A weight in half precision, widened to 32 bits at run time; `rows` takes the first ones only."""
        if name not in shared:
            constant = op.Constant(np.ascontiguousarray(weights[name][:rows]).astype(np.float16))
            constant.set_friendly_name(name)
            shared[name] = constant
        return ov.convert(shared[name], "f32")

    def normalised(x, name: str):
        x = ov.mvn(x, small([-1], "i64"), True, EPSILON, "inside_sqrt")
        return ov.add(ov.multiply(x, weight(name + ".weight")), weight(name + ".bias"))

    def linear(x, name: str):
        return ov.add(ov.matmul(x, weight(name + ".weight"), False, True), weight(name + ".bias"))

    def heads(x):
        split = ov.reshape(x, small([0, 0, HEADS, WIDTH // HEADS], "i64"), True)
        return ov.transpose(split, small([0, 2, 1, 3], "i64"))

    shape = [-1, -1] if dynamic else [1, TOKENS]
    ids = ov.parameter(shape, Type.f32, name="input_ids")
    mask = ov.parameter(shape, Type.f32, name="attention_mask")
    table = weight("embeddings.word_embeddings.weight")
    rows = ov.gather(table, ov.convert(ids, "i32"), small(0, "i64"))
    positions = weight("embeddings.position_embeddings.weight", TOKENS)
    if dynamic:
        length = ov.slice(ov.shape_of(ids), small([1], "i64"), small([2], "i64"), small([1], "i64"))
        positions = ov.slice(positions, small([0], "i64"), length, small([1], "i64"), small([0], "i64"))
    x = ov.add(ov.add(rows, positions), weight("embeddings.token_type_embeddings.weight", 1))
    x = normalised(x, "embeddings.LayerNorm")
    absent = ov.multiply(ov.subtract(small(1, "f32"), mask), small(-10000, "f32"))
    absent = ov.unsqueeze(absent, small([1, 2], "i64"))
    for layer in range(LAYERS):
        at = f"encoder.layer.{layer}."
        query, key, value = (heads(linear(x, at + "attention.self." + part)) for part in ("query", "key", "value"))
        scores = ov.multiply(ov.matmul(query, key, False, True), small(1 / math.sqrt(WIDTH // HEADS), "f32"))
        attended = ov.matmul(ov.softmax(ov.add(scores, absent), 3), value, False, False)
        attended = ov.reshape(ov.transpose(attended, small([0, 2, 1, 3], "i64")), small([0, 0, WIDTH], "i64"), True)
        x = normalised(ov.add(x, linear(attended, at + "attention.output.dense")), at + "attention.output.LayerNorm")
        inner = ov.gelu(linear(x, at + "intermediate.dense"), "erf")
        x = normalised(ov.add(x, linear(inner, at + "output.dense")), at + "output.LayerNorm")
    present = ov.unsqueeze(mask, small([2], "i64"))
    x = ov.multiply(x, present)
    if not dynamic:
        x = ov.reshape(x, small([1, TOKENS * WIDTH], "i64"), False)
    result = ov.result(x)
    result.output(0).get_tensor().set_names({"sentence"})
    return Model([result], [ids, mask], "sentence encoder")


def write_xml(model, path: Path = XML):
    """Saves the graph without its weights.

    The conversions of weights are marked as decompressions: then the CPU plug-in keeps them in half precision, and the
    encoder takes 115 MB of memory instead of 160, at the same speed.
    """
    from openvino import serialize

    with tempfile.TemporaryDirectory() as folder:
        xml = Path(folder) / "encoder.xml"
        serialize(model, str(xml), str(xml.with_suffix(".bin")))
        tree = ElementTree.parse(xml)
    layers = {layer.get("id"): layer for layer in tree.iter("layer")}
    for edge in tree.iter("edge"):
        source, target = layers[edge.get("from-layer")], layers[edge.get("to-layer")]
        if source.get("type") == "Const" and target.get("type") == "Convert":
            marks = ElementTree.Element("rt_info")
            ElementTree.SubElement(marks, "attribute", name="decompression", version="0", value="")
            target.insert(1, marks)
    lines = ElementTree.tostring(tree.getroot(), encoding="unicode").splitlines()
    path.write_text("\n".join(line.strip() for line in lines) + "\n", encoding="utf-8")


def read_safetensors(path: Path) -> dict:
    """The tensors of a safetensors file that are floats."""
    content = path.read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")
    tensors = {}
    for name, entry in json.loads(content[8:start]).items():
        if entry.get("dtype") == "F32":
            first, end = entry["data_offsets"]
            values = np.frombuffer(content[start + first:start + end], np.float32)
            tensors[name] = values.reshape(entry["shape"])
    return tensors


def check(weights: dict):
    """Compares ../encoder.xml and its .bin with the network in PyTorch and unrounded weights."""
    import openvino
    import torch

    import wordpiece

    tokenizer = wordpiece.WordPiece(VOCABULARY)
    texts = ["", "a lighthouse at dusk, first snow", "Twilight over the ocean!", "three cats " * 40]
    graph = openvino.Core().compile_model(str(XML), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    for text in texts:
        ids = tokenizer.encode(text)
        padded = np.zeros((1, TOKENS), np.float32)
        padded[0, :len(ids)] = ids
        sentence = graph([padded, (np.arange(TOKENS) < len(ids))[None].astype(np.float32)])[0]
        with torch.inference_mode():
            states, _ = TorchEncoder(weights).states(torch.tensor([ids]))
        states = states[0].numpy()
        ours = sentence.reshape(TOKENS, WIDTH)
        print(f"{len(ids):3} tokens: largest difference {np.abs(ours[:len(ids)] - states).max():.2e} "
              f"of {np.abs(states).max():.2f}, beyond the words {np.abs(ours[len(ids):]).max(initial=0):.0e}")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Builds or checks the graph of the sentence encoder.")
    arguments.add_argument("task", choices=["build", "check"])
    arguments.add_argument("weights", type=Path, help="the published model.safetensors")
    chosen = arguments.parse_args()
    if chosen.task == "build":
        write_xml(build(read_safetensors(chosen.weights)))
    else:
        check(read_safetensors(chosen.weights))
