/*
 * A file of benefit documents, read and checked whole.
 */
#ifndef YOUDAI_CENTRE_BENEFIT_FILE_H
#define YOUDAI_CENTRE_BENEFIT_FILE_H

#include "centre/command.h"
#include "db/benefit.h"

/* The benefits of the file that the call names first, and the SHA-256 of its bytes (NULL: not
 * wanted).  Both on OUTCOME_DONE, *out freed by the caller; where the file is wrong its faults were
 * said. */
enum outcome benefit_file_read(const struct call *call, struct catalogue **out, uint8_t *hash);

#endif
