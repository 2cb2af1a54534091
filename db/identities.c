#include "db/identities.h"

#include <string.h>

#include "db/china_time.h"
#include "db/decision.h"

#define DAY_LENGTH 10 /* [byte] "YYYY-MM-DD" */

static bool read_day(int32_t *out, const char *text, size_t length, int32_t open)
{
	char day[DAY_LENGTH + 1] = "";

	*out = open;
	if (length == 0)
		return true;
	if (length != DAY_LENGTH)
		return false;
	memcpy(day, text, length);
	return day_parse(out, day);
}

/* "FROM..UNTIL", where one of the two may be left out. */
static bool read_days(struct dated_identity *out, const char *text, size_t length)
{
	const char *dots = memmem(text, length, "..", 2);

	if (dots == NULL || length == 2)
		return false;
	const char *until = dots + 2;
	return read_day(&out->first, text, (size_t)(dots - text), INT32_MIN) &&
	       read_day(&out->last, until, length - (size_t)(until - text), INT32_MAX) &&
	       out->first <= out->last;
}

bool identities_next(struct dated_identity *out, const char **text)
{
	const char *name = *text;
	size_t length = strcspn(name, ";");
	const char *at = memchr(name, '@', length);

	*text = name + length + (name[length] == ';');
	*out = (struct dated_identity){
		.name = name, .length = length, .first = INT32_MIN, .last = INT32_MAX
	};
	if (at == NULL)
		return true;
	out->length = (size_t)(at - name);
	return read_days(out, at + 1, length - out->length - 1);
}

static bool is_same(const struct dated_identity *a, const struct dated_identity *b)
{
	return a->length == b->length && memcmp(a->name, b->name, a->length) == 0;
}

/* Some day holds the most of them, and one of them begins on such a day: it is enough to look at
 * the first day of each. */
static bool fit_on_its_first_day(const struct dated_identity *identity,
				 const struct dated_identity *all, size_t count)
{
	size_t held = 0, same = 0;

	for (size_t i = 0; i < count; i++) {
		bool holds = identity_holds(&all[i], identity->first);

		held += holds;
		same += holds && is_same(&all[i], identity);
	}
	return held <= IDENTITIES_MAX && same == 1;
}

bool identities_fit(const char *text)
{
	struct dated_identity all[IDENTITIES_KEPT_MAX];
	size_t count = 0;

	if (text[0] == '\0')
		return true;
	do {
		if (count == IDENTITIES_KEPT_MAX || !identities_next(&all[count], &text) ||
		    all[count].length < 1 || all[count].length > IDENTITY_MAX)
			return false;
		count++;
	} while (text[-1] == ';');
	for (size_t i = 0; i < count; i++)
		if (!fit_on_its_first_day(&all[i], all, count))
			return false;
	return true;
}
