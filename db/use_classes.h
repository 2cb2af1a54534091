/*
 * Uses by the class of identity that the holder had on that day.  Inside of db/ only: use_sums.h is
 * the way here.
 *
 * The log knows its holders by pseudonyms; whose they are is worked out for as long as the sums
 * take, and kept nowhere.
 */
#ifndef YOUDAI_DB_USE_CLASSES_H
#define YOUDAI_DB_USE_CLASSES_H

#include "db/use_sums.h"

/* As use_sums with USES_BY_CLASS. */
enum registry_status use_classes(struct registry *registry, const struct use_query *query,
				 bool (*row)(void *, const struct use_sum *), void *context);

#endif
