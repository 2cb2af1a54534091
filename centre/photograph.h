/*
 * A holder's photograph as the regulations want it: JPEG or PNG, 352 x 440 pixels, a small file.
 *
 * Knows one file, not whose face is in it nor where it is kept.
 */
#ifndef YOUDAI_CENTRE_PHOTOGRAPH_H
#define YOUDAI_CENTRE_PHOTOGRAPH_H

#include <stddef.h>
#include <stdint.h>

#include "centre/command.h"
#include "db/photograph.h"

#define PHOTOGRAPH_WIDTH    352                           /* [px] */
#define PHOTOGRAPH_HEIGHT   440                           /* [px] */
#define PHOTOGRAPH_KIBIBYTE (PHOTOGRAPH_BYTES_MAX / 1024) /* [KiB] at most */
#define PHOTOGRAPH_FILE_MAX PHOTOGRAPH_BYTES_MAX          /* [byte] */

/* Read a photograph, which decodes to its last pixel; on OUTCOME_DONE the caller frees *bytes, the
 * file as it is.  Refused as "photograph_size" (pixels or bytes; the sentence says what was found) or
 * "photograph_malformed" (no sound JPEG or PNG).  Trouble was said. */
enum outcome photograph_read(const struct call *call, uint8_t **bytes, size_t *length,
			     const char *path);

#endif
