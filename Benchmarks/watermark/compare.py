#!/usr/bin/env python3
"""How often marks are read after what happens to pictures on the net, beside `invisible-watermark` on the same pictures.

    make benchmark-programs
    python3 -m pip install --no-deps -r Benchmarks/watermark/requirements.txt
    python3 Benchmarks/watermark/compare.py --sizes 256 512 1024 --count 100 [FOLDER ...]

FOLDERs hold pictures, or stacks of them as `.npy`; without any, the photos of `Deploy/demo/photos` and of scikit-image are
taken. From each a random square is cut and brought to the size wanted, as often as it takes to have enough.
"""

import argparse
import os
import pathlib
import secrets
import statistics
import subprocess
import sys
import time

import numpy as np
from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from attacks import ATTACKS  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
KINDS = {".jpg", ".jpeg", ".png", ".webp", ".npy"}


def psnr(first, second):
    error = np.mean((first.astype(np.float64) - second.astype(np.float64)) ** 2)
    return 10 * np.log10(255**2 / error) if error else float("inf")


class Heatsink:
    """Marks and reads in one process of the Swift program."""

    name, bits = "heatsink", 64

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.times = {"mark": [], "found": [], "none": []}
        self.ask("key " + secrets.token_hex(32))

    def ask(self, line, picture=None):
        self.process.stdin.write(line.encode() + b"\n" + (b"" if picture is None else picture.tobytes()))
        self.process.stdin.flush()
        words = self.process.stdout.readline().decode().split()
        if words[0] == "error:":
            raise ValueError(" ".join(words))
        return words

    def mark(self, picture, number):
        words = self.ask(f"mark {picture.shape[1]} {picture.shape[0]} {number}", picture)
        self.times["mark"].append(float(words[2]))
        return np.frombuffer(self.process.stdout.read(picture.size), np.uint8).reshape(picture.shape)

    def read(self, picture):
        words = self.ask(f"read {picture.shape[1]} {picture.shape[0]}", picture)
        if words[0] == "none":
            self.times["none"].append(float(words[1]))
            return None
        self.times["found"].append(float(words[2]))
        return int(words[1])


class Peer:
    """A method of `invisible-watermark`. It has no check: it always answers with some number."""

    def __init__(self, method, bits):
        from imwatermark import WatermarkDecoder, WatermarkEncoder

        self.name, self.bits = method, bits
        self.times = {"mark": [], "found": []}
        if method == "rivaGan":
            WatermarkEncoder.loadModel()
            WatermarkDecoder.loadModel()
        self.encoder, self.decoder = WatermarkEncoder(), WatermarkDecoder("bits", bits)

    def mark(self, picture, number):
        self.encoder.set_watermark("bits", [number >> place & 1 for place in range(self.bits)])
        start = time.thread_time()
        marked = self.encoder.encode(np.ascontiguousarray(picture[..., ::-1]), self.name)[..., ::-1]
        self.times["mark"].append(1e3 * (time.thread_time() - start))
        return np.ascontiguousarray(marked)

    def read(self, picture):
        start = time.thread_time()
        try:
            bits = self.decoder.decode(np.ascontiguousarray(picture[..., ::-1]), self.name)
        except Exception:  # It refuses pictures of less than 256 by 256 pixels.
            return None
        self.times["found"].append(1e3 * (time.thread_time() - start))
        return sum(int(bit > 0.5) << place for place, bit in enumerate(bits))


def sources(folders):
    """Files, and single pictures of stacks."""
    found = []
    for folder in folders:
        for file in sorted(pathlib.Path(folder).rglob("*")):
            if file.suffix.lower() not in KINDS:
                continue
            if file.suffix == ".npy":
                found += [(file, place) for place in range(len(np.load(file, mmap_mode="r")))]
            else:
                found.append((file, None))
    return found


def loaded(source):
    file, place = source
    if place is not None:
        return np.array(np.load(file, mmap_mode="r")[place])
    return np.asarray(Image.open(file).convert("RGB"))


def square(picture, size, random):
    """A random square of the picture, never enlarged unless the whole is too small."""
    height, width = picture.shape[:2]
    shorter = min(height, width)
    side = shorter if shorter <= size else int(random.integers(max(size, shorter * 6 // 10), shorter + 1))
    top, left = int(random.integers(0, height - side + 1)), int(random.integers(0, width - side + 1))
    cut = Image.fromarray(picture).crop((left, top, left + side, top + side))
    return np.asarray(cut if side == size else cut.resize((size, size), Image.Resampling.LANCZOS))


def pictures(found, size, count, random):
    order = random.permutation(len(found))
    for place in range(count):
        yield square(loaded(found[order[place % len(order)]]), size, random)


def default_folders():
    folders = [ROOT / "Deploy/demo/photos"]
    try:
        import skimage

        folders.append(pathlib.Path(skimage.__file__).parent / "data")
    except ImportError:
        pass
    return folders


def measure(methods, subjects, attacks, random, deadline, limits):
    """For each method: its PSNRs, and for each attack how often the right number, and a wrong one, was read."""
    results = {method.name: ([], {attack: [0, 0] for attack in attacks}) for method in methods}
    for picture in subjects:
        if time.monotonic() > deadline:
            break
        for method in methods:
            if len(results[method.name][0]) >= limits.get(method.name, sys.maxsize):
                continue
            number = int(random.integers(0, (1 << method.bits) - 1, dtype=np.uint64, endpoint=True))
            marked = method.mark(picture, number)
            results[method.name][0].append(psnr(picture, marked))
            for place, attack in enumerate(attacks):
                # Each method meets the same dice.
                dice = np.random.default_rng([len(results[method.name][0]), place])
                read = method.read(np.ascontiguousarray(ATTACKS[attack](marked, dice)))
                counts = results[method.name][1][attack]
                counts[0] += read == number
                counts[1] += read is not None and read != number
    return results


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folders", nargs="*")
    arguments.add_argument("--sizes", nargs="*", type=int, default=[256, 512, 1024])
    arguments.add_argument("--count", type=int, default=100)
    arguments.add_argument("--minutes", type=float, default=1e6, help="for each size; fewer pictures, if it is over")
    arguments.add_argument("--unmarked", type=int, default=0, help="pictures without a mark to read, of 256 pixels")
    arguments.add_argument("--methods", nargs="+", default=["heatsink", "dwtDct", "dwtDctSvd", "rivaGan"])
    arguments.add_argument("--at-most", nargs="*", default=[], metavar="METHOD=COUNT", help="pictures for slow methods")
    arguments.add_argument("--attacks", nargs="+", default=list(ATTACKS), choices=list(ATTACKS), metavar="ATTACK")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--program", default=str(ROOT / "Benchmarks/.build/release/watermark-benchmark"))
    arguments.add_argument("--show", help="a folder for some of the pictures, marked and not")
    options = arguments.parse_args()

    limits = {name: int(count) for name, count in (words.split("=") for words in options.at_most)}
    found = sources(options.folders or default_folders())
    print(f"{len(found)} pictures to cut from")
    for size in options.sizes:
        random = np.random.default_rng([options.seed, size])
        methods = [
            Heatsink(options.program) if name == "heatsink" else Peer(name, 32 if name == "rivaGan" else 64)
            for name in options.methods
        ]
        subjects = pictures(found, size, options.count, np.random.default_rng([options.seed, size]))
        deadline = time.monotonic() + 60 * options.minutes
        results = measure(methods, subjects, options.attacks, random, deadline, limits)
        taken = {method.name: len(results[method.name][0]) for method in methods}
        print(f"\n## {size} × {size} pixels\n")
        print("| | " + " | ".join(f"{method.name}, {method.bits} bits" for method in methods) + " |")
        print("| --- |" + " --- |" * len(methods))
        print("| pictures | " + " | ".join(str(taken[method.name]) for method in methods) + " |")
        for label, figure in (("PSNR, median", statistics.median), ("PSNR, least", min)):
            print(f"| {label} | " + " | ".join(f"{figure(results[m.name][0]):.1f} dB" for m in methods) + " |")
        for attack in options.attacks:
            rates = (f"{results[method.name][1][attack][0] / taken[method.name]:.3f}" for method in methods)
            print(f"| {attack} | " + " | ".join(rates) + " |")
        wrong = {m.name: sum(counts[1] for counts in results[m.name][1].values()) for m in methods}
        print("| wrong numbers read | " + " | ".join(str(wrong[method.name]) for method in methods) + " |")
        for method in methods:
            for what, times in method.times.items():
                if times:
                    ordered = sorted(times)
                    p95 = ordered[int(0.95 * (len(ordered) - 1))]
                    print(f"{method.name}, {what}: median {statistics.median(times):.1f} ms, p95 {p95:.1f} ms", end="; ")
        print(flush=True)
        if options.show:
            os.makedirs(options.show, exist_ok=True)
            for place, picture in enumerate(pictures(found, size, 12, np.random.default_rng([options.seed, size]))):
                Image.fromarray(picture).save(f"{options.show}/{size}-{place}-plain.png")
                Image.fromarray(methods[0].mark(picture, 1)).save(f"{options.show}/{size}-{place}-marked.png")

    if options.unmarked and "heatsink" in options.methods:
        random = np.random.default_rng([options.seed, 0])
        reader, stranger = Heatsink(options.program), Heatsink(options.program)
        plain = foreign = taken = 0
        deadline = time.monotonic() + 60 * options.minutes
        for picture in pictures(found, 256, options.unmarked, random):
            if time.monotonic() > deadline:
                break
            taken += 1
            plain += reader.read(picture) is not None
            foreign += reader.read(stranger.mark(picture, int(random.integers(1 << 63)))) is not None
        print(f"\nread in {taken} pictures without a mark: {plain}; in as many with another key's: {foreign}")


if __name__ == "__main__":
    main()
