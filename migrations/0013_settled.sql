-- From one of our invoices to the provider's that it was made of: what settles it elsewhere is told there.
CREATE INDEX provider_object_by_invoice ON provider_object (json_extract(detail, '$.key')) WHERE kind = 'invoice';
