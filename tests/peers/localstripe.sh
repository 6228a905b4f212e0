#!/usr/bin/env bash
# The Stripe peer: localstripe, started on a free port of this computer, answers our client and signs webhooks that our
# code verifies. Skipped with a reason where it is not installed, unless PURSER_PEERS_REQUIRED is set.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

python="${PURSER_PEERS_PYTHON:-$PWD/.venv/bin/python}"
if ! "$python" -c 'import localstripe' 2>/dev/null; then
    echo "skipped: localstripe is not installed; scripts/setup test brings it" >&2
    [[ -z "${PURSER_PEERS_REQUIRED:-}" ]]
    exit
fi

port="$("$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"
log="$(mktemp)"
"$python" -c "from aiohttp import web
from localstripe.server import app
web.run_app(app, host='127.0.0.1', port=$port)" >"$log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -f "$log"' EXIT

for _ in $(seq 100); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then break; fi
    if ! kill -0 "$server" 2>/dev/null; then
        cat "$log" >&2
        exit 1
    fi
    sleep 0.1
done

# One after the other: they share the one account of the server, and each counts what it finds there.
PURSER_PEERS_REQUIRED=1 PURSER_LOCALSTRIPE="http://127.0.0.1:$port" \
    cargo nextest run --workspace --no-fail-fast --test-threads 1 -E 'package(purser-connectors) and test(stripe::tests::localstripe)'
