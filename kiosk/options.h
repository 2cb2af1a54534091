/*
 * The command line of youdai-kiosk.  Knows no device and no registry: it checks what can be checked
 * by looking at the words alone.
 */
#ifndef YOUDAI_KIOSK_OPTIONS_H
#define YOUDAI_KIOSK_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "kiosk/flow.h"
#include "reader/live.h"

#define OPTIONS_READERS_MAX 8

struct options {
	const char *registry, *merchant;
	enum profile profile;
	bool attended; /* by --attended or by the profile */
	int reader_count;
	const char *readers[OPTIONS_READERS_MAX]; /* SPECs, without `keyboard` */
	enum language language;
	int width, height;  /* [px] 0: full screen */
	const char *events; /* NULL: none */
	const char *trace;  /* NULL: none */
	int64_t at;         /* [s] INT64_MIN: the system's clock */
	struct live_window live_window;
	/* to show it without devices, or without a display */
	const char *demo_cards; /* see demo.h; NULL */
	const char *script;     /* see script.h; NULL */
	const char *pictures;   /* folder: off screen, each new screen as a PNG; NULL */
};

enum [[nodiscard]] options_status{
	OPTIONS_OK = 0, OPTIONS_HELP, /* it was asked for: print options_usage to stdout */
	OPTIONS_WRONG,                /* what is wrong was written to `trouble` */
};

/* Strings point into argv.  *out is written on OPTIONS_OK. */
enum options_status options_parse(struct options *out, int argc, char **argv, FILE *trouble);
void options_usage(FILE *out);

#endif
