/*
 * Which font files to use: Noto Sans CJK SC or another with Chinese characters, and for rare
 * characters whatever this machine has.
 *
 * fonts.c is the one file that knows fontconfig.  Opens and draws nothing.
 */
#ifndef YOUDAI_KIOSK_FONTS_H
#define YOUDAI_KIOSK_FONTS_H

#include <stdbool.h>
#include <stdint.h>

#include "kiosk/canvas.h"

#define FONT_PATH_MAX 511 /* [byte] */

struct font_file {
	char path[FONT_PATH_MAX + 1];
	long index; /* of the face in a collection */
};

struct fonts;

/* Reads the machine's font configuration; NULL where there is none. */
struct fonts *fonts_open(void);
void fonts_close(struct fonts *fonts); /* accepts NULL */

/* The text font.  False where no font has Chinese characters. */
bool fonts_text(struct fonts *fonts, struct font_file *out, enum weight weight);

/* Some font that has this character.  False where none has. */
bool fonts_for_character(struct fonts *fonts, struct font_file *out, uint32_t character);

#endif
