#!/usr/bin/env bash
# A lost machine: books are made in one session's keychain and restored into another session whose keychain is
# empty. secret-tool reads in both what the vault keeps. Fails where a tool is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

for tool in dbus-run-session gnome-keyring-daemon secret-tool; do
    command -v "$tool" >/dev/null || { echo "restore: $tool is not installed: scripts/setup test" >&2; exit 1; }
done
export PURSER="$PWD/target/debug/purser"
[ -x "$PURSER" ] || { echo "restore: $PURSER is not built: cargo build --workspace --bins" >&2; exit 1; }

place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
export SHARED="$place"
unset PURSER_PASSPHRASE PURSER_DATA PURSER_RECOVERY_CODE DISPLAY WAYLAND_DISPLAY GNOME_KEYRING_CONTROL

# Runs a script in a session of its own, with a keychain of its own in a home of its own.
in_session() {
    local home="$place/$1"
    mkdir -m 700 "$home"
    HOME="$home" XDG_RUNTIME_DIR="$home" XDG_DATA_HOME="$home/share" dbus-run-session -- bash -euo pipefail -c "
        printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null
        $2"
}

# What the keychain holds as the key of the books in a folder.
read -r -d '' key_of <<'SCRIPT' || true
key_of() { secret-tool lookup service purser username "$(tr -d "[:space:]" <"$1/folder-id")/store-key"; }
SCRIPT

in_session first "$key_of"'
    "$PURSER" --data "$HOME/books" --json init --company Fathom --books-start 2026-01-01 >"$SHARED/made.json"
    "$PURSER" --data "$HOME/books" account add Mercury --kind bank --opening 500.00 >/dev/null
    test ! -e "$HOME/books/vault.json"
    key_of "$HOME/books" >"$SHARED/key"
    test "$(tr -d "[:space:]" <"$SHARED/key" | wc -c)" = 64
    "$PURSER" --data "$HOME/books" backup "$SHARED/fathom.purser-backup" >/dev/null'

sed -n 's/.*"recovery_code": *"\([^"]*\)".*/\1/p' "$place/made.json" >"$place/code"
[ -s "$place/code" ]

in_session second "$key_of"'
    if "$PURSER" --data "$HOME/books" verify 2>/dev/null; then echo "restore: there were books before" >&2; exit 1; fi
    "$PURSER" --data "$HOME/books" restore "$SHARED/fathom.purser-backup" --recovery-code-file "$SHARED/code" >/dev/null
    "$PURSER" --data "$HOME/books" verify
    "$PURSER" --data "$HOME/books" ledger balance | grep -q "500.00"
    key_of "$HOME/books" | cmp - "$SHARED/key"'

# Books of another session, whose keychain knows nothing: no key is made beside them.
in_session third '
    cp -r "$SHARED/second/books" "$HOME/books"
    if "$PURSER" --data "$HOME/books" verify 2>"$HOME/said"; then exit 1; fi
    grep -q "recovery code" "$HOME/said"
    if "$PURSER" --data "$HOME/books" doctor >"$HOME/found"; then exit 1; fi
    grep -qi "recovery" "$HOME/found"'
echo "restore: an empty keychain takes the books back, and secret-tool reads their key"
