#!/usr/bin/env bash
# The keychain peers: secret-tool and Python's keyring read what the vault wrote, in a session of its own
# with a real gnome-keyring-daemon. Unlike the ordinary test run it fails where one of them is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

PURSER_PEERS_REQUIRED=1 exec cargo nextest run --workspace --no-fail-fast \
    -E 'package(purser-engine) and test(vault::tests::keychain)'
