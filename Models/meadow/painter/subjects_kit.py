"""What the painters of subjects share: a place on the canvas with its own units, tones that keep an accent alive, soft forms."""

import math
from contextlib import contextmanager

import numpy
import skia

from .brush import smooth
from .light import Colour, Light, ink, mix, scaled

WHITE: Colour = (0.97, 0.96, 0.93)
CREAM: Colour = (0.95, 0.89, 0.76)
PLASTER: Colour = (0.95, 0.92, 0.86)
STONE: Colour = (0.66, 0.63, 0.60)
SLATE: Colour = (0.38, 0.42, 0.50)
WOOD: Colour = (0.52, 0.36, 0.24)
TIMBER: Colour = (0.36, 0.25, 0.19)
IRON: Colour = (0.22, 0.23, 0.27)
SNOW: Colour = (0.96, 0.98, 1.0)
SKIN: Colour = (0.93, 0.74, 0.61)

# How much of an accent stays as it is, whatever the light: a red sail must still be red by night.
_KEPT = {"dawn": 0.12, "day": 0.10, "dusk": 0.46, "night": 0.60}
# How bright that kept share is.
_LEVEL = {"dawn": 0.98, "day": 1.0, "dusk": 0.95, "night": 0.72}


def _gouache() -> skia.Image:
    """Dry brush and paper, as a tile that is multiplied over what is painted."""
    rng = numpy.random.default_rng(7)
    side = 512
    waves = numpy.fft.fftfreq(side)[:, None], numpy.fft.fftfreq(side)[None, :]
    spectrum = numpy.fft.fft2(rng.standard_normal((side, side)))

    def noise(across: float, down: float, values=spectrum) -> numpy.ndarray:
        """Noise whose spots are about this many pixels wide and high; it repeats without a seam."""
        kept = numpy.exp(-2 * math.pi**2 * ((waves[1] * across) ** 2 + (waves[0] * down) ** 2))
        field = numpy.fft.ifft2(values * kept).real
        return field / field.std()

    # Slanting strokes of the brush, thicker and thinner paint, the paper's grain.
    rows, columns = numpy.indices((side, side))
    strokes = noise(14, 1.5)[(rows + columns) % side, columns]
    blots = noise(15, 9, numpy.roll(spectrum, 901))
    grain = noise(0.6, 0.6)
    value = 0.960 + 0.010 * strokes + 0.020 * blots + 0.007 * grain
    warmth = 0.013 * noise(20, 14, numpy.roll(spectrum, 4001))
    pixels = numpy.stack([value + warmth, value, value - warmth, numpy.ones_like(value)], axis=2)
    return skia.Image.fromarray((numpy.clip(pixels, 0, 1) * 255 + 0.5).astype(numpy.uint8), skia.ColorType.kRGBA_8888_ColorType)


_TEXTURE = _gouache()


def is_pale(colour: Colour) -> bool:
    """Whether the accent is a white, which needs darker things beside it to be seen."""
    return min(colour) > 0.72


def is_dark(colour: Colour) -> bool:
    """Whether the accent is a black, which needs lighter things beside it to be seen."""
    return max(colour) < 0.32


def accent(light: Light, colour: Colour, exposure: float = 0.0, depth: float = 0.0) -> Colour:
    """How an accent looks in this light: part of it stays as it is."""
    pure = scaled(colour, _LEVEL[light.time] * (0.80 + 0.20 * exposure))
    return mix(light.local(colour, exposure, depth), pure, _KEPT[light.time])


def grass_colour(light: Light) -> Colour:
    """The grass of the season."""
    return {"spring": (0.50, 0.68, 0.30), "summer": (0.36, 0.60, 0.24), "autumn": (0.66, 0.56, 0.26), "winter": (0.88, 0.92, 0.97)}[light.season]


class Easel:
    """A subject's own coordinates: the origin is where it stands, 100 units are its height, x goes the way it faces.

    Use it in a ``with``: all drawing inside is in these units. Within `frame` (left, top, right, bottom in units) the finished
    subject gets the grain of gouache.
    """

    def __init__(
        self, canvas: skia.Canvas, x: float, y: float, height: float, light: Light, rng: numpy.random.Generator, facing: int = 1, depth: float = 0.0,
        frame: tuple[float, float, float, float] | None = None,
    ):
        self.frame = frame
        self._lights: list = []
        self.canvas, self.light, self.rng, self.depth = canvas, light, rng, depth
        self.x, self.y, self.unit, self.facing = x, y, height / 100.0, 1 if facing >= 0 else -1
        self.sun = light.sun_side * self.facing
        """Where the light comes from in these coordinates: -1 from behind the subject's back, 1 from the front."""
        self.snowy = light.season == "winter"

    def __enter__(self) -> "Easel":
        self.canvas.save()
        self.canvas.translate(self.x, self.y)
        self.canvas.scale(self.facing * self.unit, self.unit)
        if self.frame:
            self.canvas.saveLayer(skia.Rect.MakeLTRB(*self.frame))
        return self

    def __exit__(self, *_) -> None:
        self.end_frame()
        self.canvas.restore()

    def end_frame(self) -> None:
        """Lays the grain over what was painted so far; what follows (lights) stays clean."""
        if not self.frame:
            return
        self.frame = None
        self.canvas.save()
        self.canvas.resetMatrix()
        shift = skia.Matrix.Translate(float(self.rng.integers(512)), float(self.rng.integers(512)))
        # Given to the constructor, not to setShader: that one would copy the whole picture each time.
        grain = skia.Paint(Shader=_TEXTURE.makeShader(skia.TileMode.kRepeat, skia.TileMode.kRepeat, skia.SamplingOptions(skia.FilterMode.kNearest), shift))
        grain.setBlendMode(skia.BlendMode.kModulate)
        self.canvas.drawPaint(grain)
        self.canvas.restore()
        self.canvas.restore()
        for matrix, x, y, radius, colour, alpha in self._lights:
            self.canvas.save()
            self.canvas.setMatrix(matrix)
            self.glow(x, y, radius, colour, alpha)
            self.canvas.restore()
        self._lights = []

    def between(self, low: float, high: float) -> float:
        """A number by chance."""
        return float(low + (high - low) * self.rng.random())

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def tone(self, colour: Colour, exposure: float = 0.0) -> Colour:
        """How an ordinary thing looks here."""
        return self.light.local(colour, exposure, self.depth)

    def tone_ink(self, colour: Colour, exposure: float = 0.0, alpha: float = 1.0) -> int:
        """``tone``, as Skia takes it."""
        return ink(self.tone(colour, exposure), alpha)

    def accent(self, colour: Colour, exposure: float = 0.0) -> Colour:
        """How the accent looks here."""
        return accent(self.light, colour, exposure, self.depth)

    def brush(self, colour: Colour, alpha: float = 1.0, width: float | None = None, soft: float = 0.0, wobble: float = 0.0) -> skia.Paint:
        """A brush for a filled shape or (with a width) a line; `wobble` is the unsteadiness of the hand in units."""
        result = skia.Paint(Color=ink(colour, alpha), AntiAlias=True)
        if width is not None:
            result.setStyle(skia.Paint.kStroke_Style)
            result.setStrokeWidth(width)
            result.setStrokeCap(skia.Paint.kRound_Cap)
            result.setStrokeJoin(skia.Paint.kRound_Join)
        if soft > 0:
            result.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, soft))
        if wobble > 0:
            result.setPathEffect(skia.DiscretePathEffect.Make(7.0, wobble, int(self.rng.integers(1, 1 << 30))))
        return result

    def fill(self, path: skia.Path, colour: Colour, alpha: float = 1.0, soft: float = 0.0, wobble: float = 0.0) -> None:
        self.canvas.drawPath(path, self.brush(colour, alpha, None, soft, wobble))

    def line(self, points, colour: Colour, width: float, alpha: float = 1.0, curved: bool = False, soft: float = 0.0) -> None:
        """One stroke through points."""
        self.canvas.drawPath(trace(points, curved), self.brush(colour, alpha, width, soft))

    def lines(self, segments, colour: Colour, width: float, alpha: float = 1.0) -> None:
        """Many straight strokes (x0, y0, x1, y1) of one colour."""
        path = skia.Path()
        path.setFillType(skia.PathFillType.kWinding)
        half = width / 2
        # Slim quadrilaterals are much quicker than stroked lines with round ends.
        for x0, y0, x1, y1 in segments:
            dx, dy = x1 - x0, y1 - y0
            scale = half / (math.hypot(dx, dy) or 1.0)
            nx, ny = -dy * scale, dx * scale
            path.addPoly([skia.Point(x0 + nx, y0 + ny), skia.Point(x1 + nx, y1 + ny), skia.Point(x1 - nx, y1 - ny), skia.Point(x0 - nx, y0 - ny)], True)
        self.canvas.drawPath(path, skia.Paint(Color=ink(colour, alpha), AntiAlias=True))

    def blend(self, tones: list[Colour], start: tuple[float, float], end: tuple[float, float], stops: list[float] | None = None, alphas: list[float] | None = None) -> skia.Paint:
        """A brush that goes from tone to tone between two points."""
        alphas = alphas or [1.0] * len(tones)
        result = skia.Paint(AntiAlias=True, Dither=True)
        result.setShader(skia.GradientShader.MakeLinear([skia.Point(*start), skia.Point(*end)], [ink(t, a) for t, a in zip(tones, alphas)], stops))
        return result

    def turned(self, tone, colour: Colour, left: float, right: float) -> skia.Paint:
        """A brush for something round that stands upright: light, half-light, shade and a little light thrown back.

        `tone` is the method that mixes (``tone`` or ``accent``). The steps are short blends, as gouache makes them.
        """
        start, end = (left, right) if self.sun < 0 else (right, left)
        tones = [tone(colour, e) for e in (0.55, 1.0, 1.0, 0.25, 0.15, -0.7, -0.85, -0.45)]
        return self.blend(tones, (start, 0), (end, 0), [0.0, 0.14, 0.34, 0.46, 0.60, 0.72, 0.88, 1.0])

    @contextmanager
    def inside(self, path: skia.Path):
        """Everything drawn inside stays within the path."""
        self.canvas.save()
        self.canvas.clipPath(path, skia.ClipOp.kIntersect, True)
        try:
            yield
        finally:
            self.canvas.restore()

    def glow(self, x: float, y: float, radius: float, colour: Colour, alpha: float) -> None:
        """Light around a point, laid over what is there; within a frame it waits until the frame is done, as it reaches beyond."""
        if self.frame:
            self._lights.append((self.canvas.getTotalMatrix(), x, y, radius, colour, alpha))
            return
        result = skia.Paint(AntiAlias=True, Dither=True)
        result.setBlendMode(skia.BlendMode.kScreen)
        result.setShader(skia.GradientShader.MakeRadial(skia.Point(x, y), radius, [ink(colour, alpha), ink(colour, alpha * 0.35), ink(colour, 0)], [0.0, 0.35, 1.0]))
        self.canvas.drawCircle(x, y, radius, result)

    def ground_shadow(self, left: float, right: float, thickness: float, alpha: float = 0.38) -> None:
        """The soft dark under something, drawn out to the side away from the light."""
        lean = -self.sun * 0.35 * (right - left)
        tone = scaled(mix(self.light.shade, (0.10, 0.14, 0.22), 0.55), 0.62)
        low, high = left + min(lean, 0), right + max(lean, 0)
        alpha *= 0.6 if self.light.is_night else 1.0
        result = skia.Paint(AntiAlias=True)
        result.setShader(skia.GradientShader.MakeRadial(skia.Point(0, 0), 1.0, [ink(tone, alpha), ink(tone, alpha * 0.8), ink(tone, 0)], [0.0, 0.62, 1.0]))
        self.canvas.save()
        self.canvas.translate((low + high) / 2, thickness * 0.12)
        self.canvas.scale((high - low) * 0.56, thickness * 0.85)
        self.canvas.drawCircle(0, 0, 1.0, result)
        self.canvas.restore()

    def tufts(self, left: float, right: float, size: float, count: int, y: float = 0.0) -> None:
        """Bunches of grass (in winter: drifts of snow) along the foot of something, so that it grows out of the ground."""
        colour = grass_colour(self.light)
        if self.snowy:
            xs = numpy.linspace(left, right, 9)
            upper = [(float(u), y - size * float(v)) for u, v in zip(xs, self.rng.uniform(0.05, 0.75, 9))]
            drift = smooth([(left - size * 1.5, y + size * 0.35)] + upper + [(right + size * 1.5, y + size * 0.35), (right, y + size * 0.6), (left, y + size * 0.6)])
            self.fill(drift, self.tone(SNOW, 0.30))
            return
        bunches = self.rng.uniform(left, right, max(2, count // 4))
        for exposure, shift, share in ((-0.45, 0.0, 1.0), (0.35, 0.22, 0.8)):
            path = skia.Path()
            path.setFillType(skia.PathFillType.kWinding)
            for middle in bunches.tolist():
                tallness = self.between(0.55, 1.15) * share
                for blade in range(5):
                    lean = (blade - 2) * 0.28 + self.between(-0.12, 0.12)
                    x, foot = middle + (blade - 2) * size * 0.22, y + size * (0.20 + shift)
                    tall = size * tallness * (1.0 - 0.22 * abs(blade - 2))
                    path.moveTo(x - size * 0.17, foot)
                    path.quadTo(x - size * 0.05 + lean * size * 0.2, foot - tall * 0.6, x + lean * size, foot - tall)
                    path.quadTo(x + size * 0.12 + lean * size * 0.2, foot - tall * 0.5, x + size * 0.17, foot)
                    path.close()
            self.fill(path, self.tone(colour, exposure))

    def snow_along(self, points, thickness: float, exposure: float = 0.7) -> None:
        """Snow that lies on an edge from left to right: flat above, lumpy below."""
        points = [(float(x), float(y)) for x, y in points]
        upper, lower = [], []
        for (x0, y0), (x1, y1) in zip(points, points[1:]):
            steps = max(2, int(math.hypot(x1 - x0, y1 - y0) / (thickness * 2.2)))
            for step in range(steps):
                share = step / steps
                px, py = x0 + (x1 - x0) * share, y0 + (y1 - y0) * share
                upper.append((px, py - thickness * self.between(0.45, 0.75)))
                lower.append((px, py + thickness * self.between(-0.05, 0.6)))
        upper.append((points[-1][0], points[-1][1] - thickness * 0.3))
        path = smooth(upper + lower[::-1])
        self.fill(path, self.tone(SNOW, exposure))


def trace(points, curved: bool = False) -> skia.Path:
    """An open line through points, straight or soft."""
    if curved and len(points) > 2:
        return smooth(points, closed=False)
    path = skia.Path()
    path.moveTo(float(points[0][0]), float(points[0][1]))
    for x, y in points[1:]:
        path.lineTo(float(x), float(y))
    return path


def shape(points, corner: float = 0.0) -> skia.Path:
    """A closed polygon, its corners rounded by `corner` units where it is not 0."""
    path = skia.Path()
    path.addPoly([skia.Point(float(x), float(y)) for x, y in points], True)
    if corner > 0:
        rounded = skia.Path()
        count = len(points)
        for index in range(count):
            x0, y0 = points[index - 1]
            x1, y1 = points[index]
            x2, y2 = points[(index + 1) % count]
            before = min(corner, math.hypot(x0 - x1, y0 - y1) / 2)
            after = min(corner, math.hypot(x2 - x1, y2 - y1) / 2)
            reach_in = math.hypot(x0 - x1, y0 - y1) or 1.0
            reach_out = math.hypot(x2 - x1, y2 - y1) or 1.0
            start = (x1 + (x0 - x1) * before / reach_in, y1 + (y0 - y1) * before / reach_in)
            end = (x1 + (x2 - x1) * after / reach_out, y1 + (y2 - y1) * after / reach_out)
            if index == 0:
                rounded.moveTo(*start)
            else:
                rounded.lineTo(*start)
            rounded.quadTo(x1, y1, *end)
        rounded.close()
        return rounded
    return path


def oval(x: float, y: float, across: float, tall: float) -> skia.Path:
    """An ellipse around a point with these half-axes."""
    path = skia.Path()
    path.addOval(skia.Rect.MakeLTRB(x - across, y - tall, x + across, y + tall))
    return path


def box(left: float, top: float, right: float, bottom: float) -> skia.Path:
    path = skia.Path()
    path.addRect(skia.Rect.MakeLTRB(left, top, right, bottom))
    return path


def curve(points) -> skia.Path:
    """A path from a list: two numbers a line, four a quadratic curve, six a cubic one; closed."""
    path = skia.Path()
    path.moveTo(*points[0])
    for step in points[1:]:
        if len(step) == 2:
            path.lineTo(*step)
        elif len(step) == 4:
            path.quadTo(*step)
        else:
            path.cubicTo(*step)
    path.close()
    return path


def puffs(easel: Easel, xs, ys, radii, light_tone: Colour, shade_tone: Colour, alpha: float, soft: float = 0.0) -> None:
    """Smoke or steam: round puffs, lit from the light's side."""
    for tone, shift, size in ((shade_tone, 0.0, 1.0), (mix(shade_tone, light_tone, 0.6), 0.14, 0.86), (light_tone, 0.28, 0.66)):
        path = skia.Path()
        for x, y, r in zip(xs, ys, radii):
            cx, cy, radius = x + easel.sun * r * shift, y - r * shift, r * size
            path.addOval(skia.Rect.MakeLTRB(cx - radius, cy - radius, cx + radius, cy + radius))
        path.setFillType(skia.PathFillType.kWinding)
        easel.fill(path, tone, alpha, soft)
