"""Facts as the condition that the flow sees: 51 probabilities, as the reader of prompts would give them."""

import numpy

from painter.scene import COLOURS, GROUPS, WHERE

from .sampling import mix

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


ORDER = ["subject", "place", "season", "weather", "time", "colour", "side"]
"""In which order what was not said is chosen."""
USUAL = {"subject": "none"}
"""What is chosen wherever it fits: nobody who asks for mountains wants a windmill by chance."""


def fits() -> list[dict]:
    """What goes with what in the painter's world, as the manifest keeps it."""
    rules = [
        {"group": "subject", "value": subject, "other": "place", "values": [place for place in GROUPS["place"] if place in places]}
        for subject, places in WHERE.items() if len(places) < len(GROUPS["place"])
    ]
    rules += [{"group": "subject", "value": subject, "other": "colour", "values": colours} for subject, colours in COLOURS.items()]
    rules += [{"group": "subject", "value": subject, "other": "colour", "values": []} for subject in ("none", "tree")]
    rules.append({"group": "subject", "value": "none", "other": "side", "values": []})
    rules.append({"group": "weather", "value": "snow", "other": "season", "values": ["winter"]})
    rules.append({"group": "weather", "value": "rain", "other": "season", "values": ["spring", "summer", "autumn"]})
    return rules


def completed(condition: numpy.ndarray, seed: int) -> numpy.ndarray:
    """The condition with everything that was not said chosen by the seed, so that the picture is of one mind.

    A group is chosen for when "unsaid" has at least half of it, among the values that go with what is decided already; where none
    does, it stays unsaid.
    """
    rules, names = fits(), list(GROUPS)
    result, decided = condition.astype(numpy.float32).copy(), {}
    for name, start in zip(names, STARTS):
        values = GROUPS[name]
        best = int(result[start : start + len(values)].argmax())
        if result[start + best] >= 0.5:
            decided[name] = values[best]
    mask = (1 << 64) - 1
    with numpy.errstate(over="ignore"):
        ground = int(mix(numpy.array([(seed & mask) ^ 0x6D6561646F77], dtype=numpy.uint64))[0])
    for name in ORDER:
        start, values = int(STARTS[names.index(name)]), GROUPS[name]
        if result[start + len(values)] < 0.5:
            continue
        allowed = [
            value for value in values
            if not any(
                (rule["group"] == name and rule["value"] == value and rule["other"] in decided and decided[rule["other"]] not in rule["values"])
                or (rule["other"] == name and decided.get(rule["group"]) == rule["value"] and value not in rule["values"])
                for rule in rules
            )
        ]
        if not allowed:
            continue
        if USUAL.get(name) in allowed:
            chosen = USUAL[name]
        else:
            place = names.index(name)
            number = int(mix(numpy.array([(ground + (place + 1) * 0x9E3779B97F4A7C15) & mask], dtype=numpy.uint64))[0])
            chosen = allowed[number % len(allowed)]
        result[start : start + len(values) + 1] = 0
        result[start + values.index(chosen)] = 1
        decided[name] = chosen
    return result
