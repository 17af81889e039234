"""A checkpoint from the shipped graph: training of the flow goes on from what is in the repository, on any machine.

    python -m training.warm_start --graphs FOLDER --run RUN

Writes RUN/flow.pt, if it is not there yet: half-precision values, fresh optimizers. Latents must then be made with the shipped
encoder: `python -m training.latents … --graph FOLDER/photo_encoder.xml`.

Which constant of a graph is which parameter is found with a probe: a network of the same shape with random values is exported
in the same way, and its constants, which are in the same order, are recognised by their values.
"""

import argparse
import tempfile
from pathlib import Path

import numpy
import openvino
import torch

from .export import write_flow
from .flow import Flow


def constants(path: Path) -> list[numpy.ndarray]:
    """The values of all constants of a graph that could be parameters, in the graph's order."""
    operations = openvino.Core().read_model(path).get_ordered_ops()
    arrays = [node.data for node in operations if node.get_type_name() == "Constant" and node.get_element_type().is_real()]
    return [array.astype(numpy.float32).ravel() for array in arrays]


def read_flow(path: Path, shape: dict) -> Flow:
    """The network whose graph is at `path`. - Throws: ValueError when the graph is not of that shape."""
    torch.manual_seed(0)
    probe = Flow(**shape)
    with torch.no_grad():
        for parameter in probe.parameters():
            parameter.copy_((0.05 * torch.randn_like(parameter)).half().float())
    with tempfile.TemporaryDirectory() as folder:
        write_flow(probe, "probe", Path(folder))
        pattern = constants(Path(folder) / "probe.xml")
    values = constants(path)
    if [len(value) for value in values] != [len(value) for value in pattern]:
        raise ValueError(f"{path} is not a network of the shape {shape}")
    state, missing = {}, []
    for name, parameter in probe.state_dict().items():
        wanted = parameter.numpy().ravel()
        place = next((index for index, known in enumerate(pattern) if len(known) == len(wanted) and numpy.allclose(known, wanted, atol=1e-4)), None)
        if place is None:
            missing.append(name)
        else:
            state[name] = torch.from_numpy(values[place].reshape(parameter.shape))
    if missing:
        raise ValueError(f"{path}: no constant for {', '.join(missing)}")
    network = Flow(**shape)
    network.load_state_dict(state)
    return network.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--graphs", required=True)
    parser.add_argument("--run", required=True)
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--depth", type=int, default=8)
    parser.add_argument("--heads", type=int, default=4)
    arguments = parser.parse_args()
    run = Path(arguments.run)
    run.mkdir(parents=True, exist_ok=True)
    if (run / "flow.pt").exists():
        print(f"{run / 'flow.pt'} is there already")
        return
    shape = dict(width=arguments.width, depth=arguments.depth, heads=arguments.heads)
    network = read_flow(Path(arguments.graphs) / "flow.xml", shape)
    state = network.state_dict()
    torch.save(dict(shape=shape, raw=state, model=state, optimizers=None, step=0, seconds=0.0), run / "flow.pt")


if __name__ == "__main__":
    main()
