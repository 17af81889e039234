"""Answers of the server that take a long story to come by: for tests that look at how they are shown, not at how they come."""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]

AT = 1_795_000_000
NO_CREDENTIALS: Document = {
    "verdict": "absent", "is_own": False, "signed_by": None, "signed_at": None, "generator": None, "title": None,
    "made_by_model": False, "actions": [], "ingredients": [], "policy": None, "policy_actions": [], "labels": [],
    "is_development": False, "findings": [],
}
OWN: Document = NO_CREDENTIALS | {
    "verdict": "valid", "is_own": True, "signed_by": "Heatsink (for development)", "signed_at": AT,
    "generator": "Heatsink 1", "title": "A picture", "made_by_model": True,
    "actions": [
        {"name": "c2pa.opened", "source": None, "software": None},
        {"name": "c2pa.edited", "source": "compositeWithTrainedAlgorithmicMedia", "software": "restyle 1"},
    ],
    "ingredients": [{"title": "upload", "relationship": "parentOf", "has_credentials": True}],
    "policy": "considerate", "policy_actions": ["rewrite:ghibli", "label:totoro"], "labels": ["A label."],
    "is_development": True, "findings": ["signing certificate untrusted"],
}
FOREIGN: Document = NO_CREDENTIALS | {
    "verdict": "trusted", "signed_by": "A Camera Maker", "signed_at": AT, "generator": "A Camera 1",
    "actions": [
        {"name": "c2pa.created", "source": "digitalCapture", "software": None},
        {"name": "maker.special", "source": None, "software": "A Tool"},
    ],
}
WATERMARK: Document = {"id": "0123456789abcdef", "is_known": True, "made_at": AT, "model": "meadow"}
UNKNOWN: Document = {
    "object": "verification", "made_here": False, "is_altered": None, "sha256": "ab" * 32, "format": "png", "width": 512,
    "height": 512, "made_at": None, "model": None, "kind": None, "taken_down": False, "decision": None,
    "credentials": NO_CREDENTIALS, "watermark": None, "explanation": "", "sentences": [],
}
OURS: Document = UNKNOWN | {"made_here": True, "made_at": AT, "model": "meadow", "kind": "generation"}

# By the key of the title that /verify must give each.
VERIFICATIONS: dict[str, Document] = {
    "made": OURS | {"is_altered": False, "credentials": OWN, "watermark": WATERMARK},
    "altered": OURS | {
        "is_altered": True, "credentials": OWN | {"verdict": "tampered", "is_own": False}, "watermark": WATERMARK,
        "taken_down": True, "decision": "dec_1",
    },
    "recovered": OURS | {"is_altered": True, "watermark": WATERMARK},
    "signed-anew": OURS | {"is_altered": True, "credentials": FOREIGN, "watermark": WATERMARK},
    "foreign-trusted": UNKNOWN | {"credentials": FOREIGN},
    "foreign-valid": UNKNOWN | {"credentials": FOREIGN | {"verdict": "valid"}},
    "foreign-expired": UNKNOWN | {"credentials": FOREIGN | {"verdict": "expired"}},
    "foreign-tampered": UNKNOWN | {"credentials": FOREIGN | {"verdict": "tampered", "findings": ["hash mismatch"]}},
    "foreign-invalid": UNKNOWN | {"credentials": NO_CREDENTIALS | {"verdict": "invalid", "findings": ["no JUMBF"]}},
    "marked": UNKNOWN | {"watermark": WATERMARK | {"is_known": False, "made_at": None, "model": None}},
    "unknown": UNKNOWN | {"credentials": None},
}


def decision(state: str, kind: str = "prompt", appeal: Document | None = None, picture: str | None = None) -> Document:
    """A decision as whoever it concerns sees it."""
    return {
        "object": "decision", "id": "dec_1", "kind": kind, "state": state, "at": AT, "changed_at": AT + 60,
        "policy": "considerate", "rule": "opt-out:out_1", "reason": "A sentence for the user.", "picture": picture,
        "appeal": appeal,
    }


def appeal(state: str) -> Document:
    """What became of an appeal."""
    answered = state != "open"
    return {
        "state": state, "at": AT, "decided_at": AT + 60 if answered else None, "answer": "An answer." if answered else None
    }


# By the key of the title that /rights must give each.
DECISIONS: dict[str, Document] = {
    "decision-prompt-refused": decision("refused"),
    "decision-output-held": decision("held", "output"),
    "decision-output-released": decision("released", "output", picture="/assets/icons/icon-512.png"),
    "decision-upload-refused": decision("refused", "upload", appeal("open")),
    "decision-takedown-taken_down": decision("taken_down", "takedown", appeal("upheld")),
    "decision-prompt-overturned": decision("overturned", "prompt", appeal("overturned")),
}

REQUEST: Document = {
    "object": "opt_out", "id": "out_1", "kind": "artist", "name": "Ottoline Vannberg", "other_names": ["O. V. Brennmark"],
    "scope": ["name", "style"], "state": "requested", "requested_at": AT, "changed_at": AT, "decision_reason": None,
}

# What waits in the control room.
DESK: Document = {
    "object": "rights", "policy": "considerate",
    "counts": {"opt_outs_requested": 1, "reviews_held": 1, "appeals_open": 1, "works": 1, "taken_down": 1},
    "opt_outs": [REQUEST | {"evidence": "A portfolio.", "look": "pale washes", "contact": None, "decided_by": None}],
    "reviews": [
        {
            "id": "dec_2", "kind": "output", "at": AT, "reason": "A reason.", "rule": "safety", "account": "acc_1",
            "picture": "/assets/icons/icon-512.png",
        }
    ],
    "appeals": [
        {"id": "dec_1", "at": AT, "text": "It is mine.", "contact": "me", "decision": decision("refused"), "prompt": "a cat"}
    ],
    "ledger": {"entries": 1, "head": "1:" + "ab" * 32},
}
WORKS: Document = {
    "object": "list",
    "data": [
        {
            "id": "wrk_1", "object": "work", "title": "A work", "right_holder": "Its holder", "evidence": "A register.",
            "scope": ["outputs", "uploads"], "state": "registered", "registered_at": AT, "withdrawn_at": None,
        }
    ],
}
