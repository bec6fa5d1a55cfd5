"""Stand-ins that tests share."""

from __future__ import annotations

from dataclasses import dataclass, field

from common.events import Event


@dataclass
class RecordingPublisher:
    """Keeps what would be sent."""

    sent: list[tuple[str, Event]] = field(default_factory=list)

    def publish(self, topic: str, event: Event) -> str:
        self.sent.append((topic, event))
        return f"message-{len(self.sent)}"
