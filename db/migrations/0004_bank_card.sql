-- Version 4: bank cards (the national 优待证 itself) that are bound to a certificate.
--
-- A bank card is a medium like the others, and void when they are.  Known by its token: a dear, keyed
-- hash of its number, which is kept nowhere.
CREATE TABLE medium_4 (
	id          BLOB PRIMARY KEY CHECK (length(id) BETWEEN 8 AND 16), -- cti, or token
	certificate TEXT NOT NULL REFERENCES certificate (number),
	carrier     TEXT NOT NULL CHECK (carrier IN ('qr', 'tag', 'chip', 'bank')),
	holder_key  BLOB CHECK (length(holder_key) = 64), -- P-256, x then y
	issued_at   INTEGER NOT NULL,
	expires     INTEGER, -- NULL: never
	-- Why it is void, by the name of a reason; NULL while it is good.
	void_reason TEXT CHECK (void_reason IN ('loss_reported', 'lost', 'suspended', 'replaced',
	            'withdrawn', 'cancelled', 'moved')),
	void_at     INTEGER, -- from this moment on; NULL with a void_reason: always
	CHECK (carrier <> 'bank' OR length(id) = 16)
) STRICT, WITHOUT ROWID;
INSERT INTO medium_4 (id, certificate, carrier, holder_key, issued_at, expires, void_reason, void_at)
	SELECT id, certificate, carrier, holder_key, issued_at, expires, void_reason, void_at FROM medium;
DROP TABLE medium;
ALTER TABLE medium_4 RENAME TO medium;
CREATE INDEX medium_certificate ON medium (certificate);

PRAGMA user_version = 4;
