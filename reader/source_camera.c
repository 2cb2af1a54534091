/*
 * camera:/dev/video0, or camera:FILE.png and camera:FOLDER with images that stand in for a camera.
 * A picture that is not looked at in time is dropped, never queued.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "reader/lens.h"
#include "reader/reader.h"
#include "reader/scene.h"
#include "reader/shown.h"

#define LAY_MS  1000 /* [ms] what is found so soon after opening was shown before already */
#define LOOK_MS 30   /* [ms] from one picture to the next: each of a camera's thirty a second */

struct source {
	const struct lens_driver *driver;
	struct lens *lens;
	uint64_t opened_ms;
	uint64_t next_ms;
	struct scene scene;
	struct reading found; /* in the picture searched last */
	struct shown shown;
};

static void camera_close(struct source *source)
{
	if (source != NULL) {
		if (source->driver != NULL) {
			source->driver->close(source->lens);
		}
		explicit_bzero(source, sizeof *source);
		free(source);
	}
}

static enum source_status camera_open(struct source **out, const char *address,
				      const struct source_setup *setup)
{
	(void)setup;
	const char *path = address[0] == '\0' ? "/dev/video0" : address;
	struct stat about;

	if (stat(path, &about) != 0) {
		return SOURCE_ABSENT;
	}
	struct source *source = calloc(1, sizeof *source);

	if (source == NULL) {
		return SOURCE_NO_MEMORY;
	}
	source->driver = S_ISCHR(about.st_mode) ? &lens_video : &lens_stills;
	enum source_status status = source->driver->open(&source->lens, path);

	if (status != SOURCE_OK) {
		camera_close(source);
		return status;
	}
	source->opened_ms = reader_clock_ms();
	*out = source;
	return SOURCE_OK;
}

static void sleep_ms(uint64_t milliseconds)
{
	struct timespec pause = { .tv_sec = (time_t)(milliseconds / 1000),
				  .tv_nsec = (long)(milliseconds % 1000) * 1000000 };

	while (nanosleep(&pause, &pause) != 0 && errno == EINTR) {
	}
}

/* Wait for the time of the next look; false where that is after until_ms. */
static bool wait_for_turn(struct source *source, uint64_t until_ms)
{
	uint64_t now_ms = reader_clock_ms();

	if (source->next_ms > until_ms) {
		if (until_ms > now_ms) {
			sleep_ms(until_ms - now_ms);
		}
		return false;
	}
	if (source->next_ms > now_ms) {
		sleep_ms(source->next_ms - now_ms);
	}
	source->next_ms = reader_clock_ms() + LOOK_MS;
	return true;
}

static bool look(struct source *source, const struct image *picture, uint64_t now_ms)
{
	if (!scene_wants_look(&source->scene, picture, now_ms) ||
	    qr_decode_frame(&source->found, picture, source->scene.turn) != IMAGE_OK) {
		return false;
	}
	scene_settle(&source->scene);
	return shown_is_new(&source->shown, &source->found, now_ms);
}

static enum source_status camera_read(struct source *source, struct reading *out, int timeout_ms)
{
	uint64_t until_ms = reader_clock_ms() + (uint64_t)timeout_ms;

	while (wait_for_turn(source, until_ms)) {
		uint64_t now_ms = reader_clock_ms();
		struct image picture;
		int left_ms = until_ms > now_ms ? (int)(until_ms - now_ms) : 0;
		enum source_status status =
			source->driver->picture(source->lens, &picture, left_ms);

		now_ms = reader_clock_ms();
		shown_forget(&source->shown, now_ms);
		if (status == SOURCE_OK && look(source, &picture, now_ms)) {
			*out = source->found;
			out->taken_ms = reader_clock_ms();
			out->lay_there = out->taken_ms - source->opened_ms < LAY_MS;
			return SOURCE_OK;
		}
		if (status != SOURCE_OK && status != SOURCE_NOTHING) {
			return status;
		}
	}
	return SOURCE_NOTHING;
}

const struct source_driver source_camera = {
	.scheme = "camera",
	.reach = SOURCE_REACH_PICTURES,
	.open = camera_open,
	.read = camera_read,
	.write = NULL,
	.close = camera_close,
};
