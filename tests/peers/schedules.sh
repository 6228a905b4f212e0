#!/usr/bin/env bash
# The scheduling peer: croniter says the same next times. PURSER_PEER_PYTHON names a Python that has croniter.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

python="${PURSER_PEER_PYTHON:-.venv/bin/python}"
cargo build --quiet --workspace --example upcoming
exec "$python" tests/peers/schedules.py "${CARGO_TARGET_DIR:-target}/debug/examples/upcoming"
