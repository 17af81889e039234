"""What must hold when the soak is over.

The functions named `judge_…` are pure: they take what was seen and return a sentence for each fault that they find.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import statistics
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import httpx2

from harness import Server, run_command, run_json_command
from notebook import RECOVERY_SECONDS, Acceptance, Notebook

ENDED = {"completed", "failed", "cancelled", "expired"}
DRAIN_SECONDS = 600.0
# The patience of the soak's plans. No job has less time than this.
SHORTEST_LIFETIME_SECONDS = 3_600.0
# A kind of client that is served less often than this, times of faults not counted, is not served.
MOST_SILENCE_SECONDS = 180.0
# A process that has begun takes memory for models and graphs; it is compared with itself after this.
WARM_UP_SECONDS = 60.0
# The later median may be above the earlier one by so much, and by so many mebibytes.
GROWTH = 0.10
GROWTH_MEBIBYTES = 32.0
FEWEST_FIGURES = 8
# Shorter runs hold too few figures of a warm process to say anything.
SHORTEST_FOR_MEMORY_SECONDS = 300.0

# Errors in the log that a fault on purpose explains, by the fault's name.
EXPLAINED = {
    "lock": re.compile(r"SQLITE_BUSY|SQLite error 5\b|database is locked|database cannot be written", re.IGNORECASE),
    "disk": re.compile(
        r"SQLITE_FULL|SQLite error (13|10)\b|disk is full|No space left|disk I/O|free space"
        r"|less space is free|no file can be written|database cannot be written",
        re.IGNORECASE,
    ),
    "clock": re.compile(r"certificate|not yet valid|expired", re.IGNORECASE),
}


def drain(server: Server, notebook: Notebook) -> None:
    """Every accepted job ends by itself, now that nothing is done to the server."""
    deadline = time.monotonic() + DRAIN_SECONDS
    live = float("nan")
    while time.monotonic() < deadline:
        try:
            live = server.figure("heatsink_jobs_live")
        except httpx2.TransportError:
            if not server.is_alive:
                notebook.problem("the server ended by itself")
                return
        if live == 0:
            return
        time.sleep(1)
    notebook.problem(f"{live:.0f} jobs did not end in {DRAIN_SECONDS:.0f} s")


def judge_jobs(
    documents: list[dict[str, Any]],
    accepted: Mapping[str, Acceptance],
    *,
    told: Mapping[str, str],
    stolen: Iterable[str] = (),
    cancelled: Iterable[str] = (),
    now: float,
) -> list[str]:
    """Each accepted job is known, has ended rightly, and was settled once. `now`: seconds since the beginning."""
    stolen, cancelled = set(stolen), set(cancelled)
    known = {document["id"]: document for document in documents}
    found: list[str] = []
    for job, document in known.items():
        status = document["status"]
        promise = accepted.get(job)
        if status not in ENDED:
            found.append(f"{job} is {status} at the end")
            continue
        if document["deliveries"] != 1:
            found.append(f"{job} was settled {document['deliveries']} times")
        if job in told and told[job] != status:
            found.append(f"{job} was told to have ended as {told[job]}, and is {status}")
        if job in stolen:
            if status != "failed":
                found.append(f"{job}, of a registered work, is {status} and not refused")
        elif status == "failed":
            found.append(f"{job} failed: {document['error']}")
        elif status == "cancelled" and promise and job not in cancelled:
            found.append(f"{job} of {promise.client} was cancelled, and nobody asked for that")
        elif status == "expired" and not had_its_time(promise, now):
            found.append(f"{job} expired before its deadline could be over")
        elif status == "completed" and not has_its_pictures(promise, document["pictures"]):
            wanted = promise.pictures if promise else "at least one"
            found.append(f"{job} is completed with {document['pictures']} pictures of {wanted}")
    for job, promise in accepted.items():
        if job not in known:
            found.append(f"{job} of {promise.client} was accepted and is unknown")
    return found


def has_its_pictures(promise: Acceptance | None, pictures: int) -> bool:
    """Whether a completed job has as many pictures as were promised; one, where nobody noted how many."""
    wanted = promise.pictures if promise else None
    return pictures == wanted if wanted is not None else pictures >= 1


def had_its_time(promise: Acceptance | None, now: float) -> bool:
    """Whether a job that expired can have lived until its deadline; one that nobody noted is at most as old as the soak."""
    if promise is None:
        return now >= SHORTEST_LIFETIME_SECONDS
    # A clock that was set between the two times of a document makes its lifetime meaningless.
    return now - promise.at >= max(SHORTEST_LIFETIME_SECONDS, min(promise.lifetime or 0, 2 * SHORTEST_LIFETIME_SECONDS))


def check_jobs(server: Server, notebook: Notebook) -> str:
    """The jobs as the records have them. Returns a line for the report."""
    documents = run_json_command("jobs", "list", "--json", "--data", server.data)
    for sentence in judge_jobs(
        documents,
        notebook.accepted,
        told=notebook.told,
        stolen=notebook.stolen,
        cancelled=notebook.cancelled,
        now=notebook.elapsed(),
    ):
        notebook.problem(sentence)
    return f"jobs: {dict(Counter(document['status'] for document in documents))}"


def judge_refusals(notebook: Notebook) -> list[str]:
    """A client that does nothing wrong is refused, or loses its connection, only while a fault explains it."""
    unexplained: dict[tuple[str, int | None], list[tuple[float, str]]] = {}
    for moment, client, status, text in notebook.refusals:
        if not notebook.is_explained(moment):
            unexplained.setdefault((client, status), []).append((moment, text))
    return [
        f"{client} was {'answered ' + str(status) if status else 'cut off'} {len(cases)} times while no fault explains it, "
        f"first at {cases[0][0]:.1f} s: {cases[0][1]}"
        for (client, status), cases in unexplained.items()
    ]


def judge_service(notebook: Notebook, clients: Iterable[str], seconds: float) -> list[str]:
    """Each kind of client is served again and again. Times that a fault explains are not counted."""
    found: list[str] = []
    for client in sorted(set(clients)):
        moments = sorted(moment for moment in notebook.served.get(client, []) if moment <= seconds)
        if not moments:
            found.append(f"{client} was never served")
            continue
        for before, after in zip([0.0, *moments], [*moments, seconds], strict=True):
            silence = after - before - explained_seconds(notebook, before, after)
            if silence > MOST_SILENCE_SECONDS:
                found.append(f"{client} was not served between {before:.0f} and {after:.0f} s")
                break
    return found


def explained_seconds(notebook: Notebook, since: float, until: float) -> float:
    """How much of a time faults explain. They never overlap."""
    return sum(
        max(0.0, min(until, (until if fault.ended is None else fault.ended) + RECOVERY_SECONDS) - max(since, fault.began))
        for fault in notebook.faults
    )


def check_records(server: Server, notebook: Notebook) -> None:
    """The ledger is whole, the database is, and each picture of a completed job is there."""
    told = run_command("audit", "--check", "--data", server.data)
    if not told.startswith("whole"):
        notebook.problem(f"the ledger: {told.strip()}")
    database = sqlite3.connect(server.data / "heatsink.sqlite")
    try:
        found = Counter(row for (row,) in database.execute("PRAGMA integrity_check"))
        for row, count in found.items():
            if row != "ok":
                notebook.problem(f"integrity check: {row} ({count} times)")
        if lonely := database.execute("PRAGMA foreign_key_check").fetchall():
            notebook.problem(f"foreign key check: {len(lonely)} rows, such as {lonely[0]}")
        rows = database.execute(
            "SELECT id, json_array_length(pictures), digest FROM jobs LEFT JOIN job_files ON job = id AND NOT is_input "
            "WHERE status = 'completed'"
        ).fetchall()
    finally:
        database.close()
    for sentence in judge_pictures(rows, server.data / "files"):
        notebook.problem(sentence)


def judge_pictures(rows: Iterable[tuple[str, int, str | None]], folder: Path) -> list[str]:
    """Each completed job has a file for each of its pictures, and each file is what its name says (its SHA-256).

    `rows`: a job, how many pictures it has, and the digest of one of them; None: it has none.
    """
    found: list[str] = []
    counts: Counter[str] = Counter()
    wanted: dict[str, int] = {}
    digests: dict[str, str] = {}
    for job, pictures, digest in rows:
        wanted[job] = pictures
        if digest is not None:
            counts[job] += 1
            digests.setdefault(digest, job)
    for job, pictures in wanted.items():
        if counts[job] < max(1, pictures):
            found.append(f"{job} is completed with {counts[job]} files for {pictures} pictures")
    for digest, job in digests.items():
        file = folder / digest[:2] / digest
        if not file.is_file():
            found.append(f"the picture {digest} of {job} is missing")
        elif hashlib.sha256(file.read_bytes()).hexdigest() != digest:
            found.append(f"the picture {digest} of {job} is not what was written")
    return found


def judge_memory(memory: list[tuple[float, int, float]], seconds: float) -> tuple[list[str], str]:
    """The second half's memory is not above the first's, nor the last quarter's above the third's.

    One process is compared with itself: the one that works at the end, after it has warmed up. Returns what is wrong, and
    a line for the report.
    """
    if seconds < SHORTEST_FOR_MEMORY_SECONDS:
        return [], f"memory: not judged in a run of less than {SHORTEST_FOR_MEMORY_SECONDS:.0f} s"
    during = [(moment, pid, size) for moment, pid, size in memory if moment <= seconds]
    late = {pid for moment, pid, _ in during if moment > seconds / 2}
    if len(late) != 1:
        return [f"{len(late)} processes in the second half, in which nothing is killed"], "memory: not comparable"
    (process,) = late
    own = [(moment, size) for moment, pid, size in during if pid == process]
    warm = [(moment, size) for moment, size in own if moment >= own[0][0] + WARM_UP_SECONDS]
    spans = {"first half": (0.0, 0.5), "second half": (0.5, 1.01), "third quarter": (0.5, 0.75), "last quarter": (0.75, 1.01)}
    figures = {
        name: [size for moment, size in warm if since * seconds <= moment < until * seconds]
        for name, (since, until) in spans.items()
    }
    if scarce := [name for name, sizes in figures.items() if len(sizes) < FEWEST_FIGURES]:
        return [f"fewer than {FEWEST_FIGURES} figures of memory in the {scarce[0]}"], "memory: too few figures"
    medians = {name: statistics.median(sizes) for name, sizes in figures.items()}
    found = [
        f"memory grew from {medians[before]:.0f} MiB in the {before} to {medians[after]:.0f} MiB in the {after}"
        for before, after in (("first half", "second half"), ("third quarter", "last quarter"))
        if medians[after] > medians[before] * (1 + GROWTH) + GROWTH_MEBIBYTES
    ]
    told = ", ".join(f"{size:.0f} MiB in the {name}" for name, size in medians.items())
    return found, f"memory (medians): {told}; {max(size for _, _, size in during):.0f} MiB at most"


def check_memory(notebook: Notebook, seconds: float) -> str:
    """Returns a line for the report."""
    found, line = judge_memory(notebook.memory, seconds)
    for sentence in found:
        notebook.problem(sentence)
    return line


def judge_log(log: bytes, notebook: Notebook) -> tuple[list[str], Counter[str]]:
    """Every line is JSON, and every error in it is explained by a fault of that time. Also returns the errors' messages.

    When a line was written follows from the log's size, not from the line: the server's clock is set on purpose.
    """
    found: list[str] = []
    seen: Counter[str] = Counter()
    offset = 0
    for number, line in enumerate(log.split(b"\n"), 1):
        offset += len(line) + 1
        if not line:
            continue
        try:
            entry = json.loads(line)
            level, message = entry["level"], entry["message"]
        except (ValueError, KeyError, TypeError):
            found.append(f"line {number} of the log is no JSON with a level and a message: {line[:200]!r}")
            continue
        if level not in ("error", "critical"):
            continue
        seen[message] += 1
        text = " ".join(str(value) for key, value in entry.items() if key not in ("time", "level"))
        since, until = written_between(offset, notebook.log_sizes)
        if not any(
            pattern.search(text) and notebook.is_explained(since, fault, until=until) for fault, pattern in EXPLAINED.items()
        ):
            found.append(f"line {number} of the log, at {until:.1f} s: {text[:300]}")
    return found, seen


def written_between(offset: int, sizes: list[tuple[float, int]]) -> tuple[float, float]:
    """Between which moments the log came to be so long. `sizes`: moments and lengths, both growing."""
    after = bisect_left(sizes, offset, key=lambda sample: sample[1])
    since = sizes[after - 1][0] if after > 0 else 0.0
    return since, sizes[after][0] if after < len(sizes) else since


def check_log(server: Server, notebook: Notebook) -> str:
    """Returns a line for the report."""
    found, seen = judge_log(server.log.read_bytes(), notebook)
    for sentence in found:
        notebook.problem(sentence)
    return f"errors in the log: {dict(seen)}"


def judge_metrics(text: str) -> list[str]:
    """No request was answered 5xx but 503: also those that a client's own retries hide."""
    return [
        f"the server counts {line}"
        for line in text.splitlines()
        if line.startswith("heatsink_http_requests_total{")
        and re.search(r'status="5(?!03)\d\d"', line)
        and float(line.rpartition(" ")[2]) > 0
    ]


def write_report(folder: Path, notebook: Notebook, seed: int, lines: list[str]) -> Path:
    """Everything that was counted, as JSON."""
    path = folder / "report.json"
    path.write_text(
        json.dumps(
            {
                "seed": seed,
                "problems": notebook.problems,
                "answers": dict(sorted(notebook.answers.items())),
                "accepted": len(notebook.accepted),
                "faults": notebook.faults,
                "lines": lines,
            },
            indent=1,
        )
    )
    return path
