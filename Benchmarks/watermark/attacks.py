"""What happens to pictures on their way through the net. Each attack takes an RGB array and a random generator."""

import io

import numpy as np
from PIL import Image, ImageFilter


def encoded(picture, kind, quality):
    file = io.BytesIO()
    Image.fromarray(picture).save(file, kind, quality=quality)
    return np.asarray(Image.open(file).convert("RGB"))


def jpeg(quality):
    return lambda picture, random: encoded(picture, "JPEG", quality)


def webp(quality):
    return lambda picture, random: encoded(picture, "WEBP", quality)


def resized(picture, width, height, method=Image.Resampling.LANCZOS):
    return np.asarray(Image.fromarray(picture).resize((width, height), method))


def scaled(factor, method=Image.Resampling.LANCZOS):
    def attack(picture, random):
        height, width = picture.shape[:2]
        return resized(picture, round(width * factor), round(height * factor), method)

    return attack


def there_and_back(factor):
    def attack(picture, random):
        height, width = picture.shape[:2]
        return resized(scaled(factor)(picture, random), width, height)

    return attack


def cropped(width_kept, height_kept):
    """Cuts to fractions of width and height, at a random place."""

    def attack(picture, random):
        height, width = picture.shape[:2]
        rows, columns = round(height * height_kept), round(width * width_kept)
        top = int(random.integers(0, height - rows + 1))
        left = int(random.integers(0, width - columns + 1))
        return np.ascontiguousarray(picture[top : top + rows, left : left + columns])

    return attack


def screenshot(picture, random):
    """Shown at another size, the edges cut, and saved again."""
    height, width = picture.shape[:2]
    factor = random.uniform(0.6, 1.4)
    method = [Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS][int(random.integers(3))]
    shown = resized(picture, round(width * factor), round(height * factor), method)
    top, bottom, left, right = (1 + (random.uniform(0, 0.03, 4) * min(shown.shape[:2])).astype(int)).tolist()
    shown = np.ascontiguousarray(shown[top:-bottom, left:-right])
    return shown if random.random() < 0.5 else encoded(shown, "JPEG", int(random.integers(75, 96)))


def on_values(function):
    def attack(picture, random):
        return np.clip(np.rint(function(picture.astype(np.float32), random)), 0, 255).astype(np.uint8)

    return attack


def sign(random):
    return 1 if random.random() < 0.5 else -1


brightness = on_values(lambda picture, random: picture * (1 + 0.1 * sign(random)))
contrast = on_values(lambda picture, random: (picture - picture.mean()) * (1 + 0.1 * sign(random)) + picture.mean())
gamma = on_values(lambda picture, random: 255 * (picture / 255) ** (0.9 if random.random() < 0.5 else 1.1))
grain = on_values(lambda picture, random: picture + random.normal(0, 4, picture.shape))


@on_values
def saturation(picture, random):
    grey = picture @ np.array([0.299, 0.587, 0.114], np.float32)
    return grey[..., None] + (picture - grey[..., None]) * (1 + 0.2 * sign(random))


def hue(picture, random):
    bands = np.asarray(Image.fromarray(picture).convert("HSV")).copy()
    bands[..., 0] += np.uint8(256 + 4 * sign(random) & 255)
    return np.asarray(Image.fromarray(bands, "HSV").convert("RGB"))


def mirrored(picture, random):
    return np.ascontiguousarray(picture[:, ::-1])


def blurred(picture, random):
    return np.asarray(Image.fromarray(picture).filter(ImageFilter.GaussianBlur(1)))


def turned(degrees):
    def attack(picture, random):
        return np.asarray(Image.fromarray(picture).rotate(degrees, Image.Resampling.BICUBIC, expand=degrees % 90 == 0))

    return attack


def chain(*attacks):
    def attack(picture, random):
        for one in attacks:
            picture = one(picture, random)
        return picture

    return attack


ATTACKS = {
    "nothing": lambda picture, random: picture,
    "JPEG 90": jpeg(90),
    "JPEG 75": jpeg(75),
    "JPEG 50": jpeg(50),
    "WebP 75": webp(75),
    "WebP 50": webp(50),
    "half size, Lanczos": scaled(0.5),
    "half size, area": scaled(0.5, Image.Resampling.BOX),
    "half size, JPEG 75": chain(scaled(0.5), jpeg(75)),
    "half size and back": there_and_back(0.5),
    "double size": scaled(2, Image.Resampling.BICUBIC),
    "10 % of width and height off": cropped(0.9, 0.9),
    "10 % of the area off": cropped(0.9**0.5, 0.9**0.5),
    "10 % off each way, JPEG 75": chain(cropped(0.9, 0.9), jpeg(75)),
    "half of the area off": cropped(0.5**0.5, 0.5**0.5),
    "screenshot": screenshot,
    "brightness ±10 %": brightness,
    "contrast ±10 %": contrast,
    "gamma 0.9 or 1.1": gamma,
    "saturation ±20 %": saturation,
    "hue ±6°": hue,
    "brightness, contrast, JPEG 75": chain(brightness, contrast, jpeg(75)),
    "mirrored": mirrored,
    "mirrored, cropped, JPEG 75": chain(mirrored, cropped(0.9, 0.9), jpeg(75)),
    "JPEG 75, WebP 75, JPEG 70": chain(jpeg(75), webp(75), jpeg(70)),
    "three quarters, JPEG 70": chain(scaled(0.75), jpeg(70)),
    "grain of 4 levels": grain,
    "blur of 1 pixel": blurred,
    "turned by 1°": turned(1),
    "turned by 90°": turned(90),
}
