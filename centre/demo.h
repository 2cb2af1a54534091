/*
 * The demonstration: a county with invented holders, carried along in the program, and a key that
 * signs for it.
 */
#ifndef YOUDAI_CENTRE_DEMO_H
#define YOUDAI_CENTRE_DEMO_H

#include <stddef.h>

#include "centre/command.h"

/* The passphrase of the key file: a demonstration has no secrets. */
#define DEMO_PASSPHRASE "demo"

struct demo_file {
	const char *name, *text;
};
extern const struct demo_file demo_files[]; /* made from assets/demo */
extern const size_t demo_file_count;

/* Refused, and said, where the registry holds anything. */
enum outcome demo_require_empty(const struct call *call, struct registry *registry);
/* Fill an empty registry and mark it as a demonstration; its issuing key lies in DB.demo-key. */
enum outcome demo_fill(const struct call *call, struct registry *registry);

#endif
