/*
 * The demonstration: a county with invented holders, carried along in the program, and a key that
 * signs for it.
 */
#ifndef YOUDAI_CENTRE_DEMO_H
#define YOUDAI_CENTRE_DEMO_H

#include <stddef.h>

#include "centre/command.h"
#include "centre/import.h"

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

/* --- its parts, for registries that are filled otherwise; each within a transaction of the
 * caller's --- */

/* A table of assets/demo, by the file's name. */
enum outcome demo_fill_table(const struct call *call, struct registry *registry,
			     const struct import_kind *kind, const char *name);
enum outcome demo_fill_benefits(const struct call *call, struct registry *registry,
				const char *name);
/* Make the issuing key DB.demo-key, or take up the one that an earlier demonstration of the same
 * issuer left, and trust it.  The registry is marked as a demonstration. */
enum outcome demo_fill_key(const struct call *call, struct registry *registry, const char *issuer);

#endif
