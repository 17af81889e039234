"""The flow network: a transformer on the cells of a latent that says how to move from noise to a picture.

Two by two cells are one token; the seven groups of the condition are seven more, so that the picture can look at what was
asked for. Time, span and condition also modulate every layer. Positions turn the queries and keys (axial RoPE), so any shape works.
"""

import math

import torch
from torch import nn
from torch.nn import functional

GROUPS = (5, 5, 6, 10, 13, 8, 4)
CONDITION = sum(GROUPS)


def empty_condition(count: int, device=None) -> torch.Tensor:
    """The condition that says nothing, for guidance."""
    result = torch.zeros(count, CONDITION, device=device)
    end = 0
    for size in GROUPS:
        end += size
        result[:, end - 1] = 1
    return result


def waves(t: torch.Tensor, width: int) -> torch.Tensor:
    """A number from 0 to 1 as sines and cosines."""
    # Halves, since that is how constants are kept in the exported graph.
    frequencies = torch.exp(torch.linspace(0, math.log(200.0), width // 2, device=t.device)).half().float()
    angles = t[:, None] * frequencies[None]
    return torch.cat([angles.cos(), angles.sin()], dim=1)


def turned(x, cosine, sine):
    a, b = x.chunk(2, dim=-1)
    return torch.cat([a * cosine - b * sine, a * sine + b * cosine], dim=-1)


class Layer(nn.Module):
    def __init__(self, width: int, heads: int, ratio: float):
        super().__init__()
        self.heads = heads
        self.table = nn.Parameter(torch.zeros(6, width))
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        hidden = int(width * ratio)
        self.up = nn.Linear(width, hidden)
        self.down = nn.Linear(hidden, width)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.down.weight)
        nn.init.zeros_(self.down.bias)

    def forward(self, x, modulation, cosine, sine):
        count, tokens, width = x.shape
        shift1, scale1, gate1, shift2, scale2, gate2 = (modulation + self.table[None]).unbind(1)
        h = torch.addcmul(shift1[:, None], functional.layer_norm(x, (width,)), 1 + scale1[:, None])
        q, k, v = self.qkv(h).reshape(count, tokens, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        q = turned(functional.normalize(q.float(), dim=-1), cosine, sine).to(v.dtype)
        k = turned(functional.normalize(k.float(), dim=-1), cosine, sine).to(v.dtype)
        attention = functional.scaled_dot_product_attention(q, k, v, scale=8.0)
        x = torch.addcmul(x, 1 + gate1[:, None], self.out(attention.transpose(1, 2).reshape(count, tokens, width)))
        h = torch.addcmul(shift2[:, None], functional.layer_norm(x, (width,)), 1 + scale2[:, None])
        return torch.addcmul(x, 1 + gate2[:, None], self.down(functional.relu(self.up(h)).square()))


class Flow(nn.Module):
    def __init__(self, width: int = 320, depth: int = 10, heads: int = 5, ratio: float = 4, channels: int = 16):
        super().__init__()
        self.width, self.heads, self.channels = width, heads, channels
        self.enter = nn.Linear(4 * channels, width)
        self.leave = nn.Linear(width, 4 * channels)
        self.words = nn.ModuleList(nn.Linear(size, width, bias=False) for size in GROUPS)
        self.place = nn.Parameter(torch.zeros(len(GROUPS), width))
        self.time = nn.Sequential(nn.Linear(128, width), nn.SiLU(), nn.Linear(width, width))
        self.span = nn.Sequential(nn.Linear(128, width), nn.SiLU(), nn.Linear(width, width))
        self.said = nn.Sequential(nn.Linear(CONDITION, width), nn.SiLU(), nn.Linear(width, width))
        self.modulate = nn.Linear(width, 6 * width)
        self.last = nn.Linear(width, 2 * width)
        self.layers = nn.ModuleList(Layer(width, heads, ratio) for _ in range(depth))
        nn.init.zeros_(self.leave.weight)
        nn.init.zeros_(self.leave.bias)
        nn.init.zeros_(self.modulate.weight)
        nn.init.zeros_(self.modulate.bias)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)
        nn.init.zeros_(self.span[2].weight)
        nn.init.zeros_(self.span[2].bias)
        for words in self.words:
            nn.init.normal_(words.weight, std=0.7)

    def angles(self, h: int, w: int, device):
        """Rotations of every token: rows turn one half of the pairs, columns the other; the condition's tokens do not turn."""
        quarter = self.width // self.heads // 4
        frequencies = torch.exp(-torch.arange(quarter, device=device) * (math.log(30.0) / quarter))
        frequencies = (0.9 * frequencies).half().float()
        # Shapes change: rows and columns are counted from the middle.
        rows = (torch.arange(h, device=device) - (h - 1) / 2)[:, None, None] * frequencies
        columns = (torch.arange(w, device=device) - (w - 1) / 2)[None, :, None] * frequencies
        grid = torch.cat([rows.expand(h, w, quarter), columns.expand(h, w, quarter)], dim=-1).reshape(h * w, 2 * quarter)
        angle = torch.cat([torch.zeros(len(GROUPS), 2 * quarter, device=device), grid])
        return angle.cos(), angle.sin()

    def forward(self, latent, time, span, condition):
        """latent B x C x h x w, time and span B, condition B x 51 -> velocity B x C x h x w."""
        count, channels, h, w = latent.shape
        x = latent.reshape(count, channels, h // 2, 2, w // 2, 2).permute(0, 2, 4, 1, 3, 5).reshape(count, (h // 2) * (w // 2), 4 * channels)
        x = self.enter(x)
        said = torch.stack([words(part) for words, part in zip(self.words, condition.split(GROUPS, dim=1))], dim=1) + self.place
        x = torch.cat([said, x], dim=1)
        signal = functional.silu(self.time(waves(time, 128)) + self.span(waves(span, 128)) + self.said(condition))
        modulation = self.modulate(signal).reshape(count, 6, self.width)
        cosine, sine = self.angles(h // 2, w // 2, latent.device)
        for layer in self.layers:
            x = layer(x, modulation, cosine, sine)
        shift, scale = self.last(signal)[:, None].chunk(2, dim=-1)
        x = functional.layer_norm(x[:, len(GROUPS) :], (self.width,)) * (1 + scale) + shift
        x = self.leave(x)
        return x.reshape(count, h // 2, w // 2, channels, 2, 2).permute(0, 3, 1, 4, 2, 5).reshape(count, channels, h, w)
