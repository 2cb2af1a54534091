-- Version 3: a certificate's whole life, who works on it, and how it is found again.

PRAGMA user_version = 3;

-- A kiosk's copy holds no names and nothing that serves a look-up.  cipher: what names are sealed
-- with, see vault.h: 2 AES-256-GCM, 3 SM4-GCM.
ALTER TABLE registry ADD COLUMN kiosk INTEGER NOT NULL DEFAULT 0 CHECK (kiosk IN (0, 1));
ALTER TABLE registry ADD COLUMN cipher INTEGER NOT NULL DEFAULT 2 CHECK (cipher IN (2, 3));

-- --- units, dated: renamed, they have a row for each time; merged, they say into which one ---
CREATE TABLE unit_dated (
	code        TEXT NOT NULL CHECK (code <> ''),
	from_day    INTEGER NOT NULL, -- -2147483648 where open
	until_day   INTEGER,
	region      TEXT NOT NULL CHECK (region <> ''), -- says which issuers are at home here
	name        TEXT NOT NULL,
	tier        TEXT NOT NULL
	            CHECK (tier IN ('province', 'city', 'county', 'town', 'village', 'firm')),
	parent      TEXT NOT NULL, -- code of a unit; '' at the top
	merged_into TEXT NOT NULL DEFAULT '', -- code of the unit that goes on with its work
	PRIMARY KEY (code, from_day),
	CHECK (until_day IS NULL OR from_day <= until_day),
	CHECK (merged_into <> code)
) STRICT, WITHOUT ROWID;
INSERT INTO unit_dated (code, from_day, until_day, region, name, tier, parent)
	SELECT code, coalesce(from_day, -2147483648), until_day, region, name, tier, parent FROM unit;
DROP TABLE unit;
ALTER TABLE unit_dated RENAME TO unit;
CREATE INDEX unit_region ON unit (region); -- others may name a unit by it
CREATE TRIGGER unit_new AFTER INSERT ON unit
BEGIN UPDATE registry SET generation = generation + 1; END;
CREATE TRIGGER unit_other AFTER UPDATE ON unit
BEGIN UPDATE registry SET generation = generation + 1; END;

-- --- the audit chain: who did what.  audit.h says how an entry is hashed and signed. ---
CREATE TABLE audit (
	seq       INTEGER PRIMARY KEY, -- 1, 2, 3, … without gaps
	at        INTEGER NOT NULL, -- when it was done, as the command was told
	clock     INTEGER NOT NULL, -- what the machine's clock said
	actor     TEXT NOT NULL,    -- a staff account, or 'os:' and a user of the operating system
	act       TEXT NOT NULL,
	subject   BLOB CHECK (length(subject) = 16), -- keyed hash of the person concerned
	unit      TEXT NOT NULL,    -- where; '' nowhere
	erased    INTEGER NOT NULL CHECK (erased >= 0), -- details that this act deleted
	bound     BLOB NOT NULL CHECK (length(bound) = 32), -- stands for the detail
	hash      BLOB NOT NULL CHECK (length(hash) = 32),
	signature BLOB NOT NULL CHECK (length(signature) = 64)
) STRICT;
CREATE INDEX audit_subject ON audit (subject) WHERE subject IS NOT NULL;
CREATE TRIGGER audit_is_final BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END;
CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END;
CREATE TRIGGER audit_has_no_gaps BEFORE INSERT ON audit
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM audit)
BEGIN SELECT RAISE(ABORT, 'entries of the audit chain follow one another'); END;
-- What exactly, in words that may name somebody.  May be deleted: the chain holds its salted hash
-- alone, and the act that deletes says how many.
CREATE TABLE audit_detail (
	audit INTEGER PRIMARY KEY REFERENCES audit (seq),
	salt  BLOB NOT NULL CHECK (length(salt) = 16),
	text  TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_detail_is_final BEFORE UPDATE ON audit_detail
BEGIN SELECT RAISE(ABORT, 'a detail of the audit chain never changes'); END;

-- --- people ---
-- Why a person may not be issued a certificate, and when.
CREATE TABLE exclusion (
	person    TEXT NOT NULL REFERENCES person (code),
	cause     TEXT NOT NULL CHECK (cause IN ('expelled', 'deprived', 'prison', 'detained',
	          'wanted')),
	from_day  INTEGER NOT NULL,
	until_day INTEGER, -- NULL: open
	PRIMARY KEY (person, cause, from_day),
	CHECK (until_day IS NULL OR from_day <= until_day)
) STRICT, WITHOUT ROWID;
CREATE TABLE photograph (
	person   TEXT PRIMARY KEY REFERENCES person (code),
	sealed   BLOB NOT NULL, -- as names are
	taken_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Where a look-up begins: eight bytes of a keyed hash of the name, of the ID number.
CREATE TABLE name_key (
	key    INTEGER NOT NULL,
	person TEXT NOT NULL,
	PRIMARY KEY (key, person)
) STRICT, WITHOUT ROWID;
CREATE TABLE id_key (
	key    INTEGER NOT NULL,
	person TEXT NOT NULL,
	PRIMARY KEY (key, person)
) STRICT, WITHOUT ROWID;
-- Which certificates a person has, or had; not kept in a kiosk's copy.
CREATE TABLE holding (
	person      TEXT NOT NULL,
	certificate TEXT NOT NULL,
	PRIMARY KEY (person, certificate)
) STRICT, WITHOUT ROWID;
INSERT INTO holding (person, certificate) SELECT person, number FROM certificate;
CREATE TRIGGER certificate_held AFTER INSERT ON certificate
WHEN (SELECT kiosk FROM registry) = 0
BEGIN INSERT INTO holding (person, certificate) VALUES (NEW.person, NEW.number); END;
CREATE TRIGGER certificate_held_by_another AFTER UPDATE OF person ON certificate
WHEN NEW.person <> OLD.person AND (SELECT kiosk FROM registry) = 0
BEGIN
	DELETE FROM holding WHERE person = OLD.person AND certificate = OLD.number;
	INSERT INTO holding (person, certificate) VALUES (NEW.person, NEW.number);
END;
CREATE TRIGGER certificate_gone AFTER DELETE ON certificate
BEGIN DELETE FROM holding WHERE person = OLD.person AND certificate = OLD.number; END;
-- Who is being deleted as the law says: the one time at which a life on record may be.
CREATE TABLE forgetting (
	person TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- --- the life of a certificate ---
-- Second copies on the way while a replacement is made; a holder of the old one is told that it is
-- replaced.
INSERT INTO step (id, name, reason) VALUES
	(23, 'replacement_in_production', 'replaced'), (24, 'replacement_at_county', 'replaced'),
	(25, 'replacement_at_station', 'replaced'), (26, 'replacement_handed_over', 'replaced');

-- One step each, append-only.  certificate.state is where its life begins here, undated; where it
-- stands at a moment follows from the steps up to it (life.h).
CREATE TABLE event (
	certificate TEXT NOT NULL REFERENCES certificate (number),
	seq         INTEGER NOT NULL CHECK (seq > 0), -- 1, 2, 3, …
	at          INTEGER NOT NULL, -- takes effect
	until       INTEGER, -- of a provisional loss or a suspension: the first second after it
	act         TEXT NOT NULL,
	cause       TEXT NOT NULL, -- of a list of life.h; '' none
	reason      TEXT NOT NULL, -- free text
	actor       TEXT NOT NULL,
	recorded_at INTEGER NOT NULL,
	audit       INTEGER NOT NULL REFERENCES audit (seq),
	PRIMARY KEY (certificate, seq)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER event_is_final BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'the life of a certificate is append-only'); END;
CREATE TRIGGER event_is_kept BEFORE DELETE ON event
WHEN NOT EXISTS (SELECT 1 FROM forgetting f JOIN certificate c ON c.person = f.person
                 WHERE c.number = OLD.certificate)
BEGIN SELECT RAISE(ABORT, 'the life of a certificate is append-only'); END;
CREATE TRIGGER event_has_no_gaps BEFORE INSERT ON event
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM event
                     WHERE certificate = NEW.certificate)
BEGIN SELECT RAISE(ABORT, 'steps of a life follow one another'); END;

-- Where it stands in [since, until), so that a check need not walk the steps; NULL where there are
-- none.
ALTER TABLE certificate ADD COLUMN standing INTEGER REFERENCES step (id);
ALTER TABLE certificate ADD COLUMN since INTEGER;
ALTER TABLE certificate ADD COLUMN until INTEGER; -- NULL: for good
-- A medium is void from this moment on; NULL with a void_reason: always.
ALTER TABLE medium ADD COLUMN void_at INTEGER;

-- Media of people whom the registry has forgotten: what they hold stays void, also where the number of
-- their certificate is given out again.
CREATE TABLE medium_gone (
	id BLOB PRIMARY KEY CHECK (length(id) BETWEEN 8 AND 16)
) STRICT, WITHOUT ROWID;

-- --- plaques (光荣牌) ---
CREATE TABLE plaque (
	number    TEXT PRIMARY KEY CHECK (number <> '' AND length(number) <= 63),
	person    TEXT NOT NULL REFERENCES person (code),
	household TEXT NOT NULL, -- its register's number; '' not known
	unit      TEXT NOT NULL  -- code of the unit that looks after it
) STRICT, WITHOUT ROWID;
CREATE INDEX plaque_person ON plaque (person);
CREATE TABLE plaque_event (
	plaque      TEXT NOT NULL REFERENCES plaque (number),
	seq         INTEGER NOT NULL CHECK (seq > 0),
	day         INTEGER NOT NULL,
	state       TEXT NOT NULL
	            CHECK (state IN ('issued', 'hung', 'damaged', 'lost', 'replaced', 'taken_down')),
	reason      TEXT NOT NULL,
	actor       TEXT NOT NULL,
	recorded_at INTEGER NOT NULL,
	audit       INTEGER NOT NULL REFERENCES audit (seq),
	PRIMARY KEY (plaque, seq)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER plaque_event_is_final BEFORE UPDATE ON plaque_event
BEGIN SELECT RAISE(ABORT, 'the way of a plaque is append-only'); END;
CREATE TRIGGER plaque_event_is_kept BEFORE DELETE ON plaque_event
WHEN NOT EXISTS (SELECT 1 FROM forgetting f JOIN plaque p ON p.person = f.person
                 WHERE p.number = OLD.plaque)
BEGIN SELECT RAISE(ABORT, 'the way of a plaque is append-only'); END;
CREATE TRIGGER plaque_event_has_no_gaps BEFORE INSERT ON plaque_event
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM plaque_event WHERE plaque = NEW.plaque)
BEGIN SELECT RAISE(ABORT, 'states of a plaque follow one another'); END;

-- --- staff ---
CREATE TABLE staff (
	name         TEXT PRIMARY KEY CHECK (name <> '' AND length(name) <= 63 AND name NOT LIKE 'os:%'),
	roles        INTEGER NOT NULL CHECK (roles > 0), -- bits of staff.h
	unit         TEXT NOT NULL, -- code; reaches what lies below it; '' everything
	password     TEXT NOT NULL, -- Argon2id, as libsodium writes it
	state        TEXT NOT NULL CHECK (state IN ('active', 'closed')),
	made_at      INTEGER NOT NULL,
	failures     INTEGER NOT NULL DEFAULT 0, -- wrong passwords in a row
	failed_at    INTEGER, -- the last of them, as told and by the machine's clock
	failed_clock INTEGER
) STRICT, WITHOUT ROWID;
-- Who is signed in.
CREATE TABLE staff_session (
	staff       TEXT PRIMARY KEY REFERENCES staff (name),
	began_at    INTEGER NOT NULL, -- as told, and by the machine's clock
	began_clock INTEGER NOT NULL,
	last_at     INTEGER NOT NULL, -- of the last act
	last_clock  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- --- work on many certificates in one go, taken up again where it was cut off ---
CREATE TABLE batch (
	id      TEXT PRIMARY KEY CHECK (id <> '' AND length(id) <= 63),
	what    TEXT NOT NULL, -- steps and carrier, so that it is taken up for the same work only
	items   INTEGER NOT NULL CHECK (items > 0), -- as many, but for those that were forgotten
	made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE batch_item (
	batch       TEXT NOT NULL REFERENCES batch (id),
	position    INTEGER NOT NULL CHECK (position > 0), -- in the order of the file
	certificate TEXT NOT NULL,
	state       TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'failed')),
	why         TEXT NOT NULL, -- a refusal's name; '' none
	-- All steps of the batch are taken.  It waits all the same where what was issued to it is gone.
	stepped     INTEGER NOT NULL CHECK (stepped IN (0, 1)),
	medium      BLOB,    -- issued to it
	sheet       INTEGER, -- whose slip is on this one of the batch
	PRIMARY KEY (batch, position)
) STRICT, WITHOUT ROWID;
-- Files of printed slips.  A file takes its name when this row and its media are on record; until
-- that is known it is 'made', and whoever goes on with the batch looks after it.
CREATE TABLE batch_sheet (
	batch  TEXT NOT NULL REFERENCES batch (id),
	number INTEGER NOT NULL CHECK (number > 0), -- 1, 2, 3, …
	path   TEXT NOT NULL,
	state  TEXT NOT NULL CHECK (state IN ('made', 'there', 'gone')),
	PRIMARY KEY (batch, number)
) STRICT, WITHOUT ROWID;
