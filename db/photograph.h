/*
 * The photograph of a person (352 x 440, as certificates carry it), sealed in the registry.
 *
 * Knows bytes, not pictures: whoever puts one has looked at it.
 */
#ifndef YOUDAI_DB_PHOTOGRAPH_H
#define YOUDAI_DB_PHOTOGRAPH_H

#include "db/registry.h"

#define PHOTOGRAPH_BYTES_MAX (200 * 1024) /* [byte] */

/* Put it, or another in its place, at most PHOTOGRAPH_BYTES_MAX bytes; REGISTRY_NOT_FOUND where there
 * is no such person. */
enum registry_status photograph_put(struct registry *registry, const char *person,
				    const uint8_t *bytes, size_t length, int64_t now);
/* On REGISTRY_OK the caller wipes and frees *bytes; REGISTRY_NOT_FOUND where there is none. */
enum registry_status photograph_get(struct registry *registry, uint8_t **bytes, size_t *length,
				    const char *person);

#endif
