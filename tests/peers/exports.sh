#!/usr/bin/env bash
# The accounting peers: hledger and beancount re-read what Purser exports. Unlike the ordinary test run it
# fails where one of them is missing. PURSER_BEAN_PYTHON names a Python that has beancount 3.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if [[ -z "${PURSER_BEAN_PYTHON:-}" && -x .venv/bin/python ]]; then
    export PURSER_BEAN_PYTHON="$PWD/.venv/bin/python"
fi
# The whole workspace is named so that cargo chooses the same features of other people's libraries as in `make unit`.
PURSER_PEERS_REQUIRED=1 exec cargo nextest run --workspace --no-fail-fast \
    -E '(package(purser-documents) and binary(exports)) or (package(purser-tests) and test(hledger))'
