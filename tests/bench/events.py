"""What a plain script does with the same facts: keeps each raw row once, keeps the newest state of each object, one
commit a page, with the durability that Purser's store has. Nothing is booked, proved or encrypted.

    events.py FACTS DATABASE PAGE
"""

import hashlib
import json
import sqlite3
import sys
import time


def main(facts: str, database: str, page: int) -> None:
    began = time.perf_counter()
    db = sqlite3.connect(database, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute(
        "CREATE TABLE raw (kind TEXT, id TEXT, hash BLOB, payload BLOB, PRIMARY KEY (kind, id, hash))"
    )
    db.execute(
        "CREATE TABLE object (kind TEXT, id TEXT, created INTEGER, status TEXT, payload BLOB, PRIMARY KEY (kind, id))"
    )
    rows = 0
    with open(facts, "rb") as lines:
        while batch := [line for line in (lines.readline() for _ in range(page)) if line]:
            db.execute("BEGIN IMMEDIATE")
            for line in batch:
                payload = line.rstrip(b"\n")
                one = json.loads(payload)
                kind, name = one["object"], one["id"]
                digest = hashlib.sha256(payload).digest()
                db.execute("INSERT OR IGNORE INTO raw VALUES (?, ?, ?, ?)", (kind, name, digest, payload))
                db.execute(
                    "INSERT INTO object VALUES (?, ?, ?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET"
                    " status = excluded.status, payload = excluded.payload",
                    (kind, name, one.get("created"), one.get("status"), payload),
                )
                rows += 1
            db.execute("COMMIT")
    db.close()
    print(json.dumps({"rows": rows, "seconds": time.perf_counter() - began}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
