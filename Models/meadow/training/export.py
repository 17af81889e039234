"""Writes the trained networks as OpenVINO graphs with half-precision weights, and checks each against PyTorch.

    python -m training.export --run RUN --out FOLDER
"""

import argparse
from pathlib import Path

import numpy
import openvino
import torch
from torch import nn

from .autoencoder import Decoder, Encoder, LargeDecoder
from .flow import CONDITION, Flow, empty_condition


class Clamped(nn.Module):
    """A decoder whose colours are colours."""

    def __init__(self, decoder: nn.Module):
        super().__init__()
        self.decoder = decoder

    def forward(self, latent):
        return self.decoder(latent).clamp(0, 1)


def write(module: nn.Module, name: str, out: Path, examples: dict[str, torch.Tensor], shapes: dict[str, list], output: str, checks: list[dict[str, torch.Tensor]]) -> None:
    """One graph: `shapes` has -1 where a dimension may be anything."""
    module = module.eval()
    model = openvino.convert_model(module, example_input=tuple(examples.values()), input=[(openvino.PartialShape(shape), openvino.Type.f32) for shape in shapes.values()])
    for port, input_name in zip(model.inputs, shapes):
        port.get_tensor().set_names({input_name})
        port.get_node().set_friendly_name(input_name)
    model.outputs[0].get_tensor().set_names({output})
    # The parameters' shapes were those of the example.
    model.reshape({model.input(input_name): openvino.PartialShape(shape) for input_name, shape in shapes.items()})
    openvino.save_model(model, out / f"{name}.xml", compress_to_fp16=True)
    # Checked with the weights that were written: halves.
    rounded = {key: value.half().float() if value.is_floating_point() else value for key, value in module.state_dict().items()}
    module.load_state_dict(rounded)
    compiled = openvino.Core().compile_model(out / f"{name}.xml", "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    for check in checks:
        with torch.no_grad():
            wanted = module(*check.values()).numpy()
        made = compiled({key: value.numpy() for key, value in check.items()})[0]
        worst = float(numpy.abs(made - wanted).max())
        print(f"{name} {[list(value.shape) for value in check.values()]}: largest difference {worst:.2e}", flush=True)
        assert worst < 2e-3, f"{name} does not do what its network does"


def flow_inputs(count: int, h: int, w: int) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(count * 1000 + h * 50 + w)
    return {
        "latent": torch.randn(count, 16, h, w, generator=generator), "time": torch.rand(count, generator=generator),
        "span": torch.rand(count, generator=generator), "condition": empty_condition(count),
    }


def write_flow(network: Flow, name: str, out: Path) -> None:
    shapes = {"latent": [-1, 16, -1, -1], "time": [-1], "span": [-1], "condition": [-1, CONDITION]}
    write(network, name, out, flow_inputs(2, 16, 12), shapes, "velocity", [flow_inputs(1, 16, 16), flow_inputs(3, 12, 20), flow_inputs(2, 24, 16)])


def write_decoder(decoder: nn.Module, name: str, out: Path) -> None:
    example = {"latent": torch.randn(1, 16, 16, 12)}
    write(Clamped(decoder), name, out, example, {"latent": [-1, 16, -1, -1]}, "picture", [{"latent": torch.randn(1, 16, 16, 16)}, {"latent": torch.randn(2, 16, 12, 20)}])


def write_encoder(encoder: nn.Module, out: Path) -> None:
    example = {"picture": torch.rand(1, 3, 256, 192)}
    write(encoder, "photo_encoder", out, example, {"picture": [-1, 3, -1, -1]}, "latent", [{"picture": torch.rand(1, 3, 256, 256)}, {"picture": torch.rand(1, 3, 192, 320)}])


def write_autoencoder(run: Path, out: Path) -> None:
    saved = torch.load(run / "autoencoder.pt", map_location="cpu")
    encoder, decoder = Encoder(), Decoder()
    encoder.load_state_dict(saved["encoder"])
    decoder.load_state_dict(saved["decoder"])
    write_encoder(encoder, out)
    large = LargeDecoder(decoder)
    if (run / "large.pt").exists():
        large.load_state_dict(torch.load(run / "large.pt", map_location="cpu")["model"])
        write_decoder(large, "decoder_large", out)
    decoder.load_state_dict(saved["decoder"])
    write_decoder(decoder, "decoder", out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--run", required=True)
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    run, out = Path(arguments.run), Path(arguments.out)
    torch.manual_seed(0)
    if (run / "autoencoder.pt").exists():
        write_autoencoder(run, out)
    for name in ("flow", "fast"):
        if (run / f"{name}.pt").exists():
            saved = torch.load(run / f"{name}.pt", map_location="cpu")
            network = Flow(**saved["shape"])
            network.load_state_dict(saved["model"])
            write_flow(network, name, out)


if __name__ == "__main__":
    main()
