"""The reference of what the Swift pipeline does: noise, grids, samplers, guidance, in 32-bit arithmetic."""

import numpy
import torch

from .flow import empty_condition

_MASK = (1 << 64) - 1


def mix(z: numpy.ndarray) -> numpy.ndarray:
    """The finaliser of SplitMix64 (Steele, Lea and Flood 2014)."""
    z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    return z ^ (z >> numpy.uint64(31))


def noise(seed: int, shape: tuple[int, ...]) -> numpy.ndarray:
    """Normal numbers that the seed alone decides: value j needs no other value."""
    count = int(numpy.prod(shape))
    pairs = numpy.arange((count + 1) // 2, dtype=numpy.uint64)
    with numpy.errstate(over="ignore"):
        golden = numpy.uint64(0x9E3779B97F4A7C15)
        a = mix(numpy.uint64(seed & _MASK) + (2 * pairs + numpy.uint64(1)) * golden)
        b = mix(numpy.uint64(seed & _MASK) + (2 * pairs + numpy.uint64(2)) * golden)
    u1 = ((a >> numpy.uint64(11)).astype(numpy.float64) + 1) * 2.0**-53
    u2 = (b >> numpy.uint64(11)).astype(numpy.float64) * 2.0**-53
    radius = numpy.sqrt(-2 * numpy.log(u1))
    values = numpy.stack([radius * numpy.cos(2 * numpy.pi * u2), radius * numpy.sin(2 * numpy.pi * u2)], axis=1)
    return values.reshape(-1)[:count].astype(numpy.float32).reshape(shape)


def seed_of(seed: int, picture: int) -> int:
    """The seed of picture number `picture` of a request."""
    if picture == 0:
        return seed & _MASK
    with numpy.errstate(over="ignore"):
        return int(mix(numpy.array([(seed + picture * 0xD1B54A32D192ED03) & _MASK], dtype=numpy.uint64))[0])


def grid(steps: int, shift: float = 1.0) -> list[float]:
    return [u / (u + shift * (1 - u)) for u in (index / steps for index in range(steps + 1))]


@torch.no_grad()
def sample(network, said: torch.Tensor, start: torch.Tensor, steps: int, sampler: str = "euler", guidance: float = 1.0, shift: float = 1.0, spans: bool = False) -> torch.Tensor:
    """From noise to a latent. `spans`: the network is the distilled one, and is told how far each step goes."""
    x, times = start, grid(steps, shift)
    nothing = empty_condition(len(said), said.device)

    def velocity(x, t: float, span: float):
        at, wide = torch.full((len(x),), t, device=x.device), torch.full((len(x),), span if spans else 0.0, device=x.device)
        if guidance == 1:
            return network(x, at, wide, said)
        asked, anything = network(torch.cat([x, x]), at.repeat(2), wide.repeat(2), torch.cat([said, nothing])).chunk(2)
        return anything + guidance * (asked - anything)

    for t, after in zip(times, times[1:]):
        first = velocity(x, t, after - t)
        if sampler == "heun" and after < 1:
            second = velocity(x + (after - t) * first, after, 0.0)
            first = (first + second) / 2
        x = x + (after - t) * first
    return x
