/*
 * A small registry with an audit chain of eleven entries by several actors.
 */
#ifndef YOUDAI_TESTS_AUDIT_SAMPLE_H
#define YOUDAI_TESTS_AUDIT_SAMPLE_H

#include "db/audit.h"
#include "tests/small_registry.h"

#define SAMPLE_ENTRIES 11

/* As a cmocka set-up; small_tear_down undoes it.  Entry 1 is about the registry itself (os:root), 2
 * and 3 are steps of C2 (wang, li), 4 and 5 of C1 (wang, li), 6 a look at P3 (li), 7 one at P1 (zhang),
 * 8 and 9 states of a plaque of P1 (zhang), 10 an act that deleted the detail of 6 (li), 11 one about
 * nobody and without a detail (os:root). */
int sample_set_up(void **state);

/* An act of its own on record, in a transaction of its own. */
void sample_append(struct registry *registry, const char *actor, const struct audit_act *act,
		   int64_t now);

struct audit_report sample_verify(struct registry *registry);
void sample_assert_intact(struct registry *registry, int64_t count);

#endif
