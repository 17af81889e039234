"""Trees: one grand tree to be the subject, and cheap ones for woods."""

import math

import numpy
import skia

from .brush import dabs, smooth
from .light import Colour, Light, mix, scaled
from .subjects_kit import SNOW, Easel, curve

_BARK: Colour = (0.42, 0.31, 0.25)


def _clump(seed: int, leaves: int) -> tuple[numpy.ndarray, numpy.ndarray, numpy.ndarray]:
    """The dabs of one bunch of leaves of radius 1: a full middle and a ragged edge."""
    rng = numpy.random.default_rng(seed)
    angle = rng.uniform(0, 2 * math.pi, leaves)
    reach = numpy.sqrt(rng.uniform(0.25, 1.0, leaves))
    return reach * numpy.cos(angle), reach * numpy.sin(angle), rng.uniform(0.12, 0.235, leaves) * (1.35 - 0.6 * reach)


def _leafy(seed: int, leaves: int, core: float) -> skia.Path:
    """A bunch of leaves of radius 1 as one path."""
    xs, ys, radii = _clump(seed, leaves)
    rng = numpy.random.default_rng(seed + 999)
    path = skia.Path()
    path.setFillType(skia.PathFillType.kWinding)
    if core > 0:
        steps = numpy.linspace(0, 2 * math.pi, 13, endpoint=False)
        path.addPath(smooth([(core * f * math.cos(a), core * f * math.sin(a)) for a, f in zip(steps, rng.uniform(0.62, 1.38, 13))]))
    # A leaf is a lens of two curves: quicker to fill than an ellipse, and it looks more like a dab of a flat brush.
    for x, y, r, turn in zip(xs.tolist(), ys.tolist(), radii.tolist(), rng.uniform(0, math.pi, leaves).tolist()):
        ux, uy = r * 1.7 * math.cos(turn), r * 1.7 * math.sin(turn)
        vx, vy = -uy * 0.95, ux * 0.95
        path.moveTo(x - ux, y - uy)
        path.quadTo(x + vx, y + vy, x + ux, y + uy)
        path.quadTo(x - vx, y - vy, x - ux, y - uy)
        path.close()
    return path


_FULL = [_leafy(seed, 14, 0.86) for seed in range(6)]
_LOOSE = [_leafy(seed + 50, 14, 0.0) for seed in range(6)]
_CORED = [_leafy(seed + 80, 12, 0.60) for seed in range(6)]
_SMALL = [_leafy(seed + 110, 8, 0.80) for seed in range(6)]


def foliage(light: Light, rng: numpy.random.Generator, kind: str = "broad") -> list[Colour]:
    """Local colours of leaves from the deepest to the brightest, for the season."""
    season = light.season
    if kind == "conifer":
        if season == "winter":
            return [(0.12, 0.25, 0.26), (0.19, 0.34, 0.33), (0.30, 0.45, 0.42), (0.46, 0.58, 0.54)]
        return [(0.08, 0.23, 0.20), (0.13, 0.33, 0.25), (0.22, 0.44, 0.28), (0.40, 0.58, 0.34)]
    if kind == "blossom":
        return [(0.66, 0.36, 0.50), (0.87, 0.55, 0.66), (0.98, 0.74, 0.80), (1.0, 0.90, 0.91)]
    if season == "spring":
        return [(0.22, 0.42, 0.17), (0.40, 0.62, 0.22), (0.58, 0.77, 0.30), (0.79, 0.89, 0.46)]
    if season == "autumn":
        sets = (
            [(0.50, 0.17, 0.10), (0.76, 0.30, 0.10), (0.92, 0.48, 0.14), (1.0, 0.70, 0.28)],
            [(0.48, 0.10, 0.10), (0.72, 0.17, 0.12), (0.88, 0.30, 0.16), (0.98, 0.52, 0.26)],
            [(0.52, 0.31, 0.08), (0.78, 0.52, 0.12), (0.93, 0.70, 0.20), (1.0, 0.86, 0.42)],
        )
        return sets[int(rng.integers(len(sets)))]
    return [(0.09, 0.25, 0.13), (0.18, 0.41, 0.16), (0.33, 0.57, 0.20), (0.58, 0.74, 0.32)]


def _limb(path: skia.Path, x0: float, y0: float, x1: float, y1: float, w0: float, w1: float, bend: float) -> None:
    """A tapering, bent branch added to a path."""
    nx, ny = y0 - y1, x1 - x0
    length = math.hypot(nx, ny) or 1.0
    nx, ny = nx / length, ny / length
    mx, my = (x0 + x1) / 2 + nx * bend, (y0 + y1) / 2 + ny * bend
    middle = (w0 + w1) / 2
    path.moveTo(x0 + nx * w0, y0 + ny * w0)
    path.quadTo(mx + nx * middle, my + ny * middle, x1 + nx * w1, y1 + ny * w1)
    path.lineTo(x1 - nx * w1, y1 - ny * w1)
    path.quadTo(mx - nx * middle, my - ny * middle, x0 - nx * w0, y0 - ny * w0)
    path.close()


def _branches(rng: numpy.random.Generator, x: float, y: float, angle: float, length: float, width: float, level: int, out: list) -> None:
    """Branch segments (x0, y0, x1, y1, half-widths, bend) that fork upwards."""
    x1, y1 = x + length * math.cos(angle), y - length * math.sin(angle)
    thin = width * 0.62
    out.append((x, y, x1, y1, width, thin, float(rng.uniform(-0.13, 0.13)) * length, level))
    if level == 0:
        return
    forks = 2 if level > 3 or rng.random() < 0.72 else 3
    spread = rng.uniform(0.50, 0.85)
    for index in range(forks):
        turn = (index - (forks - 1) / 2) * spread * (1.2 if forks == 2 else 0.85) + rng.uniform(-0.22, 0.22)
        lift = 0.12 * (math.pi / 2 - angle)
        _branches(rng, x1, y1, angle + turn + lift, length * rng.uniform(0.60, 0.88), thin, level - 1, out)


def grand_tree(canvas: skia.Canvas, x: float, y: float, height: float, colour: Colour, light: Light, rng: numpy.random.Generator, facing: int) -> None:
    """A big lone tree: blossom or fresh green, deep green, orange and red, or bare with snow."""
    kind = "blossom" if light.season == "spring" and rng.random() < 0.6 else "broad"
    with Easel(canvas, x, y, height, light, rng, facing, 0.04, (-66, -106, 66, 8)) as easel:
        easel.ground_shadow(-30, 30, 8, 0.42)
        if light.season == "winter":
            _bare_crown(easel)
        else:
            _full_crown(easel, foliage(light, rng, kind), kind)
        easel.tufts(-13, 13, 4, 20, 0.8)


def _trunk(easel: Easel, top: float, width: float) -> None:
    """A stout trunk with roots, round in the light."""
    lean = easel.between(-2, 2)
    trunk = curve([
        (-width * 2.3, 1.5), (-width * 1.1, -2, -width * 0.92, -14), (-width * 0.75, -26, -width * 0.62 + lean, top),
        (width * 0.62 + lean, top), (width * 0.72, -26, width * 0.95, -14), (width * 1.1, -2, width * 2.5, 1.5), (0, 3.5, -width * 2.3, 1.5),
    ])
    easel.canvas.drawPath(trunk, easel.turned(easel.tone, _BARK, -width * 1.2, width * 1.2))
    with easel.inside(trunk):
        segments = [(u, v, u * 0.8 + 0.4, v - d) for u, v, d in zip(easel.rng.uniform(-width, width, 14), easel.rng.uniform(top, 0, 14), easel.rng.uniform(3, 9, 14))]
        easel.lines(segments[:8], easel.tone(scaled(_BARK, 0.62), -0.6), 0.7, 0.7)
        easel.lines(segments[8:], easel.tone(mix(_BARK, (0.9, 0.75, 0.55), 0.35), 0.8), 0.6, 0.55)


def _full_crown(easel: Easel, leaves: list[Colour], kind: str) -> None:
    rng = easel.rng
    # The crown is a broad dome of bunches; the lowest and hindmost first, so that each casts its shade on those behind.
    wide, tall = easel.between(40, 46), easel.between(29, 32)
    centre = -100 + tall + 6
    count = 25
    bunches = []
    for index in range(count):
        share = (index + 0.5) / count
        angle = index * 2.39996 + rng.uniform(-0.3, 0.3)
        reach = math.sqrt(share) * 0.86
        bx, by = wide * reach * math.cos(angle), centre + tall * reach * math.sin(angle)
        if by > centre + tall * 0.62 and abs(bx) < 9:
            by -= 7
        size = rng.uniform(11.5, 16.5) * (1.15 - 0.38 * reach)
        bunches.append((bx, by, size))
    trunk_top = centre + tall * 0.35
    # The crown's own depth: dark leaves behind everything, with branches seen through the gaps.
    canvas = easel.canvas
    back = skia.Path()
    back.setFillType(skia.PathFillType.kWinding)
    for index, (bx, by, size) in enumerate(bunches):
        matrix = skia.Matrix.Translate(bx * 1.02, by + 2.5).preScale(size * 1.02, size * 0.92)
        bunch = skia.Path(_SMALL[index % 6])
        bunch.transform(matrix)
        back.addPath(bunch)
    easel.fill(back, easel.tone(leaves[0], -0.85))
    limbs = skia.Path()
    limbs.setFillType(skia.PathFillType.kWinding)
    for bx, by in ((-24, centre + 6), (23, centre + 4), (-9, centre - 6), (10, centre - 8)):
        _limb(limbs, bx * 0.06, trunk_top + 13, bx * easel.between(0.85, 1.15), by, 2.6, 0.8, math.copysign(easel.between(1, 4), bx))
    # From the low and hidden bunches to the high and near ones, a few at a time: each group has its own shade and light.
    bunches.sort(key=lambda b: -(b[1] - 0.35 * abs(b[0])))
    sun = easel.sun
    groups = 5
    for group in range(groups):
        chosen = bunches[len(bunches) * group // groups : len(bunches) * (group + 1) // groups]
        high = group / (groups - 1)
        plans = (
            (0, -0.55 + 0.45 * high, 0.00, 1.00, _FULL, -9.0), (1, -0.05 + 0.50 * high, 0.14, 0.90, _CORED, -9.0),
            (2, 0.35 + 0.50 * high, 0.32, 0.72, _CORED, -0.42), (3, 0.70 + 0.30 * high, 0.50, 0.54, _LOOSE, 0.02),
        )
        for tone_index, exposure, shift, scale, stock, threshold in plans:
            path = skia.Path()
            path.setFillType(skia.PathFillType.kWinding)
            for index, (bx, by, size) in enumerate(chosen):
                # What faces the light and the sky is brighter: by where the bunch sits on the dome.
                facing = 0.60 * sun * bx / wide + 0.70 * (centre - by) / tall
                if facing < threshold:
                    continue
                s = size * scale * (1.0 if tone_index < 2 else min(1.25, 0.85 + 0.5 * facing))
                bunch = skia.Path(stock[(index * 5 + tone_index + group) % 6])
                bunch.transform(skia.Matrix.Translate(bx + sun * size * shift * 0.75, by - size * shift * 0.8).preScale(s, s * 0.88).preRotate(float(rng.uniform(0, 360))))
                path.addPath(bunch)
            easel.fill(path, easel.tone(leaves[tone_index], exposure))
        if group == 0:
            # The trunk forks before the lowest leaves and behind all others.
            _trunk(easel, trunk_top + 6, 5.2)
            easel.fill(limbs, easel.tone(_BARK, -0.45))
    # Loose leaves: a few at the edge, a few on the way down.
    angle = rng.uniform(0, 2 * math.pi, 26)
    edge = rng.uniform(1.0, 1.18, 26)
    dabs(canvas, wide * edge * numpy.cos(angle), centre + tall * edge * numpy.sin(angle) * 0.96, rng.uniform(0.5, 1.1, 26), easel.tone_ink(leaves[1], 0.1), 0.7)
    if kind == "blossom" or easel.light.season == "autumn":
        fallen = rng.uniform(-46, 46, 34)
        dabs(canvas, fallen, rng.uniform(-1, 5, 34) - numpy.abs(fallen) * 0.02, rng.uniform(0.6, 1.3, 34), easel.tone_ink(leaves[2], 0.4), 0.4)
        dabs(canvas, rng.uniform(-50, 50, 12), rng.uniform(-46, -4, 12), rng.uniform(0.5, 0.9, 12), easel.tone_ink(leaves[2], 0.6), 0.7)


def _bare_crown(easel: Easel) -> None:
    rng = easel.rng
    segments: list = []
    for angle, length, width in ((1.57, 21, 2.9), (2.18, 20, 2.6), (0.96, 20, 2.6), (2.66, 16, 1.9), (0.48, 16, 1.9)):
        _branches(rng, 0, -28 + (5 if width < 2.5 else 0), angle + rng.uniform(-0.16, 0.16), length * rng.uniform(0.86, 1.12), width, 5 if width > 2.5 else 4, segments)
    paths = {0: skia.Path(), 1: skia.Path()}
    snow = skia.Path()
    # Chance grows some wider than others: drawn in to the size that was asked for.
    grow = 100 / max(40.0, -min(s[3] for s in segments))
    pull = min(1.0, 55 / max(abs(s[2]) for s in segments))
    segments = [(a * pull, b * grow, c * pull, d * grow, *rest) for a, b, c, d, *rest in segments]
    for x0, y0, x1, y1, w0, w1, bend, level in segments:
        _limb(paths[1 if level >= 2 else 0], x0, y0, x1, y1, max(w0, 0.34), max(w1, 0.20), bend)
        if abs(x1 - x0) > 0.45 * abs(y1 - y0) and level >= 1:
            lift = max(w0, 0.6) * 0.8
            _limb(snow, x0, y0 - lift, x1, y1 - lift * 0.8, max(0.5, w0 * 0.55), 0.4, bend)
    _trunk(easel, -28 * grow - 2, 4.4)
    easel.fill(paths[0], easel.tone(mix(_BARK, (0.5, 0.40, 0.42), 0.3), -0.3))
    easel.fill(paths[1], easel.tone(_BARK, -0.45))
    easel.fill(snow, easel.tone(SNOW, 0.75))
    crowns = [s for s in segments if s[7] == 2]
    lumps = [(s[2], s[3]) for s in crowns if rng.random() < 0.55]
    if lumps:
        dabs(easel.canvas, [p[0] for p in lumps], [p[1] - 0.8 for p in lumps], rng.uniform(1.0, 2.2, len(lumps)), easel.tone_ink(SNOW, 0.8), 0.7)


def tree(canvas: skia.Canvas, x: float, y: float, height: float, light: Light, rng: numpy.random.Generator, kind: str = "broad", depth: float = 0.0) -> None:
    """A cheap tree for woods: "broad", "conifer", "poplar", "blossom" or "bare"."""
    if light.season == "winter" and kind in ("broad", "poplar", "blossom"):
        kind = "bare"
    if kind == "conifer":
        _conifer(canvas, x, y, height, light, rng, depth)
    elif kind == "bare":
        _small_bare(canvas, x, y, height, light, rng, depth)
    else:
        _small_leafy(canvas, x, y, height, light, rng, kind, depth)


def _conifer(canvas, x, y, height, light, rng, depth) -> None:
    leaves = foliage(light, rng, "conifer")
    tiers = 5 if height < 60 else 7
    half = height * rng.uniform(0.19, 0.25)
    sun = light.sun_side
    trunk = skia.Paint(Color=light.tint(_BARK, -0.5, depth), AntiAlias=True)
    canvas.drawRect(skia.Rect.MakeLTRB(x - height * 0.02, y - height * 0.15, x + height * 0.02, y), trunk)
    layers = [skia.Path() for _ in range(4)]
    for tier in range(tiers):
        share = tier / tiers
        top = y - height * (1 - share * 0.62) if tier else y - height
        bottom = y - height * (0.86 - share * 0.84)
        wide = half * (0.30 + 0.70 * (tier + 1) / tiers) * rng.uniform(0.92, 1.08)
        droop = height * 0.035
        points = [(x, top)]
        teeth = 4
        for tooth in range(teeth + 1):
            u = tooth / teeth * 2 - 1
            points.append((x - u * -wide, bottom + abs(u) * droop + rng.uniform(0, 0.018) * height))
            if tooth < teeth:
                points.append((x + (u + 1 / teeth) * wide, bottom - droop * 0.7))
        path = skia.Path()
        path.addPoly([skia.Point(float(a), float(b)) for a, b in points], True)
        layers[0].addPath(path)
        for level, (offset, narrow) in enumerate(((0.10, 0.74), (0.26, 0.50), (0.40, 0.26)), start=1):
            cx = x + sun * wide * offset
            tip = top + (bottom - top) * 0.12
            base = bottom - (bottom - top) * (0.08 + 0.10 * level)
            w = wide * narrow
            layers[level].moveTo(x + sun * wide * 0.04, tip)
            layers[level].quadTo(cx + w * 0.3, (tip + base) / 2, cx + w, base + droop * 0.4)
            layers[level].lineTo(cx + w * 0.3, base - droop * 0.5)
            layers[level].lineTo(cx, base + droop * 0.5)
            layers[level].lineTo(cx - w * 0.4, base - droop * 0.4)
            layers[level].lineTo(cx - w, base + droop * 0.3)
            layers[level].close()
    snowy = light.season == "winter"
    for level, exposure in enumerate((-0.75, -0.25, 0.3, 0.8)):
        layers[level].setFillType(skia.PathFillType.kWinding)
        colour = leaves[level]
        if snowy and level >= 2:
            colour = SNOW if level == 3 else mix(SNOW, leaves[2], 0.25)
        canvas.drawPath(layers[level], skia.Paint(Color=light.tint(colour, exposure, depth), AntiAlias=True))


def _small_bare(canvas, x, y, height, light, rng, depth) -> None:
    segments: list = []
    unit = height / 100
    _branches(rng, 0, 0, math.pi / 2 + rng.uniform(-0.06, 0.06), 30, 2.6, 5 if height > 90 else 4, segments)
    # The sum of shortening steps does not reach the same height each time: stretch to fit.
    reach = max(1.0, -min(s[3] for s in segments))
    scale = 100 / reach * unit
    pull = min(1.0, 42 / (100 / reach * max(abs(s[2]) for s in segments)))
    segments = [(s[0] * pull, s[1], s[2] * pull, *s[3:]) for s in segments]
    dark, snow = skia.Path(), skia.Path()
    for x0, y0, x1, y1, w0, w1, bend, level in segments:
        _limb(dark, x + x0 * scale, y + y0 * scale, x + x1 * scale, y + y1 * scale, max(0.4, w0 * scale), max(0.3, w1 * scale), bend * scale)
        if light.season == "winter" and level < 4 and abs(x1 - x0) > 0.5 * abs(y1 - y0):
            lift = max(0.6, w0 * scale)
            _limb(snow, x + x0 * scale, y + y0 * scale - lift, x + x1 * scale, y + y1 * scale - lift, max(0.35, w0 * scale * 0.5), 0.3, bend * scale)
    canvas.drawPath(dark, skia.Paint(Color=light.tint(_BARK, -0.3, depth), AntiAlias=True))
    if light.season == "winter":
        canvas.drawPath(snow, skia.Paint(Color=light.tint(SNOW, 0.6, depth), AntiAlias=True))


def _small_leafy(canvas, x, y, height, light, rng, kind, depth) -> None:
    leaves = foliage(light, rng, kind)
    poplar = kind == "poplar"
    wide = height * (rng.uniform(0.12, 0.16) if poplar else rng.uniform(0.30, 0.38))
    tall = height * (0.44 if poplar else rng.uniform(0.33, 0.37))
    centre = y - height + tall
    trunk = skia.Path()
    _limb(trunk, x, y, x + rng.uniform(-0.02, 0.02) * height, centre + tall * 0.3, height * 0.028, height * 0.016, 0)
    canvas.drawPath(trunk, skia.Paint(Color=light.tint(_BARK, -0.45, depth), AntiAlias=True))
    count = (11 if poplar else 9) if height > 50 else 6
    if poplar:
        # A flame: slim at the foot, widest below the middle, pointed.
        up = (numpy.arange(count) + 0.5) / count
        bx = x + rng.uniform(-0.35, 0.35, count) * wide * numpy.sin(math.pi * up**0.8)
        by = centre + tall * (1 - 2 * up) * 0.94
        size = wide * (0.42 + 0.55 * numpy.sin(math.pi * (0.08 + 0.84 * up**0.85))) * rng.uniform(0.9, 1.1, count)
    else:
        angle = numpy.arange(count) * 2.39996 + rng.uniform(0, 6)
        reach = numpy.sqrt((numpy.arange(count) + 0.5) / count) * 0.72
        bx, by = x + wide * reach * numpy.cos(angle), centre + tall * reach * numpy.sin(angle)
        size = min(wide, tall) * 0.52 * rng.uniform(0.85, 1.15, count)
    sun = light.sun_side
    stock = rng.integers(0, 6, count)
    plans = ((0, -0.75, 0.0, 1.0, _FULL), (1, -0.2, 0.24, 0.80, _CORED), (2, 0.35, 0.46, 0.60, _CORED), (3, 0.85, 0.66, 0.40, _LOOSE))
    if height < 90:
        plans = tuple((*plan[:4], _SMALL) for plan in plans)
    for tone_index, exposure, shift, scale, bank in plans[: 4 if height > 34 else 3]:
        path = skia.Path()
        path.setFillType(skia.PathFillType.kWinding)
        for index in range(count):
            if tone_index >= 2 and (sun * (bx[index] - x) / wide * 0.6 + (centre - by[index]) / tall) < (-0.25 if tone_index == 2 else 0.0):
                continue
            s = float(size[index])
            bunch = bank[(int(stock[index]) + tone_index) % 6]
            matrix = skia.Matrix.Translate(float(bx[index]) + sun * s * shift * 0.7, float(by[index]) - s * shift * 0.7).preScale(s * scale, s * scale * (1.25 if poplar else 0.88))
            moved = skia.Path(bunch)
            moved.transform(matrix)
            path.addPath(moved)
        canvas.drawPath(path, skia.Paint(Color=light.tint(leaves[tone_index], exposure, depth), AntiAlias=True))
