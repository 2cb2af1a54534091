/*
 * A list on its way out, row by row: lines for people, an array of objects for programs.
 *
 * Knows nothing of what is in the rows.
 */
#ifndef YOUDAI_CENTRE_LIST_H
#define YOUDAI_CENTRE_LIST_H

#include "centre/command.h"

struct list {
	bool as_json;
	int64_t now; /* [s] */
	struct json json;
	int64_t count; /* of rows; whoever writes one counts it */
};

void list_begin(struct list *list, const struct call *call);
void list_end(struct list *list);

/* Run one list: open the registry, begin, `each` row, end. */
enum outcome list_run(const struct call *call,
		      enum registry_status (*each)(struct registry *registry, struct list *list));

#endif
