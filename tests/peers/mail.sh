#!/usr/bin/env bash
# The mail peer: aiosmtpd with a certificate authority of its own takes what Purser sends. Unlike the ordinary test run it
# fails where aiosmtpd is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

PURSER_PEERS_REQUIRED=1 exec cargo nextest run --workspace --no-fail-fast -E 'package(purser-tests) and test(mail_peer)'
