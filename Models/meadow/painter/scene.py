"""A whole picture: facts by chance, and their painting."""

import cv2
import numpy
import skia

from . import brush
from .light import Light, ink, make_light, mix
from .places import PLACES, horizon_of, rock
from .sky import paint_sky, paint_weather
from .subjects import ACCENTS, SUBJECTS

GROUPS: dict[str, list[str]] = {
    "time": ["dawn", "day", "dusk", "night"],
    "season": ["spring", "summer", "autumn", "winter"],
    "weather": ["clear", "clouds", "rain", "snow", "mist"],
    "place": ["meadow", "hills", "mountains", "sea", "coast", "river", "forest", "rice fields", "village"],
    "subject": ["none", "lighthouse", "windmill", "bridge", "train", "boat", "airship", "cat", "birds", "walker", "cottage", "tree"],
    "colour": ["red", "white", "blue", "yellow", "green", "black", "orange"],
    "side": ["left", "centre", "right"],
}
"""What a picture can be; the order is that of the model's condition."""

WHERE: dict[str, set[str]] = {
    "lighthouse": {"coast", "sea"},
    "windmill": {"meadow", "hills", "village", "rice fields", "coast"},
    "bridge": {"river", "forest", "village", "hills"},
    "train": {"meadow", "hills", "mountains", "rice fields"},
    "boat": {"sea", "coast", "river"},
    "cat": {"meadow", "hills", "village", "coast", "forest", "river"},
    "cottage": {"meadow", "hills", "mountains", "coast", "forest", "rice fields"},
    "tree": {"meadow", "hills", "rice fields", "coast"},
    "walker": set(GROUPS["place"]) - {"sea"},
    "airship": set(GROUPS["place"]),
    "birds": set(GROUPS["place"]),
    "none": set(GROUPS["place"]),
}
_TALL = {"lighthouse": 225, "windmill": 205, "bridge": 96, "train": 78, "boat": 160, "airship": 96, "cat": 112, "birds": 120, "walker": 158, "cottage": 140, "tree": 235}
COLOURS = {"cat": ["black", "white", "orange"], "birds": ["white", "black", "blue", "red", "yellow"]}
"""The colours of subjects that do not come in all of them."""


def choose_facts(rng: numpy.random.Generator) -> dict[str, str]:
    """Facts of one picture: every place and subject about as often, seasons and weather that go together."""
    season = str(rng.choice(GROUPS["season"]))
    time = str(rng.choice(GROUPS["time"], p=[0.22, 0.34, 0.22, 0.22]))
    if season == "winter":
        weather = str(rng.choice(["clear", "clouds", "snow", "mist"], p=[0.26, 0.16, 0.42, 0.16]))
    else:
        weather = str(rng.choice(["clear", "clouds", "rain", "mist"], p=[0.27, 0.33, 0.22, 0.18]))
    subject = str(rng.choice(GROUPS["subject"]))
    place = str(rng.choice(sorted(WHERE[subject])))
    facts = {"time": time, "season": season, "weather": weather, "place": place, "subject": subject}
    if subject not in ("none", "tree"):
        facts["colour"] = str(rng.choice(COLOURS.get(subject, GROUPS["colour"])))
    if subject != "none":
        facts["side"] = str(rng.choice(GROUPS["side"]))
    return facts


def paint(facts: dict[str, str], seed: int, width: int = 512, height: int = 512) -> numpy.ndarray:
    """A picture of these facts: height x width x 3 bytes, sRGB. The same seed gives the same picture."""
    rng = numpy.random.default_rng(seed)
    surface = skia.Surface(width, height)
    canvas = surface.getCanvas()
    light = make_light(facts, rng)
    horizon = horizon_of(facts["place"], height, rng)
    paint_sky(canvas, width, height, horizon, light, rng)
    subject = facts["subject"]
    share = {"left": 0.27, "centre": 0.5, "right": 0.73}.get(facts.get("side", ""), 0.5) + 0.05 * (rng.random() - 0.5)
    clear_of = share
    if facts["place"] == "coast" and subject in ("boat", "airship", "birds"):
        # What floats or flies has the sea's side to itself, the land takes the other.
        if subject == "boat":
            share += 0.06 if share > 0.55 else -0.06 if share < 0.45 else 0.0
        clear_of = 0.9 - 0.8 * share if abs(share - 0.5) > 0.05 else float(rng.choice([0.2, 0.8]))
        share += (0.07 if clear_of < 0.5 else -0.07) if abs(share - 0.5) <= 0.05 else 0.0
    stage = PLACES[facts["place"]](canvas, width, height, horizon, light, rng, clear_of)
    _paint_subject(canvas, facts, width, height, horizon, stage, share, light, rng)
    if stage.foreground:
        stage.foreground()
    paint_weather(canvas, width, height, light, rng)
    _finish(canvas, width, height, light)
    pixels = surface.makeImageSnapshot().toarray(colorType=skia.kRGBA_8888_ColorType)
    return _by_hand(numpy.ascontiguousarray(pixels[:, :, :3]), rng)


def _by_hand(pixels: numpy.ndarray, rng: numpy.random.Generator) -> numpy.ndarray:
    """Lets every edge tremble a little, as a hand does, and lays the grain of brush strokes over all."""
    height, width = pixels.shape[:2]

    def field(across: int, down: int) -> numpy.ndarray:
        return cv2.resize(rng.standard_normal((down, across)).astype(numpy.float32), (width, height), interpolation=cv2.INTER_CUBIC)

    xs, ys = numpy.meshgrid(numpy.arange(width, dtype=numpy.float32), numpy.arange(height, dtype=numpy.float32))
    fine_x, fine_y = field(width // 14, height // 14), field(width // 14, height // 14)
    result = cv2.remap(pixels, xs + 0.9 * fine_x, ys + 0.9 * fine_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    grain = field(width // 24, height // 4) * 1.7
    return numpy.clip(result.astype(numpy.float32) + grain[:, :, None], 0, 255).astype(numpy.uint8)


def _paint_subject(canvas, facts, width, height, horizon, stage, share, light: Light, rng) -> None:
    subject, place = facts["subject"], facts["place"]
    if subject == "none":
        return
    x, y = width * share, stage.y
    tall = _TALL[subject] * (0.92 + 0.16 * rng.random()) * stage.scale
    facing = 1 if rng.random() < 0.5 else -1
    accent = ACCENTS[facts.get("colour", "white")]
    if subject in ("cat", "walker"):
        # The living stand near us.
        y = stage.y + (height - stage.y) * (0.55 if place != "coast" else 0.10)
        tall = _TALL[subject] * (1.1 if place != "coast" else 0.82)
        if place == "coast":
            y = stage.y + 22
        if place == "river":
            # On the bank, not in the water.
            x = width * (0.13 if share < 0.45 else 0.87 if share > 0.55 else 0.5)
            y = height * 0.80 if share < 0.45 or share > 0.55 else height * 0.60
    elif subject in ("airship", "birds"):
        y, tall = horizon * (0.42 if place != "forest" else 0.50) + 20 * rng.random(), _TALL[subject] * 1.12
    elif subject == "boat":
        y = {"sea": horizon + (height - horizon) * 0.36, "coast": horizon + (height - horizon) * 0.52, "river": horizon + (height - horizon) * 0.74}[place]
        if place == "river":
            # The river is wide in front, and not everywhere.
            x = width * (0.5 + 0.5 * (share - 0.5))
            tall *= 0.9
        if place == "coast":
            tall *= 1.05
    elif subject == "lighthouse" and place == "sea":
        rock(canvas, x, y - 6, 190, light, rng)
        y -= 4
    elif subject == "bridge":
        y = {"river": horizon + (height - horizon) * 0.36}.get(place, stage.y + 18)
        tall = _TALL[subject] * 1.15
        if place != "river":
            _stream(canvas, x, y, width, height, light, rng)
    if subject == "boat" and place == "coast":
        y = horizon + (height - horizon) * 0.74
    SUBJECTS[subject](canvas, x, y, tall, accent, light, rng, facing)


def _stream(canvas, x, y, width, height, light: Light, rng) -> None:
    """A stream for a bridge to cross."""
    from .ground import paint_water

    bed = brush.smooth([(x - 20, y - 18), (x - 60, y + 20), (x - 130, height * 1.05), (x + 90, height * 1.05), (x + 62, y + 20), (x + 22, y - 18)])
    canvas.drawPath(bed, brush.paint(light.tint((0.52, 0.46, 0.36), -0.2), width=8))
    paint_water(canvas, width, y - 20, height, light, rng, bed)


def _finish(canvas, width, height, light: Light) -> None:
    """What binds a picture together: a breath of the sky's colour over all, and darker corners."""
    canvas.drawRect(skia.Rect.MakeWH(width, height), brush.gradient([ink(light.sky_low, 0.07), ink(light.shade, 0.06)], (0, 0), (0, height)))
    corner = skia.Paint(AntiAlias=True, Dither=True)
    reach = (width**2 + height**2) ** 0.5 / 2
    corner.setShader(
        skia.GradientShader.MakeRadial(skia.Point(width / 2, height * 0.48), reach, [ink((0, 0, 0), 0), ink((0, 0, 0), 0), ink(mix(light.shade, (0, 0, 0), 0.6), 0.20)], [0.0, 0.62, 1.0])
    )
    canvas.drawRect(skia.Rect.MakeWH(width, height), corner)
