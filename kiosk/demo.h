/*
 * Demonstration cards: credentials that are presented by a key or a touch instead of a reader, from
 * a file with a line each: title, title in English, text of the QR code, separated by tabs.
 *
 * They pass through everything that a scanned code passes through.
 */
#ifndef YOUDAI_KIOSK_DEMO_H
#define YOUDAI_KIOSK_DEMO_H

#include <stdbool.h>
#include <stdint.h>

#include "kiosk/flow.h"
#include "reader/reading.h"

#define DEMO_CARDS_MAX 9

struct demo_card {
	char titles[2][sizeof((struct site){ 0 }.demo_titles[0])]; /* [0] Chinese, [1] English */
	size_t length;                                             /* [byte] of text */
	char text[READING_BYTES_MAX];
};
struct demo_cards {
	size_t count;
	struct demo_card items[DEMO_CARDS_MAX];
};

/* False where the file cannot be read or a line is not one: *line is then its number, or 0. */
bool demo_load(struct demo_cards *out, int *line, const char *path);

/* The card, from 1 as on the keys F1 to F9, as a reading taken now.  False where there is none. */
bool demo_present(const struct demo_cards *cards, struct reading *out, int number, uint64_t now_ms);

/* Put the titles in the language of the screen into the site. */
void demo_name(struct site *site, const struct demo_cards *cards, enum language language);

#endif
