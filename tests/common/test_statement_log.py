from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from common.query_parameters import Array, query_parameter
from common.statement_log import note_statement


def test_a_statement_is_a_line_with_the_types_of_its_parameters_and_who_asked(tmp_path: Path) -> None:
    file = tmp_path / "statements.jsonl"
    values = {"day": date(2024, 11, 4), "ids": [1, 2], "none": Array("STRING", [])}
    parameters = [query_parameter(name, value) for name, value in values.items()]
    for table in ("", "nba_raw.shots"):
        note_statement(file, "SELECT @day\n", parameters, work=["merge", date(2024, 11, 4)], table=table)
    first, second = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())
    assert first == {
        "sql": "SELECT @day\n",
        "params": {"day": "DATE", "ids": "ARRAY<INT64>", "none": "ARRAY<STRING>"},
        "work": ["merge", "2024-11-04"],
        "table": "",
        "sender": f"{__name__}:{test_a_statement_is_a_line_with_the_types_of_its_parameters_and_who_asked.__name__}",
    }
    assert second["table"] == "nba_raw.shots"
