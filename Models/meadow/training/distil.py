"""Distils the flow for few steps, guidance included.

    python -m training.distil --run RUN --minutes 12

The student starts as the teacher and learns, for every span of time, the mean velocity over it: for the shortest span what the
guided teacher says, for twice a span what two of its own steps say (shortcut models, Frans and others 2024, arXiv:2410.12557,
with the guidance of the teacher as the ground). Resumes from RUN/fast.pt; the log is RUN/fast.csv.
"""

import argparse
import copy
import time
from pathlib import Path

import torch

from . import crew as crews
from .flow import Flow, empty_condition
from .train_flow import Latents, optimizers

SHORTEST = 1 / 16


def guided(model, x, t, said, guidance: float):
    """The teacher's velocity with guidance, both halves in one pass."""
    count = len(x)
    both = model(torch.cat([x, x]), torch.cat([t, t]), torch.zeros(2 * count, device=x.device), torch.cat([said, empty_condition(count, x.device)])).float()
    asked, anything = both[:count], both[count:]
    return anything + guidance * (asked - anything)


def train(crew: crews.Crew, arguments: argparse.Namespace) -> None:
    torch.manual_seed(arguments.seed)
    run = Path(arguments.run)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    taught = torch.load(run / "flow.pt", map_location=device)
    teacher = Flow(**taught["shape"]).to(device).requires_grad_(False)
    teacher.load_state_dict(taught["model"])
    student = copy.deepcopy(teacher).requires_grad_(True)
    step, spent, checkpoint = 0, 0.0, run / "fast.pt"
    saved = torch.load(checkpoint, map_location=device) if checkpoint.exists() else None
    average = copy.deepcopy(student).requires_grad_(False)
    both = optimizers(student, arguments.muon_rate, arguments.adam_rate, crew)
    if saved:
        student.load_state_dict(saved["raw"])
        average.load_state_dict(saved["model"])
        step, spent = saved["step"], saved["seconds"]
    latents = Latents(run, arguments.seed + crew.size * step + crew.rank)
    torch.manual_seed(arguments.seed + 1000 * (step + 1) + crew.rank)
    log = (run / "fast.csv").open("a")
    began, last_save, means = time.time() - spent, time.time(), {}

    def save() -> None:
        state = dict(shape=taught["shape"], raw=student.state_dict(), model=average.state_dict(), step=step, seconds=time.time() - began, guidance=arguments.guidance)
        torch.save(state, run / "fast.part")
        (run / "fast.part").replace(checkpoint)

    while True:
        share = crew.agree((time.time() - began) / 60 / arguments.minutes)
        if share >= 1:
            break
        factor = min(1.0, (step + 1) / 30, (1 - share) / 0.4)
        for optimizer, rate in zip(both, (arguments.muon_rate, arguments.adam_rate)):
            for group in optimizer.param_groups:
                group["lr"] = rate * max(0.01, factor)
        picture, said = (part.to(device) for part in latents.batch(arguments.batch // crew.size, silent=0.02))
        noise, count = torch.randn_like(picture), len(picture)
        ground = count // 2
        # Spans 1/16 … 1; longer ones once the shorter are known.
        longest = 1 + min(3, int(4 * share * 1.6))
        exponent = torch.randint(0, longest, (count,), device=device)
        half = SHORTEST * 2.0**exponent
        span = torch.where(torch.arange(count, device=device) < ground, torch.full_like(half, SHORTEST), 2 * half)
        slots = (1 / span).round()
        t = (torch.rand(count, device=device) * slots).floor() / slots
        # The first step decides most: it is practised most.
        t = torch.where((torch.rand(count, device=device) < 0.25) & (span > SHORTEST), torch.zeros_like(t), t)
        at = t[:, None, None, None]
        x = (1 - at) * noise + at * picture
        with torch.no_grad(), torch.autocast(device, torch.bfloat16):
            target = torch.empty_like(x)
            target[:ground] = guided(teacher, x[:ground], t[:ground], said[:ground], arguments.guidance)
            d, tail = half[ground:], slice(ground, None)
            first = average(x[tail], t[tail], d, said[tail]).float()
            second = average(x[tail] + d[:, None, None, None] * first, t[tail] + d, d, said[tail]).float()
            target[tail] = (first + second) / 2
        with torch.autocast(device, torch.bfloat16):
            made = student(x, t, span, said)
        errors = (made.float() - target).square().mean(dim=(1, 2, 3))
        for optimizer in both:
            optimizer.zero_grad(set_to_none=True)
        errors.mean().backward()
        crew.mean([parameter.grad for parameter in student.parameters() if parameter.grad is not None])
        torch.nn.utils.clip_grad_norm_(student.parameters(), 2.0)
        for optimizer in both:
            optimizer.step()
        step += 1
        keep = min(0.99, (step + 1) / (step + 10))
        # Every process averages the same weights: targets are the same in all.
        with torch.no_grad():
            torch._foreach_lerp_(list(average.parameters()), list(student.parameters()), 1 - keep)
        for name, value in (("ground", errors[:ground].mean().item()), ("spans", errors[ground:].mean().item())):
            means[name] = value if name not in means else 0.95 * means[name] + 0.05 * value
        if crew.rank > 0:
            continue
        if step % 10 == 0:
            log.write(f"{step},{time.time() - began:.0f},{means['ground']:.5f},{means['spans']:.5f},{longest}\n")
            log.flush()
        if time.time() - last_save > 120:
            save()
            last_save = time.time()
    if crew.rank == 0:
        save()
        print(f"{step} steps, {means}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--run", required=True)
    parser.add_argument("--minutes", type=float, default=12)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--guidance", type=float, default=2.5)
    parser.add_argument("--muon-rate", type=float, default=0.006)
    parser.add_argument("--adam-rate", type=float, default=5e-4)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--processes", type=int, default=0, help="0: one for each core, or one on a GPU")
    arguments = parser.parse_args()
    crews.run(train, arguments, arguments.processes)


if __name__ == "__main__":
    main()
