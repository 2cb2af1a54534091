-- Version 5: live codes that a redemption has taken, each known by the SHA-256 of what its phone signed,
-- so that a second visit with it is refused as replayed: on any reader of this registry, and over a
-- restart.  A code says nothing of its holder here.  Rows go once nobody may take their code any more,
-- so there are as many as a day has live redemptions.  A kiosk's copy begins without: what another
-- kiosk has taken it cannot know.
PRAGMA user_version = 5;
CREATE TABLE live_taken (
	id    BLOB PRIMARY KEY CHECK (length(id) = 32),
	until INTEGER NOT NULL -- [s] UTC, the first second in which it cannot be taken
) STRICT, WITHOUT ROWID;
CREATE INDEX live_taken_until ON live_taken (until);
CREATE TRIGGER live_taken_is_final BEFORE UPDATE ON live_taken
BEGIN SELECT RAISE(ABORT, 'a live code is taken once'); END;
