"""Two processes that train one network, each on half of every batch.

On a CPU this beats two threads wherever other work runs, too: threads wait for each other after every product, processes once
a step. On a GPU there is one process, and nothing here does anything.
"""

import os

import torch
from torch import distributed, multiprocessing


class Crew:
    """One of `size` processes; number `rank`."""

    def __init__(self, rank: int, size: int):
        self.rank, self.size = rank, size
        if size > 1:
            torch.set_num_threads(1)
            os.environ.setdefault("MASTER_ADDR", "127.0.0.1")
            distributed.init_process_group("gloo", init_method=os.environ["CREW"], rank=rank, world_size=size)

    def mean(self, tensors: list[torch.Tensor]) -> None:
        """Replaces every tensor by its mean over all processes."""
        if self.size == 1:
            return
        flat = torch.cat([tensor.flatten() for tensor in tensors])
        distributed.all_reduce(flat)
        flat /= self.size
        start = 0
        for tensor in tensors:
            tensor.copy_(flat[start : start + tensor.numel()].view_as(tensor))
            start += tensor.numel()

    def agree(self, value: float) -> float:
        """The first process's value, for all: clocks differ."""
        if self.size == 1:
            return value
        shared = torch.tensor([value], dtype=torch.float64)
        distributed.broadcast(shared, 0)
        return shared.item()


def _begin(rank: int, work, size: int, arguments) -> None:
    work(Crew(rank, size), arguments)


def run(work, arguments, size: int) -> None:
    """Calls work(crew, arguments) in `size` processes (0: one for each core, or one alone on a GPU)."""
    if size == 0:
        size = 1 if torch.cuda.is_available() else max(1, min(8, os.cpu_count() or 1))
    if size == 1:
        work(Crew(0, 1), arguments)
        return
    os.environ["CREW"] = f"file://{os.path.abspath(arguments.run)}/crew-{os.getpid()}"
    multiprocessing.spawn(_begin, args=(work, size, arguments), nprocs=size)
