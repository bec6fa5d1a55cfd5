#!/usr/bin/env bash
# Prints the commands of a deployment to Google Cloud, one a line; with --apply runs them. --help tells more.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
bin/setup
exec .venv/bin/python -m orchestration.deploy "$@"
