"""Opening a PDF that may be damaged."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

import pdfplumber
from pdfplumber.pdf import PDF

from common.errors import PayloadError
from common.raw_store import RawPayload
from data_processors.raw.payload_fields import payload_error


@contextmanager
def pdf_of(payload: RawPayload) -> Iterator[PDF]:
    """The document of `payload`; whatever goes wrong while it is read is an error of the payload.

    The pages are only read as they are asked for, so that all of it belongs inside the `with`.
    """
    try:
        with pdfplumber.open(io.BytesIO(payload.body)) as pdf:
            yield pdf
    except PayloadError:
        raise
    except Exception as error:
        raise payload_error(
            payload, f"the body is not a PDF that can be read: {error!r}"[:500], field="body", remedy="scrape it again"
        ) from error
