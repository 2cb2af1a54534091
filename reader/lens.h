/*
 * Where a camera's pictures come from: a V4L2 device, or image files that stand in for one.
 *
 * Gives the newest picture and queues none.  Decides nothing about what it shows.
 */
#ifndef YOUDAI_READER_LENS_H
#define YOUDAI_READER_LENS_H

#include "reader/image.h"
#include "reader/source.h"

struct lens; /* each kind's own state */

struct lens_driver {
	enum source_status (*open)(struct lens **out, const char *path);
	/* The newest picture, waiting at most timeout_ms for one.  *out on SOURCE_OK: borrowed,
	 * good until the next call.  SOURCE_ABSENT: the device is gone. */
	enum source_status (*picture)(struct lens *lens, struct image *out, int timeout_ms);
	void (*close)(struct lens *lens); /* accepts NULL */
};

extern const struct lens_driver lens_video;  /* /dev/video0, through libv4l */
extern const struct lens_driver lens_stills; /* one PNG or JPEG file, or a folder of them */

#endif
