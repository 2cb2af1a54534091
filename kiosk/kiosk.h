/*
 * The kiosk: one loop that ties flow, desk, readers, view and events together.
 *
 * The loop sleeps in canvas_wait and is woken by a touch, a key, a reader or the desk.  It decides
 * nothing: flow.c says what happens, clerk.c what is true, view.c what is drawn.
 */
#ifndef YOUDAI_KIOSK_KIOSK_H
#define YOUDAI_KIOSK_KIOSK_H

#include <stdint.h>

#include "kiosk/options.h"
#include "reader/nursery.h"

/* Runs until the window is closed or the script has ended.  Answers the exit code of the program; what
 * is wrong was written to stderr in Chinese and English.  nursery (NULL: none) is borrowed: readers'
 * drivers run in its processes.  started_ms: monotonic, of the process. */
int kiosk_run(const struct options *options, struct nursery *nursery, uint64_t started_ms);

#endif
