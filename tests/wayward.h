/*
 * Drivers that do what no device does on demand, for processes of their own: each scheme "wayward:HOW"
 * behaves well until it does the one thing that HOW names.
 *
 *	nursery_open(wayward_driver_for, clock); … reader SPEC "wayward:hang"
 *
 * HOW may have a path behind a comma: what the driver opens, asks or tells.
 */
#ifndef YOUDAI_TESTS_WAYWARD_H
#define YOUDAI_TESTS_WAYWARD_H

#include "reader/source.h"

/* Finds "wayward:" beside the drivers there are. */
const struct source_driver *wayward_driver_for(const char *spec, const char **address);

#endif
