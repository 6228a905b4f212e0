-- Messages to people. A kind about a subject leaves once to each recipient; only one that was taken back before it
-- left makes room for another.
CREATE TABLE message (
    kind      TEXT NOT NULL,                     -- email.receipt, email.alert, slack.alert…
    subject   TEXT NOT NULL,                     -- what it is about: payment:P-202611-0001
    recipient TEXT NOT NULL,                     -- a folded address, or the channel
    effect    INTEGER NOT NULL REFERENCES effect (key),
    PRIMARY KEY (kind, subject, recipient)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_by_effect ON message (effect);

-- Which attention items the founder was told of, and through what: each once a channel.
CREATE TABLE alert (
    attention TEXT NOT NULL REFERENCES attention (id),
    channel   TEXT NOT NULL,
    effect    INTEGER NOT NULL REFERENCES effect (key),
    at        TEXT NOT NULL,
    PRIMARY KEY (attention, channel)
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_by_channel ON alert (channel, at);

CREATE INDEX attention_by_since ON attention (since, key);
