#include "kiosk/desk.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kiosk/clerk.h"

#define TIDY_AFTER_MS 1000 /* [ms] without an errand until the registry is tidied */

struct desk {
	pthread_t thread;
	pthread_mutex_t mutex; /* of what follows, up to stop */
	pthread_cond_t work;   /* an errand, room for an answer, or stop */
	struct desk_errand errands[DESK_WAITING_MAX];
	size_t errand_first, errand_count;
	struct desk_answer answers[DESK_WAITING_MAX];
	size_t answer_first, answer_count;
	bool stop;

	void (*notify)(void *);
	void *context;
	struct clerk *clerk;
	/* the thread's own: what it works on, outside the mutex */
	struct desk_errand taken[DESK_WAITING_MAX];
	struct desk_answer made[DESK_WAITING_MAX];
};

static struct timespec in_ms(int64_t ms)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	return until;
}

/* --- with the mutex held --- */

static const struct desk_errand *waiting(const struct desk *desk, size_t index)
{
	return &desk->errands[(desk->errand_first + index) % DESK_WAITING_MAX];
}

static void take_first(struct desk *desk, struct desk_errand *out)
{
	struct desk_errand *first = &desk->errands[desk->errand_first];
	*out = *first;
	explicit_bzero(first, sizeof(*first));
	desk->errand_first = (desk->errand_first + 1) % DESK_WAITING_MAX;
	desk->errand_count--;
}

/* The next errand, or all redemptions that wait together in front. */
static size_t take_errands(struct desk *desk)
{
	size_t count = 0;
	do {
		take_first(desk, &desk->taken[count++]);
	} while (desk->errand_count > 0 && desk->taken[0].errand == ERRAND_REDEEM &&
		 waiting(desk, 0)->errand == ERRAND_REDEEM);
	return count;
}

/* Waits for an errand, tidying up meanwhile; 0: it is time to stop. */
static size_t next_errands(struct desk *desk)
{
	size_t count = 0;
	pthread_mutex_lock(&desk->mutex);
	struct timespec until = in_ms(TIDY_AFTER_MS);
	while (desk->errand_count == 0 && !desk->stop) {
		if (clerk_is_tidy(desk->clerk)) {
			pthread_cond_wait(&desk->work, &desk->mutex);
		} else if (pthread_cond_timedwait(&desk->work, &desk->mutex, &until) == ETIMEDOUT) {
			pthread_mutex_unlock(&desk->mutex);
			clerk_tidy(desk->clerk);
			pthread_mutex_lock(&desk->mutex);
		}
	}
	if (desk->errand_count > 0) {
		count = take_errands(desk);
	}
	pthread_mutex_unlock(&desk->mutex);
	return count;
}

static void post_answer(struct desk *desk, struct desk_answer *answer)
{
	pthread_mutex_lock(&desk->mutex);
	while (desk->answer_count == DESK_WAITING_MAX && !desk->stop) {
		pthread_cond_wait(&desk->work, &desk->mutex);
	}
	if (desk->answer_count < DESK_WAITING_MAX) {
		const size_t at = (desk->answer_first + desk->answer_count) % DESK_WAITING_MAX;
		desk->answers[at] = *answer;
		desk->answer_count++;
	}
	pthread_mutex_unlock(&desk->mutex);
	explicit_bzero(answer, sizeof(*answer));
	desk->notify(desk->context);
}

/* --- the thread --- */

static void run_errands(struct desk *desk, size_t count)
{
	if (desk->taken[0].errand == ERRAND_REDEEM) {
		clerk_redeem_all(desk->clerk, desk->made, desk->taken, count);
		for (size_t i = 0; i < count; i++) {
			post_answer(desk, &desk->made[i]);
		}
	} else if (clerk_run(desk->clerk, &desk->made[0], &desk->taken[0])) {
		post_answer(desk, &desk->made[0]);
	}
	explicit_bzero(desk->taken, count * sizeof(desk->taken[0]));
}

static void *work(void *context)
{
	struct desk *desk = context;
	desk->taken[0] = (struct desk_errand){ .errand = ERRAND_TRY };
	for (size_t count = 1; count > 0; count = next_errands(desk)) {
		run_errands(desk, count);
	}
	if (!clerk_is_tidy(desk->clerk)) {
		clerk_tidy(desk->clerk);
	}
	return NULL;
}

static bool start(struct desk *desk)
{
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_mutex_init(&desk->mutex, NULL);
	pthread_cond_init(&desk->work, &attributes);
	pthread_condattr_destroy(&attributes);
	if (pthread_create(&desk->thread, NULL, work, desk) == 0) {
		return true;
	}
	pthread_cond_destroy(&desk->work);
	pthread_mutex_destroy(&desk->mutex);
	return false;
}

struct desk *desk_open(const struct desk_settings *settings, void (*notify)(void *), void *context)
{
	struct desk *desk = calloc(1, sizeof(*desk));
	if (desk == NULL) {
		return NULL;
	}
	desk->notify = notify;
	desk->context = context;
	desk->clerk = clerk_open(settings);
	if (desk->clerk == NULL || !start(desk)) {
		clerk_close(desk->clerk);
		free(desk);
		return NULL;
	}
	return desk;
}

void desk_close(struct desk *desk)
{
	if (desk == NULL) {
		return;
	}
	pthread_mutex_lock(&desk->mutex);
	desk->stop = true;
	pthread_cond_broadcast(&desk->work);
	pthread_mutex_unlock(&desk->mutex);
	pthread_join(desk->thread, NULL);
	pthread_cond_destroy(&desk->work);
	pthread_mutex_destroy(&desk->mutex);
	clerk_close(desk->clerk);
	explicit_bzero(desk, sizeof(*desk));
	free(desk);
}

bool desk_post(struct desk *desk, const struct desk_errand *errand)
{
	pthread_mutex_lock(&desk->mutex);
	const bool room = desk->errand_count < DESK_WAITING_MAX;
	if (room) {
		const size_t at = (desk->errand_first + desk->errand_count) % DESK_WAITING_MAX;
		desk->errands[at] = *errand;
		desk->errand_count++;
		pthread_cond_broadcast(&desk->work);
	}
	pthread_mutex_unlock(&desk->mutex);
	return room;
}

bool desk_take(struct desk *desk, struct desk_answer *out)
{
	pthread_mutex_lock(&desk->mutex);
	const bool any = desk->answer_count > 0;
	if (any) {
		struct desk_answer *first = &desk->answers[desk->answer_first];
		*out = *first;
		explicit_bzero(first, sizeof(*first));
		desk->answer_first = (desk->answer_first + 1) % DESK_WAITING_MAX;
		desk->answer_count--;
		pthread_cond_broadcast(&desk->work);
	}
	pthread_mutex_unlock(&desk->mutex);
	return any;
}
