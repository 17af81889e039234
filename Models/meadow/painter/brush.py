"""Brushes: the few strokes that everything here is painted with."""

import math

import numpy
import skia

from .light import Colour, ink


def paint(colour: int, width: float | None = None, blur: float = 0.0) -> skia.Paint:
    """A filled brush, or a line of `width` pixels; `blur` is the softness of its edge in pixels."""
    result = skia.Paint(Color=colour, AntiAlias=True)
    if width is not None:
        result.setStyle(skia.Paint.kStroke_Style)
        result.setStrokeWidth(width)
        result.setStrokeCap(skia.Paint.kRound_Cap)
        result.setStrokeJoin(skia.Paint.kRound_Join)
    if blur > 0:
        result.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, blur))
    return result


def gradient(colours: list[int], start: tuple[float, float], end: tuple[float, float], stops: list[float] | None = None) -> skia.Paint:
    """A brush that goes from colour to colour between two points."""
    result = skia.Paint(AntiAlias=True, Dither=True)
    result.setShader(skia.GradientShader.MakeLinear([skia.Point(*start), skia.Point(*end)], colours, stops))
    return result


def polygon(points) -> skia.Path:
    path = skia.Path()
    path.addPoly([skia.Point(float(x), float(y)) for x, y in points], True)
    return path


def smooth(points, closed: bool = True) -> skia.Path:
    """A soft curve near the points: each is the handle of a quadratic curve between the middles of its sides."""
    points = [(float(x), float(y)) for x, y in points]
    path = skia.Path()
    count = len(points)
    if not closed:
        path.moveTo(*points[0])
        for (x0, y0), (x1, y1) in zip(points[1:], points[2:]):
            path.quadTo(x0, y0, (x0 + x1) / 2, (y0 + y1) / 2)
        path.lineTo(*points[-1])
        return path
    middle = [((points[i][0] + points[(i + 1) % count][0]) / 2, (points[i][1] + points[(i + 1) % count][1]) / 2) for i in range(count)]
    path.moveTo(*middle[-1])
    for index in range(count):
        path.quadTo(*points[index], *middle[index])
    path.close()
    return path


def dabs(canvas: skia.Canvas, xs, ys, radii, colour: int, squash: float = 1.0) -> None:
    """Round dabs of one colour, `squash` times as high as wide."""
    path = skia.Path()
    path.setFillType(skia.PathFillType.kWinding)
    for x, y, r in zip(numpy.asarray(xs).tolist(), numpy.asarray(ys).tolist(), numpy.broadcast_to(radii, numpy.shape(xs)).tolist()):
        path.addOval(skia.Rect.MakeLTRB(x - r, y - r * squash, x + r, y + r * squash))
    canvas.drawPath(path, paint(colour))


def strokes(canvas: skia.Canvas, x0, y0, x1, y1, colour: int, width: float) -> None:
    """Straight strokes of one colour and width."""
    points = numpy.stack([numpy.asarray(x0), numpy.asarray(y0), numpy.asarray(x1), numpy.asarray(y1)], axis=1).astype(float)
    path = skia.Path()
    for a, b, c, d in points.tolist():
        path.moveTo(a, b)
        path.lineTo(c, d)
    canvas.drawPath(path, paint(colour, width))


def ridge(rng: numpy.random.Generator, width: int, waves: list[tuple[float, float]], step: int = 4) -> tuple[numpy.ndarray, numpy.ndarray]:
    """A line of hills: the sum of waves, each (wave length in pixels, height in pixels) with a phase by chance."""
    xs = numpy.arange(-step, width + 2 * step, step, dtype=float)
    ys = numpy.zeros_like(xs)
    for length, height in waves:
        ys += height * numpy.sin(xs * (2 * math.pi / length) + rng.random() * 2 * math.pi)
    return xs, ys


def below(xs, ys, bottom: float) -> skia.Path:
    """What lies below a line, down to `bottom`."""
    points = [skia.Point(float(x), float(y)) for x, y in zip(xs, ys)]
    points += [skia.Point(float(xs[-1]), bottom), skia.Point(float(xs[0]), bottom)]
    path = skia.Path()
    path.addPoly(points, True)
    return path


def glow(canvas: skia.Canvas, x: float, y: float, radius: float, colour: Colour, alpha: float) -> None:
    """Light around a point, fading to nothing at `radius`."""
    result = skia.Paint(AntiAlias=True, Dither=True)
    result.setShader(skia.GradientShader.MakeRadial(skia.Point(x, y), radius, [ink(colour, alpha), ink(colour, alpha * 0.35), ink(colour, 0)], [0.0, 0.35, 1.0]))
    canvas.drawCircle(x, y, radius, result)
