-- How often the provider asked to slow down while the use of its limit was counted.
ALTER TABLE connection ADD COLUMN rate_slowed INTEGER;
