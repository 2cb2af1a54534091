-- Version 1: the registry.
--
-- Codes and numbers that people know are the keys.  Dates are days since 1970-01-01 as China counts
-- them, both ends inclusive, NULL where a side is open; instants are seconds UTC; money is fen.

PRAGMA application_id = 1497646153; -- "YDDI"
PRAGMA user_version = 1;

-- What is known of the registry as a whole: one row.
CREATE TABLE registry (
	one        INTEGER PRIMARY KEY CHECK (one = 1),
	-- Counts the changes of everything that programs keep in memory (see the triggers below), so
	-- that they see with one look whether to read it again.
	generation INTEGER NOT NULL DEFAULT 0,
	demo       INTEGER NOT NULL DEFAULT 0 CHECK (demo IN (0, 1)),
	data_time  INTEGER -- of the last import; NULL: none yet
) STRICT;
INSERT INTO registry (one) VALUES (1);

-- Short texts that many rows share (units, regions, sets of identities), written once: with ten
-- million certificates the file would otherwise be twice as large.  A word never changes.
CREATE TABLE word (
	id   INTEGER PRIMARY KEY,
	text TEXT NOT NULL UNIQUE
) STRICT;
CREATE TRIGGER word_is_final BEFORE UPDATE ON word
BEGIN SELECT RAISE(ABORT, 'a word never changes'); END;

-- Units of the three tiers and the extended stations inside firms.
CREATE TABLE unit (
	code       TEXT PRIMARY KEY CHECK (code <> ''),
	region     TEXT NOT NULL CHECK (region <> ''), -- says which issuers are at home here
	name       TEXT NOT NULL,
	tier       TEXT NOT NULL
	           CHECK (tier IN ('province', 'city', 'county', 'town', 'village', 'firm')),
	parent     TEXT NOT NULL, -- code of a unit; '' at the top
	from_day   INTEGER,
	until_day  INTEGER,
	CHECK (from_day IS NULL OR until_day IS NULL OR from_day <= until_day)
) STRICT, WITHOUT ROWID;

CREATE TABLE merchant (
	code    TEXT PRIMARY KEY CHECK (code <> '' AND length(code) <= 63),
	name    TEXT NOT NULL,
	venue   TEXT NOT NULL CHECK (venue IN ('hall', 'bank', 'hospital', 'park', 'museum',
	        'transport', 'hotel', 'restaurant', 'fuel', 'shop', 'school', 'post', 'other')),
	scene   TEXT NOT NULL,
	region  TEXT NOT NULL,
	address TEXT NOT NULL,
	unit    TEXT NOT NULL, -- code of the unit that looks after it; may be ''
	state   TEXT NOT NULL CHECK (state IN ('active', 'suspended', 'left'))
) STRICT, WITHOUT ROWID;

-- Persons.  The name is sealed under the sealing key in FILE.keys; of an ID number only a keyed
-- hash is kept.
CREATE TABLE person (
	code        TEXT PRIMARY KEY CHECK (code <> ''),
	name        BLOB NOT NULL,
	sex         TEXT CHECK (sex IN ('m', 'f')),
	birth       INTEGER,
	home_region INTEGER NOT NULL REFERENCES word (id),
	needy       INTEGER NOT NULL CHECK (needy IN (0, 1)),
	merit       INTEGER NOT NULL CHECK (merit BETWEEN 0 AND 3), -- 0 none
	identities  INTEGER NOT NULL REFERENCES word (id),          -- joined by ';'
	id_number   BLOB CHECK (length(id_number) = 16)
) STRICT, WITHOUT ROWID;

-- The steps of a certificate's life, and the name of the reason that each gives a reader.
CREATE TABLE step (
	id     INTEGER PRIMARY KEY,
	name   TEXT NOT NULL UNIQUE,
	reason TEXT NOT NULL
) STRICT;
INSERT INTO step (id, name, reason) VALUES
	(1, 'active', 'ok'),
	(2, 'on_file', 'not_issued'), (3, 'applied', 'not_issued'), (4, 'accepted', 'not_issued'),
	(5, 'county_review', 'not_issued'), (6, 'city_review', 'not_issued'),
	(7, 'province_review', 'not_issued'), (8, 'in_review', 'not_issued'),
	(9, 'refused', 'not_issued'), (10, 'in_production', 'not_issued'),
	(11, 'at_county', 'not_issued'), (12, 'at_station', 'not_issued'),
	(13, 'handed_over', 'not_issued'),
	(14, 'loss_reported', 'loss_reported'), (15, 'lost', 'lost'),
	(16, 'suspended', 'suspended'), (17, 'replaced', 'replaced'),
	(18, 'withdrawn', 'withdrawn'), (19, 'cancelled', 'cancelled'),
	(20, 'deceased', 'cancelled'), (21, 'moved', 'moved'), (22, 'other_kind', 'replaced');

CREATE TABLE certificate (
	number      TEXT PRIMARY KEY CHECK (number <> '' AND length(CAST(number AS BLOB)) <= 63),
	person      TEXT NOT NULL REFERENCES person (code),
	kind        INTEGER NOT NULL CHECK (kind IN (1, 2)), -- 1 veteran, 2 family of the fallen
	unit        INTEGER NOT NULL REFERENCES word (id),
	state       INTEGER NOT NULL REFERENCES step (id),
	valid_from  INTEGER,
	valid_until INTEGER,
	CHECK (valid_from IS NULL OR valid_until IS NULL OR valid_from <= valid_until)
) STRICT, WITHOUT ROWID;

-- What was handed out for a certificate: a printed code, a tag, a chip.  Known by the credential's
-- id (cti).
CREATE TABLE medium (
	id          BLOB PRIMARY KEY CHECK (length(id) BETWEEN 8 AND 16),
	certificate TEXT NOT NULL REFERENCES certificate (number),
	carrier     TEXT NOT NULL CHECK (carrier IN ('qr', 'tag', 'chip')),
	holder_key  BLOB CHECK (length(holder_key) = 64), -- P-256, x then y
	issued_at   INTEGER NOT NULL,
	expires     INTEGER, -- NULL: never
	-- Why it is void, by the name of a reason; NULL while it is good.
	void_reason TEXT CHECK (void_reason IN ('loss_reported', 'lost', 'suspended', 'replaced',
	            'withdrawn', 'cancelled', 'moved'))
) STRICT, WITHOUT ROWID;
CREATE INDEX medium_certificate ON medium (certificate);

-- Benefit documents.  A version never changes and is never deleted; the newest is in force.
CREATE TABLE benefit (
	id          TEXT NOT NULL CHECK (id <> '' AND length(id) <= 63),
	version     INTEGER NOT NULL CHECK (version > 0),
	document    TEXT NOT NULL, -- compact JSON
	imported_at INTEGER NOT NULL,
	PRIMARY KEY (id, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE benefit_retirement (
	id      TEXT NOT NULL,
	version INTEGER NOT NULL,
	at      INTEGER NOT NULL,
	PRIMARY KEY (id, version),
	FOREIGN KEY (id, version) REFERENCES benefit (id, version)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER benefit_is_final BEFORE UPDATE ON benefit
BEGIN SELECT RAISE(ABORT, 'a version of a benefit never changes'); END;
CREATE TRIGGER benefit_is_kept BEFORE DELETE ON benefit
BEGIN SELECT RAISE(ABORT, 'a version of a benefit is never deleted'); END;
CREATE TRIGGER benefit_counts_up BEFORE INSERT ON benefit
WHEN NEW.version IS NOT (SELECT coalesce(max(version), 0) + 1 FROM benefit WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'versions of a benefit follow one another'); END;

CREATE TABLE calendar (
	day  INTEGER NOT NULL,
	what TEXT NOT NULL CHECK (what IN ('holiday', 'workday', 'festival')),
	name TEXT NOT NULL,
	PRIMARY KEY (day, what)
) STRICT, WITHOUT ROWID;

-- Public keys that are trusted to sign credentials.
CREATE TABLE issuer_key (
	issuer     TEXT NOT NULL CHECK (issuer <> ''),
	algorithm  TEXT NOT NULL CHECK (algorithm IN ('EdDSA', 'ES256', 'SM2')),
	public_key BLOB NOT NULL CHECK (length(public_key) =
	           CASE algorithm WHEN 'EdDSA' THEN 32 ELSE 64 END),
	kid        BLOB NOT NULL CHECK (length(kid) <= 32),
	region     TEXT NOT NULL, -- prefix that issuers of ours must have; '' any
	from_at    INTEGER NOT NULL,
	until_at   INTEGER, -- first second without trust; NULL: open
	PRIMARY KEY (issuer, public_key)
) STRICT, WITHOUT ROWID;

-- The log of redemptions, refusals and voids.  log.h says how an entry is hashed and signed.
CREATE TABLE log (
	seq             INTEGER PRIMARY KEY, -- 1, 2, 3, … without gaps
	at              INTEGER NOT NULL,
	what            TEXT NOT NULL CHECK (what IN ('redeemed', 'refused', 'voided')),
	redemption      TEXT,    -- NULL for a refusal; of a void the one taken back
	visit           TEXT,    -- of a redemption
	holder          BLOB CHECK (length(holder) = 16), -- of a redemption: keyed hash, no person
	benefit         TEXT,    -- NULL where none was chosen
	benefit_version INTEGER, -- NULL where there is no such benefit
	merchant        TEXT NOT NULL,
	reason          TEXT NOT NULL, -- 'ok', a refusal's name, or free text of a void
	payable         INTEGER,
	saved           INTEGER,
	assurance       INTEGER, -- of a redemption: 0 manual to 4 chip
	compared        INTEGER, -- of a redemption: 1 where a clerk compared person and photo
	previous        BLOB NOT NULL CHECK (length(previous) = 32),
	hash            BLOB NOT NULL CHECK (length(hash) = 32),
	signature       BLOB NOT NULL CHECK (length(signature) = 64)
) STRICT;
-- A visit is redeemed once, a redemption is taken back once.
CREATE UNIQUE INDEX log_visit ON log (visit) WHERE visit IS NOT NULL;
CREATE UNIQUE INDEX log_voided ON log (redemption) WHERE what = 'voided';
-- What a holder, and what a place, has had since some moment.
CREATE INDEX log_holder ON log (holder, at) WHERE holder IS NOT NULL;
CREATE INDEX log_place ON log (merchant, benefit, at) WHERE what = 'redeemed';
CREATE TRIGGER log_is_final BEFORE UPDATE ON log
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER log_is_kept BEFORE DELETE ON log
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER log_has_no_gaps BEFORE INSERT ON log
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM log)
BEGIN SELECT RAISE(ABORT, 'entries of the log follow one another'); END;
CREATE TRIGGER log_is_whole BEFORE INSERT ON log
WHEN (NEW.what = 'redeemed') IS NOT (NEW.holder IS NOT NULL AND NEW.visit IS NOT NULL
     AND NEW.benefit_version IS NOT NULL AND NEW.assurance IS NOT NULL AND NEW.compared IS NOT NULL)
  OR (NEW.what = 'refused') IS NOT (NEW.redemption IS NULL)
BEGIN SELECT RAISE(ABORT, 'an entry of the log lacks a part or has one too many'); END;

-- What programs keep in memory: each change counts.
CREATE TRIGGER unit_new AFTER INSERT ON unit
BEGIN UPDATE registry SET generation = generation + 1; END;
CREATE TRIGGER unit_other AFTER UPDATE ON unit
BEGIN UPDATE registry SET generation = generation + 1; END;
CREATE TRIGGER merchant_new AFTER INSERT ON merchant
BEGIN UPDATE registry SET generation = generation + 1; END;
CREATE TRIGGER merchant_other AFTER UPDATE ON merchant
BEGIN UPDATE registry SET generation = generation + 1; END;
CREATE TRIGGER benefit_new AFTER INSERT ON benefit
BEGIN UPDATE registry SET generation = generation + 1; END;
CREATE TRIGGER benefit_retired AFTER INSERT ON benefit_retirement
BEGIN UPDATE registry SET generation = generation + 1; END;
CREATE TRIGGER calendar_new AFTER INSERT ON calendar
BEGIN UPDATE registry SET generation = generation + 1; END;
CREATE TRIGGER calendar_other AFTER UPDATE ON calendar
BEGIN UPDATE registry SET generation = generation + 1; END;
CREATE TRIGGER issuer_key_new AFTER INSERT ON issuer_key
BEGIN UPDATE registry SET generation = generation + 1; END;
CREATE TRIGGER issuer_key_other AFTER UPDATE ON issuer_key
BEGIN UPDATE registry SET generation = generation + 1; END;
