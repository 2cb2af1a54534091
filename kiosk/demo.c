#include "kiosk/demo.h"

#include <string.h>

#include "kiosk/lines.h"

/* The next field of a line, up to a tab or the end, copied into out[size].  False where it is empty
 * or too long. */
static bool take_field(char *out, size_t size, size_t *length, const char **at)
{
	*length = strcspn(*at, "\t\r\n");
	if (*length == 0 || *length > size) {
		return false;
	}
	memcpy(out, *at, *length);
	*at += *length + ((*at)[*length] == '\t');
	return true;
}

static bool parse_line(struct demo_card *out, const char *line)
{
	size_t length = 0;
	memset(out, 0, sizeof(*out));
	for (int i = 0; i < 2; i++) {
		if (!take_field(out->titles[i], sizeof(out->titles[i]) - 1, &length, &line)) {
			return false;
		}
	}
	return take_field(out->text, sizeof(out->text), &out->length, &line) &&
	       strspn(line, "\r\n") == strlen(line);
}

static bool take_card(void *context, char *line)
{
	struct demo_cards *cards = context;
	if (cards->count == DEMO_CARDS_MAX || !parse_line(&cards->items[cards->count], line)) {
		return false;
	}
	cards->count++;
	return true;
}

bool demo_load(struct demo_cards *out, int *line, const char *path)
{
	out->count = 0;
	return lines_each(line, path, take_card, out);
}

bool demo_present(const struct demo_cards *cards, struct reading *out, int number, uint64_t now_ms)
{
	if (number < 1 || (size_t)number > cards->count) {
		return false;
	}
	const struct demo_card *card = &cards->items[number - 1];
	*out = (struct reading){ .carrier = READING_QR,
				 .taken_ms = now_ms,
				 .length = card->length };
	memcpy(out->bytes, card->text, card->length);
	return true;
}

void demo_name(struct site *site, const struct demo_cards *cards, enum language language)
{
	site->demo_count = cards->count;
	for (size_t i = 0; i < cards->count; i++) {
		memcpy(site->demo_titles[i], cards->items[i].titles[language],
		       sizeof(site->demo_titles[i]));
	}
}
