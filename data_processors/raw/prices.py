"""Prices and lines of bookmakers, as they are and never as what they look like.

A decimal price is what one unit pays back, more than 1 and, for what is quoted here, less than 100. An American
price is what wins 100 (-110) or what 100 wins (+120), and never lies between -100 and 100.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from common.raw_store import RawPayload
from data_processors.raw.payload_fields import Fields, is_number

PriceFormat = Literal["decimal", "american"]
_LEAST_AMERICAN, _MOST_DECIMAL = 100, 100
_MOST_LINE = 200


def price_format(payload: RawPayload, prices: Iterable[object]) -> PriceFormat:
    """How the prices of an answer are written: as they were asked for, else as most of them can only be."""
    asked = payload.params.get("oddsFormat")
    if asked in ("decimal", "american"):
        return "decimal" if asked == "decimal" else "american"
    numbers = [p for p in prices if is_number(p)]
    american = sum(abs(p) >= _LEAST_AMERICAN for p in numbers)
    return "american" if american > len(numbers) - american else "decimal"


def decimal_price(fields: Fields, field: str, written: PriceFormat) -> float:
    """The price in `field` as a decimal; an error where it is none of the kind that is `written`.

    American ones are rounded to four places: -110 pays 1.9091, +120 pays 2.2.
    """
    price = fields.number(field)
    if written == "american":
        if abs(price) < _LEAST_AMERICAN or price != int(price):
            raise fields.error(field, f"{price} is no American price")
        found = round(1 + (price / 100 if price > 0 else 100 / -price), 4)
    else:
        found = price
    if not 1 < found < _MOST_DECIMAL:
        raise fields.error(field, f"{price} is no {'American' if written == 'american' else 'decimal'} price")
    return found


def line(fields: Fields, field: str, most: float = _MOST_LINE) -> float:
    """A line that a count can beat: above 0, in quarters."""
    found = fields.number(field)
    if not 0 < found < most or (found * 4) % 1:
        raise fields.error(field, f"{found} is no line: expected halves between 0 and {most}")
    return found
