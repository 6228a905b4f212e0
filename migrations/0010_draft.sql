-- rows-may-change: setting
-- What a form holds that was not sent yet. Part of the program's diary: written as somebody types, without an
-- audit row, and nothing of the books depends on it.

CREATE TABLE draft (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL CHECK (json_valid(value))
) STRICT, WITHOUT ROWID;

INSERT INTO draft (name, value) SELECT substr(name, 7), value FROM setting WHERE name LIKE 'draft.%' AND json_valid(value);
DELETE FROM setting WHERE name LIKE 'draft.%';
