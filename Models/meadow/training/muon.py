"""Muon: momentum, made orthogonal (Jordan and others 2024, https://kellerjordan.github.io/posts/muon/)."""

import torch


class Muon(torch.optim.Optimizer):
    """Momentum whose update is made orthogonal by five steps of a Newton-Schulz iteration."""

    def __init__(self, parameters, lr=0.02, momentum=0.95, crew=None):
        super().__init__(parameters, dict(lr=lr, momentum=momentum))
        self.crew = crew

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            updates = []
            for index, parameter in enumerate(group["params"]):
                if parameter.grad is None:
                    continue
                state = self.state[parameter]
                if "momentum" not in state:
                    state["momentum"] = torch.zeros_like(parameter)
                state["momentum"].lerp_(parameter.grad, 1 - group["momentum"])
                # Processes share the work: each makes some orthogonal, and all get all.
                if self.crew is None or index % self.crew.size == self.crew.rank:
                    update = parameter.grad.lerp(state["momentum"], group["momentum"]).flatten(1)
                    updates.append(orthogonal(update).view_as(parameter) * (self.crew.size if self.crew else 1))
                else:
                    updates.append(torch.zeros_like(parameter))
            if self.crew:
                self.crew.mean(updates)
            for parameter, update in zip([p for p in group["params"] if p.grad is not None], updates):
                rows, columns = update.flatten(1).shape
                parameter.add_(update, alpha=-group["lr"] * max(1, rows / columns) ** 0.5)


def orthogonal(matrix: torch.Tensor) -> torch.Tensor:
    a, b, c = 3.4445, -4.7750, 2.0315
    x = matrix.bfloat16()
    turned = x.shape[0] > x.shape[1]
    if turned:
        x = x.T
    x = x / (x.norm() + 1e-7)
    for _ in range(5):
        square = x @ x.T
        x = a * x + (b * square + c * square @ square) @ x
    return (x.T if turned else x).to(matrix.dtype)
