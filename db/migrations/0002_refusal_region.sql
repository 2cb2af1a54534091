-- Version 2: where those are at home whom a benefit was refused, so that a bureau sees which places
-- its rules leave out.  At most a county: whoever lives there remains one of many.  Of refusals that
-- an older program recorded it is not known.
PRAGMA user_version = 2;
ALTER TABLE log ADD COLUMN region TEXT -- of a refusal; NULL where nobody was recognised
	CHECK (region IS NULL OR (what = 'refused' AND length(region) BETWEEN 1 AND 6));
