#!/usr/bin/env bash
# Did the night go well? A line a check with its figures; exit code 0 only if all of them hold, 1 if one does not,
# 2 if nobody could be asked.
#
#   bin/monitoring/validate_overnight_fix.sh [DATE]                  the stack that `nba up` serves (NBA_DATA_DIR)
#   bin/monitoring/validate_overnight_fix.sh --project P [DATE]      Google Cloud, through the bq command line
#
# DATE is the Eastern date of the games; without one it is yesterday. NO_COLOR leaves the colours out.
set -euo pipefail

usage() {
  sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
}

project=""
day=""
while [ $# -gt 0 ]; do
  case "$1" in
    -h | --help) usage && exit 0 ;;
    --project)
      [ $# -ge 2 ] || { echo "--project needs the id of a project" >&2 && exit 2; }
      project="$2"
      shift
      ;;
    -*) echo "unknown option $1; try --help" >&2 && exit 2 ;;
    *) day="$1" ;;
  esac
  shift
done
day="${day:-$(TZ=America/New_York date -d yesterday +%F)}"
if ! [[ "$day" =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}$ ]] || ! date -d "$day" > /dev/null 2>&1; then
  echo "$day is no date: write it as 2024-11-04" >&2
  exit 2
fi

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
sql="$(grep -v '^ *--' "$here/validate_night.sql")"

# The JSON text of what comes in: without jq, which not every machine has.
json_text() {
  sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' | tr '\n' ' '
}

ask_embedded() {
  local state="${NBA_DATA_DIR:-.nba}/stack.json"
  [ -f "$state" ] || { echo "no stack is up: $state is missing. Start one with: bin/nba up" >&2 && return 1; }
  # A copied folder has the file, too, and a killed stack leaves it behind.
  [ "${NBA_DATA_DIR:-.nba}" -ef "$(sed -n 's/.*"data_dir": *"\([^"]*\)".*/\1/p' "$state")" ] \
    || { echo "no stack is up: $state is of another folder. Start one with: bin/nba up" >&2 && return 1; }
  local endpoint
  endpoint="$(sed -n 's/.*"bigquery_endpoint": *"\([^"]*\)".*/\1/p' "$state")"
  local answer
  answer="$(curl --silent --show-error --fail --max-time 120 --noproxy '*' \
    -H 'Content-Type: application/json' "$endpoint/bigquery/v2/projects/local/queries" --data-binary @- << EOF
{"useLegacySql": false, "parameterMode": "NAMED", "timeoutMs": 110000,
 "queryParameters": [{"name": "day", "parameterType": {"type": "DATE"}, "parameterValue": {"value": "$day"}}],
 "query": "$(json_text <<< "$sql")"}
EOF
  )" || { echo "the warehouse at $endpoint did not answer; is 'bin/nba up' still running?" >&2 && return 1; }
  # One row of one text: {"rows":[{"f":[{"v":"ok|schedulers|…\nok|…"}]}]}
  printf '%b\n' "$(sed -n 's/.*"f": *\[ *{ *"v": *"\([^"]*\)".*/\1/p' <<< "$answer")"
}

ask_google() {
  command -v bq > /dev/null || { echo "the bq command line is not installed: https://cloud.google.com/sdk" >&2 && return 1; }
  # The first line names the column; a text of several lines stands in quotes.
  bq query --project_id="$project" --use_legacy_sql=false --format=csv --quiet --parameter="day:DATE:$day" "$sql" \
    | tail -n +2 | tr -d '"'
}

if [ -n "$project" ]; then told="$(ask_google)" || exit 2; else told="$(ask_embedded)" || exit 2; fi
[[ "$told" == *"|"* ]] || { echo "no answer could be read: $told" >&2 && exit 2; }

good=$'\e[32m' bad=$'\e[31m' plain=$'\e[0m'
if [ -n "${NO_COLOR:-}" ] || ! [ -t 1 ]; then good="" bad="" plain=""; fi
echo "The night of $day"
failed=0
while IFS='|' read -r ok name figures; do
  if [ "$ok" = ok ]; then mark="${good}✓${plain}"; else mark="${bad}✗${plain}" && failed=$((failed + 1)); fi
  printf '%s %-22s %s\n' "$mark" "$name" "$figures"
done <<< "$told"
if [ "$failed" -gt 0 ]; then
  echo "$failed checks failed. What is missing and why: bin/nba status --date $day; send the missing work: bin/nba reconcile --date $day"
  exit 1
fi
echo "all checks hold"
