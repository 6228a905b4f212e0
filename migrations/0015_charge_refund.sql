-- Payments of a batch that give back a provider's charge. Nothing is booked when they leave: the provider tells of the
-- refund, and that is booked.
CREATE TABLE charge_refund (
    item   INTEGER PRIMARY KEY REFERENCES batch_item (key),
    source TEXT NOT NULL,
    charge TEXT NOT NULL                                -- the provider's id
) STRICT;
CREATE INDEX charge_refund_by_charge ON charge_refund (source, charge);
