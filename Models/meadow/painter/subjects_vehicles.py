"""What moves people: train, boat, airship."""

import math

import numpy
import skia

from .brush import smooth
from .light import Colour, Light, mix, scaled
from .subjects_kit import CREAM, IRON, SLATE, SNOW, STONE, TIMBER, WHITE, WOOD, Easel, box, curve, is_dark, is_pale, oval, puffs, shape


def _steam(easel: Easel) -> tuple[Colour, Colour]:
    """Steam in the light and in the shade."""
    light = easel.light
    return light.cloud, mix(light.cloud_shade, light.cloud, 0.35)


def train(canvas: skia.Canvas, x: float, y: float, height: float, colour: Colour, light: Light, rng: numpy.random.Generator, facing: int) -> None:
    """A little steam engine with two carriages on a track that crosses the picture."""
    with Easel(canvas, x, y, height, light, rng, facing, 0.04) as easel:
        _track(easel)
    with Easel(canvas, x, y, height, light, rng, facing, 0.04, (-248, -225, 252, 14)) as easel:
        count = 26
        share = numpy.linspace(0, 1, count)
        lift = easel.between(22, 36)
        steam_lit, steam_shade = _steam(easel)
        spread = 3 + 20 * share
        xs = 198 - 330 * share ** 1.2 + rng.uniform(-1, 1, count) * spread
        ys = -106 - lift * numpy.sqrt(share) - 24 * share + rng.uniform(-1, 1, count) * spread * 0.8
        puffs(easel, xs, ys, (8 + 24 * share ** 0.6) * rng.uniform(0.7, 1.15, count) * (1 - 0.45 * share ** 4), steam_lit, steam_shade, 0.90)
        easel.ground_shadow(-232, 232, 10, 0.5)
        _carriage(easel, -232, -82, colour)
        _carriage(easel, -74, 76, colour)
        _engine(easel, colour)


def _track(easel: Easel) -> None:
    """Ballast, sleepers and rails all the way across."""
    seen = easel.canvas.getLocalClipBounds()
    near, far = seen.left() - 4, seen.right() + 4
    easel.fill(shape([(near, -2), (far, -2), (far, 12), (near, 12)]), easel.tone(STONE if not easel.snowy else mix(STONE, SNOW, 0.7), 0.0))
    rng = easel.rng
    spots = rng.uniform(near, far, 90)
    easel.lines([(u, v, u + 5, v) for u, v in zip(spots, rng.uniform(3, 11, 90))], easel.tone(scaled(STONE, 0.7), -0.6), 2.2, 0.6)
    easel.lines([(u, 1.5, u + 9, 1.5) for u in numpy.arange(near, far, 22)], easel.tone(TIMBER, -0.3), 3.0)
    easel.lines([(near, -1.5, far, -1.5)], easel.tone((0.46, 0.44, 0.46), 0.2), 2.6)
    easel.lines([(near, -2.6, far, -2.6)], easel.tone((0.80, 0.80, 0.82), 0.9), 0.8)


def _wheels(easel: Easel, spots, radius: float, rim: Colour) -> None:
    for wx in spots:
        easel.fill(oval(wx, -radius - 2, radius, radius), easel.tone(IRON, -0.6))
        easel.canvas.drawPath(oval(wx, -radius - 2, radius * 0.74, radius * 0.74), easel.brush(rim, 1.0, radius * 0.16))
        easel.lines([(wx - radius * 0.6 * math.cos(a), -radius - 2 - radius * 0.6 * math.sin(a), wx + radius * 0.6 * math.cos(a), -radius - 2 + radius * 0.6 * math.sin(a)) for a in (0.3, 1.35, 2.4)], rim, radius * 0.12, 0.85)


def _carriage(easel: Easel, left: float, right: float, colour: Colour) -> None:
    light = easel.light
    easel.fill(box(left + 8, -28, right - 8, -12), easel.tone(IRON, -0.9))
    _wheels(easel, (left + 22, left + 44, right - 44, right - 22), 9.5, easel.tone(SLATE, 0.0))
    body = shape([(left, -24), (left, -78), (right, -78), (right, -24)], 4)
    easel.canvas.drawPath(body, easel.blend([easel.accent(colour, 0.2), easel.accent(mix(colour, WHITE, 0.10), 0.75), easel.accent(colour, 0.1), easel.accent(scaled(colour, 0.78), -0.5)], (0, -78), (0, -24), [0.0, 0.3, 0.65, 1.0]))
    trim = CREAM if not is_pale(colour) else SLATE
    easel.fill(box(left, -42, right, -38.5), easel.tone(trim, 0.4))
    easel.fill(box(left, -78, right, -74), easel.accent(scaled(colour, 0.6), -0.6))
    roof = curve([(left - 4, -77), (left - 2, -92, left + 16, -93), (right - 16, -93), (right + 2, -92, right + 4, -77)])
    easel.fill(roof, easel.tone(SLATE if not is_pale(colour) else (0.46, 0.48, 0.54), -0.1))
    with easel.inside(roof):
        easel.fill(box(left - 6, -95, right + 6, -87), easel.tone(SNOW if easel.snowy else mix(SLATE, WHITE, 0.35), 0.8))
    count = 5
    step = (right - left - 16) / count
    for index in range(count):
        wx = left + 8 + step * (index + 0.5)
        pane = shape([(wx - step * 0.34, -47), (wx - step * 0.34, -69), (wx + step * 0.34, -69), (wx + step * 0.34, -47)], 2.5)
        if light.is_dim:
            easel.fill(pane, light.window)
        else:
            easel.fill(pane, easel.tone((0.24, 0.33, 0.42), -0.3))
            easel.fill(shape([(wx - step * 0.34, -69), (wx + step * 0.10, -69), (wx - step * 0.34, -56)]), mix(easel.tone((0.6, 0.75, 0.85), 0.6), light.sky_low, 0.5), 0.75)
        easel.canvas.drawPath(pane, easel.brush(easel.tone(trim, 0.2), 0.9, 1.6))
    if light.is_dim:
        easel.glow((left + right) / 2, -56, 90, light.window, 0.30)


def _engine(easel: Easel, colour: Colour) -> None:
    light = easel.light
    trim = (0.84, 0.66, 0.30)
    easel.fill(box(84, -30, 226, -14), easel.tone(IRON, -0.8))
    # The boiler is round: bright along the upper flank, dark beneath.
    boiler = shape([(116, -30), (116, -72), (214, -72), (218, -66), (218, -36), (214, -30)], 3)
    body = IRON if is_pale(colour) else colour
    tones = [easel.accent(scaled(body, 0.75), -0.2), easel.accent(mix(body, WHITE, 0.24), 0.9), easel.accent(body, 0.4), easel.accent(body, -0.1), easel.accent(scaled(body, 0.62), -0.7)]
    if is_pale(colour):
        tones = [easel.accent(colour, e) for e in (0.2, 1.0, 0.5, -0.2, -0.8)]
    easel.canvas.drawPath(boiler, easel.blend(tones, (0, -72), (0, -30), [0.0, 0.22, 0.42, 0.68, 1.0]))
    for bx in (140, 166, 192):
        easel.line([(bx, -71), (bx, -32)], easel.tone(trim, 0.3), 1.8)
    front = shape([(206, -28), (206, -74), (220, -72), (224, -64), (224, -36), (220, -28)], 3)
    easel.fill(front, easel.tone(IRON, -0.3))
    easel.fill(box(216, -68, 222, -34), easel.tone(mix(IRON, WHITE, 0.22), 0.5 if easel.sun > 0 else -0.2))
    stack = shape([(194, -70), (195, -90), (190, -101), (214, -101), (209, -90), (210, -70)])
    easel.canvas.drawPath(stack, easel.turned(easel.tone, IRON, 190, 214))
    easel.fill(box(189, -103, 215, -98.5), easel.tone(trim, 0.3))
    dome = curve([(156, -71), (156, -86, 166, -86), (176, -86, 176, -71)])
    easel.canvas.drawPath(dome, easel.turned(easel.tone, trim, 156, 176))
    # Cab.
    easel.canvas.drawPath(shape([(84, -26), (84, -86), (120, -86), (120, -26)], 2), easel.blend([easel.accent(colour, 0.6), easel.accent(colour, 0.15), easel.accent(scaled(colour, 0.75), -0.5)], (0, -86), (0, -26)))
    pane = shape([(92, -56), (92, -76), (112, -76), (112, -56)], 3)
    easel.fill(pane, light.window if light.is_dim else easel.tone((0.20, 0.26, 0.33), -0.4))
    easel.canvas.drawPath(pane, easel.brush(easel.tone(trim, 0.2), 1.0, 1.8))
    easel.fill(curve([(78, -85), (80, -95, 102, -96), (124, -95, 127, -85)]), easel.tone(SNOW if easel.snowy else IRON, 0.2 if not easel.snowy else 0.7))
    easel.fill(box(84, -32, 226, -25), easel.accent(colour if not is_pale(colour) else SLATE, -0.1))
    _wheels(easel, (112, 144, 176), 14.5, easel.accent(mix(colour, WHITE, 0.2) if is_dark(colour) else colour, 0.1))
    _wheels(easel, (206,), 9.5, easel.tone(SLATE, 0.0))
    easel.line([(108, -13), (180, -13)], easel.tone((0.75, 0.75, 0.78), 0.5), 3.0)
    easel.fill(shape([(222, -24), (236, -4), (222, -4)]), easel.tone(IRON, -0.2))
    easel.fill(box(222, -32, 229, -22), easel.accent((0.72, 0.20, 0.16) if is_dark(colour) else colour, 0.2))
    easel.fill(oval(221, -78, 5, 5), easel.tone(trim, 0.3))
    easel.fill(oval(223, -78, 3.2, 3.6), light.window if light.is_dim else easel.tone(CREAM, 0.9))
    if light.is_dim:
        easel.glow(224, -78, 34, light.window, 0.9)
        beam = easel.blend([(1.0, 0.92, 0.66)] * 2, (224, 0), (360, 0), None, [0.5, 0.0])
        beam.setBlendMode(skia.BlendMode.kScreen)
        easel.canvas.drawPath(shape([(224, -80), (360, -94), (360, -30), (224, -75)]), beam)


def boat(canvas: skia.Canvas, x: float, y: float, height: float, colour: Colour, light: Light, rng: numpy.random.Generator, facing: int) -> None:
    """A sailing boat; y is the waterline."""
    with Easel(canvas, x, y, height, light, rng, facing, 0.03, (-56, -104, 56, 50)) as easel:
        painted = easel.chance(0.65)
        pale = is_pale(colour)
        # Either the sails have the colour, over a hull of bare wood, or the hull has it, under cream sails with a band.
        hull_colour = WOOD if painted else colour
        sail = colour if painted else (CREAM if not pale else WHITE)
        sail_tone = easel.accent if painted or pale else easel.tone
        hull_tone = easel.accent if hull_colour == colour else easel.tone
        _reflection(easel, hull_tone(hull_colour, -0.3), sail_tone(sail, 0.0))
        mast = easel.between(2, 6)
        top = -100.0
        boom = -23.0
        main = curve([(mast - 1, top + 5), (mast - 24, -62, mast - 42, boom + 1), (mast - 22, boom + 4, mast - 1, boom)])
        jib = curve([(mast + 2, top + 13), (mast + 30, -48, 46, -21), (mast + 20, boom + 5, mast + 5, boom - 2), (mast + 10, -52, mast + 2, top + 13)])
        for path, exposure, edge in ((main, 0.45 if easel.sun < 0 else 0.05, mast - 40), (jib, 0.85 if easel.sun > 0 else 0.3, 46)):
            start, end = (edge, boom), (mast, top * 0.55)
            canvas.drawPath(path, easel.blend([sail_tone(sail, exposure - 0.75), sail_tone(sail, exposure), sail_tone(mix(sail, WHITE, 0.12), exposure + 0.35)], end, start, [0.0, 0.45, 1.0]))
        with easel.inside(main):
            easel.fill(curve([(mast, top), (mast - 8, -62, mast - 5, boom + 6), (mast + 3, boom + 6)]), sail_tone(scaled(sail, 0.82), -0.7), 0.5)
            for level in (-44, -60, -76):
                easel.line([(mast - 46, level + 5), (mast - 20, level + 4), (mast, level)], sail_tone(scaled(sail, 0.72), -0.6), 0.6, 0.5, curved=True)
            if not painted and not pale:
                band = shape([(mast - 60, -48), (mast + 2, -54), (mast + 2, -44), (mast - 60, -37)])
                easel.fill(band, easel.accent(colour, 0.3))
        with easel.inside(jib):
            easel.fill(curve([(mast + 2, top), (mast + 14, -50, mast + 11, boom + 4), (mast, boom + 4)]), sail_tone(scaled(sail, 0.85), -0.6), 0.45)
            for level in (-42, -58):
                easel.line([(mast, level - 3), (mast + 16, level + 2), (mast + 40, level + 2)], sail_tone(scaled(sail, 0.72), -0.6), 0.6, 0.45, curved=True)
        easel.lines([(mast, -12, mast, top)], easel.tone(TIMBER, 0.1), 1.7)
        easel.lines([(mast + 0.4 * easel.sun, -12, mast + 0.4 * easel.sun, top)], easel.tone(WOOD, 0.9), 0.6)
        easel.lines([(mast - 43, boom + 2.4, mast, boom + 2)], easel.tone(TIMBER, 0.2), 1.4)
        easel.lines([(mast, top + 2, 47, -19.5), (mast, top + 4, -42, -14)], easel.tone(TIMBER, -0.2), 0.4, 0.7)
        pennant = curve([(mast, top), (mast - 8, top - 2, mast - 15, top + 3), (mast - 8, top + 4, mast, top + 4.6)])
        easel.fill(pennant, easel.accent(colour if not pale else (0.75, 0.25, 0.20), 0.5))
        # Cabin and somebody at the tiller.
        easel.fill(shape([(-16, -12), (-13, -20), (10, -20), (14, -12)], 1.5), easel.tone(CREAM if not pale else WOOD, 0.35))
        easel.fill(box(-13.5, -21.4, 10.5, -19.4), easel.tone(WOOD, 0.5))
        for wx in (-8, 0, 7):
            easel.fill(oval(wx, -15.6, 1.8, 1.8), light.window if light.is_dim else easel.tone((0.24, 0.32, 0.40), -0.3))
        easel.fill(curve([(-30, -10), (-30, -19, -26.5, -20), (-23, -19, -22, -10)]), easel.tone((0.28, 0.34, 0.46), -0.1))
        easel.fill(oval(-26.3, -22.4, 2.6, 2.8), easel.tone((0.93, 0.74, 0.61), 0.4))
        easel.fill(curve([(-29.6, -22.6), (-29, -26, -26.3, -26), (-23.6, -26, -23, -22.6)]), easel.tone(CREAM, 0.4))
        hull = curve([(-44, -15), (-14, -8.5, 18, -11.5), (36, -14, 49, -20.5), (44, -8, 35, 1.2), (0, 3.0, -36, 1.2), (-42, -6, -44, -15)])
        canvas.drawPath(hull, easel.blend([hull_tone(mix(hull_colour, WHITE, 0.12), 0.8), hull_tone(hull_colour, 0.25), hull_tone(scaled(hull_colour, 0.72), -0.6)], (0, -19), (0, 2), [0.0, 0.5, 1.0]))
        with easel.inside(hull):
            side = 49 if easel.sun > 0 else -44
            easel.fill(shape([(side, -24), (side, 4), (side - 26 * easel.sun, 4), (side - 14 * easel.sun, -24)]), hull_tone(mix(hull_colour, WHITE, 0.15), 0.9), 0.45)
            easel.line([(-46, -7.4), (-14, -3.2), (18, -4.6), (46, -11.5)], easel.tone(WHITE if not pale else SLATE, 0.4), 1.3, 0.9, curved=True)
            easel.fill(box(-50, -1.6, 50, 5), easel.tone((0.30, 0.16, 0.14), -0.3), 0.75)
        easel.line([(-44.5, -15.4), (-14, -9.0), (18, -12.0), (36, -14.4), (49.5, -21)], easel.tone(WOOD if hull_colour != WOOD else CREAM, 0.7), 1.7, curved=True)
        if easel.snowy:
            easel.snow_along([(-43, -15.6), (-16, -10.6), (18, -12.4)], 1.3, 0.7)
            easel.snow_along([(-13, -21.4), (10, -21.4)], 1.6, 0.7)
        foam = easel.tone(WHITE, 0.7)
        easel.line([(-47, 2.2), (-30, 1.5), (0, 2.9), (30, 1.6), (43, 2.2)], foam, 1.2, 0.85, curved=True)
        easel.line([(34, 1.6), (42, 0.2), (50, 2.2)], foam, 1.2, 0.7, curved=True)
        if light.is_dim:
            easel.glow(-43, -24, 11, light.window, 0.8)
            easel.lines([(-43, -15, -43, -23)], easel.tone(TIMBER, 0.0), 0.8)
            easel.fill(oval(-43, -24, 1.6, 2.0), light.window)


def _reflection(easel: Easel, hull: Colour, sail: Colour) -> None:
    """Broken strokes of the hull and the sails in the water."""
    rng = easel.rng
    for tone, count, low, high, reach, alpha in ((hull, 16, 1, 11, 40, 0.5), (sail, 18, 9, 44, 30, 0.30)):
        path = skia.Path()
        for v in rng.uniform(low, high, count):
            half = reach * (1 - (v - low) / (high - low) * 0.8) * rng.uniform(0.35, 1.0)
            u = rng.uniform(-0.25, 0.25) * reach
            thick = rng.uniform(0.6, 1.5)
            path.addOval(skia.Rect.MakeLTRB(u - half, v - thick, u + half, v + thick))
        easel.fill(path, tone, alpha)


def airship(canvas: skia.Canvas, x: float, y: float, height: float, colour: Colour, light: Light, rng: numpy.random.Generator, facing: int) -> None:
    """A dirigible with fins, gondola and propellers; (x, y) is its middle."""
    with Easel(canvas, x, y, height, light, rng, facing, 0.10, (-124, -66, 118, 62)) as easel:
        canvas.rotate(easel.between(-4, 1))
        middle = -9.0
        girth = easel.between(35, 39)
        trim = CREAM if not is_pale(colour) else (0.45, 0.52, 0.62)
        pale = is_pale(colour)

        def radius(at: float) -> float:
            """Half the height of the envelope at a place along it."""
            u = (at + 108) / 216
            return girth * (math.sin(math.pi * u ** 0.80)) ** 0.62 if 0 < u < 1 else 0.0

        xs = numpy.linspace(-108, 108, 33)
        rs = numpy.array([radius(v) for v in xs])
        envelope = smooth(list(zip(xs.tolist(), (middle - rs).tolist())) + list(zip(xs.tolist()[-2:0:-1], (middle + rs).tolist()[-2:0:-1])))
        fin_tone = trim
        # Fins behind: top, bottom.
        easel.fill(shape([(-58, middle - 26), (-88, middle - 47), (-108, middle - 46), (-98, middle - 12)], 4), easel.tone(fin_tone, 0.4))
        easel.fill(shape([(-58, middle + 26), (-88, middle + 45), (-108, middle + 44), (-98, middle + 12)], 4), easel.tone(fin_tone, -0.75))
        tones = [easel.accent(mix(colour, WHITE, 0.42 if not pale else 0.0), 1.0), easel.accent(mix(colour, WHITE, 0.14), 0.8), easel.accent(colour, 0.25), easel.accent(scaled(colour, 0.86), -0.4), easel.accent(scaled(colour, 0.66), -0.9), mix(easel.accent(scaled(colour, 0.7), -0.6), light.sky_low, 0.22)]
        canvas.drawPath(envelope, easel.blend(tones, (12 * easel.sun, middle - girth), (-12 * easel.sun, middle + girth), [0.02, 0.24, 0.42, 0.62, 0.84, 1.0]))
        with easel.inside(envelope):
            # The bright belt and the ribs follow the round body.
            belt = smooth(list(zip(xs.tolist(), (middle + rs * 0.22).tolist())) + list(zip(xs.tolist()[::-1], (middle + rs * 0.44).tolist()[::-1])))
            easel.fill(belt, easel.tone(trim, -0.15))
            for share in (-0.62, -0.25, 0.72):
                easel.line(list(zip(xs.tolist(), (middle + rs * share).tolist())), easel.accent(scaled(colour, 0.62), -0.4), 0.8, 0.45, curved=True)
            for place in (-72, -36, 0, 36, 72):
                r = radius(place)
                bow = 7 * place / 72
                easel.line([(place - bow, middle - r), (place + bow * 0.6, middle - r * 0.5), (place + bow, middle), (place + bow * 0.6, middle + r * 0.5), (place - bow, middle + r)], easel.accent(scaled(colour, 0.60), -0.4), 0.8, 0.45, curved=True)
            easel.fill(curve([(84, middle - 40), (88, middle, 84, middle + 40), (112, middle + 40), (112, middle - 40)]), easel.tone(trim, 0.1), 0.95)
            easel.fill(curve([(84, middle + 8), (86, middle + 20, 84, middle + 40), (112, middle + 40), (112, middle + 8)]), easel.tone(scaled(trim, 0.8), -0.7), 0.6)
            sheen = skia.Rect.MakeLTRB(-40 + 24 * easel.sun, middle - girth * 0.92, 44 + 24 * easel.sun, middle - girth * 0.52)
            canvas.drawOval(sheen, easel.brush(easel.tone(mix(colour, WHITE, 0.75), 1.0), 0.5, None, 4.0))
        near_fin = shape([(-54, middle + 1), (-92, middle - 9), (-117, middle - 10), (-111, middle + 8), (-90, middle + 9)], 4)
        easel.fill(near_fin, easel.tone(fin_tone, 0.1))
        easel.fill(shape([(-98, middle - 8.5), (-116, middle - 9.5), (-111, middle + 8), (-96, middle + 8)], 3), easel.accent(colour if not pale else SLATE, 0.2))
        easel.fill(shape([(-92, middle - 43), (-108, middle - 46), (-101, middle - 20), (-94, middle - 25)], 2), easel.accent(colour if not pale else SLATE, 0.1))
        # Gondola on its stays.
        deck = middle + girth
        easel.lines([(-26, deck + 6, -34, deck - 4), (34, deck + 6, 44, deck - 4), (0, deck + 5, -8, deck - 1), (10, deck + 5, 20, deck - 1)], easel.tone(IRON, 0.0), 1.0)
        cabin = curve([(-32, deck + 4), (38, deck + 4), (47, deck + 7, 42, deck + 14), (36, deck + 20, 24, deck + 20), (-22, deck + 20), (-32, deck + 19, -32, deck + 4)])
        canvas.drawPath(cabin, easel.blend([easel.tone(WOOD, 0.6), easel.tone(WOOD, 0.0), easel.tone(TIMBER, -0.6)], (0, deck + 4), (0, deck + 20)))
        for wx in range(-26, 37, 12):
            pane = shape([(wx, deck + 7.2), (wx + 8.5, deck + 7.2), (wx + 8.5, deck + 14), (wx, deck + 14)], 1.5)
            easel.fill(pane, light.window if light.is_dim else mix(easel.tone((0.62, 0.78, 0.86), 0.4), light.sky_low, 0.3))
        if light.is_dim:
            easel.glow(4, deck + 11, 42, light.window, 0.5)
        easel.fill(shape([(-46, deck + 8), (-46, deck + 14), (-32, deck + 15), (-32, deck + 7)], 2), easel.tone(IRON, 0.1))
        canvas.drawOval(skia.Rect.MakeLTRB(-49.5, deck - 1, -46.5, deck + 23), easel.brush(easel.tone(WHITE, 0.4), 0.6))
