"""What must hold when the soak is over."""

from __future__ import annotations

import json
import re
import sqlite3
import statistics
import time
from collections import Counter
from datetime import datetime
from pathlib import Path

from harness import Server, run_command, run_json_command
from notebook import Notebook

ENDED = {"completed", "failed", "cancelled", "expired"}
DRAIN_SECONDS = 600.0
# The plans' horizon: a client that comes back for a job is promised it within this time.
SHORTEST_DEADLINE_SECONDS = 3_600.0
# The last quarter's memory may be above the third quarter's by so much, and by so many mebibytes.
GROWTH = 0.10
GROWTH_MEBIBYTES = 32.0

# Errors in the log that a fault on purpose explains, by the fault's name.
EXPLAINED = {
    "lock": re.compile(r"SQLITE_BUSY|SQLite error 5\b|database is locked", re.IGNORECASE),
    "disk": re.compile(r"SQLITE_FULL|SQLite error (13|10)\b|disk is full|No space left|disk I/O|free space", re.IGNORECASE),
    "clock": re.compile(r"certificate|not yet valid|expired", re.IGNORECASE),
}


def drain(server: Server, notebook: Notebook) -> None:
    """Every accepted job ends by itself, now that nothing is done to the server."""
    deadline = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < deadline:
        live = server.figure("heatsink_jobs_live")
        if live == 0:
            return
        time.sleep(1)
    notebook.problem(f"{server.figure('heatsink_jobs_live'):.0f} jobs did not end in {DRAIN_SECONDS:.0f} s")


def check_jobs(server: Server, notebook: Notebook) -> Counter[str]:
    """Each accepted job is known, has ended, and was settled once."""
    documents = run_json_command("jobs", "list", "--json", "--data", server.data)
    known = {document["id"]: document for document in documents}
    expired: list[str] = []
    for document in documents:
        if document["status"] not in ENDED:
            notebook.problem(f"{document['id']} is {document['status']} at the end")
        elif document["deliveries"] != 1:
            notebook.problem(f"{document['id']} was settled {document['deliveries']} times")
        if document["id"] in notebook.stolen:
            if document["status"] == "completed":
                notebook.problem(f"{document['id']} painted a registered work")
        elif document["status"] == "failed":
            notebook.problem(f"{document['id']} failed: {document['error']}")
        elif document["status"] == "expired":
            expired.append(document["id"])
    if expired and notebook.elapsed() < SHORTEST_DEADLINE_SECONDS:
        notebook.problem(f"{len(expired)} jobs expired before their time could be over, such as {expired[0]}")
    for job, client in notebook.accepted.items():
        if job not in known:
            notebook.problem(f"{job} of {client} was accepted and is unknown")
    return Counter(document["status"] for document in documents)


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
        digests = database.execute(
            "SELECT DISTINCT digest FROM job_files JOIN jobs ON jobs.id = job WHERE status = 'completed' AND NOT is_input"
        ).fetchall()
    finally:
        database.close()
    for (digest,) in digests:
        if not (server.data / "files" / digest[:2] / digest).is_file():
            notebook.problem(f"the picture {digest} of a completed job is missing")


def check_memory(notebook: Notebook, seconds: float) -> str:
    """The process of the second half does not grow. Returns a line for the report."""
    late = [(moment, pid, size) for moment, pid, size in notebook.memory if seconds * 0.5 < moment < seconds]
    if len({pid for _, pid, _ in late}) != 1 or len(late) < 8:
        return "memory: too few figures of one process in the second half to say anything"
    third = statistics.median(size for moment, _, size in late if moment < seconds * 0.75)
    last = statistics.median(size for moment, _, size in late if moment >= seconds * 0.75)
    most = max(size for _, _, size in notebook.memory)
    if last > third * (1 + GROWTH) + GROWTH_MEBIBYTES:
        notebook.problem(f"memory grew from {third:.0f} to {last:.0f} MiB in the second half")
    return f"memory: {third:.0f} MiB in the third quarter, {last:.0f} MiB in the last, {most:.0f} MiB at most"


def check_log(server: Server, notebook: Notebook, began: float) -> Counter[str]:
    """Every line is JSON, and every error in it is explained by what was done on purpose.

    `began`: the moment of the beginning, in seconds since 1970.
    """
    seen: Counter[str] = Counter()
    for number, line in enumerate(server.log.read_text(errors="replace").splitlines(), 1):
        try:
            entry = json.loads(line)
        except ValueError:
            notebook.problem(f"line {number} of the log is no JSON: {line[:200]}")
            continue
        if entry["level"] not in ("error", "critical"):
            continue
        text = " ".join(str(value) for key, value in entry.items() if key not in ("time", "level"))
        seen[entry["message"]] += 1
        moment = datetime.fromisoformat(entry["time"]).timestamp() - began
        # With a clock that is set, the log's times are the server's: then any fault will do.
        explained = any(
            pattern.search(text) and (notebook.is_explained(moment, fault) or notebook.is_explained(moment, "clock"))
            for fault, pattern in EXPLAINED.items()
        ) or any(pattern.search(text) and fault_was(notebook, fault) for fault, pattern in EXPLAINED.items())
        if not explained:
            notebook.problem(f"line {number} of the log: {text[:300]}")
    return seen


def fault_was(notebook: Notebook, name: str) -> bool:
    """Whether there was such a fault at all, and clocks were set, so that times in the log say little."""
    names = [fault for fault, _, _ in notebook.faults]
    return any(one.startswith(name) for one in names) and any(one.startswith("clock") for one in names)


def write_report(folder: Path, notebook: Notebook, lines: list[str]) -> Path:
    """Everything that was counted, as JSON."""
    path = folder / "report.json"
    path.write_text(
        json.dumps(
            {
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
