"""What the soak saw: every answer, every accepted job, every fault on purpose; safe to use from all threads."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

# After a fault on purpose has ended, so long it still explains what is seen.
AFTERGLOW_SECONDS = 20.0
MOST_KEPT = 200


class Notebook:
    """Everything that the report is made of."""

    def __init__(self, folder: Path) -> None:
        self.began = time.monotonic()
        self.accepted: dict[str, str] = {}
        #: Jobs that must not be painted.
        self.stolen: set[str] = set()
        self.answers: Counter[str] = Counter()
        self.problems: list[str] = []
        self.faults: list[tuple[str, float, float | None]] = []
        self.memory: list[tuple[float, int, float]] = []
        self._lock = threading.Lock()
        self._journal = (folder / "journal.jsonl").open("a", buffering=1)

    def elapsed(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self.began

    def write(self, kind: str, **fields: Any) -> None:
        """One line of the journal."""
        with self._lock:
            self._journal.write(json.dumps({"t": round(self.elapsed(), 2), "kind": kind} | fields) + "\n")

    def accept(self, job: str, client: str) -> None:
        """The server has taken a job: from now on it must end, once."""
        with self._lock:
            self.accepted[job] = client
        self.write("accepted", job=job, client=client)

    def answer(self, client: str, status: int | None, text: str = "", *, expected: tuple[int, ...] = ()) -> None:
        """An answer's status; None: the connection broke. What may never be is a problem."""
        with self._lock:
            self.answers[f"{client} {status or 'broken'}"] += 1
        if status is None:
            return
        if status >= 500 and status != 503:
            self.problem(f"{client} was answered {status}: {text[:300]}")
        elif expected and status not in (*expected, 429, 503):
            self.problem(f"{client} was answered {status}, not one of {expected}: {text[:300]}")

    def problem(self, sentence: str) -> None:
        """Something that should not be."""
        with self._lock:
            if len(self.problems) < MOST_KEPT:
                self.problems.append(f"[{self.elapsed():7.1f} s] {sentence}")
        self.write("problem", sentence=sentence)
        print(f"[{self.elapsed():7.1f} s] PROBLEM {sentence}", flush=True)

    def begin(self, fault: str) -> int:
        """A fault on purpose begins. Returns its number."""
        with self._lock:
            self.faults.append((fault, self.elapsed(), None))
            number = len(self.faults) - 1
        self.write("fault", name=fault)
        print(f"[{self.elapsed():7.1f} s] {fault}", flush=True)
        return number

    def end(self, number: int) -> None:
        """It has ended."""
        with self._lock:
            name, began, _ = self.faults[number]
            self.faults[number] = (name, began, self.elapsed())
        self.write("fault ended", name=name)

    def is_explained(self, moment: float, *names: str) -> bool:
        """Whether a fault of one of these names (any, if none is named) was on at a moment, or shortly before."""
        return any(
            began - 1 <= moment <= (ended if ended is not None else float("inf")) + AFTERGLOW_SECONDS
            for name, began, ended in self.faults
            if not names or any(name.startswith(wanted) for wanted in names)
        )

    def note_memory(self, pid: int, mebibytes: float) -> None:
        """Resident memory of the server now."""
        with self._lock:
            self.memory.append((self.elapsed(), pid, mebibytes))
        self.write("memory", pid=pid, mebibytes=round(mebibytes))
