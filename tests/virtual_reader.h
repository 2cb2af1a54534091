/*
 * A virtual smart card reader for programs that others wrote: pcscd with vpcd (vsmartcard), and an
 * emulated card in it.
 *
 * The daemon is one of our own, with a socket and a port of its own, and touches none that may run
 * on the machine.  Programs reach it with the environment variable PCSCLITE_CSOCK_NAME, which is set
 * for the whole process while it is open.
 */
#ifndef YOUDAI_TESTS_VIRTUAL_READER_H
#define YOUDAI_TESTS_VIRTUAL_READER_H

#include <stdbool.h>

#include "tests/card.h"

struct virtual_reader;

/* Start it with its files in an existing folder and a copy of the card in it.  NULL, and *why, where
 * there is no pcscd, no driver, or it does not come up. */
struct virtual_reader *virtual_reader_open(const char *folder, const struct card_kind *kind,
					   const void *card, const char **why);

/* A copy of the card as it is now; and another card of its kind in its place, as if nothing were. */
void virtual_reader_look(struct virtual_reader *reader, void *out);
void virtual_reader_change(struct virtual_reader *reader, const void *card);

/* End the daemon and wait for it.  Accepts NULL. */
void virtual_reader_close(struct virtual_reader *reader);

#endif
