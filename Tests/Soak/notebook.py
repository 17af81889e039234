"""What the soak saw: every answer, accepted job, fault and figure. Safe to use from all threads."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, NamedTuple

# A fault explains what is seen while it lasts and for so long after it. Gaps between faults are longer (faults.py), so that
# each is followed by a time that nothing explains.
RECOVERY_SECONDS = 10.0
# Clocks of threads differ by this much at most when a fault begins.
LEAD_SECONDS = 1.0
MOST_KEPT = 200


class Occurrence(NamedTuple):
    """A fault that was made: seconds since the beginning; `ended` is None while it lasts."""

    name: str
    began: float
    ended: float | None


class Acceptance(NamedTuple):
    """A job that the server has promised: `lifetime` is what its deadline left it, in seconds."""

    client: str
    at: float
    lifetime: float | None = None
    pictures: int | None = None


class Refusal(NamedTuple):
    """An answer 429 or 503, or none at all (`status` None), to a client that does nothing wrong."""

    moment: float
    client: str
    status: int | None
    text: str


class Notebook:
    """Everything that the report is made of."""

    def __init__(self, folder: Path) -> None:
        self.began = time.monotonic()
        self.accepted: dict[str, Acceptance] = {}
        #: Jobs that must not be painted.
        self.stolen: set[str] = set()
        #: Jobs that a client asked to cancel.
        self.cancelled: set[str] = set()
        #: How a job had ended when a client looked.
        self.told: dict[str, str] = {}
        self.answers: Counter[str] = Counter()
        self.refusals: list[Refusal] = []
        #: When each kind of client was served.
        self.served: defaultdict[str, list[float]] = defaultdict(list)
        self.problems: list[str] = []
        self.faults: list[Occurrence] = []
        #: Moment, process and resident mebibytes.
        self.memory: list[tuple[float, int, float]] = []
        #: Moment and bytes of the server's log.
        self.log_sizes: list[tuple[float, int]] = []
        self._lock = threading.Lock()
        self._journal = (folder / "journal.jsonl").open("a", buffering=1)

    def elapsed(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self.began

    def write(self, kind: str, **fields: Any) -> None:
        """One line of the journal."""
        with self._lock:
            self._journal.write(json.dumps({"t": round(self.elapsed(), 2), "kind": kind} | fields) + "\n")

    def accept(self, document: dict[str, Any], client: str) -> str:
        """The server has taken a job (its document): from now on it must end, once. Returns its id."""
        job: str = document["id"]
        deadline = document.get("deadline_at")
        lifetime = float(deadline - document["created_at"]) if deadline is not None else None
        with self._lock:
            self.accepted.setdefault(job, Acceptance(client, self.elapsed(), lifetime, document.get("n")))
        self.write("accepted", job=job, client=client, lifetime=lifetime)
        return job

    def tell(self, job: str, status: str) -> None:
        """A client was told how a job ended. It stays so."""
        with self._lock:
            before = self.told.setdefault(job, status)
        if before != status:
            self.problem(f"{job} had ended as {before}, and later as {status}")

    def answer(
        self, client: str, status: int, text: str = "", *, expected: tuple[int, ...] = (), judged: bool = True
    ) -> None:
        """An answer's status. What may never be is a problem; 429 and 503 are judged at the end if `judged`."""
        now = self.elapsed()
        with self._lock:
            self.answers[f"{client} {status}"] += 1
            if 200 <= status < 300:
                self.served[client].append(now)
            elif status in (429, 503) and judged:
                self.refusals.append(Refusal(now, client, status, text[:300]))
        if status >= 500 and status != 503:
            self.problem(f"{client} was answered {status}: {text[:300]}")
        elif expected and status not in (*expected, 429, 503):
            self.problem(f"{client} was answered {status}, not one of {expected}: {text[:300]}")

    def broken(self, client: str, text: str = "", *, judged: bool = True) -> None:
        """A connection ended without an answer, or an answer without its end. Judged at the end if `judged`."""
        with self._lock:
            self.answers[f"{client} broken"] += 1
            if judged:
                self.refusals.append(Refusal(self.elapsed(), client, None, text[:300]))
        self.write("broken", client=client, text=text[:300])

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
            self.faults.append(Occurrence(fault, self.elapsed(), None))
            number = len(self.faults) - 1
        self.write("fault", name=fault)
        print(f"[{self.elapsed():7.1f} s] {fault}", flush=True)
        return number

    def end(self, number: int) -> None:
        """It has ended."""
        with self._lock:
            fault = self.faults[number]._replace(ended=self.elapsed())
            self.faults[number] = fault
        self.write("fault ended", name=fault.name)

    def is_explained(self, moment: float, *names: str, until: float | None = None) -> bool:
        """Whether a fault of one of these names (any, if none is named) lasted at a moment, or ended shortly before.

        `until`: something happened between `moment` and then, nobody knows when.
        """
        last = moment if until is None else until
        with self._lock:
            faults = list(self.faults)
        return any(
            began - LEAD_SECONDS <= last
            and moment <= (ended if ended is not None else float("inf")) + RECOVERY_SECONDS
            for name, began, ended in faults
            if not names or any(name.startswith(wanted) for wanted in names)
        )

    def note_memory(self, pid: int, mebibytes: float) -> None:
        """Resident memory of the server now."""
        with self._lock:
            self.memory.append((self.elapsed(), pid, mebibytes))
        self.write("memory", pid=pid, mebibytes=round(mebibytes))

    def note_log(self, size: int) -> None:
        """Bytes of the server's log now: the only clock for its lines that no fault can set."""
        with self._lock:
            self.log_sizes.append((self.elapsed(), size))
