"""Every error of the pipeline, and what a caller may do about it.

    NbaError
    ├── TerminalError            trying again cannot help: quarantine, acknowledge, go on
    │   ├── PayloadError         a payload that does not parse: names feed, path, field, remedy
    │   │   └── UnreadPartsError parts of a payload that do not parse; the rest has landed unless it says otherwise
    │   ├── RequestError         a source said no for good (400, 401, 403, 404, 422)
    │   ├── InvalidEventError    a message that is not an event of ours
    │   ├── ConfigurationError   a setting is missing or wrong: names it and the remedy
    │   │   └── MissingKeyError  a source's key is not set: its scraper is skipped
    │   ├── RowsRefusedError     BigQuery refused a request for what is in its rows
    │   ├── ModelError           a trained model is missing or does not fit: names what differs
    │   └── AuditError           a blocking audit failed: nothing of what it judged was written
    ├── TransientError           trying again later may help: back off, answer 5xx
    │   ├── SourceUnavailableError   429, 5xx, time-outs of a source
    │   ├── WarehouseUnavailableError  BigQuery could not take the statement now
    │   ├── StorageUnavailableError  the raw store could not read, list or write now
    │   └── DeadlineExceededError    our own limit was reached; the job was cancelled
    └── NotReadyError            upstream is incomplete: acknowledge; the reconciler comes back

A push endpoint answers 2xx for TerminalError and NotReadyError, 5xx for TransientError only.
"""

from __future__ import annotations


class NbaError(Exception):
    """Base of all errors that the pipeline raises on purpose.

    Attributes given as keywords become part of the message and of the JSON log line.
    """

    def __init__(self, message: str, **attributes: object) -> None:
        self.message = message
        self.attributes = {k: v for k, v in attributes.items() if v is not None}
        super().__init__(message)

    def __str__(self) -> str:
        detail = ", ".join(f"{k}={v}" for k, v in self.attributes.items())
        return f"{self.message} ({detail})" if detail else self.message

    @property
    def kind(self) -> str:
        """The class name, as kept in the run ledger."""
        return type(self).__name__


class TerminalError(NbaError):
    """Trying again cannot help."""


class PayloadError(TerminalError):
    """A payload that does not parse."""

    def __init__(
        self,
        message: str,
        *,
        feed: str,
        field: str | None = None,
        raw_path: str | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(message, feed=feed, field=field, raw_path=raw_path, remedy=remedy)
        self.feed = feed
        self.field = field
        self.raw_path = raw_path
        self.remedy = remedy


class UnreadPartsError(PayloadError):
    """Parts of a payload that do not parse."""


class RequestError(TerminalError):
    """A source refused a request for good."""

    def __init__(self, message: str, *, status: int | None = None, url: str | None = None, **more: object) -> None:
        super().__init__(message, status=status, url=url, **more)
        self.status = status


class InvalidEventError(TerminalError):
    """A message that is not an event of ours."""


class ConfigurationError(TerminalError):
    """A setting is missing or wrong."""


class MissingKeyError(ConfigurationError):
    """The key of a source is not set."""


class RowsRefusedError(TerminalError):
    """BigQuery refused a request to stream rows for what is in them, and did not say which row it was."""


class ModelError(TerminalError):
    """A trained model is missing, damaged, or does not fit this code, its libraries or its features."""


class AuditError(TerminalError):
    """A blocking audit failed; nothing of what it judged was written."""


class TransientError(NbaError):
    """Trying again later may help."""


class SourceUnavailableError(TransientError):
    """A source answered 429 or 5xx, or did not answer in time."""


class WarehouseUnavailableError(TransientError):
    """BigQuery could not take the statement now."""


class StorageUnavailableError(TransientError):
    """The raw store could not read, list or write now; what it holds is as good as it was."""


class DeadlineExceededError(TransientError):
    """Our own time limit was reached; what ran in the warehouse was cancelled."""


class NotReadyError(NbaError):
    """Upstream is incomplete; acknowledge and let the reconciler come back."""


def http_status(error: BaseException) -> int:
    """The answer of a push endpoint to `error`: 200 for what a redelivery cannot mend, 503 or 500 else."""
    if isinstance(error, TerminalError | NotReadyError):
        return 200
    return 503 if isinstance(error, TransientError) else 500


def outcome(error: BaseException) -> str:
    """The run-ledger status that stands for `error`."""
    if isinstance(error, NotReadyError):
        return "not_ready"
    if isinstance(error, DeadlineExceededError):
        return "timed_out"
    if isinstance(error, PayloadError | InvalidEventError):
        return "quarantined"
    return "failed"
