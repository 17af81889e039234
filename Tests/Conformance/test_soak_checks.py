"""What the soak finds: its checks, given observations that are made up. No server is needed."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from harness import REPOSITORY

sys.path.append(str(REPOSITORY / "Tests" / "Soak"))

import checks  # noqa: E402
from faults import GAP_SECONDS, KILLS_UNTIL, schedule  # noqa: E402
from notebook import RECOVERY_SECONDS, Acceptance, Notebook, Occurrence, Refusal  # noqa: E402

HOUR = 3_600.0
LOCK = Occurrence("lock 12.0", 100.0, 112.0)


@pytest.fixture
def notebook(tmp_path: Path) -> Notebook:
    """A notebook in which only a lock is noted, from 100 s to 112 s."""
    own = Notebook(tmp_path)
    own.faults.append(LOCK)
    return own


def job(status: str = "completed", **changes: Any) -> dict[str, Any]:
    """A job as `heatsink jobs list --json` has it."""
    return {"id": "job_1", "status": status, "deliveries": 1, "pictures": 1, "error": None} | changes


def judged(document: dict[str, Any] | None, **changes: Any) -> list[str]:
    """What is found of one job, which `Poller` was promised at 10 s with two hours to live."""
    seen = {"accepted": {"job_1": Acceptance("Poller", 10.0, 2 * HOUR, 1)}, "told": {}, "now": HOUR} | changes
    return checks.judge_jobs([document] if document else [], **seen)


@pytest.mark.parametrize(
    ("document", "changes"),
    [
        (job(), {}),
        (job(), {"told": {"job_1": "completed"}}),
        (job("cancelled", pictures=0), {"cancelled": ["job_1"]}),
        # Nobody was promised it: its client left, and nobody came back.
        (job("cancelled", pictures=0), {"accepted": {}}),
        (job("failed", pictures=0, error="a registered work"), {"stolen": ["job_1"]}),
        (job("expired", pictures=0), {"now": 10 + 2 * HOUR}),
    ],
)
def test_a_job_that_ended_as_it_should_is_no_finding(document: dict[str, Any], changes: dict[str, Any]) -> None:
    assert judged(document, **changes) == []


@pytest.mark.parametrize(
    ("document", "changes", "words"),
    [
        (None, {}, "is unknown"),
        (job("running"), {}, "is running at the end"),
        (job("queued"), {}, "is queued at the end"),
        (job(deliveries=2), {}, "settled 2 times"),
        (job(deliveries=0), {}, "settled 0 times"),
        (job("failed", error="no space"), {}, "failed: no space"),
        (job("cancelled"), {}, "nobody asked"),
        (job(pictures=0), {}, "0 pictures"),
        (job(pictures=1), {"accepted": {"job_1": Acceptance("Poller", 10.0, None, 2)}}, "1 pictures of 2"),
        (job("failed", error="lost"), {"told": {"job_1": "completed"}}, "was told"),
        (job(), {"stolen": ["job_1"]}, "not refused"),
        (job("expired"), {"stolen": ["job_1"]}, "not refused"),
        # Accepted late: what counts is the job's own time, not the soak's.
        (job("expired"), {"now": HOUR + 60}, "expired before"),
        (job("expired"), {"accepted": {"job_1": Acceptance("Waiter", 3_000.0)}, "now": HOUR + 600}, "expired before"),
        (job("expired"), {"accepted": {}, "now": HOUR - 1}, "expired before"),
    ],
)
def test_a_job_that_is_lost_or_stuck_or_ended_wrongly_is_a_finding(
    document: dict[str, Any] | None, changes: dict[str, Any], words: str
) -> None:
    assert any(words in sentence for sentence in judged(document, **changes))


def test_a_fault_explains_what_is_seen_while_it_lasts_and_shortly_after(notebook: Notebook) -> None:
    after = LOCK.ended + RECOVERY_SECONDS
    assert [notebook.is_explained(moment) for moment in (90, 105, after - 1, after + 1)] == [False, True, True, False]
    assert not notebook.is_explained(105, "disk")
    assert notebook.is_explained(95, "lock", until=105)


def test_a_refusal_without_a_fault_is_a_finding(notebook: Notebook) -> None:
    notebook.refusals += [Refusal(105, "Poller", 503, "busy"), Refusal(113, "Waiter", None, "cut")]
    assert checks.judge_refusals(notebook) == []
    notebook.refusals += [Refusal(moment, "Poller", 503, "busy") for moment in range(200, 3_600, 5)]
    notebook.refusals.append(Refusal(300, "Guest", None, "cut"))
    poller, guest = checks.judge_refusals(notebook)
    assert "Poller was answered 503 680 times" in poller
    assert "Guest was cut off 1 times" in guest


def test_a_client_that_is_served_no_more_is_a_finding(notebook: Notebook) -> None:
    notebook.served["Poller"] = [float(moment) for moment in range(5, 3_600, 30)]
    notebook.served["Guest"] = [float(moment) for moment in range(5, 1_800, 30)]
    assert checks.judge_service(notebook, ["Poller", "Guest", "Waiter"], HOUR) == [
        "Guest was not served between 1775 and 3600 s",
        "Waiter was never served",
    ]


def test_the_time_of_a_fault_does_not_count_as_silence(notebook: Notebook) -> None:
    assert checks.explained_seconds(notebook, 0, 1_000) == 12 + RECOVERY_SECONDS
    assert checks.explained_seconds(notebook, 106, 108) == 2
    assert checks.explained_seconds(notebook, 500, 600) == 0


def memory(size: Any, *, restart: float = 300.0) -> list[tuple[float, int, float]]:
    """Figures of an hour, one every five seconds; the process is another one before `restart`."""
    return [(float(at), 1 if at < restart else 2, float(size(at))) for at in range(0, 3_600, 5)]


def test_memory_that_stays_is_no_finding() -> None:
    # A young process has less; the one before it had more.
    figures = memory(lambda at: 2_000 if at < 300 else 300 if at < 350 else 700 + at % 50)
    assert checks.judge_memory(figures, HOUR)[0] == []


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (lambda at: 500 + at * 0.1, "in the second half"),
        (lambda at: 700 if at < 1_800 else 900, "in the second half"),
        (lambda at: 700 if at < 2_800 else 900, "in the last quarter"),
    ],
)
def test_memory_that_grows_is_a_finding(size: Any, words: str) -> None:
    found, line = checks.judge_memory(memory(size), HOUR)
    assert any(words in sentence for sentence in found)
    assert line.startswith("memory (medians)")


def test_memory_that_cannot_be_compared_is_a_finding() -> None:
    assert "2 processes" in checks.judge_memory(memory(lambda _: 700, restart=2_400), HOUR)[0][0]
    assert "0 processes" in checks.judge_memory([], HOUR)[0][0]
    few = [(float(at), 1, 700.0) for at in range(0, 3_600, 600)]
    assert "fewer than" in checks.judge_memory(few, HOUR)[0][0]


def log_of(notebook: Notebook, *lines: tuple[float, str]) -> bytes:
    """A log whose lines were written at these moments."""
    log = b""
    notebook.log_sizes = [(0.0, 0)]
    for moment, line in lines:
        notebook.log_sizes.append((moment - 0.5, len(log)))
        log += line.encode() + b"\n"
        notebook.log_sizes.append((moment, len(log)))
    return log


def error(words: str, time: str = "2026-01-01T00:00:00.000Z", **details: str) -> str:
    """A line of the log."""
    return json.dumps({"level": "error", "message": words, "time": time} | details)


def test_an_error_in_the_log_is_explained_by_a_fault_of_its_time_only(notebook: Notebook) -> None:
    # A clock that was set explains no other error, whatever time the line bears.
    notebook.faults.append(Occurrence("clock +400 d 15.0", 300.0, 315.0))
    log = log_of(
        notebook,
        (105, error("database is locked")),
        (200, error("database is locked")),
        (305, error("database is locked", time="2027-02-05T00:00:00.000Z")),
        (310, error("the certificate is not yet valid")),
    )
    found, seen = checks.judge_log(log, notebook)
    assert [sentence.partition(" of the log")[0] for sentence in found] == ["line 2", "line 3"]
    assert seen == {"database is locked": 3, "the certificate is not yet valid": 1}


def test_that_nothing_is_accepted_is_explained_by_what_keeps_it_out_and_by_nothing_else(notebook: Notebook) -> None:
    line = error("nothing new is accepted", reason="the database cannot be written: look for a lock, a full disk")
    assert checks.judge_log(log_of(notebook, (105, line)), notebook)[0] == []
    assert len(checks.judge_log(log_of(notebook, (200, line)), notebook)[0]) == 1


def test_a_fault_explains_its_own_errors_only(notebook: Notebook) -> None:
    found, _ = checks.judge_log(log_of(notebook, (105, error("index out of range"))), notebook)
    assert len(found) == 1


@pytest.mark.parametrize("line", ["Fatal error: index", "[1]", '{"time": "now"}', "null"])
def test_a_line_of_the_log_that_is_no_entry_is_a_finding(notebook: Notebook, line: str) -> None:
    found, _ = checks.judge_log(log_of(notebook, (105, line)), notebook)
    assert "no JSON" in found[0]


def test_a_picture_that_is_missing_or_another_is_a_finding(tmp_path: Path) -> None:
    whole, damaged, lost = (hashlib.sha256(name.encode()).hexdigest() for name in ("whole", "damaged", "lost"))
    for digest, content in ((whole, "whole"), (damaged, "")):
        (tmp_path / digest[:2]).mkdir(exist_ok=True)
        (tmp_path / digest[:2] / digest).write_text(content)
    assert checks.judge_pictures([("job_1", 1, whole)], tmp_path) == []
    rows = [("job_2", 1, damaged), ("job_3", 1, lost), ("job_4", 1, None), ("job_5", 2, whole)]
    found = " ".join(checks.judge_pictures(rows, tmp_path))
    assert f"{damaged} of job_2 is not" in found
    assert f"{lost} of job_3 is missing" in found
    assert "job_4 is completed with 0" in found
    assert "job_5 is completed with 1" in found


def test_an_error_of_the_server_is_a_finding_also_where_a_retry_hides_it() -> None:
    line = 'heatsink_http_requests_total{method="POST",route="/v1/images/edits",status="%s"} %s'
    metrics = "\n".join(line % each for each in (("200", 9), ("503", 4), ("500", 0), ("500", 2), ("502", 1)))
    assert len(checks.judge_metrics(metrics)) == 2


def test_an_answer_500_is_a_finding_at_once(notebook: Notebook) -> None:
    notebook.answer("Hostile", 500, "ours", judged=False)
    notebook.answer("Poller", 404, expected=(200,))
    notebook.answer("Poller", 503, expected=(200,))
    assert len(notebook.problems) == 2
    assert [refusal.status for refusal in notebook.refusals] == [503]


def test_a_job_whose_end_changes_is_a_finding(notebook: Notebook) -> None:
    notebook.tell("job_1", "completed")
    notebook.tell("job_1", "completed")
    assert not notebook.problems
    notebook.tell("job_1", "failed")
    assert "later as failed" in notebook.problems[0]


@pytest.mark.parametrize("kinds", [["kill"], ["lock"], ["kill", "lock", "disk", "clock"], []])
@pytest.mark.parametrize("seconds", [60.0, HOUR])
def test_faults_leave_times_that_none_explains(kinds: list[str], seconds: float) -> None:
    assert GAP_SECONDS[0] > RECOVERY_SECONDS + 5
    for seed in range(50):
        faults = schedule(seed, seconds, kinds)
        assert schedule(seed, seconds, kinds) == faults
        assert bool(faults) == bool(kinds)
        assert {fault.name for fault in faults} <= set(kinds)
        for before, after in zip(faults, faults[1:], strict=False):
            assert after.at - (before.at + before.seconds) >= GAP_SECONDS[0]
        for fault in faults:
            assert fault.name != "kill" or fault.at < seconds * KILLS_UNTIL
