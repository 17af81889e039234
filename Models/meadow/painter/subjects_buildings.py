"""What people built: lighthouse, windmill, bridge, cottage, and cheap houses for villages."""

import math

import numpy
import skia

from .brush import smooth
from .light import Colour, Light, ink, mix, scaled
from .subjects_kit import (
    CREAM, IRON, PLASTER, SLATE, SNOW, STONE, TIMBER, WHITE, WOOD, Easel, accent, box, curve, grass_colour, is_dark, is_pale, oval, puffs, shape,
)

_ROCK: Colour = (0.50, 0.46, 0.45)


def rock(canvas: skia.Canvas, x: float, y: float, width: float, light: Light, rng: numpy.random.Generator, height: float | None = None, depth: float = 0.0) -> None:
    """A heap of boulders of this width whose foot is at y: a lit top, a shaded flank, snow or moss on the biggest."""
    tall = height or width * 0.32
    half = width / 2
    with Easel(canvas, x, y, 100, light, rng, 1, depth) as easel:
        sun = easel.sun
        plan = [(-0.30, 0.52, 0.92), (0.34, 0.50, 0.86), (0.02, 0.62, 1.0), (-0.70, 0.34, 0.56), (0.72, 0.32, 0.52), (-0.46, 0.30, 0.40), (0.18, 0.36, 0.44), (0.50, 0.28, 0.34), (-0.12, 0.26, 0.30), (-0.88, 0.16, 0.24), (0.90, 0.15, 0.22)]
        for place, wide, high in plan:
            cx, w, h = (place + easel.between(-0.05, 0.05)) * half, wide * half * easel.between(0.9, 1.12), high * tall * easel.between(0.9, 1.08)
            foot = tall * easel.between(0.06, 0.22) * (1 - high)
            knee, brow = easel.between(0.35, 0.6), easel.between(0.45, 0.7)
            outline = [(cx - w, foot + tall * 0.05), (cx - w * 0.94, foot - h * knee), (cx - w * brow, foot - h * 0.92), (cx + w * 0.10, foot - h), (cx + w * 0.66, foot - h * 0.82), (cx + w * 0.96, foot - h * knee * 0.9), (cx + w, foot + tall * 0.05)]
            stone = shape(outline, h * 0.16)
            base = mix(_ROCK, (0.62, 0.56, 0.50), easel.between(0, 0.5))
            easel.fill(stone, easel.tone(base, -0.15))
            with easel.inside(stone):
                easel.fill(shape([(cx - sun * w * 0.16, foot - h * 1.1), (cx - sun * w * 0.34, foot - h * 0.5), (cx - sun * w * 0.05, foot + h * 0.3), (cx - sun * w * 1.2, foot + h * 0.3), (cx - sun * w * 1.2, foot - h * 1.1)]), easel.tone(scaled(base, 0.86), -0.75))
                top = [(cx - w * 1.1, foot - h * 1.2), (cx + w * 1.1, foot - h * 1.2), (cx + w * (0.95 if sun > 0 else 0.5), foot - h * (0.40 if sun > 0 else 0.80)), (cx + w * 0.1, foot - h * 0.66), (cx - w * (0.95 if sun < 0 else 0.5), foot - h * (0.40 if sun < 0 else 0.80))]
                cap = SNOW if easel.snowy else mix(base, grass_colour(light), 0.45) if high > 0.8 else mix(base, CREAM, 0.25)
                easel.fill(shape(top), easel.tone(cap, 0.55))


def _window(easel: Easel, x: float, y: float, across: float, tall: float, bars: bool = True) -> None:
    """A window around a point; at dusk and night it is lit."""
    light = easel.light
    if light.is_dim:
        easel.glow(x, y, tall * 2.2, light.window, 0.45)
        easel.fill(box(x - across, y - tall, x + across, y + tall), light.window)
        easel.fill(box(x - across, y, x + across, y + tall), mix(light.window, (1.0, 0.62, 0.26), 0.5), 0.7)
        frame = easel.tone(TIMBER, -0.5)
    else:
        glass = easel.tone((0.30, 0.40, 0.50), -0.4)
        easel.fill(box(x - across, y - tall, x + across, y + tall), glass)
        easel.fill(shape([(x - across, y - tall), (x + across * 0.5, y - tall), (x - across, y + tall * 0.5)]), mix(glass, light.sky_low, 0.55), 0.8)
        frame = easel.tone(WHITE, 0.4)
    if bars:
        easel.lines([(x, y - tall, x, y + tall), (x - across, y - tall * 0.1, x + across, y - tall * 0.1)], frame, max(0.5, across * 0.2))


def lighthouse(canvas: skia.Canvas, x: float, y: float, height: float, colour: Colour, light: Light, rng: numpy.random.Generator, facing: int) -> None:
    """A banded tower with gallery, lantern and dome, and its keeper's house."""
    rock(canvas, x - height * 0.03 * facing, y + height * 0.03, height * 0.74, light, rng, height * 0.13, 0.05)
    with Easel(canvas, x, y, height, light, rng, facing, 0.05, (-42, -102, 34, 6)) as easel:
        foot, top = -4.0, -71.0
        wide, narrow = easel.between(11.0, 12.5), easel.between(7.2, 8.0)
        pale = is_pale(colour)
        _keeper(easel, -wide - 3, colour if not pale else SLATE)
        tower = curve([(-wide, foot), (-wide * 0.80, -36, -narrow, top), (narrow, top), (wide * 0.80, -36, wide, foot), (0, foot + 3.2, -wide, foot)])
        canvas.drawPath(tower, easel.turned(easel.tone, WHITE, -wide, wide))
        bands = 0 if pale else int(rng.integers(2, 4))
        with easel.inside(tower):
            step = (top - foot) / (2 * bands + 1) if bands else 0
            for band in range(bands):
                low, high = foot + step * (2 * band + 1), foot + step * (2 * band + 2)
                # Seen from below, a ring round the tower bends upwards in the middle.
                rise = 1.2 + 2.2 * (band + 1) / bands
                ring = curve([(-14, low), (0, low - rise, 14, low), (14, high), (0, high - rise, -14, high)])
                canvas.drawPath(ring, easel.turned(easel.accent, colour, -wide, wide))
            # A few dry strokes of weather down the wall.
            marks = [(u, v, u, v + d) for u, v, d in zip(rng.uniform(-wide, wide, 12), rng.uniform(top, -12, 12), rng.uniform(3, 11, 12))]
            easel.lines(marks, easel.tone((0.55, 0.52, 0.55), -0.3), 0.8, 0.16)
            easel.fill(box(-14, top, 14, top + 4.5), easel.tone((0.35, 0.35, 0.48), -0.8), 0.38)
        door = curve([(-3.0, foot + 1.6), (-3.0, -11), (-3.0, -14.4, 0, -14.4), (3.0, -14.4, 3.0, -11), (3.0, foot + 1.6)])
        easel.fill(door, easel.accent(SLATE if pale else scaled(colour, 0.72), -0.2))
        for level in (-27.0, -44.0, -60.0):
            across = 1.7
            _window(easel, easel.sun * -1.2, level, across, 2.6, bars=False)
        # Gallery, lantern and dome.
        bracket = shape([(-narrow, top + 2.5), (-11.2, top - 1.6), (11.2, top - 1.6), (narrow, top + 2.5)])
        canvas.drawPath(bracket, easel.turned(easel.tone, (0.72, 0.72, 0.74), -11, 11))
        glass = box(-5.8, -87.5, 5.8, top - 2)
        if light.is_dim:
            canvas.drawPath(glass, easel.blend([(1.0, 0.78, 0.36), (1.0, 0.97, 0.80), (1.0, 0.78, 0.36)], (-5.8, 0), (5.8, 0)))
        else:
            canvas.drawPath(glass, easel.blend([easel.tone((0.62, 0.78, 0.86), 0.6), easel.tone((0.30, 0.42, 0.52), -0.5)], (5.8 * easel.sun, 0), (-5.8 * easel.sun, 0)))
            easel.fill(oval(0, -79.5, 2.6, 4.2), easel.tone((1.0, 0.90, 0.62), 0.8))
        easel.lines([(u, -87.5, u, top - 2) for u in (-5.6, -2.0, 2.0, 5.6)], easel.tone(IRON, 0.0), 0.8)
        roof = SLATE if pale else colour
        dome = curve([(-7.8, -87), (-7.0, -93.5, 0, -95.5), (7.0, -93.5, 7.8, -87), (0, -85.4, -7.8, -87)])
        canvas.drawPath(dome, easel.turned(easel.accent, roof, -7.8, 7.8))
        easel.line([(0, -95), (0, -100)], easel.tone(IRON, 0.2), 0.8)
        easel.fill(oval(0, -96.4, 1.4, 1.4), easel.accent(roof, 0.6))
        rail = easel.tone(IRON if not is_dark(colour) else SLATE, 0.1)
        easel.fill(box(-11.8, top - 3.0, 11.8, top - 1.4), easel.accent(roof, -0.15))
        easel.lines([(u, top - 3, u, top - 8.2) for u in numpy.linspace(-11, 11, 7)] + [(-11.2, top - 8.2, 11.2, top - 8.2), (-11, top - 5.6, 11, top - 5.6)], rail, 0.6)
        if easel.snowy:
            easel.snow_along([(-6.6, -89.6), (-3, -94), (0, -95.4), (3, -94), (6.6, -89.6)], 1.8, 0.8)
            easel.snow_along([(-11.6, top - 3.2), (11.6, top - 3.2)], 1.3, 0.7)
        easel.tufts(-34, 26, 3.4, 26, 1.0)
        easel.end_frame()
        if light.is_dim:
            _beams(easel, -80.5)


def _keeper(easel: Easel, near: float, colour: Colour) -> None:
    """The keeper's low house at the foot of the tower."""
    left, right = near - 17, near + 6
    front = 0.50 if easel.sun < 0 else -0.15
    easel.fill(box(left + 8, -28, left + 11, -18), easel.tone((0.60, 0.44, 0.38), front))
    easel.fill(box(left, -14, right, -1), easel.tone(PLASTER, front))
    easel.fill(box(left, -14, right, -11.4), easel.tone(PLASTER, -0.85))
    roof = shape([(left - 2, -12.6), (left + 3, -22.5), (right, -22.5), (right, -12.6)])
    easel.fill(roof, easel.accent(colour, front * 0.7 + 0.1))
    easel.lines([(left, -16, right, -16), (left + 1.4, -19.4, right, -19.4)], easel.accent(scaled(colour, 0.6), -0.5), 0.7, 0.6)
    easel.lines([(left - 2, -12.4, right, -12.4)], easel.accent(scaled(colour, 0.6), -0.5), 1.0)
    _window(easel, left + 5, -7.6, 1.8, 2.4)
    _window(easel, left + 12, -7.6, 1.8, 2.4)
    if easel.snowy:
        easel.snow_along([(left + 1, -19), (left + 3.4, -22.6), (right, -22.6)], 3.0, 0.6)


def _beams(easel: Easel, y: float) -> None:
    """The lantern's two beams through the evening air."""
    strength = 0.62 if easel.light.is_night else 0.42
    tilt = easel.between(-5, 5)
    for way, reach in ((1, 150), (-1, 120)):
        brush = easel.blend([(1.0, 0.94, 0.70)] * 3, (way * 5, y), (way * reach, y), [0.0, 0.4, 1.0], [strength, strength * 0.42, 0.0])
        brush.setBlendMode(skia.BlendMode.kScreen)
        brush.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, 1.0))
        easel.canvas.drawPath(shape([(way * 4, y - 2), (way * reach, y - 15 + tilt * way), (way * reach, y + 13 + tilt * way), (way * 4, y + 2)]), brush)
    easel.glow(0, y, 30, (1.0, 0.90, 0.58), 0.85)


def windmill(canvas: skia.Canvas, x: float, y: float, height: float, colour: Colour, light: Light, rng: numpy.random.Generator, facing: int) -> None:
    """A tower mill with four great sails."""
    with Easel(canvas, x, y, height, light, rng, facing, 0.05, (-58, -104, 58, 8)) as easel:
        easel.ground_shadow(-22, 22, 7)
        foot, top = 0.0, -50.0
        wide, narrow = easel.between(16.5, 18.5), easel.between(10.0, 11.2)
        stuff = [PLASTER, (0.80, 0.70, 0.56), (0.74, 0.52, 0.42)][int(rng.choice(3, p=[0.6, 0.2, 0.2]))]
        # Eight-sided: three walls are seen, each flat in its own light.
        corners = (-1.0, -0.42, 0.42, 1.0)
        exposures = (0.75, 0.45, -0.6) if easel.sun < 0 else (-0.6, 0.45, 0.75)
        for index in range(3):
            a, b = corners[index], corners[index + 1]
            wall = shape([(a * wide, foot + 1.5 * (1 - a * a)), (a * narrow, top), (b * narrow, top), (b * wide, foot + 1.5 * (1 - b * b))])
            easel.fill(wall, easel.tone(stuff, exposures[index]))
        body = shape([(-wide, foot), (-narrow, top), (narrow, top), (wide, foot), (0, foot + 1.5)])
        with easel.inside(body):
            marks = [(u, v, u + d, v) for u, v, d in zip(rng.uniform(-wide, wide, 22), rng.uniform(top, foot, 22), rng.uniform(1.5, 3.6, 22))]
            easel.lines(marks, easel.tone(scaled(stuff, 0.72), -0.3), 0.8, 0.34)
            easel.fill(box(-20, foot - 7, 20, foot + 3), easel.tone(STONE, 0.0), 0.75)
            easel.lines([(u, v, u + 3.4, v) for u, v in zip(rng.uniform(-18, 15, 10), rng.uniform(foot - 6, foot, 10))], easel.tone(STONE, -0.8), 0.6, 0.6)
            easel.fill(box(-20, top, 20, top + 5), easel.tone((0.35, 0.33, 0.45), -0.8), 0.42)
        door = curve([(-4, 1.5), (-4, -11), (-4, -15.5, 0, -15.5), (4, -15.5, 4, -11), (4, 1.5)])
        easel.fill(door, easel.tone(TIMBER, -0.4))
        easel.fill(curve([(-3.1, 1.5), (-3.1, -11), (-3.1, -14.5, 0, -14.5), (3.1, -14.5, 3.1, -11), (3.1, 1.5)]), easel.accent(colour, 0.15))
        easel.line([(0, 1.5), (0, -14)], easel.accent(scaled(colour, 0.7), -0.4), 0.5)
        _window(easel, -6.4, -32.5, 1.9, 2.6)
        _window(easel, 6.4, -40, 1.7, 2.4)
        # The gallery runs round the tower on slanting struts.
        deck, out = -20.0, wide * 1.36
        edge = wide - (wide - narrow) * 0.4
        easel.lines([(u * out * 0.96, deck + 1, u * edge * 0.96, deck + 9) for u in (-1, -0.5, 0.5, 1)], easel.tone(TIMBER, -0.4), 1.1)
        easel.fill(shape([(-edge, deck + 2), (edge, deck + 2), (edge, deck + 7), (-edge, deck + 5)]), easel.tone((0.35, 0.33, 0.45), -0.8), 0.45)
        easel.fill(shape([(-out, deck), (out, deck), (out, deck + 2.2), (-out, deck + 2.2)]), easel.tone(WOOD, 0.1))
        easel.fill(shape([(-out, deck - 0.4), (out, deck - 0.4), (out, deck + 0.6), (-out, deck + 0.6)]), easel.tone(SNOW if easel.snowy else mix(WOOD, CREAM, 0.45), 0.7))
        easel.lines([(u, deck, u, deck - 6) for u in numpy.linspace(-out * 0.97, out * 0.97, 9)] + [(-out, deck - 6, out, deck - 6), (-out, deck - 3.2, out, deck - 3.2)], easel.tone(WHITE if not is_pale(colour) else WOOD, 0.2), 0.9)
        cap_wide = narrow + 3.6
        cap = curve([(-cap_wide, top + 1), (-cap_wide * 1.02, top - 9, -cap_wide * 0.2, top - 16.5), (cap_wide * 0.35, top - 17.5, cap_wide * 0.85, top - 10), (cap_wide * 1.1, top - 4, cap_wide * 1.02, top + 1), (0, top + 3, -cap_wide, top + 1)])
        canvas.drawPath(cap, easel.turned(easel.accent, colour, -cap_wide, cap_wide))
        with easel.inside(cap):
            for step in range(1, 4):
                level = top - step * 4.3
                easel.line([(-16, level + 1.5), (0, level - 0.8), (16, level + 1.5)], easel.accent(scaled(colour, 0.66), -0.5), 0.55, 0.55, curved=True)
            easel.fill(box(-20, top - 1.2, 20, top + 4), easel.accent(scaled(colour, 0.6), -0.5), 0.6)
        if easel.snowy:
            with easel.inside(cap):
                lower = [(float(u), top - 8.6 + easel.between(-1.6, 2.2)) for u in numpy.linspace(cap_wide * 1.2, -cap_wide * 1.2, 7)]
                easel.fill(smooth([(-cap_wide * 1.3, top - 24), (cap_wide * 1.3, top - 24)] + lower), easel.tone(SNOW, 0.55))
        _sails(easel, 2.0, top - 7.5, 42.0, colour)
        easel.tufts(-20, 20, 3.6, 18, 1.8)


def _sails(easel: Easel, hub_x: float, hub_y: float, reach: float, colour: Colour) -> None:
    """Four lattice sails with cloth."""
    start = easel.between(24, 66)
    spar = easel.tone(TIMBER, -0.2)
    for arm in range(4):
        turn = math.radians(start + 90 * arm)
        ux, uy = math.cos(turn) * 0.95, math.sin(turn)
        vx, vy = -math.sin(turn) * 0.95, math.cos(turn)

        def at(along: float, aside: float) -> tuple[float, float]:
            return hub_x + ux * along + vx * aside, hub_y + uy * along + vy * aside

        # A sail that faces the light is brighter.
        exposure = 0.85 if ux * easel.sun - uy * 0.6 > 0 else 0.25
        inner, wide = 9.0, 8.6
        cloth = shape([at(inner, 0.2), at(reach, 0.2), at(reach, wide * 1.05), at(inner, wide * 0.85)])
        easel.fill(cloth, easel.tone(CREAM if not is_pale(colour) else WHITE, exposure))
        edge = shape([at(inner, wide * 0.55), at(reach, wide * 0.68), at(reach, wide * 1.05), at(inner, wide * 0.85)])
        easel.fill(edge, easel.tone(CREAM, exposure - 0.7), 0.6)
        band = shape([at(reach - 9, 0.2), at(reach, 0.2), at(reach, wide * 1.05), at(reach - 9, wide * 1.0)])
        easel.fill(band, easel.accent(colour, exposure))
        easel.fill(shape([at(inner, -2.2), at(reach, -2.0), at(reach, 0), at(inner, 0)]), easel.tone(WOOD, 0.1))
        bars = []
        for step in range(6):
            along = inner + (reach - inner) * step / 5
            bars.append((*at(along, -2.2), *at(along, wide * (0.85 + 0.2 * step / 5))))
        bars.append((*at(inner, wide * 0.85), *at(reach, wide * 1.05)))
        bars.append((*at(inner, wide * 0.42), *at(reach, wide * 0.5)))
        easel.lines(bars, spar, 0.55, 0.8)
        easel.lines([(*at(0, 0), *at(reach + 0.6, 0))], spar, 1.5)
    easel.fill(oval(hub_x, hub_y, 2.8, 2.8), easel.tone(TIMBER, -0.3))
    easel.fill(oval(hub_x + easel.sun * 0.6, hub_y - 0.6, 1.5, 1.5), easel.accent(colour, 0.7))


def bridge(canvas: skia.Canvas, x: float, y: float, height: float, colour: Colour, light: Light, rng: numpy.random.Generator, facing: int) -> None:
    """An arched wooden bridge with painted railings; its ends stand on the banks, its piles in the water."""
    with Easel(canvas, x, y, height, light, rng, facing, 0.03, (-198, -118, 198, 16)) as easel:
        half, rise, rail = 168.0, easel.between(44, 52), easel.between(33, 38)
        xs = numpy.linspace(-half, half, 41)
        arch = -6 - rise * numpy.cos(xs / half * math.pi / 2) ** 1.25

        def deck(at: float) -> float:
            return float(numpy.interp(at, xs, arch))

        def strip(upper: float, lower: float, shift: float = 0.0, trim: float = 1.0) -> skia.Path:
            points = [(a * trim, b + upper + shift) for a, b in zip(xs.tolist(), arch.tolist())]
            points += [(a * trim, b + lower + shift) for a, b in zip(xs.tolist()[::-1], arch.tolist()[::-1])]
            return shape(points)

        front = 0.25
        # The far railing and the planks, in the shade of the near side.
        posts = int(rng.choice([7, 9]))
        places = numpy.linspace(-half + 6, half - 6, posts)
        easel.lines([(p, deck(p) - 8, p, deck(p) - rail - 3) for p in places * 0.97], easel.accent(scaled(colour, 0.72), -0.6), 4.0)
        for level in (rail - 2, rail * 0.55):
            easel.fill(strip(-level - 5, -level - 1.5, -4, 0.97), easel.accent(scaled(colour, 0.72), -0.55))
        easel.fill(strip(-9, 2), easel.tone(SNOW if easel.snowy else (0.66, 0.52, 0.38), 0.3))
        # Piles and their braces stand in the dark under the arch.
        for pile in (-78, -26, 26, 78):
            for shift, exposure in ((7, -0.9), (0, -0.35)):
                px = pile + shift * easel.sun * -1
                easel.fill(shape([(px - 4, deck(px) + 8), (px + 4, deck(px) + 8), (px + 4.6, 9), (px - 4.6, 9)]), easel.accent(scaled(colour, 0.62), exposure))
                easel.fill(box(px + (0.6 if easel.sun > 0 else -4), deck(px) + 8, px + (4 if easel.sun > 0 else -0.6), 9), easel.accent(scaled(colour, 0.8), 0.1 + exposure * 0.4), 0.6)
        for a, b in ((-78, -26), (26, 78)):
            level = (deck(a) + 9) * 0.45
            easel.line([(a - 8, level), (b + 8, level)], easel.accent(scaled(colour, 0.6), -0.5), 4.5)
        easel.line([(-34, deck(26) * 0.55), (34, deck(26) * 0.55)], easel.accent(scaled(colour, 0.6), -0.6), 4.5)
        # Stones hold the piles.
        for pile in (-78, -26, 26, 78):
            for spread, exposure in ((11, -0.5), (7, 0.3)):
                easel.fill(oval(pile + (11 - spread) * 0.6 * easel.sun, 10 - (11 - spread) * 0.5, spread, spread * 0.42), easel.tone(SNOW if easel.snowy and exposure > 0 else STONE, exposure))
        # The side beam: lit above, dark below.
        easel.fill(strip(0, 19), easel.accent(scaled(colour, 0.70), -0.65))
        easel.fill(strip(-1, 12), easel.accent(colour, front))
        easel.fill(strip(-2.5, 1.6), easel.accent(mix(colour, WHITE, 0.28), 0.9))
        # The near railing.
        for level, thick in ((rail, 6.6), (rail * 0.52, 4.6)):
            easel.fill(strip(-level - thick, -level), easel.accent(colour, front))
            easel.fill(strip(-level - thick, -level - thick * 0.55), easel.accent(mix(colour, WHITE, 0.25), 0.9))
            if easel.snowy:
                easel.fill(strip(-level - thick - 2.2, -level - thick + 0.6), easel.tone(SNOW, 0.8))
        lean = 1.6 * easel.sun
        for p in places:
            big = p in (places[0], places[-1]) or abs(p) < 1
            w = 6.2 if big else 4.6
            tall = rail + (13 if big else 7)
            easel.fill(shape([(p - w, deck(p) + 11), (p - w, deck(p) - tall), (p + w, deck(p) - tall), (p + w, deck(p) + 11)]), easel.accent(colour, -0.35))
            easel.fill(shape([(p + lean - w * 0.45, deck(p) + 10), (p + lean - w * 0.45, deck(p) - tall), (p + lean + w * 0.45, deck(p) - tall), (p + lean + w * 0.45, deck(p) + 10)]), easel.accent(mix(colour, WHITE, 0.12), 0.7))
            cap = SNOW if easel.snowy else ((0.80, 0.64, 0.30) if not is_dark(colour) else (0.72, 0.60, 0.34))
            easel.fill(curve([(p - w * 1.1, deck(p) - tall + 1), (p - w * 1.3, deck(p) - tall - 5, p, deck(p) - tall - w * 2.1), (p + w * 1.3, deck(p) - tall - 5, p + w * 1.1, deck(p) - tall + 1)]), easel.tone(cap, 0.5))
        for side in (-1, 1):
            stone = shape([(side * (half - 16), 8), (side * (half - 12), -9), (side * (half + 16), -7), (side * (half + 24), 10)], 3)
            easel.fill(stone, easel.tone(STONE, 0.35 if side == easel.sun else -0.35))
            easel.lines([(side * (half - 12), 0, side * (half + 20), 1), (side * (half + 2), 0, side * (half + 2), -7)], easel.tone(STONE, -0.9), 1.2, 0.5)
        if light.is_dim:
            for p in (places[0], places[-1]):
                level = deck(p) - rail - 26
                easel.glow(p, level, 38, light.window, 0.6)
                easel.fill(oval(p, level, 5.5, 7), light.window)


def _tiles(easel: Easel, roof: skia.Path, left: tuple, right: tuple, foot_left: tuple, foot_right: tuple, colour: Colour, exposure: float, rows: int) -> None:
    """Rows of tiles on a roof plane between its ridge and its eaves, some lighter, some darker."""
    rng = easel.rng

    def at(across: float, down: float) -> tuple[float, float]:
        ax, ay = left[0] + (right[0] - left[0]) * across, left[1] + (right[1] - left[1]) * across
        bx, by = foot_left[0] + (foot_right[0] - foot_left[0]) * across, foot_left[1] + (foot_right[1] - foot_left[1]) * across
        return ax + (bx - ax) * down, ay + (by - ay) * down

    with easel.inside(roof):
        easel.canvas.drawPath(roof, easel.blend([easel.accent(mix(colour, WHITE, 0.10), exposure + 0.35), easel.accent(colour, exposure), easel.accent(scaled(colour, 0.86), exposure - 0.2)], left, foot_left))
        dark, bright, lines = skia.Path(), skia.Path(), skia.Path()
        columns = rows * 2
        for row in range(rows):
            low, high = (row + 1) / rows, row / rows
            # The shadow under each row has the scalloped edge of its tiles.
            scallops = [at(k / (columns * 2), low + (0.20 if (k + row) % 2 else 0.02) / rows) for k in range(-1, columns * 2 + 2)]
            under = [at(k / columns, low + 0.34 / rows) for k in range(columns + 1, -2, -1)]
            lines.addPoly([skia.Point(*p) for p in scallops + under], True)
            for column in range(columns):
                a, b = (column + 0.5 * (row % 2)) / columns, (column + 1 + 0.5 * (row % 2)) / columns
                pick = rng.random()
                if pick < 0.30:
                    path = dark if pick < 0.15 else bright
                    path.addPoly([skia.Point(*at(a, high)), skia.Point(*at(b, high)), skia.Point(*at(b, low)), skia.Point(*at(a, low))], True)
        easel.fill(dark, easel.accent(scaled(colour, 0.74), exposure - 0.3), 0.55)
        easel.fill(bright, easel.accent(mix(colour, CREAM, 0.30), exposure + 0.4), 0.50)
        easel.fill(lines, easel.accent(scaled(colour, 0.58), exposure - 0.5), 0.62)


def cottage(canvas: skia.Canvas, x: float, y: float, height: float, colour: Colour, light: Light, rng: numpy.random.Generator, facing: int) -> None:
    """A half-timbered cottage with a big tiled roof, a smoking chimney, and flowers at its foot."""
    with Easel(canvas, x, y, height, light, rng, facing, 0.03, (-92, -150, 92, 14)) as easel:
        easel.ground_shadow(-66, 66, 12)
        gable_lit, side_lit = (0.70, -0.45) if easel.sun < 0 else (-0.5, 0.60)
        eave, ridge = easel.between(-44, -40), easel.between(-86, -80)
        left, corner, right = -62.0, -8.0, 60.0
        peak = (left + corner) / 2
        # Chimney, behind the roof's ridge.
        cx = easel.between(22, 34)
        easel.fill(box(cx - 6, ridge - 15, cx + 6, ridge + 12), easel.tone(STONE, side_lit))
        lit_edge = cx + 6 if easel.sun > 0 else cx - 6
        easel.fill(box(min(lit_edge, lit_edge - 4.5 * easel.sun), ridge - 15, max(lit_edge, lit_edge - 4.5 * easel.sun), ridge + 12), easel.tone((0.78, 0.72, 0.66), 0.7))
        easel.fill(box(cx - 7.5, ridge - 18, cx + 7.5, ridge - 14), easel.tone((0.56, 0.40, 0.34), 0.1))
        wind = easel.between(6, 16) * (1 if easel.chance(0.5) else -1)
        share = numpy.linspace(0, 1, 11)
        puffs(easel, cx + wind * share * 1.4 + 3 * numpy.sin(share * 6), ridge - 24 - share * 34, 4.2 + share * 7, easel.tone(light.cloud, 0.6) if not light.is_night else (0.34, 0.40, 0.56), easel.tone(light.cloud_shade, 0.2) if not light.is_night else (0.24, 0.29, 0.45), 0.34, 1.6)
        # Walls.
        side = shape([(corner, eave), (right, eave), (right, 0), (corner, 2)])
        gable = shape([(left, eave), (peak, ridge + 3), (corner, eave), (corner, 2), (left, 0)])
        easel.fill(side, easel.tone(PLASTER, side_lit))
        easel.fill(gable, easel.tone(PLASTER, gable_lit))
        with easel.inside(side):
            easel.fill(shape([(corner, eave - 2), (right, eave - 2), (right, eave + 8), (corner, eave + 9)]), easel.tone((0.40, 0.38, 0.52), -0.8), 0.55)
            easel.fill(box(corner, -9, right, 4), easel.tone(STONE, side_lit - 0.2))
            easel.lines([(u, v, u + 7, v) for u, v in zip(rng.uniform(corner, right, 11), rng.uniform(-8, 0, 11))], easel.tone(STONE, -0.9), 0.9, 0.5)
        with easel.inside(gable):
            easel.fill(box(left, -9, corner, 4), easel.tone(STONE, gable_lit - 0.2))
            easel.lines([(u, v, u + 6, v) for u, v in zip(rng.uniform(left, corner, 9), rng.uniform(-8, 0, 9))], easel.tone(STONE, gable_lit - 0.8), 0.9, 0.5)
            beams = [(left + 1.6, eave, left + 1.6, -9), (corner - 1.6, eave, corner - 1.6, -9), (left, eave + 1, corner, eave + 1), (left, -10, corner, -10), (peak, ridge, peak, eave), (left + 10, eave, peak, ridge + 18), (corner - 10, eave, peak, ridge + 18)]
            easel.lines(beams, easel.tone(TIMBER, gable_lit - 0.2), 2.6)
        easel.lines([(corner + 1.6, eave, corner + 1.6, -9), (right - 1.6, eave, right - 1.6, -9), (corner, -10, right, -10), (26, eave + 2, 26, -10)], easel.tone(TIMBER, side_lit - 0.2), 2.4)
        # Door in the gable, windows beside and above it.
        door = curve([(peak - 15, 1), (peak - 15, -22), (peak - 15, -30, peak - 8, -30), (peak - 1, -30, peak - 1, -22), (peak - 1, 1.4)])
        easel.fill(door, easel.tone(TIMBER, -0.4))
        easel.fill(curve([(peak - 13.4, 1), (peak - 13.4, -22), (peak - 13.4, -28, peak - 8, -28), (peak - 2.6, -28, peak - 2.6, -22), (peak - 2.6, 1.4)]), easel.tone((0.50, 0.34, 0.22), gable_lit))
        easel.lines([(peak - 10, 0, peak - 10, -27), (peak - 6, 0, peak - 6, -27)], easel.tone(TIMBER, gable_lit - 0.6), 0.7)
        _window(easel, peak + 13.5, -24, 5.6, 7.0)
        _window(easel, peak, eave - 12, 4.6, 5.8)
        for wx in (9.0, 43.0):
            _window(easel, wx + 1, -26, 6.0, 7.2)
            shutter = mix(colour, SLATE, 0.35) if not is_pale(colour) else SLATE
            for hinge in (-9.4, 7.6):
                easel.fill(box(wx + hinge, -33.5, wx + hinge + 3.8, -18.5), easel.accent(shutter, side_lit))
            if not easel.snowy:
                easel.fill(box(wx - 6.5, -18.6, wx + 8.5, -15.4), easel.tone(WOOD, side_lit))
                for tone, many in (((0.34, 0.55, 0.26), 12), ((0.93, 0.42, 0.46), 7), ((1.0, 0.86, 0.50), 4)):
                    path = skia.Path()
                    for u, v in zip(rng.uniform(wx - 6, wx + 8, many), rng.uniform(-21.5, -17.5, many)):
                        path.addOval(skia.Rect.MakeLTRB(u - 1.3, v - 1.2, u + 1.3, v + 1.2))
                    easel.fill(path, easel.tone(tone, side_lit + 0.4))
        # Roof: the long plane, then the gable's edge boards.
        drop = 7.0
        ridge_end = right - 8
        plane = shape([(peak, ridge), (ridge_end, ridge + 1), (right + 9, eave + drop), (corner + 5, eave + drop + 1)])
        _tiles(easel, plane, (peak, ridge), (ridge_end, ridge + 1), (corner + 5, eave + drop + 1), (right + 9, eave + drop), colour, side_lit * 0.55 + 0.25, 8)
        easel.lines([(corner + 5, eave + drop + 1.4, right + 9, eave + drop + 0.4)], easel.accent(scaled(colour, 0.52), -0.5), 2.4)
        easel.lines([(peak, ridge, ridge_end, ridge + 1)], easel.accent(mix(colour, WHITE, 0.12), 0.6), 3.2)
        near_edge = shape([(peak, ridge - 1.5), (corner + 5, eave + drop - 0.5), (corner + 2, eave + drop + 4), (peak, ridge + 6)])
        far_edge = shape([(peak, ridge - 1.5), (left - 10, eave + drop - 0.5), (left - 8, eave + drop + 4), (peak, ridge + 6)])
        easel.fill(far_edge, easel.accent(colour, gable_lit * 0.8 + 0.15))
        easel.fill(near_edge, easel.accent(scaled(colour, 0.9), gable_lit * 0.8 - 0.25))
        if easel.snowy:
            waves = numpy.linspace(0, 1, 9)
            lower = [(corner + 2 + (right - corner + 2) * w - 9 * (1 - w) - 5, ridge + (eave - ridge) * (0.46 + easel.between(-0.07, 0.10))) for w in waves]
            easel.fill(smooth([(peak - 3, ridge - 4), (ridge_end + 2, ridge - 3.4), (ridge_end + 4, ridge + 4)] + lower[::-1]), easel.tone(SNOW, side_lit * 0.4 + 0.35))
            easel.snow_along([(left - 8, eave + drop - 1), (peak, ridge - 2), (corner + 3, eave + drop - 1)], 3.4, 0.6)
            easel.snow_along([(cx - 7, ridge - 18), (cx + 7, ridge - 18)], 3.0, 0.7)
        # Bushes and flowers root it in the garden.
        for bx, size in ((-60, 11), (52, 13), (22, 7)):
            leaf = SNOW if easel.snowy else grass_colour(light)
            base = (0.30, 0.38, 0.34) if easel.snowy else scaled(leaf, 0.62)
            for tone, exposure, shift, scale in ((base, -0.7, 0.0, 1.0), (mix(base, leaf, 0.5), 0.0, 0.2, 0.78), (leaf, 0.6, 0.42, 0.5)):
                path = skia.Path()
                path.setFillType(skia.PathFillType.kWinding)
                for u, v, r in zip(rng.uniform(-0.9, 0.9, 9), rng.uniform(-0.75, 0.05, 9), rng.uniform(0.28, 0.46, 9)):
                    u0, v0, r0 = bx + (u * scale + easel.sun * shift * 0.6) * size, (v * scale - shift * 0.5) * size, r * scale * size
                    path.addOval(skia.Rect.MakeLTRB(u0 - r0, v0 - r0 * 0.85, u0 + r0, v0 + r0 * 0.85))
                easel.fill(path, easel.tone(tone, exposure))
        if not easel.snowy and easel.chance(0.6):
            # Something climbs the corner of the gable.
            vine = grass_colour(light)
            for tone, exposure, many, size in ((scaled(vine, 0.58), -0.5, 34, 2.6), (vine, gable_lit, 22, 1.9), ((0.92, 0.45, 0.52), gable_lit + 0.3, 8 if light.season != "autumn" else 0, 1.5)):
                path = skia.Path()
                path.setFillType(skia.PathFillType.kWinding)
                for share in rng.uniform(0, 1, many).tolist():
                    u, v = left + 3 + 7 * share * share + rng.normal() * (4.2 - 2.4 * share), -2 - share * 44 + rng.normal() * 1.4
                    path.addOval(skia.Rect.MakeLTRB(u - size, v - size * 0.8, u + size, v + size * 0.8))
                easel.fill(path, easel.tone(tone, exposure))
        easel.tufts(-66, 62, 5, 26, 1.5)
        if light.is_dim:
            easel.glow(peak - 8, -34, 16, light.window, 0.6)
            easel.fill(oval(peak - 8, -34, 1.8, 2.2), light.window)


def house(canvas: skia.Canvas, x: float, y: float, width: float, light: Light, rng: numpy.random.Generator, roof: Colour, front: bool, depth: float = 0.0) -> None:
    """A small village house of this width: its gable to the viewer (`front`) or its long side."""
    wall = mix(PLASTER, (0.86, 0.74, 0.60), float(rng.random()) * 0.6)
    tall = width * float(rng.uniform(0.46, 0.60))
    rise = width * float(rng.uniform(0.40, 0.52))
    half, sun = width / 2, light.sun_side
    shadow = ink(scaled(mix(light.shade, (0.10, 0.14, 0.22), 0.55), 0.62), 0.30)
    canvas.drawOval(skia.Rect.MakeLTRB(x - half * 1.1 - max(0, sun) * half * 0.7, y - width * 0.06, x + half * 1.1 - min(0, sun) * half * 0.7, y + width * 0.08), skia.Paint(Color=shadow, AntiAlias=True))

    def brush(colour: Colour) -> skia.Paint:
        return skia.Paint(Color=ink(colour), AntiAlias=True)

    def tile(exposure: float) -> Colour:
        return accent(light, roof, exposure, depth)

    snowy = light.season == "winter"
    if rng.random() < 0.6:
        stack = x + half * float(rng.uniform(0.2, 0.5)) * (1 if rng.random() < 0.5 else -1)
        canvas.drawPath(box(stack - width * 0.055, y - tall - rise * 1.15, stack + width * 0.055, y - tall - rise * 0.4), brush(light.local((0.58, 0.44, 0.38), 0.0, depth)))
    if front:
        canvas.drawPath(shape([(x - half, y), (x - half, y - tall), (x, y - tall - rise), (x + half, y - tall), (x + half, y)]), brush(light.local(wall, 0.15, depth)))
        canvas.drawPath(shape([(x, y), (x, y - tall - rise), (x + sun * half, y - tall), (x + sun * half, y)]), brush(light.local(wall, 0.5, depth)))
        thick = width * 0.13
        for side in (-1, 1):
            edge = shape([(x, y - tall - rise - thick), (x + side * half * 1.22, y - tall + thick * 0.2), (x + side * half * 1.14, y - tall + thick * 1.05), (x, y - tall - rise + thick * 0.35)])
            canvas.drawPath(edge, brush(tile(0.75 if side == sun else -0.35)))
            if snowy:
                canvas.drawPath(shape([(x, y - tall - rise - thick * 1.25), (x + side * half * 1.2, y - tall - thick * 0.1), (x + side * half * 1.16, y - tall + thick * 0.25), (x, y - tall - rise - thick * 0.5)]), brush(light.local(SNOW, 0.75 if side == sun else 0.1, depth)))
    else:
        canvas.drawPath(box(x - half, y - tall, x + half, y), brush(light.local(wall, 0.25, depth)))
        over = width * 0.09
        inset = width * 0.10
        shade_wall = shape([(x - sun * half, y), (x - sun * half, y - tall), (x - sun * half * 0.55, y - tall), (x - sun * half * 0.55, y)])
        canvas.drawPath(shade_wall, brush(light.local(wall, -0.35, depth)))
        canvas.drawPath(box(x - half, y - tall, x + half, y - tall * 0.80), brush(light.local(wall, -0.85, depth)))
        canvas.drawPath(shape([(x - half - over, y - tall + over * 0.5), (x - half + inset, y - tall - rise * 0.92), (x + half - inset, y - tall - rise * 0.92), (x + half + over, y - tall + over * 0.5)]), brush(tile(0.45)))
        lines = skia.Path()
        for step in (0.30, 0.58, 0.84):
            level = y - tall - rise * 0.92 * (1 - step)
            spread = half - inset + (over + inset) * step
            lines.moveTo(x - spread, level)
            lines.lineTo(x + spread, level)
        canvas.drawPath(lines, skia.Paint(Color=ink(tile(-0.6), 0.6), AntiAlias=True, Style=skia.Paint.kStroke_Style, StrokeWidth=max(0.7, width * 0.018)))
        canvas.drawPath(box(x - half - over, y - tall + over * 0.3, x + half + over, y - tall + over * 0.9), brush(tile(-0.7)))
        if snowy:
            lower = [(x - half + inset * (1 - 2 * k) * 0 - over * 0.3 + (width + over * 0.6) * k, y - tall - rise * float(rng.uniform(0.34, 0.52))) for k in (0.0, 0.25, 0.5, 0.75, 1.0)]
            canvas.drawPath(shape([(x - half + inset * 0.9, y - tall - rise * 0.99), (x + half - inset * 0.9, y - tall - rise * 0.99)] + lower[::-1]), brush(light.local(SNOW, 0.6, depth)))
    timber = brush(light.local(TIMBER, -0.2, depth))
    if width > 26 and rng.random() < 0.6:
        # Half-timbering, as slim rectangles.
        post = width * 0.022
        beams = skia.Path()
        for place in (-0.47, -0.14, 0.14, 0.47):
            beams.addRect(skia.Rect.MakeLTRB(x + place * width - post, y - tall, x + place * width + post, y))
        beams.addRect(skia.Rect.MakeLTRB(x - half, y - tall * 0.30 - post, x + half, y - tall * 0.30 + post))
        canvas.drawPath(beams, timber)
    pane = brush(light.window if light.is_dim and rng.random() < 0.75 else light.local((0.26, 0.34, 0.44), -0.3, depth))
    w, h = width * 0.075, tall * 0.17
    spots = (-0.26, 0.26) if front else (-0.32, 0.0, 0.32)
    door = int(rng.integers(len(spots)))
    for index, spot in enumerate(spots):
        wx = x + spot * width
        if index == door:
            canvas.drawPath(box(wx - w, y - tall * 0.52, wx + w, y), timber)
        else:
            canvas.drawPath(box(wx - w * 1.25, y - tall * 0.50 - h * 1.25, wx + w * 1.25, y - tall * 0.50 + h * 1.25), timber)
            canvas.drawPath(box(wx - w, y - tall * 0.50 - h, wx + w, y - tall * 0.50 + h), pane)
    if front and width > 16:
        canvas.drawPath(box(x - w * 0.9, y - tall - rise * 0.34 - h, x + w * 0.9, y - tall - rise * 0.34 + h * 0.6), pane)
        canvas.drawPath(box(x - half, y - tall - width * 0.015, x + half, y - tall + width * 0.015), timber)
