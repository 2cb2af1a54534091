#include "db/paper.h"

#include <stddef.h>
#include <string.h>

#include "phrases.h"

const char *paper_words(const char *name, bool english)
{
	static const struct {
		const char *name;
		enum phrase phrase;
	} papers[] = {
		{ "soldier", PHRASE_PAPER_SOLDIER },
		{ "soldier_family", PHRASE_PAPER_SOLDIER_FAMILY },
		{ "disabled_soldier", PHRASE_PAPER_DISABLED_SOLDIER },
		{ "retired_cadre", PHRASE_PAPER_RETIRED_CADRE },
		{ "key_recipient", PHRASE_PAPER_KEY_RECIPIENT },
		{ "police", PHRASE_PAPER_POLICE },
		{ "rongjun_card", PHRASE_PAPER_RONGJUN_CARD },
		{ "yongjun_card", PHRASE_PAPER_YONGJUN_CARD },
		{ "chongjun_card", PHRASE_PAPER_CHONGJUN_CARD },
		{ "bus_card", PHRASE_PAPER_BUS_CARD },
		{ "relation", PHRASE_PAPER_RELATION },
		{ "insurance", PHRASE_PAPER_INSURANCE },
		{ "claim", PHRASE_PAPER_CLAIM },
		{ "old_wound", PHRASE_PAPER_OLD_WOUND },
		{ "bank_review", PHRASE_PAPER_BANK_REVIEW },
	};

	for (size_t i = 0; i < sizeof papers / sizeof *papers; i++) {
		if (strcmp(papers[i].name, name) == 0)
			return phrase(papers[i].phrase, english);
	}
	return NULL;
}
