/*
 * Names that might be somebody's: surnames as frequent as they are, compound ones among them, and
 * given names with characters outside the basic plane, as GB 18030-2022 asks for.
 *
 * Pure, and nobody's.
 */
#ifndef YOUDAI_CENTRE_SCALE_NAME_H
#define YOUDAI_CENTRE_SCALE_NAME_H

#include "centre/scale_place.h"

#define SCALE_NAME_SIZE 32 /* [byte] with the end */

enum scale_name_kind {
	SCALE_NAME_COMMON,
	SCALE_NAME_COMPOUND, /* a surname of two characters */
	SCALE_NAME_RARE,     /* a given name that few fonts have */
};
/* elder: as people were called before 1970. */
void scale_name_make(char out[static SCALE_NAME_SIZE], struct scale_draw *draw,
		     enum scale_name_kind kind, bool female, bool elder);

#endif
