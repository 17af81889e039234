"""Skies: the wash, sun, moon and stars, clouds, and what falls from them."""

import math

import numpy
import skia

from . import brush
from .light import Light, ink, mix, scaled


def paint_sky(canvas: skia.Canvas, width: int, height: int, horizon: float, light: Light, rng: numpy.random.Generator) -> None:
    """Everything above the horizon that is not land."""
    canvas.drawRect(
        skia.Rect.MakeWH(width, height),
        brush.gradient([ink(light.sky_top), ink(light.sky_middle), ink(light.sky_low)], (0, 0), (0, horizon), [0.0, 0.62, 1.0]),
    )
    open_sky = light.weather in ("clear", "clouds")
    if light.is_night and light.weather != "rain" and light.weather != "snow":
        _stars(canvas, width, horizon, rng, 130 if open_sky else 36)
    _sun_or_moon(canvas, width, horizon, light, rng)
    if light.weather == "clouds":
        _towers(canvas, width, horizon, light, rng)
    elif light.weather == "clear":
        _wisps(canvas, width, horizon, light, rng)
    elif light.weather in ("rain", "snow"):
        _overcast(canvas, width, horizon, light, rng)


def _stars(canvas, width, horizon, rng, count) -> None:
    xs, ys = rng.random(count) * width, rng.random(count) ** 1.3 * horizon * 0.9
    for share, radius, alpha in ((0.0, 0.9, 0.75), (0.6, 1.5, 0.9), (0.88, 2.4, 1.0)):
        start, end = int(share * count), {0.0: int(0.6 * count), 0.6: int(0.88 * count)}.get(share, count)
        brush.dabs(canvas, xs[start:end], ys[start:end], radius, ink((1.0, 0.98, 0.9), alpha))


def _sun_or_moon(canvas, width, horizon, light, rng) -> None:
    x = width * (0.5 + light.sun_side * (0.18 + 0.18 * rng.random()))
    dull = light.weather in ("rain", "snow")
    if light.time == "night":
        if dull:
            return
        y, radius = horizon * (0.22 + 0.16 * rng.random()), width * 0.0 + 26 + 6 * rng.random()
        brush.glow(canvas, x, y, radius * 6, (0.70, 0.80, 1.0), 0.55 if light.weather == "mist" else 0.42)
        canvas.drawCircle(x, y, radius, brush.paint(ink(light.sun, 0.75 if light.weather == "mist" else 1.0)))
        if light.weather != "mist":
            brush.dabs(canvas, [x - radius * 0.3, x + radius * 0.32, x], [y - radius * 0.1, y + radius * 0.3, y - radius * 0.5], radius * numpy.array([0.28, 0.2, 0.16]), ink((0.86, 0.88, 0.84), 0.6))
    elif light.time == "day":
        if not dull and light.weather != "clouds":
            brush.glow(canvas, x, horizon * 0.16, 170, (1.0, 1.0, 0.92), 0.6)
    elif not dull:
        low = 0.80 if light.time == "dusk" else 0.72
        y = horizon * (low + 0.10 * rng.random())
        radius = 30 if light.time == "dusk" else 23
        brush.glow(canvas, x, y, 330, scaled(light.sun, 1.0), 0.75)
        brush.glow(canvas, x, y, 110, (1.0, 0.97, 0.85), 0.8)
        canvas.drawCircle(x, y, radius, brush.paint(ink((1.0, 0.96, 0.80) if light.time == "dawn" else (1.0, 0.90, 0.62))))


def _cumulus(canvas, x, base, width, height, light, rng) -> None:
    """One towering cloud: heaps of round lobes, lit from above and from the sun's side, its foot lost in haze."""
    count = 26
    # Across the cloud, and how high the heap stands there: a tower beside the middle with shoulders.
    across = numpy.sort(rng.random(count) * 2 - 1)
    peak = (rng.random() - 0.5) * 0.7
    profile = numpy.exp(-((across - peak) / 0.42) ** 2) * 0.80 + 0.28 * (1 - across**2)
    rise = rng.random(count) ** 0.7
    xs = x + across * width / 2
    tops = profile * height
    ys = base - tops * (0.25 + 0.70 * rise)
    radii = (0.10 + 0.07 * rng.random(count)) * width * (0.65 + 0.5 * (1 - rise)) * numpy.clip(profile + 0.25, 0.5, 1.0)
    bounds = skia.Rect.MakeLTRB(x - width * 0.8, base - height * 1.5, x + width * 0.8, base + 4)
    canvas.saveLayer(bounds, None)
    side, lift = light.sun_side, -1.0
    bright, middle, dark = light.cloud, mix(light.cloud, light.cloud_shade, 0.42), light.cloud_shade
    heap = numpy.concatenate([xs, x + (rng.random(14) - 0.5) * width * 0.8])
    heap_y = numpy.concatenate([ys, base - rng.random(14) * height * 0.22])
    heap_r = numpy.concatenate([radii, width * (0.09 + 0.06 * rng.random(14))])
    brush.dabs(canvas, heap, heap_y, heap_r, ink(mix(dark, middle, 0.35)))
    brush.dabs(canvas, heap + side * heap_r * 0.16, heap_y + lift * heap_r * 0.14, heap_r * 0.88, ink(middle))
    brush.dabs(canvas, xs + side * radii * 0.24, ys + lift * radii * 0.24, radii * 0.78, ink(mix(middle, bright, 0.6)))
    brush.dabs(canvas, xs + side * radii * 0.32, ys + lift * radii * 0.34, radii * 0.58, ink(bright))
    # Small lobes on the rim make the edge lively, shaded scallops the body.
    rim = rng.integers(0, count, 22)
    angle = rng.random(22) * math.pi
    brush.dabs(canvas, xs[rim] + numpy.cos(angle) * radii[rim] * 0.85, ys[rim] - numpy.sin(angle) * radii[rim] * 0.85, radii[rim] * 0.34, ink(bright))
    body = rng.integers(0, count, 10)
    brush.dabs(canvas, xs[body] - side * radii[body] * 0.3, ys[body] + radii[body] * (0.7 + 0.4 * rng.random(10)), radii[body] * 0.5, ink(mix(dark, middle, 0.45), 0.8), 0.7)
    fade = skia.Paint(BlendMode=skia.BlendMode.kDstIn)
    fade.setShader(skia.GradientShader.MakeLinear([skia.Point(0, base - height * 0.42), skia.Point(0, base)], [ink((1, 1, 1)), ink((1, 1, 1), 0.0)]))
    canvas.drawRect(bounds, fade)
    canvas.restore()


def _towers(canvas, width, horizon, light, rng) -> None:
    """The summer sky: far banks of cloud at the horizon, and one to three towers before them."""
    for _ in range(3):
        _cumulus(canvas, rng.random() * width, horizon + 8, width * (0.4 + 0.25 * rng.random()), horizon * (0.20 + 0.14 * rng.random()), light, rng)
    place = 0.25 + 0.5 * rng.random()
    _cumulus(canvas, width * place, horizon * 0.98, min(width, 560) * (0.62 + 0.22 * rng.random()), horizon * (0.72 + 0.16 * rng.random()), light, rng)
    if rng.random() < 0.6:
        other = place + (0.45 if place < 0.5 else -0.45)
        _cumulus(canvas, width * other, horizon * 0.98, min(width, 560) * (0.42 + 0.16 * rng.random()), horizon * (0.36 + 0.2 * rng.random()), light, rng)


def _wisps(canvas, width, horizon, light, rng) -> None:
    """A few thin clouds, high up."""
    for _ in range(int(rng.integers(2, 5))):
        x, y = rng.random() * width, horizon * (0.12 + 0.6 * rng.random())
        length, colour = width * (0.14 + 0.2 * rng.random()), mix(light.cloud, light.sky_middle, 0.25)
        for _ in range(4):
            dx, dy = (rng.random() - 0.5) * length * 0.6, (rng.random() - 0.5) * 14
            piece = length * (0.3 + 0.4 * rng.random())
            canvas.drawOval(skia.Rect.MakeLTRB(x + dx - piece / 2, y + dy - 3.5, x + dx + piece / 2, y + dy + 3.5), brush.paint(ink(colour, 0.7), blur=2.5))


def _overcast(canvas, width, horizon, light, rng) -> None:
    """A lid of heavy cloud: soft rolls, darker above, torn open a little towards the horizon."""
    for row in range(4):
        y = horizon * (-0.02 + 0.20 * row)
        share = row / 3
        count = 6
        xs = (numpy.arange(count) + 0.9 * rng.random(count)) / count * width * 1.2 - width * 0.1
        half = width * (0.17 + 0.12 * rng.random(count)) * (1.1 - 0.25 * share)
        tall = 34 * (1.15 - 0.45 * share) * (0.8 + 0.5 * rng.random(count))
        dark = mix(scaled(light.cloud_shade, 0.90), light.sky_middle, 0.15 + 0.55 * share)
        pale = mix(light.cloud, dark, 0.45 + 0.3 * share)
        for tone, lift, size, alpha in ((dark, 0.0, 1.0, 0.85), (pale, -0.45, 0.72, 0.65)):
            path = skia.Path()
            for x, h, t in zip(xs.tolist(), half.tolist(), tall.tolist()):
                path.addOval(skia.Rect.MakeLTRB(x - h * size, y + t * (lift - size), x + h * size, y + t * (lift + size)))
            canvas.drawPath(path, brush.paint(ink(tone, alpha), blur=9))


def paint_weather(canvas: skia.Canvas, width: int, height: int, light: Light, rng: numpy.random.Generator) -> None:
    """What falls, before everything else."""
    if light.weather == "rain":
        slant = 0.16 * light.sun_side
        shine = mix(light.sky_low, (1, 1, 1), 0.45)
        for count, length, stroke, alpha in ((150, 26, 1.2, 0.30), (70, 46, 1.8, 0.38)):
            count = int(count * width / 512)
            xs, ys = rng.random(count) * width, rng.random(count) * height * 1.1 - 30
            brush.strokes(canvas, xs, ys, xs - slant * length, ys + length, ink(shine, alpha), stroke)
    elif light.weather == "snow":
        white = mix((1.0, 1.0, 1.0), light.sky_low, 0.12 if not light.is_night else 0.35)
        for count, radius, alpha in ((210, 1.6, 0.75), (90, 2.8, 0.85), (26, 4.6, 0.85)):
            count = int(count * width / 512)
            brush.dabs(canvas, rng.random(count) * width, rng.random(count) * height, radius * (0.7 + 0.6 * rng.random(count)), ink(white, alpha))


def mist_band(canvas: skia.Canvas, width: int, y: float, thickness: float, light: Light, alpha: float) -> None:
    """Mist lying on the land, between one layer and the next."""
    colour = light.haze
    band = skia.Paint(AntiAlias=True)
    band.setShader(
        skia.GradientShader.MakeLinear(
            [skia.Point(0, y - thickness), skia.Point(0, y + thickness)],
            [ink(colour, 0), ink(colour, alpha), ink(colour, alpha * 0.8), ink(colour, 0)], [0.0, 0.45, 0.6, 1.0],
        )
    )
    canvas.drawRect(skia.Rect.MakeLTRB(0, y - thickness, width, y + thickness), band)
