"""Pictures to latents and back: 16 x 16 pixels become one cell of 16 values.

The encoder ends in a normalisation without parameters, so every channel of a latent has mean 0 and variance 1 over the
training pictures; noise is added before decoding while training, so that small errors of the flow do not show.
"""

import torch
from torch import nn
from torch.nn import functional

CHANNELS = 16
CELL = 16


class Residual(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        nn.init.zeros_(self.second.weight)

    def forward(self, x):
        return x + self.second(functional.silu(self.first(functional.silu(x))))


class Encoder(nn.Module):
    """B x 3 x H x W in 0…1 -> B x 16 x H/16 x W/16."""

    def __init__(self, widths=(64, 96, 160)):
        super().__init__()
        a, b, c = widths
        self.body = nn.Sequential(
            nn.PixelUnshuffle(4),
            nn.Conv2d(48, a, 3, padding=1), Residual(a),
            nn.Conv2d(a, b, 2, stride=2), Residual(b),
            nn.Conv2d(b, c, 2, stride=2), Residual(c), Residual(c),
            nn.SiLU(), nn.Conv2d(c, CHANNELS, 1),
        )
        self.normal = nn.BatchNorm2d(CHANNELS, affine=False, momentum=0.02)

    def forward(self, picture):
        return self.normal(self.body(picture * 2 - 1))


class Decoder(nn.Module):
    """B x 16 x h x w -> B x 3 x 16h x 16w in 0…1."""

    def __init__(self, widths=(192, 128, 64, 32)):
        super().__init__()
        a, b, c, d = widths
        self.trunk = nn.Sequential(
            nn.Conv2d(CHANNELS, a, 3, padding=1), Residual(a), Residual(a),
            nn.Conv2d(a, 4 * b, 1), nn.PixelShuffle(2), Residual(b), Residual(b),
            nn.Conv2d(b, 4 * c, 1), nn.PixelShuffle(2), Residual(c), Residual(c),
            nn.Conv2d(c, 4 * d, 1), nn.PixelShuffle(2), Residual(d),
        )
        self.head = nn.Sequential(nn.SiLU(), nn.Conv2d(d, 12, 3, padding=1), nn.PixelShuffle(2))

    def forward(self, latent):
        return self.head(self.trunk(latent)) / 2 + 0.5


class LargeHead(nn.Module):
    """What follows a decoder's trunk for pictures of twice the size: features at half of 16h x 16w -> 32h x 32w."""

    def __init__(self, width: int = 32):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(width, 64, 3, padding=1), Residual(64), nn.SiLU(), nn.Conv2d(64, 48, 3, padding=1), nn.PixelShuffle(4)
        )

    def forward(self, features):
        return self.body(features)


class LargeDecoder(nn.Module):
    """B x 16 x h x w -> B x 3 x 32h x 32w: the decoder's picture twice as large, and what the head knows better."""

    def __init__(self, decoder: Decoder):
        super().__init__()
        self.decoder = decoder
        self.large = LargeHead()

    def forward(self, latent):
        features = self.decoder.trunk(latent)
        small = self.decoder.head(features)
        return functional.interpolate(small, scale_factor=2, mode="bilinear", align_corners=False) / 2 + 0.5 + self.large(features) / 2


def detail_loss(made, wanted):
    """How far a picture is from the wanted one: its values, and its edges at three scales."""
    loss = (made - wanted).abs().mean()
    a, b = made, wanted
    for scale in range(3):
        for axis in (2, 3):
            loss = loss + 0.7 * (a.diff(dim=axis) - b.diff(dim=axis)).abs().mean()
        if scale < 2:
            a, b = functional.avg_pool2d(a, 2), functional.avg_pool2d(b, 2)
    return loss
