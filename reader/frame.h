/*
 * One picture of a camera, brought to grey.  Knows pixel formats and no device.
 */
#ifndef YOUDAI_READER_FRAME_H
#define YOUDAI_READER_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reader/image.h"

enum frame_format {
	FRAME_LUMA_FIRST, /* a plane of 8-bit luma, whatever follows: GREY, YUV420, NV12 */
	FRAME_YUYV,       /* luma in every even byte */
	FRAME_UYVY,       /* luma in every odd byte */
};

/* Copy the luma of a frame of image's size into image->grey; stride [byte] is the frame's.  False,
 * and nothing is written, where length is too short for that many rows. */
bool frame_to_grey(const struct image *image, enum frame_format format, const uint8_t *bytes,
		   size_t length, size_t stride);

#endif
