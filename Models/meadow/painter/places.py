"""The nine places: each paints its land and says where a subject may stand in it."""

from dataclasses import dataclass

import numpy
import skia

from . import brush, ground
from .light import Light, ink, mix, scaled
from .sky import mist_band
from .subjects import house, tree


@dataclass
class Stage:
    """Where a subject stands: `y` of its feet, and how large the place makes things (1: as large as in the foreground)."""

    y: float
    scale: float
    foreground: "callable | None" = None
    """Painted after the subject: what stands before it."""


def horizon_of(place: str, height: int, rng: numpy.random.Generator) -> float:
    share = {"meadow": 0.56, "hills": 0.50, "mountains": 0.60, "sea": 0.55, "coast": 0.52, "river": 0.47, "forest": 0.58, "rice fields": 0.46, "village": 0.50}[place]
    return height * (share + 0.05 * (rng.random() - 0.5))


def _mist(canvas, width, y, light: Light, thickness: float = 46) -> None:
    if light.weather == "mist":
        mist_band(canvas, width, y, thickness, light, 0.85)


def _side_trees(canvas, width, y, light: Light, rng, avoid: float, size: float, count: int = 2, kinds=("broad",)) -> None:
    """A few trees at the picture's sides, away from the subject at `avoid`."""
    places = [place for place in (0.06, 0.20, 0.80, 0.94) if abs(place - avoid) > 0.2]
    rng.shuffle(places)
    for place in places[:count]:
        tree(canvas, width * (place + 0.05 * (rng.random() - 0.5)), y + 6 * rng.random(), size * (0.8 + 0.4 * rng.random()), light, rng, str(rng.choice(kinds)))


def _season_kinds(light: Light) -> tuple[str, ...]:
    return {"spring": ("blossom", "broad"), "summer": ("broad", "poplar"), "autumn": ("broad",), "winter": ("bare", "conifer")}[light.season]


def meadow(canvas, width, height, horizon, light, rng, avoid) -> Stage:
    ground.far_hills(canvas, width, horizon, light, rng, 2, 46)
    _mist(canvas, width, horizon, light)
    ground.tree_line(canvas, width, horizon + 3, 15, light, rng, 0.5)
    colour = ground.grass_colour(light, rng)
    ground.paint_field(canvas, width, height, horizon, light, rng, colour)
    _side_trees(canvas, width, horizon + 26, light, rng, avoid, 110, 1, _season_kinds(light))
    _mist(canvas, width, horizon + 30, light, 34)
    ground.paint_flowers(canvas, width, height, horizon + 20, light, rng, 1.5)
    return Stage(horizon + (height - horizon) * 0.42, 1.0, lambda: ground.paint_flowers(canvas, width, height, height * 0.88, light, rng, 0.9))


def hills(canvas, width, height, horizon, light, rng, avoid) -> Stage:
    ground.far_hills(canvas, width, horizon + 10, light, rng, 2, 70)
    base = ground.grass_colour(light, rng)
    layers = 4
    stage_y = height * 0.74
    for layer in range(layers):
        share = layer / (layers - 1)
        top = horizon + (height - horizon) * (0.02 + 0.62 * share**1.15)
        # Round backs that fall to alternating sides, so that every hill is seen.
        tilt = (1 if layer % 2 == 0 else -1) * (26 + 22 * share)
        xs, ys = brush.ridge(rng, width, [(width * (0.75 + 0.35 * rng.random()), 15 + 13 * share)])
        ys = ys + top + tilt * (xs / width - 0.5)
        tone = mix(base, (0.45, 0.66, 0.62) if light.season != "winter" else (0.80, 0.86, 0.96), 0.5 * (1 - share))
        canvas.drawPath(
            brush.below(xs, ys, height + 4),
            brush.gradient([light.tint(mix(tone, (1, 1, 0.8), 0.22), 0.85, 0.55 * (1 - share)), light.tint(scaled(tone, 0.86), -0.25, 0.5 * (1 - share))], (0, top - 30), (0, top + 110)),
        )
        _mist(canvas, width, top + 30, light, 36)
        if layer in (1, 2):
            count = int(rng.integers(2, 5))
            where = rng.random(count)
            where = where[abs(where - avoid) > 0.16]
            for place in where:
                y = float(numpy.interp(place * width, xs, ys))
                tree(canvas, place * width, y + 7, 30 + 40 * share, light, rng, str(rng.choice(_season_kinds(light))))
        if layer == 2:
            stage_y = float(numpy.interp(avoid * width, xs, ys)) + 14
        if layer == layers - 1:
            ground.paint_flowers(canvas, width, height, top + 40, light, rng, 0.8)
    return Stage(stage_y, 0.92)


def mountains(canvas, width, height, horizon, light, rng, avoid) -> Stage:
    away = 0.5 + (0.18 if avoid < 0.45 else -0.18 if avoid > 0.55 else float(rng.choice([-0.2, 0.2])))
    for place, tall, broad in sorted([(away - 0.42, 0.52, 0.8), (away + 0.42, 0.56, 0.8), (away, 0.84, 1.0)], key=lambda peak: peak[1]):
        ground.mountain(canvas, width * place, horizon + 8, max(width, 460) * broad * 0.86, horizon * tall * (0.92 + 0.16 * rng.random()), light, rng)
    _mist(canvas, width, horizon - 10, light, 60)
    # Dark woods at the foot.
    conifer = mix((0.14, 0.32, 0.28), (0.82, 0.88, 0.94), 0.45 if light.season == "winter" else 0.0)
    for row, depth in ((0, 0.45), (1, 0.2)):
        count = int(46 * width / 512)
        xs = (numpy.arange(count) + rng.random(count)) / count * width
        tops = (19 + 17 * rng.random(count)) * (1 + 0.25 * row)
        for tone, exposure, lean in ((conifer, -0.6, 0.0), (mix(conifer, (0.5, 0.6, 0.4), 0.3), 0.3, light.sun_side * 2.5)):
            path = skia.Path()
            for x, tall in zip(xs.tolist(), tops.tolist()):
                y = horizon + 12 + row * 9
                part = 1.0 if lean == 0 else 0.55
                path.addPoly([skia.Point(x - 7 * part + lean, y), skia.Point(x + lean * 0.4, y - tall), skia.Point(x + 7 * part + lean, y)], True)
            canvas.drawPath(path, brush.paint(light.tint(tone, exposure, depth)))
    ground.paint_field(canvas, width, height, horizon + 18, light, rng, ground.grass_colour(light, rng))
    ground.paint_flowers(canvas, width, height, horizon + 40, light, rng, 1.0)
    return Stage(horizon + (height - horizon) * 0.45, 0.85)


def _islets(canvas, width, horizon, light, rng) -> None:
    for _ in range(int(rng.integers(0, 3))):
        x, half = rng.random() * width, 26 + 50 * rng.random()
        canvas.drawPath(
            brush.smooth([(x - half, horizon + 2), (x - half * 0.5, horizon - 9), (x, horizon - 18), (x + half * 0.6, horizon - 8), (x + half, horizon + 2)]),
            brush.paint(light.tint((0.34, 0.46, 0.48), 0.0, 0.9)),
        )


def sea(canvas, width, height, horizon, light, rng, avoid) -> Stage:
    _islets(canvas, width, horizon, light, rng)
    ground.paint_water(canvas, width, horizon, height, light, rng)
    _mist(canvas, width, horizon, light, 60)
    # Crests of foam near us.
    for _ in range(9):
        y = horizon + (height - horizon) * (0.35 + 0.62 * rng.random())
        near = (y - horizon) / (height - horizon)
        x, half = rng.random() * width, 20 + 50 * near
        crest = brush.smooth([(x - half, y + 2), (x - half * 0.4, y - 5 * near), (x + half * 0.4, y - 6 * near), (x + half, y + 2), (x, y + 3)])
        canvas.drawPath(crest, brush.paint(light.tint((1, 1, 1), 0.7, 0.1, 0.75)))
    return Stage(horizon + (height - horizon) * 0.34, 1.0)


def rock(canvas, x, y, width, light: Light, rng) -> None:
    """A rock in the water, for a lighthouse to stand on; its top at `y`."""
    half = width / 2
    outline = [(x - half, y + 46), (x - half * 0.9, y + 18), (x - half * 0.55, y - 2), (x + half * 0.5, y - 4), (x + half * 0.85, y + 16), (x + half * 1.05, y + 46)]
    stone = ground.ROCK if light.season != "winter" else mix(ground.ROCK, (0.9, 0.93, 1.0), 0.35)
    canvas.drawPath(brush.polygon(outline), brush.paint(light.tint(stone, -0.45)))
    side = light.sun_side
    canvas.drawPath(brush.polygon([(x + side * half * 0.1, y + 2), (x + side * half * 0.55, y - 3), (x + side * half * 0.95, y + 20), (x + side * half * 0.9, y + 42), (x + side * half * 0.3, y + 30)]), brush.paint(light.tint(stone, 0.6)))
    canvas.drawOval(skia.Rect.MakeLTRB(x - half * 0.55, y - 8, x + half * 0.5, y + 6), brush.paint(light.tint(mix(stone, ground.GRASS[light.season], 0.6), 0.6)))
    canvas.drawOval(skia.Rect.MakeLTRB(x - half * 1.2, y + 40, x + half * 1.2, y + 52), brush.paint(light.tint((1, 1, 1), 0.6, 0.1, 0.7), blur=2))


def coast(canvas, width, height, horizon, light, rng, avoid) -> Stage:
    _islets(canvas, width, horizon, light, rng)
    ground.paint_water(canvas, width, horizon, height, light, rng)
    _mist(canvas, width, horizon, light, 50)
    # The land comes from the subject's side, so that the subject stands on it; the sea keeps the other.
    land = -1 if avoid < 0.45 else 1 if avoid > 0.55 else int(rng.choice([-1, 1]))

    def at(share: float) -> float:
        """From the land's side (0) to the sea's (1)."""
        return width * share if land < 0 else width * (1 - share)

    grass = ground.grass_colour(light, rng)
    stone = mix(ground.ROCK, (0.72, 0.66, 0.58), 0.5)
    reach = 0.62 if 0.45 <= avoid <= 0.55 else 0.50
    headland_y = horizon - height * 0.02
    # A far headland.
    canvas.drawPath(brush.smooth([(at(-0.1), horizon + 3), (at(-0.1), horizon - 40), (at(0.2), horizon - 34), (at(0.46), horizon - 17), (at(0.60), horizon + 3)]), brush.paint(light.tint(mix(grass, stone, 0.5), 0.0, 0.85)))
    edge = [(at(reach), headland_y + 34), (at(reach + 0.04), headland_y + 70), (at(reach - 0.03), headland_y + 110), (at(reach - 0.08), headland_y + 150)]
    cliff = brush.polygon([(at(-0.1), headland_y + 10), (at(reach - 0.06), headland_y + 16), *edge, (at(0.30), headland_y + 196), (at(-0.1), headland_y + 216)])
    canvas.drawPath(cliff, brush.paint(light.tint(stone, 0.35 if light.sun_side * land < 0 else -0.45)))
    canvas.save()
    canvas.clipPath(cliff, doAntiAlias=True)
    for _ in range(14):
        x = at(reach * rng.random() * 1.05)
        canvas.drawPath(brush.polygon([(x, headland_y), (x + 10 + 16 * rng.random(), headland_y), (x + 4, headland_y + 120 + 90 * rng.random())]), brush.paint(light.tint(scaled(stone, 0.78 if rng.random() < 0.6 else 1.12), -0.3 if rng.random() < 0.6 else 0.5, 0, 0.8)))
    canvas.restore()
    # Foam at the cliff's foot, and the beach before it.
    foam = brush.smooth([(at(reach + 0.07), headland_y + 140), (at(reach + 0.02), headland_y + 168), (at(0.34), headland_y + 206), (at(0.10), headland_y + 236), (at(0.30), headland_y + 222), (at(reach), headland_y + 184)])
    canvas.drawPath(foam, brush.paint(light.tint((1, 1, 1), 0.7, 0.1, 0.85), blur=2))
    sand = (0.93, 0.84, 0.66) if light.season != "winter" else (0.93, 0.94, 0.97)
    beach = brush.smooth([(at(-0.1), height * 0.90), (at(0.25), height * 0.90), (at(0.60), height * 0.94), (at(1.1), height * 0.985), (at(1.1), height * 1.05), (at(-0.1), height * 1.05)])
    canvas.drawPath(beach, brush.paint(light.tint((1, 1, 1), 0.7, 0.05, 0.85), width=10))
    canvas.drawPath(beach, brush.paint(light.tint(sand, 0.45)))
    # Grass on top of the headland.
    turf = [(at(-0.1), headland_y - 26), (at(0.14), headland_y - 22), (at(reach * 0.6), headland_y - 6), (at(reach - 0.02), headland_y + 10), (at(reach + 0.005), headland_y + 30), (at(reach - 0.10), headland_y + 46), (at(reach * 0.5), headland_y + 54), (at(-0.1), headland_y + 70)]
    canvas.drawPath(brush.smooth(turf), brush.gradient([light.tint(mix(grass, (1, 1, 0.8), 0.2), 0.85), light.tint(scaled(grass, 0.8), -0.2)], (0, headland_y - 26), (0, headland_y + 66)))
    return Stage(headland_y + 22, 0.86)


def river(canvas, width, height, horizon, light, rng, avoid) -> Stage:
    ground.far_hills(canvas, width, horizon, light, rng, 3, 62)
    _mist(canvas, width, horizon, light)
    ground.tree_line(canvas, width, horizon + 4, 18, light, rng, 0.45)
    colour = ground.grass_colour(light, rng)
    ground.paint_field(canvas, width, height, horizon, light, rng, colour)
    bend = float(rng.choice([-1, 1]))
    middle = 0.5
    shares = numpy.linspace(0, 1, 9)
    centres = width * (middle + bend * 0.20 * numpy.sin(shares * 5.2) * (1 - shares) ** 0.6 + bend * 0.05 * shares)
    ys = height * 1.04 - (height * 1.04 - horizon - 6) * shares**0.62
    widths = width * (0.62 * (1 - shares) ** 1.7 + 0.035)
    left = list(zip(centres - widths / 2, ys))
    right = list(zip(centres + widths / 2, ys))
    bed = brush.smooth([left[0], *left, *reversed(right), right[0]])
    canvas.drawPath(bed, brush.paint(light.tint(mix(ground.EARTH, colour, 0.35), -0.3), width=9))
    ground.paint_water(canvas, width, horizon, height, light, rng, bed)
    size = 74
    for place, y in ((0.08, 0.16), (0.93, 0.18), (0.20, 0.09), (0.80, 0.10)):
        if rng.random() < 0.75:
            tree(canvas, width * place, horizon + (height - horizon) * y + 8, size * (0.8 + 0.5 * rng.random()), light, rng, str(rng.choice(_season_kinds(light))))
    # Reeds and bushes on the near banks.
    for bank, points in ((-1, left), (1, right)):
        for x, y in points[1:4]:
            if light.season != "winter" and -20 < x < width + 20:
                count = 9
                xs = x + bank * (6 + 26 * rng.random(count))
                brush.strokes(canvas, xs, numpy.full(count, y + 6), xs + (rng.random(count) - 0.5) * 14, y - 12 - 22 * rng.random(count), light.tint(scaled(colour, 0.68), -0.2), 2.6)
    _mist(canvas, width, horizon + 40, light, 40)
    return Stage(horizon + (height - horizon) * 0.40, 0.9)


def forest(canvas, width, height, horizon, light, rng, avoid) -> Stage:
    colours = ground.FOLIAGE[light.season] if light.season != "spring" else [(0.58, 0.80, 0.38), (0.46, 0.70, 0.34), (0.96, 0.76, 0.82)]
    # A wall of far trees, pale in the air between the trunks.
    for depth, y, size in ((0.95, horizon - 66, 60), (0.6, horizon - 24, 52)):
        ground.tree_line(canvas, width, y, size, light, rng, depth)
        canvas.drawRect(skia.Rect.MakeLTRB(0, y, width, horizon + 40), brush.gradient([light.tint(colours[0], -0.4, depth, 0.9), light.tint(scaled(colours[0], 0.7), -0.5, depth * 0.8)], (0, y), (0, horizon + 20)))
    _mist(canvas, width, horizon, light, 80)
    floor = mix(ground.grass_colour(light, rng), (0.42, 0.36, 0.22) if light.season != "autumn" else (0.80, 0.42, 0.18), 0.35 if light.season != "winter" else 0.0)
    ground.paint_field(canvas, width, height, horizon, light, rng, floor, True, 4)
    # A clearing way of light.
    way = width * (avoid * 0.6 + 0.2)
    ground.paint_path(canvas, [(way + 20, height * 1.05), (way - 18, height * 0.86), (way + 14, height * 0.72), (way, horizon + 8)], [width * 0.36, width * 0.20, width * 0.10, width * 0.04], light, mix(ground.EARTH, (0.9, 0.8, 0.55), 0.3))
    bark = {"winter": (0.42, 0.38, 0.38)}.get(light.season, (0.40, 0.28, 0.20))
    for near in (0, 1, 2):
        places = {0: 8, 1: 6, 2: 3}[near]
        for index in range(places):
            place = (index + 0.2 + 0.6 * rng.random()) / places if near < 2 else (0.03, 0.97, 0.85 if avoid < 0.5 else 0.15)[index]
            if abs(place - avoid) < (0.10, 0.16, 0.26)[near]:
                continue
            x, foot = width * place, horizon + (10, 40, 120)[near] + 10 * rng.random()
            half = (3.5, 7, 16)[near] * (0.8 + 0.4 * rng.random())
            depth = (0.55, 0.22, 0.0)[near]
            lean = (rng.random() - 0.5) * 16
            trunk = [(x - half * 1.5, foot + half * 0.6), (x - half, foot - 60), (x - half * 0.75 + lean, -20), (x + half * 0.75 + lean, -20), (x + half, foot - 60), (x + half * 1.6, foot + half * 0.6)]
            canvas.drawPath(brush.polygon(trunk), brush.paint(light.tint(bark, -0.55, depth)))
            side = light.sun_side
            canvas.drawPath(brush.polygon([(x + side * half * 1.5, foot + half * 0.6), (x + side * half, foot - 60), (x + side * half * 0.75 + lean, -20), (x + side * half * 0.15 + lean, -20), (x + side * half * 0.3, foot)]), brush.paint(light.tint(mix(bark, (0.9, 0.75, 0.5), 0.3), 0.6, depth)))
            if light.season == "winter":
                canvas.drawOval(skia.Rect.MakeLTRB(x - half * 2.2, foot - 2, x + half * 2.2, foot + half * 0.9), brush.paint(light.tint((0.97, 0.98, 1.0), 0.4, depth)))
            else:
                count = 4
                ground.foliage_heap(canvas, x + (rng.random(count) - 0.5) * half * 6, foot - 2 + 4 * rng.random(count), half * (0.9 + 0.6 * rng.random(count)), light, rng, scaled(colours[0], 0.85), depth)
    # The roof of leaves.
    count = int(46 * width / 512)
    xs = (numpy.arange(count) * 0.618 % 1) * width * 1.1 - width * 0.05 + 14 * rng.random(count)
    edge = 0.5 + 0.5 * numpy.cos((xs / width - avoid) * 2 * numpy.pi)
    ys = rng.random(count) ** 1.2 * height * (0.25 - 0.11 * edge) - 12
    radii = 22 + 24 * rng.random(count)
    order = rng.integers(0, len(colours), count)
    for index, colour in enumerate(colours):
        mine = order == index
        ground.foliage_heap(canvas, xs[mine], ys[mine], radii[mine], light, rng, colour, 0.12)
    if light.weather in ("clear", "clouds") and light.time != "night":
        # Shafts of light between the trunks.
        canvas.saveLayer(None, skia.Paint(BlendMode=skia.BlendMode.kScreen))
        for _ in range(4):
            x = width * rng.random()
            slant = -light.sun_side * 120
            shaft = brush.polygon([(x, -10), (x + 26, -10), (x + slant + 70, height * 0.9), (x + slant - 10, height * 0.9)])
            canvas.drawPath(shaft, brush.gradient([ink(mix(light.sun, (1, 1, 1), 0.2), 0.30), ink(light.sun, 0.0)], (0, 0), (0, height * 0.85)))
        canvas.restore()
    return Stage(horizon + (height - horizon) * 0.38, 0.92)


def rice_fields(canvas, width, height, horizon, light, rng, avoid) -> Stage:
    ground.far_hills(canvas, width, horizon, light, rng, 3, 84)
    _mist(canvas, width, horizon, light, 52)
    ground.tree_line(canvas, width, horizon + 3, 15, light, rng, 0.45, None)
    bund = mix(ground.grass_colour(light, rng), (0.40, 0.46, 0.24), 0.35) if light.season != "winter" else (0.62, 0.58, 0.56)
    canvas.drawRect(skia.Rect.MakeLTRB(0, horizon, width, height), brush.paint(light.tint(bund, 0.0, 0.1)))
    # Paddies in perspective: rows that grow towards us, divided by ridges that run to one point.
    vanish = width * (0.35 + 0.3 * rng.random())
    rows = [0.0, 0.07, 0.17, 0.31, 0.50, 0.75, 1.08]
    shift = rng.random(len(rows))
    for index in range(len(rows) - 1):
        y0, y1 = horizon + 3 + (height - horizon) * rows[index], horizon + (height - horizon) * rows[index + 1]
        gap = (1.2 if light.season == "winter" else 2.0) + 5 * rows[index + 1]
        scale0, scale1 = 0.10 + rows[index], 0.10 + rows[index + 1]
        for column in range(-9, 10):
            a, b = (column + shift[index]) * 0.55 * width, (column + 1 + shift[index]) * 0.55 * width
            x00, x01, x10, x11 = vanish + a * scale0, vanish + b * scale0, vanish + a * scale1, vanish + b * scale1
            if max(x01, x11) < 0 or min(x00, x10) > width:
                continue
            cell = brush.smooth([(x00 + gap, y0 + gap * 0.5), (x00 + gap, y0 + gap * 0.5), (x01 - gap, y0 + gap * 0.5), (x01 - gap, y0 + gap * 0.5), (x11 - gap, y1 - gap), (x11 - gap, y1 - gap), (x10 + gap, y1 - gap), (x10 + gap, y1 - gap)])
            near = rows[index + 1]
            if light.season == "autumn":
                canvas.drawPath(cell, brush.gradient([light.tint((0.95, 0.80, 0.40), 0.7, 0.4), light.tint((0.86, 0.64, 0.24), 0.1)], (0, y0), (0, y1)))
            else:
                mirror = brush.gradient([ink(mix(light.sky_low, light.shade, 0.08)), ink(mix(light.sky_middle, light.shade, 0.12)), ink(mix(light.sky_top, light.shade, 0.12))], (0, horizon), (0, height), [0.0, 0.45, 1.0])
                canvas.drawPath(cell, mirror)
            if light.season == "winter":
                canvas.drawPath(cell, brush.paint(light.tint((0.96, 0.98, 1.0), 0.4, 0.0, 0.80)))
                continue
            # Rows of young rice, or stubble of ripe ears.
            plant = {"spring": (0.52, 0.80, 0.36), "summer": (0.24, 0.60, 0.24), "autumn": (0.78, 0.54, 0.18)}[light.season]
            density = {"spring": 0.5, "summer": 1.0, "autumn": 0.9}[light.season]
            canvas.save()
            canvas.clipPath(cell, doAntiAlias=True)
            lines = max(2, int((3 + 5 * near) * density))
            for line in range(lines):
                y = y0 + (y1 - y0) * (line + 0.7) / lines
                step = 3 + 11 * near
                xs = numpy.arange(max(-10.0, min(x00, x10)), min(width + 10.0, max(x01, x11)), step)
                if len(xs):
                    brush.strokes(canvas, xs, numpy.full(len(xs), y), xs + 0.2 * step, numpy.full(len(xs), y - (2 + 11 * near) * (0.7 + 0.3 * density)), light.tint(plant, 0.3, 0.35 * (1 - near)), 1.1 + 2.4 * near * density)
            canvas.restore()
    _mist(canvas, width, horizon + 30, light, 36)
    return Stage(horizon + (height - horizon) * 0.36, 0.95)


def village(canvas, width, height, horizon, light, rng, avoid) -> Stage:
    ground.far_hills(canvas, width, horizon, light, rng, 2, 76)
    _mist(canvas, width, horizon, light, 50)
    ground.tree_line(canvas, width, horizon + 2, 24, light, rng, 0.4)
    colour = ground.grass_colour(light, rng)
    ground.paint_field(canvas, width, height, horizon + 10, light, rng, colour)
    roofs = [(0.72, 0.34, 0.24), (0.46, 0.42, 0.44), (0.62, 0.40, 0.28), (0.40, 0.46, 0.56), (0.80, 0.46, 0.28)]
    street = width * (0.30 + 0.4 * avoid)
    ground.paint_path(canvas, [(street, height * 1.06), (street - 22, height * 0.88), (street + 10, height * 0.72), (width * 0.5, horizon + 22)], [width * 0.44, width * 0.27, width * 0.14, width * 0.05], light, (0.80, 0.70, 0.55))
    for row, size in ((0, 50), (1, 74), (2, 112)):
        y = horizon + (18, 44, 98)[row]
        count = {0: 7, 1: 5, 2: 2}[row]
        for index in range(count):
            place = (index + 0.5 + 0.3 * (rng.random() - 0.5)) / count if row < 2 else (0.06, 0.94)[index]
            if row and abs(place - avoid) < (0, 0.15, 0.30)[row]:
                continue
            if row == 1 and abs(place * width - street) < width * 0.08:
                continue
            house(canvas, width * place, y + 5 * rng.random(), size * (0.85 + 0.3 * rng.random()), light, rng, roofs[int(rng.integers(0, len(roofs)))], bool(rng.random() < 0.5))
            if rng.random() < 0.45:
                tree(canvas, width * (place + 0.08), y + 4, size * (0.7 + 0.4 * rng.random()), light, rng, str(rng.choice(_season_kinds(light))))
        _mist(canvas, width, y + 4, light, 24)
    ground.paint_flowers(canvas, width, height, height * 0.84, light, rng, 0.7)
    return Stage(horizon + (height - horizon) * 0.46, 0.9)


PLACES = {
    "meadow": meadow, "hills": hills, "mountains": mountains, "sea": sea, "coast": coast, "river": river, "forest": forest,
    "rice fields": rice_fields, "village": village,
}
