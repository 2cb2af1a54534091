/*
 * The play itself: redemptions of the past go in, in their order, decided anew; costs and changes come
 * out.  Pure but for memory; knows no SQL.
 *
 * Inside of db/ only: rehearsal.c feeds it from the log.
 */
#ifndef YOUDAI_DB_REHEARSAL_PLAY_H
#define YOUDAI_DB_REHEARSAL_PLAY_H

#include "db/numbering.h"
#include "db/purchase.h"
#include "db/rehearsal.h"
#include "db/vault.h"

/* A holder who was met in the log. */
struct player {
	bool known; /* to the registry; the rest of this part is unset where not */
	bool needy, birth_known;
	uint8_t kinds; /* bit 1 << kind of each certificate */
	int32_t birth, merit;
	const char *home_region,
		*identities; /* see identities.h; whoever fills them in keeps them */
	int32_t last_day;    /* of the last redemption that was rehearsed */
	/* What the draft means for the holder. */
	int64_t saved; /* [fen] more than before */
	int64_t same, better, worse, undecided;
};

/* One redemption of the log that was not taken back. */
struct past_redemption {
	const uint8_t *holder; /* PSEUDONYM_BYTES */
	const char *benefit, *merchant;
	const struct benefit *newest; /* of the registry; NULL where it has none */
	int32_t version;
	bool place_known;   /* facts.merchant, region and venue are set */
	struct facts facts; /* place, moment, presentation; the play adds holder and amount */
	bool has_payable, has_saved;
	int64_t payable, saved; /* [fen] */
};

/* A benefit of the draft. */
struct drafted {
	const struct benefit *benefit;
	int32_t in_force; /* version of the registry whose document is the same; 0 none */
};

struct account;
struct play {
	struct drafted *drafted;
	size_t drafted_count;
	struct numbering drafted_numbers, player_numbers, place_numbers, account_numbers,
		cost_numbers;
	struct player *players;
	struct account *accounts;
	struct purchases purchases;
	struct rehearsal *out;
	bool no_memory;
};

/* in_force says of each benefit of the draft what struct drafted does.  False without memory. */
bool play_open(struct play *play, const struct catalogue *draft, const int32_t *in_force,
	       struct rehearsal *out);
void play_close(struct play *play);

/* The player of this pseudonym, made where it is new; NULL without memory. */
struct player *play_player(struct play *play, const uint8_t holder[static PSEUDONYM_BYTES]);
/* NULL where there is none. */
struct player *play_find(struct play *play, const uint8_t holder[static PSEUDONYM_BYTES]);
bool play_drafts(const struct play *play, const char *benefit);

/* One from before the time that is rehearsed: it only counts for limits. */
void play_before(struct play *play, const struct past_redemption *past);
/* The next one in the log's order. */
void play_redemption(struct play *play, const struct past_redemption *past);
/* After the last one: count people, put the rows in order. */
void play_end(struct play *play);

#endif
