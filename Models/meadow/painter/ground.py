"""The land: colours of the seasons, grass, flowers, hills, mountains, water, trees in groups."""

import math

import numpy
import skia

from . import brush
from .light import Colour, Light, ink, mix, scaled

GRASS: dict[str, Colour] = {
    "spring": (0.56, 0.78, 0.34), "summer": (0.33, 0.64, 0.25), "autumn": (0.80, 0.64, 0.28), "winter": (0.94, 0.96, 1.0),
}
FOLIAGE: dict[str, list[Colour]] = {
    "spring": [(0.97, 0.72, 0.80), (0.98, 0.80, 0.86), (0.62, 0.82, 0.40)],
    "summer": [(0.20, 0.48, 0.20), (0.28, 0.56, 0.22), (0.16, 0.42, 0.22)],
    "autumn": [(0.86, 0.38, 0.14), (0.92, 0.58, 0.16), (0.72, 0.24, 0.14)],
    "winter": [(0.34, 0.44, 0.42), (0.80, 0.86, 0.92), (0.42, 0.48, 0.50)],
}
FLOWERS: dict[str, list[Colour]] = {
    "spring": [(1.0, 0.62, 0.76), (1.0, 0.95, 0.55), (1.0, 1.0, 1.0)],
    "summer": [(0.98, 0.32, 0.24), (1.0, 0.86, 0.30), (0.58, 0.50, 0.92)],
    "autumn": [(0.82, 0.34, 0.16), (0.95, 0.72, 0.30), (0.70, 0.50, 0.24)],
    "winter": [],
}
EARTH: Colour = (0.66, 0.52, 0.36)
ROCK: Colour = (0.56, 0.52, 0.50)


def grass_colour(light: Light, rng: numpy.random.Generator) -> Colour:
    base = GRASS[light.season]
    return mix(base, (0.42, 0.62, 0.42), 0.15 * rng.random()) if light.season != "winter" else base


def paint_field(canvas, width, height, top, light: Light, rng, colour: Colour, tufts: bool = True, ridge_heights: float = 5) -> None:
    """A field from `top` to the picture's foot: lighter far away, with strokes of grass that grow towards us."""
    xs, ys = brush.ridge(rng, width, [(width * 0.9, ridge_heights), (width * 0.37, ridge_heights * 0.45)])
    wash = brush.gradient(
        [light.tint(mix(colour, (1, 1, 0.85), 0.16), 0.75, 0.55), light.tint(colour, 0.35, 0.12), light.tint(scaled(colour, 0.80), -0.1)],
        (0, top), (0, height), [0.0, 0.4, 1.0],
    )
    canvas.drawPath(brush.below(xs, ys + top, height + 4), wash)
    # Broad soft bands of light and shade across the field.
    for _ in range(5):
        y = top + (height - top) * (0.08 + 0.8 * rng.random())
        reach = width * (0.25 + 0.35 * rng.random())
        thick = 4 + (y - top) * 0.09
        x = rng.random() * width
        shade = light.tint(scaled(colour, 0.80), -0.4, 0.1, 0.42) if rng.random() < 0.5 else light.tint(mix(colour, (1, 1, 0.8), 0.25), 0.9, 0.1, 0.45)
        canvas.drawOval(skia.Rect.MakeLTRB(x - reach, y - thick, x + reach, y + thick), brush.paint(shade, blur=5))
    if not tufts:
        return
    if light.season == "winter":
        count = int(26 * width / 512)
        ys = top + (height - top) * (0.1 + 0.88 * rng.random(count) ** 0.8)
        xs = rng.random(count) * width
        reach = 6 + (ys - top) / (height - top) * 26
        brush.strokes(canvas, xs - reach, ys, xs + reach, ys + 1, light.tint((0.78, 0.84, 0.95), -0.2, 0.0, 0.75), 2.4)
        return
    for share, tone, exposure in ((0.5, 0.72, -0.3), (0.5, 1.12, 0.7)):
        count = int(150 * share * 2 * width / 512)
        depth = rng.random(count) ** 0.7
        y0 = top + (height - top) * (0.12 + 0.9 * depth)
        x0 = rng.random(count) * width
        length = 2 + 17 * depth**1.6
        lean = (rng.random(count) - 0.5) * 0.9 * length
        for low, high, stroke in ((0.0, 0.5, 1.3), (0.5, 0.8, 2.1), (0.8, 1.1, 3.0)):
            mine = (depth >= low) & (depth < high)
            brush.strokes(canvas, x0[mine], y0[mine], x0[mine] + lean[mine], y0[mine] - length[mine], light.tint(scaled(colour, tone), exposure), stroke)


def paint_flowers(canvas, width, height, top, light: Light, rng, amount: float = 1.0) -> None:
    """Drifts of flowers, small far away and large in front."""
    for colour in FLOWERS[light.season]:
        drifts = int(rng.integers(2, 5))
        for _ in range(drifts):
            depth = 0.15 + 0.85 * rng.random()
            y, x = top + (height - top) * depth, rng.random() * width
            count = int(24 * amount)
            xs = x + rng.normal(size=count) * width * 0.12
            ys = y + rng.normal(size=count) * 5 * (0.4 + depth)
            radius = (0.9 + 3.4 * depth**1.5) * (0.75 + 0.5 * rng.random(count))
            brush.dabs(canvas, xs, ys, radius, light.tint(colour, 0.5), 0.8)
            brush.dabs(canvas, xs - 0.3 * radius, ys - 0.4 * radius, radius * 0.45, light.tint(mix(colour, (1, 1, 1), 0.5), 0.9), 0.8)


def far_hills(canvas, width, horizon, light: Light, rng, layers: int = 2, height: float = 44) -> None:
    """Blue hills far away, each layer nearer, lower and deeper in colour."""
    for layer in range(layers):
        share = (layer + 1) / (layers + 1)
        tall = height * (1.15 - 0.5 * share)
        xs, ys = brush.ridge(rng, width, [(width * (0.9 - 0.3 * share), tall * 0.45), (width * 0.31, tall * 0.2), (width * 0.12, tall * 0.06)])
        base = mix((0.38, 0.52, 0.62), FOLIAGE[light.season][0] if light.season != "spring" else GRASS["spring"], 0.25 + 0.4 * share)
        if light.season == "winter":
            base = mix((0.72, 0.78, 0.88), (0.88, 0.91, 0.97), share)
        top = horizon - tall * 0.55 + share * 8
        canvas.drawPath(
            brush.below(xs, ys + top, horizon + 30),
            brush.gradient([light.tint(base, 0.1, 1.25 - 0.75 * share), light.tint(mix(base, (1, 1, 1), 0.1), 0.2, 1.55 - 0.7 * share)], (0, top - tall * 0.5), (0, horizon + 10)),
        )


def mountain(canvas, x, base, width, height, light: Light, rng) -> None:
    """A peak with a lit flank, a shaded flank and snow."""
    peak_x, peak_y = x + (rng.random() - 0.5) * width * 0.16, base - height
    steps = 7
    left, right = [], []
    for step in range(1, steps):
        share = step / steps
        wobble = 0.055
        left.append((peak_x + (x - width / 2 - peak_x) * share + (rng.random() - 0.5) * width * wobble, peak_y + height * share**1.12 + (rng.random() - 0.5) * height * 0.05))
        right.append((peak_x + (x + width / 2 - peak_x) * share + (rng.random() - 0.5) * width * wobble, peak_y + height * share**1.12 + (rng.random() - 0.5) * height * 0.05))
    spine = [(peak_x + (rng.random() - 0.5 - 0.12 * light.sun_side) * width * 0.13 * step, peak_y + height * step / 5) for step in range(1, 6)]
    outline = [(peak_x, peak_y), *right, (x + width / 2, base), (x - width / 2, base), *reversed(left)]
    rock = mix(ROCK, (0.42, 0.46, 0.60), 0.5)
    if light.season == "winter":
        rock = mix(rock, (0.85, 0.88, 0.95), 0.35)
    depth = 0.55
    lit, dark = light.tint(rock, 0.7, depth), light.tint(rock, -0.55, depth)
    canvas.drawPath(brush.polygon(outline), brush.paint(lit))
    flank = [(peak_x, peak_y), *spine, (x - light.sun_side * width / 2, base), *reversed(left if light.sun_side > 0 else right)]
    canvas.drawPath(brush.polygon(flank), brush.paint(dark))
    # Snow: a cap with a ragged edge, deeper in winter and spring.
    reach = {"winter": 0.78, "spring": 0.48, "autumn": 0.40, "summer": 0.30}[light.season]
    snow = skia.Path()
    edge = []
    count = 13
    for index in range(count + 1):
        share = index / count
        depth_here = reach * (0.72 + 0.5 * (index % 2)) * (0.8 + 0.3 * rng.random())
        edge.append((x - width / 2 + width * share, peak_y + height * depth_here))
    snow.addPoly([skia.Point(x - width, peak_y - 20), skia.Point(x + width, peak_y - 20), *(skia.Point(*point) for point in reversed(edge))], True)
    canvas.save()
    canvas.clipPath(snow, doAntiAlias=True)
    canvas.drawPath(brush.polygon(outline), brush.paint(light.tint((1.0, 1.0, 1.0), 0.9, depth * 0.6)))
    canvas.drawPath(brush.polygon(flank), brush.paint(light.tint((0.80, 0.87, 1.0), -0.25, depth * 0.6)))
    canvas.restore()


def foliage_heap(canvas, xs, ys, radii, light: Light, rng, colour: Colour, depth: float = 0.0) -> None:
    """Bushes or tree tops as heaps of leaves in three tones: shade, body, light."""
    xs, ys, radii = (numpy.asarray(value, dtype=float) for value in (xs, ys, radii))
    side = light.sun_side
    snowy = light.season == "winter"
    # Clumps of leaves around every rim, so that a heap has no outline of circles.
    ragged = numpy.repeat(numpy.arange(len(xs)), 9)
    turn = rng.random(len(ragged)) * 2 * math.pi
    rim_x = xs[ragged] + numpy.cos(turn) * radii[ragged] * 0.92
    rim_y = ys[ragged] + numpy.sin(turn) * radii[ragged] * 0.92
    rim_r = radii[ragged] * (0.16 + 0.16 * rng.random(len(ragged)))
    brush.dabs(canvas, numpy.concatenate([xs, rim_x]), numpy.concatenate([ys, rim_y]), numpy.concatenate([radii, rim_r]), light.tint(scaled(colour, 0.72), -0.75, depth))
    towards = (numpy.cos(turn) * side * 0.6 - numpy.sin(turn)) > 0.1
    brush.dabs(
        canvas, numpy.concatenate([xs + side * radii * 0.14, rim_x[towards] - 0.08 * radii[ragged][towards] * numpy.cos(turn[towards])]),
        numpy.concatenate([ys - radii * 0.16, rim_y[towards] + 0.1 * radii[ragged][towards]]),
        numpy.concatenate([radii * 0.80, rim_r[towards] * 0.95]), light.tint(colour, -0.05, depth),
    )
    count = 8
    many = numpy.repeat(numpy.arange(len(xs)), count)
    angle = rng.random(len(many)) * 2 * math.pi
    reach = numpy.sqrt(rng.random(len(many))) * 0.56
    spots_x = xs[many] + side * radii[many] * 0.24 + numpy.cos(angle) * radii[many] * reach
    spots_y = ys[many] - radii[many] * 0.32 + numpy.sin(angle) * radii[many] * reach
    top = (0.97, 0.98, 1.0) if snowy else mix(colour, (1.0, 1.0, 0.72), 0.20)
    brush.dabs(canvas, spots_x, spots_y, radii[many] * (0.12 + 0.12 * rng.random(len(many))), light.tint(top, 0.75, depth))


def tree_line(canvas, width, y, size, light: Light, rng, depth: float, gap: tuple[float, float] | None = None) -> None:
    """A row of far trees along a height `y`; `gap` leaves a stretch open."""
    count = int(width / size * 1.5)
    xs = (numpy.arange(count) + rng.random(count) * 0.8) / count * width
    if gap:
        xs = xs[(xs < gap[0]) | (xs > gap[1])]
    colours = FOLIAGE[light.season]
    order = rng.integers(0, len(colours), len(xs))
    for index, colour in enumerate(colours):
        mine = xs[order == index]
        if len(mine):
            foliage_heap(canvas, mine, y - size * (0.1 + 0.3 * rng.random(len(mine))), size * (0.45 + 0.3 * rng.random(len(mine))), light, rng, colour, depth)


def paint_water(canvas, width, top, bottom, light: Light, rng, path: skia.Path | None = None, calm: float = 0.5) -> None:
    """Water that mirrors the sky, from the far `top` to the near `bottom`; `path` is its shore."""
    canvas.save()
    if path is not None:
        canvas.clipPath(path, doAntiAlias=True)
    sea = {"day": (0.16, 0.50, 0.68), "dawn": (0.36, 0.50, 0.66), "dusk": (0.30, 0.26, 0.46), "night": (0.06, 0.12, 0.28)}[light.time]
    if light.weather in ("rain", "snow", "mist"):
        sea = mix(sea, light.sky_middle, 0.55)
    canvas.drawRect(
        skia.Rect.MakeLTRB(0, top, width, bottom),
        brush.gradient([ink(mix(light.sky_low, sea, 0.25)), ink(mix(light.sky_middle, sea, 0.62)), ink(mix(light.sky_top, sea, 0.85))], (0, top), (0, bottom), [0.0, 0.25, 1.0]),
    )
    reach = bottom - top
    # Waves: level strokes, fine at the horizon and broad near us; light ones under the sun.
    for bright in (False, True):
        count = int(70 * width / 512)
        depth = rng.random(count) ** 1.4
        ys = top + reach * depth
        xs = rng.random(count) * width
        length = 5 + 46 * depth
        colour = mix(light.sky_low, (1, 1, 1), 0.35) if bright else scaled(sea, 0.78)
        for low, high, stroke in ((0.0, 0.15, 0.9), (0.15, 0.45, 1.8), (0.45, 1.1, 3.2)):
            mine = (depth >= low) & (depth < high)
            brush.strokes(canvas, xs[mine] - length[mine] / 2, ys[mine], xs[mine] + length[mine] / 2, ys[mine], ink(colour, 0.55 if bright else 0.35), stroke)
    if light.weather in ("clear", "clouds") and light.time != "day":
        x = width * (0.5 + light.sun_side * 0.27)
        count = 46
        depth = (numpy.arange(count) + 0.5) / count
        ys = top + reach * depth**1.2
        half = (5 + 38 * depth) * (0.4 + 0.8 * rng.random(count))
        xs = x + (rng.random(count) - 0.5) * 30 * depth
        brush.strokes(canvas, xs - half, ys, xs + half, ys, ink(mix(light.sun, (1, 1, 1), 0.2), 0.65), 2.0)
    canvas.restore()


def paint_path(canvas, points, widths, light: Light, colour: Colour = EARTH) -> None:
    """A way that winds off: `points` from near to far, and its width at each."""
    if light.season == "winter":
        colour = mix(colour, (0.90, 0.90, 0.95), 0.6)
    left = [(x - w / 2, y) for (x, y), w in zip(points, widths)]
    right = [(x + w / 2, y) for (x, y), w in zip(points, widths)]
    outline = brush.smooth([left[0], *left, *reversed(right), right[0]])
    (x0, y0), (x1, y1) = points[0], points[-1]
    canvas.drawPath(outline, brush.gradient([light.tint(colour, 0.2), light.tint(mix(colour, (1, 1, 0.9), 0.3), 0.6, 0.5)], (x0, y0), (x1, y1)))
