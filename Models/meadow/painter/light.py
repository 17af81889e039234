"""Light: how the time of day, the season and the weather colour everything that is painted.

Colours are tuples of red, green and blue from 0 to 1 in sRGB, as a painter mixes them; the mixing is artistic, not physical.
"""

from dataclasses import dataclass

import numpy
import skia

Colour = tuple[float, float, float]


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """`a` with `share` (0 to 1) of `b` in it."""
    keep = 1 - share
    return (a[0] * keep + b[0] * share, a[1] * keep + b[1] * share, a[2] * keep + b[2] * share)


def times(a: Colour, b: Colour) -> Colour:
    return (a[0] * b[0], a[1] * b[1], a[2] * b[2])


def scaled(a: Colour, factor: float) -> Colour:
    return (a[0] * factor, a[1] * factor, a[2] * factor)


def grey(a: Colour, share: float) -> Colour:
    """`a` with `share` of its colour taken away."""
    level = 0.3 * a[0] + 0.59 * a[1] + 0.11 * a[2]
    return mix(a, (level, level, level), share)


def ink(colour: Colour, alpha: float = 1.0) -> int:
    """A colour as Skia takes it."""
    r, g, b = (min(255, max(0, int(value * 255 + 0.5))) for value in colour)
    return skia.Color(r, g, b, min(255, max(0, int(alpha * 255 + 0.5))))


# For each time of day: the sky from the zenith to the horizon, the colour of what is lit and of what lies in shade.
_TIMES = {
    "dawn": dict(
        sky=[((0.42, 0.58, 0.82), (0.86, 0.74, 0.80), (1.00, 0.88, 0.72)), ((0.50, 0.62, 0.84), (0.95, 0.76, 0.76), (1.00, 0.92, 0.78))],
        key=(1.05, 0.93, 0.84), shade=(0.70, 0.66, 0.80), cloud=(1.0, 0.90, 0.86), cloud_shade=(0.76, 0.68, 0.80), sun=(1.0, 0.95, 0.80),
    ),
    "day": dict(
        sky=[((0.16, 0.45, 0.82), (0.42, 0.70, 0.93), (0.80, 0.92, 0.97)), ((0.10, 0.50, 0.80), (0.38, 0.76, 0.92), (0.84, 0.95, 0.95))],
        key=(1.04, 1.02, 0.96), shade=(0.62, 0.68, 0.80), cloud=(1.0, 1.0, 0.99), cloud_shade=(0.66, 0.76, 0.90), sun=(1.0, 1.0, 0.92),
    ),
    "dusk": dict(
        sky=[((0.24, 0.20, 0.46), (0.80, 0.38, 0.46), (1.00, 0.66, 0.30)), ((0.30, 0.18, 0.42), (0.90, 0.42, 0.36), (1.00, 0.74, 0.36))],
        key=(1.02, 0.70, 0.50), shade=(0.44, 0.36, 0.56), cloud=(1.0, 0.68, 0.50), cloud_shade=(0.52, 0.34, 0.52), sun=(1.0, 0.86, 0.50),
    ),
    "night": dict(
        sky=[((0.03, 0.06, 0.19), (0.07, 0.15, 0.35), (0.18, 0.30, 0.50)), ((0.04, 0.04, 0.17), (0.10, 0.13, 0.36), (0.24, 0.28, 0.50))],
        key=(0.54, 0.62, 0.84), shade=(0.26, 0.31, 0.50), cloud=(0.42, 0.50, 0.68), cloud_shade=(0.14, 0.20, 0.36), sun=(0.98, 0.97, 0.86),
    ),
}


@dataclass
class Light:
    """The light of one picture."""

    time: str
    season: str
    weather: str
    sky_top: Colour
    sky_middle: Colour
    sky_low: Colour
    key: Colour
    shade: Colour
    cloud: Colour
    cloud_shade: Colour
    sun: Colour
    haze: Colour
    haze_strength: float
    sun_side: float
    """-1: the light comes from the left, 1: from the right."""

    @property
    def is_night(self) -> bool:
        return self.time == "night"

    @property
    def is_dim(self) -> bool:
        """Whether windows and lamps are lit."""
        return self.time in ("dusk", "night")

    @property
    def window(self) -> Colour:
        """A lit window or lamp, to be painted as it is."""
        return (1.0, 0.82, 0.42)

    def local(self, colour: Colour, exposure: float = 0.0, depth: float = 0.0) -> Colour:
        """How a thing of `colour` looks here.

        exposure: -1 in full shade to 1 in full light. depth: 0 at the viewer's feet to 1 at the horizon, where the haze
        swallows it.
        """
        share = min(1.0, max(0.0, (exposure + 1) / 2))
        lit = times(colour, mix(self.shade, self.key, share))
        return mix(lit, self.haze, min(0.92, depth * self.haze_strength))

    def tint(self, colour: Colour, exposure: float = 0.0, depth: float = 0.0, alpha: float = 1.0) -> int:
        """``local``, as Skia takes it."""
        return ink(self.local(colour, exposure, depth), alpha)


def make_light(facts: dict, rng: numpy.random.Generator) -> Light:
    """The light of a picture with these facts."""
    base = _TIMES[facts["time"]]
    a, b = base["sky"]
    share = float(rng.random())
    top, middle, low = (mix(a[index], b[index], share) for index in range(3))
    key, shade, cloud, cloud_shade = base["key"], base["shade"], base["cloud"], base["cloud_shade"]
    weather = facts["weather"]
    haze_strength = 0.55
    if facts["season"] == "autumn":
        key = times(key, (1.03, 0.98, 0.92))
    elif facts["season"] == "winter":
        top, middle, low = (mix(colour, grey(colour, 1), 0.25) for colour in (top, middle, low))
        key = times(key, (0.96, 0.99, 1.04))
    elif facts["season"] == "spring":
        low = mix(low, (1.0, 0.90, 0.90), 0.15)
    if weather in ("rain", "snow"):
        dull = {"day": (0.62, 0.68, 0.74), "dawn": (0.70, 0.66, 0.68), "dusk": (0.48, 0.36, 0.42), "night": (0.16, 0.20, 0.31)}[facts["time"]]
        if weather == "snow" and facts["time"] == "day":
            dull = (0.76, 0.80, 0.86)
        share = 0.72
        top, middle, low = mix(top, scaled(dull, 0.80), share), mix(middle, dull, share), mix(low, scaled(dull, 1.12), share * 0.85)
        key, shade = mix(grey(key, 0.5), shade, 0.45 if facts["time"] != "night" else 0.15), grey(shade, 0.3)
        cloud, cloud_shade = mix(scaled(dull, 1.15), cloud, 0.2), mix(scaled(dull, 0.72), cloud_shade, 0.2)
        haze_strength = 0.75
    elif weather == "mist":
        pale = mix(low, {"night": (0.30, 0.36, 0.48)}.get(facts["time"], (0.93, 0.92, 0.91)), 0.6)
        top, middle, low = mix(top, pale, 0.50), mix(middle, pale, 0.72), pale
        key, shade = mix(key, shade, 0.3), mix(shade, pale, 0.22)
        haze_strength = 1.25
    elif weather == "clear":
        haze_strength = 0.42
    haze = mix(low, middle, 0.35)
    return Light(
        facts["time"], facts["season"], weather, top, middle, low, key, shade, cloud, cloud_shade, base["sun"], haze,
        haze_strength, -1.0 if rng.random() < 0.5 else 1.0,
    )
