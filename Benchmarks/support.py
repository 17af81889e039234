"""What the benchmarks share: a server of their own, a real photo, the tools to compare with."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BINARY = Path(os.environ.get("HEATSINK_BINARY", ROOT / ".build/release/heatsink"))
OPENVINO = "openvino==2026.4.1"


def benchmark_tools() -> dict[str, str]:
    """The environment in which OpenVINO's Python tools and the conformance suite's packages are found."""
    target = ROOT / ".deps/benchmark"
    if not (target / "openvino").exists():
        print("installing OpenVINO's own tools ...", file=sys.stderr)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-warn-script-location"]
        subprocess.run([*pip, "--target", str(target), OPENVINO], check=True)
    paths = [str(target), str(ROOT / ".deps/python"), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}


def photo_jpeg(side: int, size: tuple[int, int] | None = None) -> bytes:
    """A real photo (Docs/Images/photo.jpg), cropped and enlarged to a square of `side` pixels, or to `size`."""
    return photo_file(size or (side, side), "JPEG", quality=92)


def photo_file(size: tuple[int, int], format: str, **options: object) -> bytes:
    """The same photo in any format that Pillow writes, as wide and high as `size` says."""
    from PIL import Image

    width, height = size
    photo = Image.open(ROOT / "Docs/Images/photo.jpg").convert("RGB")
    scale = max(width / photo.width, height / photo.height)
    photo = photo.resize((round(photo.width * scale), round(photo.height * scale)), Image.LANCZOS)
    left, top = (photo.width - width) // 2, (photo.height - height) // 2
    out = io.BytesIO()
    photo.crop((left, top, left + width, top + height)).save(out, format, **options)
    return out.getvalue()


class Server:
    """A server on a free loopback port with a data folder of its own; gone at the end."""

    def __init__(self, configuration: str = "") -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="heatsink-benchmark-"))
        self.data = self.folder / "data"
        configuration_file = self.folder / "heatsink.yaml"
        configuration_file.write_text(configuration or "log:\n  level: warning\n")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [
                BINARY, "serve", "--host", "127.0.0.1", "--port", str(self.port), "--data", self.data,
                "--config", configuration_file,
            ],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )
        self.ready_seconds = self._wait()
        created = subprocess.run(
            [BINARY, "keys", "create", "--plan", "pro", "--data", self.data, "--json"],
            check=True, capture_output=True, text=True,
        )
        self.key = json.loads(created.stdout)["key"]

    def _wait(self) -> float:
        while time.monotonic() - self.began < 60:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=1).close()
                return time.monotonic() - self.began
            except OSError:
                if self.process.poll() is not None:
                    raise SystemExit("the server ended at its start")
                time.sleep(0.01)
        raise SystemExit("the server did not become ready within a minute")

    def command(self, *arguments: str) -> str:
        """What a `heatsink` command on this server's data prints."""
        done = subprocess.run(
            [BINARY, *arguments, "--data", self.data], check=True, capture_output=True, text=True, cwd=ROOT
        )
        return done.stdout

    def furnish(self, accounts: dict[str, int], photo_size: tuple[int, int]) -> None:
        """Makes accounts, with their keys in a file for each plan, and four photos, all in the server's folder."""
        for plan, count in accounts.items():
            made = self.command("accounts", "create", "--plan", plan, "--count", str(count), "--json")
            (self.folder / f"{plan}.json").write_text(made)
        for index in range(4):
            (self.folder / f"photo{index}.jpg").write_bytes(photo_jpeg(0, (photo_size[0] - 16 * index, photo_size[1])))

    def memory_mib(self) -> tuple[float, float]:
        """Resident memory now, and at its peak."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        rows = dict(line.split(":", 1) for line in status.splitlines())
        return tuple(int(rows[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)
        shutil.rmtree(self.folder, ignore_errors=True)
