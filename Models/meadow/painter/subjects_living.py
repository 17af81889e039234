"""Who lives there: cat, birds, walker."""

import math

import numpy
import skia

from .brush import smooth
from .light import Colour, Light, mix, scaled
from .subjects_kit import CREAM, IRON, SKIN, SLATE, TIMBER, WHITE, WOOD, Easel, box, curve, is_dark, is_pale, oval, shape


def cat(canvas: skia.Canvas, x: float, y: float, height: float, colour: Colour, light: Light, rng: numpy.random.Generator, facing: int) -> None:
    """A sitting cat that looks out at the viewer."""
    with Easel(canvas, x, y, height, light, rng, facing, 0.0, (-84, -108, 80, 12)) as easel:
        easel.ground_shadow(-40, 26, 9, 0.45)
        dark, pale = is_dark(colour), is_pale(colour)
        fur = mix(colour, (0.20, 0.20, 0.28), 0.35) if dark else colour
        lit = mix(fur, WHITE, 0.22 if not dark else 0.16)
        deep = scaled(fur, 0.66)
        bib = WHITE if not pale else mix(WHITE, (1.0, 0.94, 0.84), 0.5)
        paint = easel.accent
        curl = easel.between(-6, 6)
        tail = [(-20, -5), (-40, -1), (-55, -6), (-58 - curl * 0.3, -24), (-48 + curl * 0.3, -36 - curl), (-44 + curl, -46 - curl)]
        easel.line(tail, paint(deep, -0.4), 9.5, curved=True)
        easel.line([(a + 0.6, b - 1.6) for a, b in tail], paint(fur, 0.3), 5.6, curved=True)
        easel.line([tail[-2], ((tail[-2][0] + tail[-1][0]) / 2, (tail[-2][1] + tail[-1][1]) / 2), tail[-1]], paint(bib if not dark and not pale else (lit if dark else deep), 0.2), 7.6)
        body = curve([(-3, -66), (-16, -58, -26, -38), (-35, -20, -32, -7), (-30, 1, -18, 1), (20, 1), (25, 0, 23, -5), (21, -12, 22, -30), (24, -46, 20, -62), (10, -72, -3, -66)])
        easel.fill(body, paint(fur, 0.05))
        with easel.inside(body):
            side = easel.sun
            # Light from one side: a shaded flank, a lit edge.
            if side > 0:
                easel.fill(smooth([(-40, -70), (-8, -66), (-18, -44), (-22, -20), (-14, 4), (-44, 6)]), paint(deep, -0.45), 0.85, soft=0.9)
                easel.fill(smooth([(26, -66), (17, -60), (18, -36), (17, -6), (30, 4)]), paint(lit, 0.95), 0.9, soft=0.7)
            else:
                easel.fill(smooth([(30, -70), (12, -62), (11, -36), (13, 4), (34, 6)]), paint(deep, -0.4), 0.8, soft=0.9)
                easel.fill(smooth([(-2, -70), (-8, -58), (-22, -36), (-28, -14), (-28, 2), (-40, -6), (-30, -46)]), paint(lit, 0.95), 0.9, soft=0.7)
            fluff = [(2, -62), (22, -62), (23, -46), (20, -41), (20.6, -36), (17, -37), (15, -29), (12.4, -35), (9, -32), (8.6, -38), (4.6, -39), (5.6, -45), (2, -49)]
            easel.fill(shape(fluff, 2.2), paint(bib if not dark else mix(fur, WHITE, 0.5), 0.35), 0.95)
            if not dark and not pale:
                for v in (-52, -42, -32, -22):
                    shift = (v + 52) * 0.33
                    easel.line([(-14 - shift, v), (-9 - shift * 0.7, v + 4), (-2 - shift * 0.6, v + 4)], paint(scaled(fur, 0.58), -0.3), 2.4, 0.75, curved=True)
        haunch = curve([(-30, -4), (-33, -30, -12, -32), (6, -30, 6, -10), (6, 0, -6, 1), (-24, 1.4, -30, -4)])
        easel.fill(haunch, paint(fur, 0.22 if easel.sun < 0 else -0.05))
        with easel.inside(haunch):
            easel.fill(smooth([(10, -34), (2, -26), (0, -8), (10, 6)]), paint(deep, -0.4), 0.6, soft=0.7)
            easel.fill(smooth([(-30, -30), (-12, -33), (0, -26), (-14, -24), (-26, -14)]), paint(lit, 0.7), 0.6, soft=0.7)
        easel.line([(7, -26), (6.4, -12), (7.5, -1)], paint(scaled(fur, 0.5), -0.5), 1.4, 0.7, curved=True)
        easel.line([(15, -24), (14.6, -12), (15, -1)], paint(scaled(fur, 0.5), -0.5), 1.3, 0.65, curved=True)
        for px in (-4, 11, 19.5):
            easel.fill(oval(px, -2.2, 6.2 if px < 0 else 5.0, 3.6), paint(bib if not dark else lit, 0.25))
            easel.lines([(px - 1.2, 0.4, px - 1.2, -1.6), (px + 1.6, 0.4, px + 1.6, -1.6)], paint(scaled(fur, 0.5), -0.4), 0.7, 0.7)
        _cat_head(easel, fur, lit, deep, bib, dark, pale)


def _cat_head(easel: Easel, fur: Colour, lit: Colour, deep: Colour, bib: Colour, dark: bool, pale: bool) -> None:
    paint = easel.accent
    canvas = easel.canvas
    canvas.save()
    canvas.translate(9, -74)
    canvas.rotate(easel.between(-6, 6))
    for way in (-1, 1):
        easel.fill(curve([(way * 17.5, -4), (way * 20.5, -20, way * 17, -27), (way * 8, -22, way * 3.5, -13.5)]), paint(fur, 0.35 if way == easel.sun else -0.35))
        easel.fill(curve([(way * 15.2, -9), (way * 17.4, -18, way * 15.6, -22), (way * 10, -19, way * 7, -14)]), paint((0.90, 0.60, 0.58), 0.1 if way == easel.sun else -0.4), 0.85)
    # Tufts of fur stand out at the cheeks.
    head = curve([(-19.6, 0), (-20, -15, 0, -16), (20, -15, 19.6, 0), (20, 3, 23.5, 6.5), (19, 6.6, 20.5, 10.5), (15, 10, 13, 12.4), (7, 15.4, 0, 15.4), (-7, 15.4, -13, 12.4), (-15, 10, -20.5, 10.5), (-19, 6.6, -23.5, 6.5), (-20, 3, -19.6, 0)])
    easel.fill(head, paint(fur, 0.2))
    with easel.inside(head):
        way = easel.sun
        easel.fill(smooth([(-way * 24, -20), (-way * 12, -14), (-way * 10, 2), (-way * 8, 16), (-way * 26, 18)]), paint(deep, -0.4), 0.7, soft=0.9)
        easel.fill(smooth([(way * 24, -14), (way * 10, -16), (way * 14, 0), (way * 12, 12), (way * 24, 10)]), paint(lit, 0.9), 0.7, soft=0.7)
        if not dark and not pale:
            easel.lines([(0, -16, 0, -9), (-4.5, -15.5, -4, -9.5), (4.5, -15.5, 4, -9.5), (-20, 1, -14, 2), (20, 1, 14, 2), (-19, 5, -14, 5), (19, 5, 14, 5)], paint(scaled(fur, 0.55), -0.3), 1.8, 0.8)
        easel.fill(smooth([(-1.5, -5), (1.5, -5), (4, 3), (10, 8), (5, 14), (0, 15), (-5, 14), (-10, 8), (-4, 3)]), paint(bib if not dark else mix(fur, WHITE, 0.28), 0.45), 0.95)
    iris = (0.95, 0.78, 0.24) if dark or easel.chance(0.5) else (0.52, 0.72, 0.36)
    for way in (-1, 1):
        eye = curve([(way * 4.6, 0.4), (way * 7.5, -5.4, way * 13, -1.4), (way * 9.5, 3.6, way * 4.6, 0.4)])
        easel.fill(eye, mix(easel.tone(iris, 0.6), iris, 0.5))
        easel.canvas.drawPath(eye, easel.brush(paint(scaled(fur, 0.30), -0.4), 0.9, 1.1))
        easel.fill(oval(way * 8.8, -0.6, 1.5, 2.7), (0.06, 0.06, 0.09))
        easel.fill(oval(way * 8.8 + 0.9, -1.8, 0.8, 0.8), (1, 1, 0.97), 0.9)
    easel.fill(curve([(-2.2, 5.2), (0, 4.4, 2.2, 5.2), (0.4, 8.0, 0, 8.0), (-0.4, 8.0, -2.2, 5.2)]), paint((0.86, 0.50, 0.50), 0.1))
    easel.line([(-4.5, 10), (-1.6, 11.2), (0, 8.2), (1.6, 11.2), (4.5, 10)], paint(scaled(deep, 0.6), -0.4), 0.9, 0.8, curved=True)
    easel.lines([(way * 8, 8 + d, way * 25, 5 + d * 2.6) for way in (-1, 1) for d in (0, 1.6)], easel.tone(WHITE, 0.8), 0.5, 0.7)
    canvas.restore()


def birds(canvas: skia.Canvas, x: float, y: float, height: float, colour: Colour, light: Light, rng: numpy.random.Generator, facing: int) -> None:
    """A flock on the wing; (x, y) is its middle."""
    count = int(rng.integers(3, 8))
    with Easel(canvas, x, y, height, light, rng, facing, 0.04, (-150, -110, 130, 110)) as easel:
        # The leader ahead, the others on two arms behind it, the far ones smaller and drawn first.
        slots = [(68, 10, 1.0), (6, -26, 0.86), (-22, 42, 0.92), (-62, -46, 0.64), (-78, 24, 0.74), (52, -56, 0.56), (-116, -16, 0.60)][:count]
        size = {3: 1.16, 4: 1.06, 5: 0.98}.get(count, 0.92)
        for sx, sy, scale in sorted(slots, key=lambda slot: slot[2]):
            _bird(easel, sx + easel.between(-5, 5), sy + easel.between(-5, 5), scale * size, colour)


def _bird(easel: Easel, x: float, y: float, scale: float, colour: Colour) -> None:
    canvas, paint = easel.canvas, easel.accent
    pale, dark = is_pale(colour), is_dark(colour)
    tip = SLATE if pale else (scaled(colour, 0.5) if not dark else (0.46, 0.48, 0.56))
    belly = mix(colour, WHITE, 0.55) if not dark else mix(colour, WHITE, 0.22)
    # Wings up, wings down, or banking with one up and one down: never edge-on, where a bird looks like a fish.
    pose = easel.rng.random()
    near = easel.between(0.72, 1.0)
    if pose < 0.40:
        near, far = near, near * 0.95
    elif pose < 0.62:
        near, far = -near * 0.85, -near * 0.62
    else:
        near, far = -near * 0.75, near * 0.9
    canvas.save()
    canvas.translate(x, y + 6 * near)
    canvas.scale(scale, scale)
    canvas.rotate(easel.between(-14, 2))

    def wing(base: float, lift: float, sweep: float, exposure: float) -> None:
        """A long wing, bent at the wrist; `lift` is 1 for straight up and -1 for straight down."""
        root = -3.0 if lift > 0 else 2.0
        wrist = (base + 5 + sweep * 0.4, root - 21 * lift)
        end = (base - 20 + sweep, root - 49 * lift)
        hind = (base - 17 + sweep * 0.5, root - 20 * lift)
        path = curve([
            (base + 9, root), (base + 12 + sweep * 0.2, root - 10 * lift, *wrist), (wrist[0] - 2, root - 35 * lift, *end),
            (end[0] + 1, root - 31 * lift, *hind), (base - 12, root - 9 * lift, base - 10, root + 1),
        ])
        easel.fill(path, paint(colour, exposure))
        with easel.inside(path):
            # Dark flight feathers at the end and along the back, a light arm in front.
            easel.fill(curve([(end[0] - 6, end[1] - 8 * lift), (wrist[0] + 9, end[1] - 4 * lift), (wrist[0] + 2, root - 27 * lift), (base - 6 + sweep * 0.5, root - 27 * lift, hind[0] - 8, root - 25 * lift)]), paint(tip, exposure))
            easel.fill(curve([(base + 16, root + 2 * lift), (wrist[0] + 8, wrist[1]), (wrist[0] + 1, root - 26 * lift), (base + 1, root - 12 * lift, base + 2, root + 2)]), paint(mix(colour, WHITE, 0.34), exposure + 0.3), 0.75)

    wing(5, far, 11, -0.45)
    easel.fill(shape([(-15, -2), (-33, -6), (-30, 0), (-33, 6), (-14, 4)], 2), paint(tip if not pale else colour, -0.1))
    body = curve([(-20, 0), (-8, -8, 10, -7), (17, -9, 22, -4), (25, 0, 18, 3), (4, 9, -20, 3)])
    easel.fill(body, paint(colour, 0.45))
    with easel.inside(body):
        easel.fill(curve([(-22, 3), (0, 2, 24, -1), (26, 12), (-22, 12)]), paint(belly, -0.25))
    easel.fill(shape([(22, -4.5), (31, -1.8), (22, -0.4)], 0.8), easel.tone((0.95, 0.62, 0.22), 0.4))
    easel.fill(oval(18.5, -3.8, 1.2, 1.2), (0.08, 0.08, 0.10) if not dark else (0.95, 0.92, 0.85))
    wing(-1, near, -1, 0.65)
    canvas.restore()


def walker(canvas: skia.Canvas, x: float, y: float, height: float, colour: Colour, light: Light, rng: numpy.random.Generator, facing: int) -> None:
    """Somebody on the way, seen from behind and aside: coat or cape, hat or umbrella, a bag."""
    with Easel(canvas, x, y, height, light, rng, facing, 0.0, (-44, -124, 54, 8)) as easel:
        easel.ground_shadow(-15, 15, 5, 0.48)
        wet = light.weather in ("rain", "snow")
        cape = easel.chance(0.35)
        hair = [(0.22, 0.15, 0.13), (0.42, 0.26, 0.16), (0.72, 0.54, 0.30), (0.55, 0.26, 0.16)][int(rng.integers(4))]
        boots = (0.36, 0.24, 0.18)
        trousers = (0.30, 0.33, 0.42) if not is_dark(colour) else (0.62, 0.55, 0.46)
        # Legs in mid-stride: the far one behind, lifted at the heel.
        for hip, knee, foot, exposure, turn in (((-2, -42), (-5, -23), (-12, -6.5), -0.6, 28), ((3, -42), (7, -23), (8.5, -4.6), 0.15, -4)):
            easel.line([hip, knee, foot], easel.tone(trousers, exposure), 6.8)
            canvas.save()
            canvas.translate(*foot)
            canvas.rotate(turn)
            boot = curve([(-3.9, -9), (3.6, -9), (3.4, -3, 8.5, -0.6), (10.4, 1.4, 9.6, 4.4), (-3.6, 4.4), (-4.4, 0, -3.9, -9)])
            easel.fill(boot, easel.tone(boots, exposure))
            easel.fill(box(-4.4, -10, 4.2, -7.4), easel.tone(mix(boots, CREAM, 0.35), exposure + 0.2))
            easel.fill(box(-3.6, 3.2, 9.6, 4.6), easel.tone(scaled(boots, 0.6), -0.6))
            canvas.restore()
        sway = easel.between(2, 6)
        if cape:
            coat = curve([(-6, -79), (-16, -72, -19, -50), (-23 - sway, -38, -24 - sway, -29), (-8, -24, 4, -28), (14, -28, 17, -32), (15, -56, 12, -70), (10, -78, 5, -80)])
        else:
            coat = curve([(-6, -79), (-12, -77, -12.5, -66), (-11, -54, -14, -44), (-17 - sway, -36, -18 - sway, -31), (-6, -27, 3, -30), (12, -30, 15, -34), (12, -46, 10.5, -58), (12, -72, 9, -77), (6, -80, -6, -79)])
        easel.fill(coat, easel.accent(colour, 0.1))
        with easel.inside(coat):
            lit_side = easel.sun
            shade_x = -lit_side
            easel.fill(smooth([(shade_x * 28, -84), (shade_x * 4, -80), (shade_x * 5, -60), (shade_x * 6, -44), (shade_x * 8, -24), (shade_x * 32, -24)]), easel.accent(scaled(colour, 0.70), -0.55), 0.95, soft=0.8)
            easel.fill(smooth([(lit_side * 24, -82), (lit_side * 8, -82), (lit_side * 8, -60), (lit_side * 9, -44), (lit_side * 12, -26), (lit_side * 30, -26)]), easel.accent(mix(colour, WHITE, 0.22), 0.9), 0.85, soft=0.7)
            folds = [(-8, -50, -12, -28), (-1, -52, -3, -27), (6, -50, 8, -29)]
            easel.lines(folds, easel.accent(scaled(colour, 0.55), -0.5), 1.3, 0.6)
            if not cape:
                easel.lines([(-13, -54, 12, -55)], easel.tone(TIMBER, -0.1), 2.2)
        up = wet
        # Arm and bag.
        if not cape:
            hand = (12, -62) if up else (9.5, -49)
            elbow = (12.5, -66) if up else (10.5, -62)
            easel.line([(5, -75), elbow, hand], easel.accent(scaled(colour, 0.82), -0.3 if easel.sun < 0 else 0.35), 6.0, curved=False)
            easel.fill(oval(hand[0] + 0.4, hand[1], 2.6, 2.6), easel.tone(SKIN, 0.3))
            pack = shape([(-15, -75), (-2, -77), (-0.5, -58), (-14.5, -56)], 3.5)
            easel.fill(pack, easel.tone(WOOD, -0.2))
            easel.fill(shape([(-14.5, -74), (-2, -76), (-1.4, -68), (-14.5, -66)], 3), easel.tone(mix(WOOD, CREAM, 0.25), 0.45 if easel.sun < 0 else 0.0))
        if cape and wet:
            easel.fill(oval(12.6, -62, 2.6, 2.6), easel.tone(SKIN, 0.3))
        # Head, turned away: hair and no more of the face than a cheek; then a hat.
        easel.fill(box(-2, -84, 3.4, -77), easel.tone(SKIN, -0.4))
        easel.fill(oval(1.2, -88.5, 7.2, 8.0), easel.tone(SKIN, 0.35 if easel.sun > 0 else -0.1))
        easel.fill(oval(8.2, -87.4, 1.1, 1.3), easel.tone(SKIN, 0.3 if easel.sun > 0 else -0.1))
        mane = curve([(8.6, -92), (7, -98.4, 0, -98.4), (-9, -98, -9.4, -88), (-9.6, -81, -10 - sway * 0.5, -76), (-3, -75.5, 3.6, -77), (6.4, -80, 5.4, -86), (5.6, -90, 8.6, -92)])
        easel.fill(mane, easel.tone(hair, -0.3))
        with easel.inside(mane):
            easel.fill(smooth([(7 * easel.sun - 3, -100), (11 * easel.sun - 2, -94), (9 * easel.sun - 3, -82), (5 * easel.sun - 3, -76), (4.4 * easel.sun - 3, -86)]), easel.tone(mix(hair, (1.0, 0.85, 0.6), 0.22), 0.7), 0.8)
            easel.lines([(-4, -94, -6.5, -77), (0, -94, -1.5, -77)], easel.tone(scaled(hair, 0.6), -0.5), 0.7, 0.7)
        scarf = CREAM if not is_pale(colour) else (0.70, 0.28, 0.24)
        if light.season != "summer":
            easel.fill(smooth([(-7, -80.5), (0, -82.5), (8, -80), (7.4, -75.5), (0, -75), (-7.4, -76)]), easel.tone(scarf, 0.3))
            easel.fill(curve([(-6, -80), (-16, -83, -24 - sway, -77), (-22 - sway, -72), (-14, -77, -6, -75)]), easel.tone(scarf, 0.05))
        if wet:
            _umbrella(easel, colour)
        elif easel.chance(0.85):
            straw = (0.90, 0.76, 0.46) if light.season in ("spring", "summer") else mix(colour, IRON, 0.45)
            mixer = easel.tone if light.season in ("spring", "summer") else easel.accent
            brim = curve([(-14, -92), (-2, -97, 15, -92.5), (16, -90, 8, -90), (-2, -91, -11, -89), (-15, -90, -14, -92)])
            easel.fill(brim, mixer(straw, 0.1))
            crown = curve([(-7.4, -93), (-8, -102, 0.5, -102.5), (9, -102, 8.8, -93), (1, -95.6, -7.4, -93)])
            easel.fill(crown, mixer(straw, 0.5))
            with easel.inside(crown):
                easel.fill(box(-9, -97.4, 10, -92), easel.accent(colour, -0.1))
                edge = 8 * -easel.sun
                easel.fill(smooth([(edge - 5, -104), (edge + 5, -104), (edge + 4, -92), (edge - 4, -92)]), mixer(scaled(straw, 0.7), -0.6), 0.5, soft=0.8)


def _umbrella(easel: Easel, colour: Colour) -> None:
    """An open umbrella of eight panels."""
    canvas = easel.canvas
    canvas.save()
    canvas.translate(11, -64)
    canvas.rotate(easel.between(2, 9))
    easel.lines([(0, 2, 0, -38)], easel.tone(TIMBER, 0.0), 1.5)
    half, rim, top = 32.0, -25.0, -47.0
    ribs = (-1.0, -0.62, -0.16, 0.34, 0.76, 1.0)
    for index in range(5):
        a, b = ribs[index] * half, ribs[index + 1] * half
        place = (a + b) / 2 / half * easel.sun
        panel = curve([(0, top), (a * 0.72, top + 3, a, rim + 2), ((a + b) / 2, rim - 3.5, b, rim + 2), (b * 0.72, top + 3, 0, top)])
        easel.fill(panel, easel.accent(colour if index % 2 else mix(colour, WHITE, 0.10), 0.15 + 0.75 * place))
    for r in ribs[1:-1]:
        easel.canvas.drawPath(curve([(0, top), (r * half * 0.72, top + 3, r * half, rim + 2), (r * half * 0.72, top + 3, 0, top)]), easel.brush(easel.accent(scaled(colour, 0.6), -0.5), 0.7, 0.6))
    easel.lines([(0, top, 0, top - 4)], easel.tone(TIMBER, 0.2), 1.4)
    if easel.light.weather == "snow":
        easel.snow_along([(-17, top + 6), (-4, top), (4, top), (17, top + 6)], 2.6, 0.7)
    canvas.restore()
