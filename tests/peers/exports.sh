#!/usr/bin/env bash
# The accounting peers: hledger and beancount re-read what Purser exports. Unlike the ordinary test run it
# fails where one of them is missing. PURSER_BEAN_PYTHON names a Python that has beancount 3.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if [[ -z "${PURSER_BEAN_PYTHON:-}" && -x .venv/bin/python ]]; then
    export PURSER_BEAN_PYTHON="$PWD/.venv/bin/python"
fi
PURSER_PEERS_REQUIRED=1 exec cargo nextest run -p purser-documents --no-fail-fast --test exports
