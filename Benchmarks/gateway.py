"""The gateway with an engine that paints nothing: acceptances, refusals and idle listeners.

    python3 Benchmarks/gateway.py               all of it, about two minutes; needs wrk (apt-get install wrk)
    python3 Benchmarks/gateway.py accept        durable asynchronous acceptances a second
    python3 Benchmarks/gateway.py refuse        refusals a second, beside jobs that go on
    python3 Benchmarks/gateway.py listen        how many idle event streams fit
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import shutil
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from support import BINARY, ROOT, Server

OPEN = "daily-allowance: none, pictures-per-second: none, most-active-jobs: 100000000, horizon-seconds: 1000000"
# Acceptances a second that are asked for; latency is measured at half of it.
AIM = 8_000
SCRIPT = Path(__file__).resolve().parent / "accept.lua"


class NullServer(Server):
    """A server whose model paints nothing in `seconds`, with 64 accounts of a plan."""

    def __init__(self, seconds: float, plan: str) -> None:
        super().__init__(f"plans: {{{plan}}}\ninference: {{null-seconds: {seconds}}}\nlog: {{level: warning}}\n")
        self.keys_file = self.folder / "keys.txt"
        self.keys_file.write_text("\n".join(self.make_keys("free", 64)))

    def make_keys(self, plan: str, count: int) -> list[str]:
        """Keys of new accounts."""
        made = subprocess.run(
            [BINARY, "accounts", "create", "--plan", plan, "--count", str(count), "--json", "--data", self.data],
            check=True, capture_output=True, text=True, cwd=ROOT,
        )
        return [row["key"] for row in json.loads(made.stdout)]

    def ask(self, key: str, body: dict, prefer: str | None = None) -> tuple[int, dict]:
        """One generation. - Returns: the status and the document."""
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        if prefer:
            headers["Prefer"] = prefer
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/v1/images/generations", json.dumps(body).encode(), headers
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"{}")


def wrk(server: NullServer, kind: str, seconds: int, connections: int = 64) -> dict:
    """What wrk measured."""
    if not shutil.which("wrk"):
        raise SystemExit("wrk is missing: apt-get install wrk")
    done = subprocess.run(
        [
            "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", SCRIPT, f"http://127.0.0.1:{server.port}",
        ],
        env={**os.environ, "HEATSINK_KEYS": str(server.keys_file), "HEATSINK_KIND": kind},
        check=True, capture_output=True, text=True,
    )
    return json.loads(done.stdout.strip().splitlines()[-1])


def accept() -> None:
    """As many as go, then half of that by fewer connections."""
    with NullServer(0, f"free: {{{OPEN}}}") as server:
        wrk(server, "accept", 3)
        full = wrk(server, "accept", 10)
        rate = full["requests"] / full["seconds"]
        print(f"acceptances: {rate:,.0f} a second with 64 connections, p99 {full['p99_ms']:.1f} ms, "
              f"errors {full['non_2xx'] + full['socket_errors']}")
    with NullServer(0, f"free: {{{OPEN}}}") as server:
        wrk(server, "accept", 3)
        asyncio.run(half(server, min(rate, AIM) / 2))


async def half(server: NullServer, rate: float) -> None:
    """Open loop at half of the rate over 64 connections: latency from the time at which each was due."""
    keys = server.keys_file.read_text().splitlines()
    latencies: list[float] = []
    began = time.monotonic() + 0.2
    seconds, connections = 8.0, 64
    run = time.time_ns()

    async def client(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        index = 0
        while True:
            due = began + (index * connections + number) / rate
            if due > began + seconds:
                break
            await asyncio.sleep(max(0, due - time.monotonic()))
            body = json.dumps({"prompt": f"half {run} {number} {index}"}).encode()
            writer.write(
                b"POST /v1/images/generations HTTP/1.1\r\nHost: localhost\r\nPrefer: respond-async\r\n"
                b"Content-Type: application/json\r\nAuthorization: Bearer " + keys[number].encode()
                + b"\r\nContent-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body
            )
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 202"), head[:100]
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            latencies.append(time.monotonic() - due)
            index += 1
        writer.close()

    await asyncio.gather(*(client(number) for number in range(connections)))
    latencies.sort()
    print(f"at half of the aim ({len(latencies) / seconds:,.0f} a second, sent by Python): "
          f"p50 {1000 * latencies[len(latencies) // 2]:.1f} ms, p99 {1000 * latencies[len(latencies) * 99 // 100]:.1f} ms")


def refuse() -> None:
    """Accounts whose plan lets nothing wait are refused while another account's jobs go on."""
    plans = f"free: {{{OPEN}, patience-seconds: 0.01}}, pro: {{patience-seconds: 3600, rank: 2}}"
    with NullServer(0.2, plans) as server:
        busy = server.make_keys("pro", 1)[0]
        stop = threading.Event()
        times: list[float] = []

        def paint() -> None:
            index = 0
            while not stop.is_set():
                began = time.monotonic()
                status, _ = server.ask(busy, {"prompt": f"go on {index} {threading.get_ident()}"})
                assert status == 200, status
                times.append(time.monotonic() - began)
                index += 1

        threads = [threading.Thread(target=paint) for _ in range(4)]
        for thread in threads:
            thread.start()
        time.sleep(5)
        calm, times[:] = sorted(times), []
        # The first demand of each account opens it; from then on they are refused at the door.
        wrk(server, "refuse", 3)
        times[:] = []
        full = wrk(server, "refuse", 10)
        during = sorted(times)
        stop.set()
        for thread in threads:
            thread.join()
        refused = full["non_2xx"]
        print(f"refusals: {refused / full['seconds']:,.0f} a second of {full['requests'] / full['seconds']:,.0f} requests, "
              f"p99 {full['p99_ms']:.1f} ms")
        print(f"meanwhile the accepted: {len(during) / full['seconds']:.1f} pictures a second (calm: {len(calm) / 5:.1f}), "
              f"median {1000 * during[len(during) // 2]:.0f} ms (calm: {1000 * calm[len(calm) // 2]:.0f} ms)")


def listen(count: int = 20_000) -> None:
    """Event streams of one waiting job, all open at the same time."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, count * 2 + 1_000), hard))
    with NullServer(600, f"free: {{{OPEN}}}") as server:
        key = server.keys_file.read_text().splitlines()[0]
        # Three run; the fourth waits, and its listeners with it.
        jobs = [server.ask(key, {"prompt": f"listen {index}"}, "respond-async")[1]["id"] for index in range(4)]
        before = server.memory_mib()[0]
        reached = asyncio.run(open_streams(server, key, jobs[-1], min(count, min(hard, count * 2 + 1_000) - 500)))
        after = server.memory_mib()[0]
        print(f"listeners: {reached:,} event streams open, {(after - before) * 1024 / max(1, reached):.1f} KiB each, "
              f"server at {after:.0f} MiB")


async def open_streams(server: NullServer, key: str, job: str, count: int) -> int:
    """Opens streams until one fails; then reads a heartbeat or an event from a sample of them."""
    streams = []
    request = (
        f"GET /v1/jobs/{job}/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n\r\n"
    ).encode()
    for _ in range(count):
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=4_096)
            writer.write(request)
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20)
            if not head.startswith(b"HTTP/1.1 200"):
                print("refused:", head[:60])
                break
            streams.append((reader, writer))
        except (OSError, asyncio.TimeoutError) as error:
            print("stopped at", len(streams), "by", repr(error))
            break
    await asyncio.sleep(12)
    alive = 0
    for reader, _ in streams[:: max(1, len(streams) // 200)]:
        alive += 1 if await asyncio.wait_for(reader.read(1), 15) else 0
    print(f"of a sample of {len(streams[:: max(1, len(streams) // 200)])}, {alive} are alive")
    for _, writer in streams:
        writer.transport.abort()
    return len(streams)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", choices=["accept", "refuse", "listen", []])
    for name in parser.parse_args().what or ["accept", "refuse", "listen"]:
        {"accept": accept, "refuse": refuse, "listen": listen}[name]()
