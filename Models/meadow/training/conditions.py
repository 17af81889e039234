"""Facts as the condition that the flow sees: 51 probabilities, as the reader of prompts would give them."""

import numpy

from painter.scene import GROUPS

SIZES = [len(values) + 1 for values in GROUPS.values()]
COUNT = sum(SIZES)
STARTS = numpy.cumsum([0, *SIZES[:-1]])


def empty() -> numpy.ndarray:
    """Nothing is said."""
    result = numpy.zeros(COUNT, dtype=numpy.float32)
    result[STARTS + numpy.array(SIZES) - 1] = 1
    return result


def exact(facts: dict[str, str]) -> numpy.ndarray:
    """Everything that the facts say, for certain."""
    result = empty()
    for (name, values), start, size in zip(GROUPS.items(), STARTS, SIZES):
        if name in facts:
            result[start : start + size] = 0
            result[start + values.index(facts[name])] = 1
    return result


def as_read(facts: dict[str, str], rng: numpy.random.Generator, silent: float = 0.1) -> numpy.ndarray:
    """What a reader might make of a caption of these facts: some are not said, none is wholly certain.

    silent: how often nothing at all is said; the flow learns from these what it is guided away from.
    """
    if rng.random() < silent:
        return empty()
    result = empty()
    # Captions say nearly all or little.
    said = 0.95 if rng.random() < 0.5 else 0.25 + 0.65 * rng.random()
    for (name, values), start, size in zip(GROUPS.items(), STARTS, SIZES):
        if name not in facts or rng.random() > said:
            continue
        place = start + values.index(facts[name])
        doubt = float(rng.beta(0.35, 5.0))
        result[start : start + size] = 0
        result[place] = 1 - doubt
        # Doubt goes to "unsaid" and to one other value.
        share = rng.random()
        result[start + size - 1] += doubt * share
        result[start + int(rng.integers(size))] += doubt * (1 - share)
    return result
