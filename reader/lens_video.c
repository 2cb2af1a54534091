/*
 * A V4L2 camera through libv4l, which turns what the camera has (YUYV, MJPEG and many others) into
 * planar YUV.  Only the newest picture is taken; older ones go back unread.
 */
#include <errno.h>
#include <fcntl.h>
#include <libv4l2.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "reader/frame.h"
#include "reader/lens.h"
#include "reader/reader.h"

#define VIDEO_WIDTH     1920 /* [px] asked for; a camera gives what is nearest */
#define VIDEO_HEIGHT    1080
#define VIDEO_BUFFERS   3
#define VIDEO_SILENT_MS 3000 /* [ms] without a picture: the camera is gone */

struct lens {
	int device;
	enum frame_format format;
	size_t stride;
	struct image image;
	struct {
		void *bytes;
		size_t length;
	} buffers[VIDEO_BUFFERS];
	uint32_t count;
	uint64_t last_ms; /* when the last picture came */
};

static const struct {
	uint32_t fourcc;
	enum frame_format format;
} formats[] = {
	{ V4L2_PIX_FMT_YUV420, FRAME_LUMA_FIRST }, { V4L2_PIX_FMT_YVU420, FRAME_LUMA_FIRST },
	{ V4L2_PIX_FMT_NV12, FRAME_LUMA_FIRST },   { V4L2_PIX_FMT_GREY, FRAME_LUMA_FIRST },
	{ V4L2_PIX_FMT_YUYV, FRAME_YUYV },         { V4L2_PIX_FMT_UYVY, FRAME_UYVY },
};

static int control(const struct lens *lens, unsigned long request, void *argument)
{
	int result;

	do {
		result = v4l2_ioctl(lens->device, request, argument);
	} while (result < 0 && errno == EINTR);
	return result;
}

/* libv4l complains on stderr about what is no camera: ask before it does. */
static bool is_camera(int device)
{
	struct v4l2_capability about;

	if (ioctl(device, VIDIOC_QUERYCAP, &about) != 0) {
		return false;
	}
	uint32_t can = (about.capabilities & V4L2_CAP_DEVICE_CAPS) != 0 ? about.device_caps
									: about.capabilities;

	return (can & V4L2_CAP_VIDEO_CAPTURE) != 0 && (can & V4L2_CAP_STREAMING) != 0;
}

static bool choose_format(struct lens *lens)
{
	struct v4l2_format wanted = { .type = V4L2_BUF_TYPE_VIDEO_CAPTURE };
	struct v4l2_pix_format *pix = &wanted.fmt.pix;

	pix->width = VIDEO_WIDTH;
	pix->height = VIDEO_HEIGHT;
	pix->pixelformat = V4L2_PIX_FMT_YUV420;
	pix->field = V4L2_FIELD_ANY;
	if (control(lens, VIDIOC_S_FMT, &wanted) != 0 || pix->width < 1 || pix->height < 1 ||
	    pix->width > IMAGE_SIDE_MAX || pix->height > IMAGE_SIDE_MAX ||
	    pix->width > IMAGE_AREA_MAX / pix->height) {
		return false;
	}
	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
		if (formats[i].fourcc == pix->pixelformat) {
			lens->format = formats[i].format;
			lens->stride = pix->bytesperline;
			lens->image.width = (int)pix->width;
			lens->image.height = (int)pix->height;
			lens->image.stride = pix->width;
			return true;
		}
	}
	return false;
}

static struct v4l2_buffer mapped_buffer(uint32_t index)
{
	return (struct v4l2_buffer){ .index = index,
				     .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
				     .memory = V4L2_MEMORY_MMAP };
}

static bool map_buffers(struct lens *lens)
{
	struct v4l2_requestbuffers wanted = { .count = VIDEO_BUFFERS,
					      .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
					      .memory = V4L2_MEMORY_MMAP };

	if (control(lens, VIDIOC_REQBUFS, &wanted) != 0) {
		return false;
	}
	for (uint32_t i = 0; i < wanted.count && i < VIDEO_BUFFERS; i++) {
		struct v4l2_buffer buffer = mapped_buffer(i);

		if (control(lens, VIDIOC_QUERYBUF, &buffer) != 0) {
			return false;
		}
		void *bytes = v4l2_mmap(NULL, buffer.length, PROT_READ | PROT_WRITE, MAP_SHARED,
					lens->device, buffer.m.offset);
		if (bytes == MAP_FAILED) {
			return false;
		}
		lens->buffers[i].bytes = bytes;
		lens->buffers[i].length = buffer.length;
		lens->count = i + 1;
		if (control(lens, VIDIOC_QBUF, &buffer) != 0) {
			return false;
		}
	}
	return lens->count > 0;
}

static bool start(struct lens *lens)
{
	enum v4l2_buf_type type = V4L2_BUF_TYPE_VIDEO_CAPTURE;

	return control(lens, VIDIOC_STREAMON, &type) == 0;
}

static void video_close(struct lens *lens)
{
	enum v4l2_buf_type type = V4L2_BUF_TYPE_VIDEO_CAPTURE;

	if (lens == NULL) {
		return;
	}
	if (lens->device >= 0) {
		(void)control(lens, VIDIOC_STREAMOFF, &type);
		for (uint32_t i = 0; i < lens->count; i++) {
			v4l2_munmap(lens->buffers[i].bytes, lens->buffers[i].length);
		}
		v4l2_close(lens->device);
	}
	image_free(&lens->image);
	free(lens);
}

static enum source_status video_open(struct lens **out, const char *path)
{
	struct lens *lens = calloc(1, sizeof *lens);
	enum source_status status = SOURCE_ABSENT;

	if (lens == NULL) {
		return SOURCE_NO_MEMORY;
	}
	lens->device = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (lens->device < 0 || !is_camera(lens->device) ||
	    v4l2_fd_open(lens->device, 0) != lens->device || !choose_format(lens)) {
		goto fail;
	}
	status = SOURCE_NO_MEMORY;
	lens->image.grey = malloc(lens->image.stride * (size_t)lens->image.height);
	if (lens->image.grey == NULL) {
		goto fail;
	}
	status = SOURCE_ABSENT;
	if (!map_buffers(lens) || !start(lens)) {
		goto fail;
	}
	lens->last_ms = reader_clock_ms();
	*out = lens;
	return SOURCE_OK;
fail:
	video_close(lens);
	return status;
}

/* Copy the picture out and give its buffer back.  SOURCE_NOTHING: there is none. */
static enum source_status take(struct lens *lens)
{
	struct v4l2_buffer buffer = mapped_buffer(0);

	if (control(lens, VIDIOC_DQBUF, &buffer) != 0) {
		return errno == EAGAIN ? SOURCE_NOTHING : SOURCE_ABSENT;
	}
	if (buffer.index >= lens->count) {
		return SOURCE_ABSENT;
	}
	size_t length = lens->buffers[buffer.index].length;

	if (buffer.bytesused < length) {
		length = buffer.bytesused;
	}
	bool whole = (buffer.flags & V4L2_BUF_FLAG_ERROR) == 0 &&
		     frame_to_grey(&lens->image, lens->format, lens->buffers[buffer.index].bytes,
				   length, lens->stride);

	if (control(lens, VIDIOC_QBUF, &buffer) != 0) {
		return SOURCE_ABSENT;
	}
	return whole ? SOURCE_OK : SOURCE_NOTHING;
}

static enum source_status video_picture(struct lens *lens, struct image *out, int timeout_ms)
{
	struct pollfd device = { .fd = lens->device, .events = POLLIN };
	uint64_t now_ms = reader_clock_ms();
	enum source_status last = SOURCE_NOTHING;
	enum source_status status = SOURCE_NOTHING;

	if (poll(&device, 1, timeout_ms) > 0) {
		status = (device.revents & POLLIN) != 0 ? SOURCE_OK : SOURCE_ABSENT;
	}
	for (int i = 0; i < VIDEO_BUFFERS && status == SOURCE_OK; i++) {
		status = take(lens);
		last = status == SOURCE_OK ? SOURCE_OK : last;
	}
	if (status == SOURCE_ABSENT) {
		return SOURCE_ABSENT;
	}
	if (last == SOURCE_OK) {
		lens->last_ms = now_ms;
		*out = lens->image;
		return SOURCE_OK;
	}
	return now_ms - lens->last_ms > VIDEO_SILENT_MS ? SOURCE_ABSENT : SOURCE_NOTHING;
}

const struct lens_driver lens_video = {
	.open = video_open,
	.picture = video_picture,
	.close = video_close,
};
