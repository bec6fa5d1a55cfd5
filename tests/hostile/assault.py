"""Sends every hostile request to every endpoint, and says what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.hostile.endpoints import Endpoint
from tests.hostile.requests import TOO_LONG, Request, requests_for


@dataclass
class Outcome:
    """What an endpoint made of all that it was sent."""

    endpoint: str
    sent: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    # In words: an answer of the wrong kind, something done, a message not kept.
    faults: list[str] = field(default_factory=list)


def attack(endpoints: Sequence[Endpoint]) -> list[Outcome]:
    """One outcome an endpoint, in their order."""
    return [_attack(one) for one in endpoints]


def _attack(endpoint: Endpoint) -> Outcome:
    found = Outcome(endpoint.name)
    before = endpoint.done()
    for sent in requests_for(endpoint):
        endpoint.forget()
        answer = endpoint.client.post(endpoint.path, data=sent.body, headers=dict(sent.headers))
        status = (answer.get_json(silent=True) or {}).get("status")
        found.sent += 1
        found.answers["quarantined" if status == "quarantined" else f"{answer.status_code // 100}xx"] += 1
        if fault := _fault(endpoint, sent, answer.status_code, status):
            found.faults.append(f"{sent.name}: {fault}: {answer.get_data(as_text=True)[:200]}")
        if (after := endpoint.done()) != before:
            found.faults.append(f"{sent.name}: something was done: {[d for d in after if d not in before][:3]}")
            before = after
    return found


def _fault(endpoint: Endpoint, sent: Request, code: int, status: object) -> str | None:
    if sent.name in TOO_LONG:
        return None if code == 413 and not endpoint.kept else f"answered with {code}, not 413"
    if not endpoint.is_push:
        return None if 400 <= code < 500 and not endpoint.kept else f"answered with {code}"
    if code != 200 or status != "quarantined":
        return f"answered with {code} {status}"
    return None if endpoint.kept == [sent.body] else "not kept as it came"
