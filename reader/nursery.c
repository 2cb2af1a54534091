#include "reader/nursery.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reader/apart.h"

struct nursery {
	int control; /* requests to the process */
	pid_t process;
	nursery_clock *clock;
	const char *program;  /* that begins it anew; NULL: none */
	pthread_mutex_t lock; /* over control and process, once there are threads */
};

/* --- descriptors in packets --- */

union descriptor_room {
	struct cmsghdr head;
	char bytes[CMSG_SPACE(sizeof(int))];
};

static bool send_with(int to, const void *bytes, size_t length, int descriptor)
{
	union descriptor_room room = { 0 };
	struct iovec part = { .iov_base = (void *)(uintptr_t)bytes, .iov_len = length };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = room.bytes,
				  .msg_controllen = sizeof room.bytes };
	ssize_t sent;

	room.head.cmsg_level = SOL_SOCKET;
	room.head.cmsg_type = SCM_RIGHTS;
	room.head.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&room.head), &descriptor, sizeof descriptor);
	do {
		sent = sendmsg(to, &message, MSG_NOSIGNAL);
	} while (sent < 0 && errno == EINTR);
	return sent == (ssize_t)length;
}

/* The packet's length, or what recvmsg answers; *descriptor is -1 where none came with it. */
static ssize_t receive_with(int from, void *bytes, size_t size, int *descriptor)
{
	union descriptor_room room = { 0 };
	struct iovec part = { .iov_base = bytes, .iov_len = size };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = room.bytes,
				  .msg_controllen = sizeof room.bytes };
	ssize_t got;

	*descriptor = -1;
	do {
		got = recvmsg(from, &message, MSG_CMSG_CLOEXEC);
	} while (got < 0 && errno == EINTR);
	const struct cmsghdr *head = got < 0 ? NULL : CMSG_FIRSTHDR(&message);

	if (head != NULL && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS &&
	    head->cmsg_len == CMSG_LEN(sizeof(int))) {
		memcpy(descriptor, CMSG_DATA(head), sizeof *descriptor);
	}
	return got;
}

/* --- in the nursery's process --- */

#define CONTROL (STDERR_FILENO + 1) /* where it keeps its end of the control socket */

struct child {
	pid_t process; /* 0: none */
	char spec[NURSERY_SPEC_MAX];
};

struct room {
	source_finder *find;
	int control;
	int ended; /* a signalfd of SIGCHLD */
	struct child children[NURSERY_CHILDREN];
};

/* How a child was ended that did not end by itself. */
static const struct {
	int signal;
	const char *zh;
	const char *en;
} ends[] = {
	{ SIGSYS, "做了不允许的操作", "it tried what it may not do" },
	{ SIGKILL, "没有响应", "it did not answer" },
	{ 0, "异常退出", "it broke down" },
};

static void tell_end(const struct child *child, int status)
{
	size_t i = 0;

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		return;
	}
	while (ends[i].signal != 0 &&
	       !(WIFSIGNALED(status) && WTERMSIG(status) == ends[i].signal)) {
		i++;
	}
	dprintf(STDERR_FILENO,
		"youdai: 读卡设备 %s 的进程已终止:%s\n"
		"youdai: reader %s: its process was ended: %s\n",
		child->spec, ends[i].zh, child->spec, ends[i].en);
}

static void reap(struct room *room)
{
	struct signalfd_siginfo ignored;
	int status;
	pid_t ended;

	if (read(room->ended, &ignored, sizeof ignored) < 0) {
		return;
	}
	while ((ended = waitpid(-1, &status, WNOHANG)) > 0) {
		for (size_t i = 0; i < NURSERY_CHILDREN; i++) {
			if (room->children[i].process == ended) {
				tell_end(&room->children[i], status);
				room->children[i].process = 0;
			}
		}
	}
}

/* The parent may be gone before the kernel was asked to tell. */
static bool dies_with(pid_t parent)
{
	return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent;
}

/* Run the driver and never return. */
static void live(const struct room *room, int link, const char *spec, pid_t parent)
{
	const char *address = NULL;
	const struct source_driver *driver = room->find(spec, &address);
	sigset_t none;

	close(room->control);
	close(room->ended);
	sigemptyset(&none);
	/* The process has one thread, here and below.  NOLINTNEXTLINE(concurrency-mt-unsafe) */
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_NAME, "youdai-reader");
	if (!dies_with(parent)) {
		_exit(0);
	}
	if (driver == NULL) {
		apart_send_status(link, SOURCE_BAD_SPEC);
	} else {
		apart_serve(link, driver, address);
	}
	_exit(0);
}

static void bear(struct room *room, struct child *child, int link)
{
	pid_t here = getpid();
	pid_t process = fork();

	if (process == 0) {
		live(room, link, child->spec, here);
	}
	if (process < 0) {
		return;
	}
	int descriptor = pidfd_open(process, 0);

	child->process = process;
	if (descriptor < 0 || !send_with(link, "", 1, descriptor)) {
		kill(process, SIGKILL);
	}
	if (descriptor >= 0) {
		close(descriptor);
	}
}

/* A request: a SPEC and the socket for its reader.  False where nobody asks any more. */
static bool serve(struct room *room)
{
	char spec[NURSERY_SPEC_MAX];
	int link;
	ssize_t got = receive_with(room->control, spec, sizeof spec - 1, &link);
	struct child *child = room->children;

	if (got <= 0) {
		return false;
	}
	spec[got] = '\0';
	while (child < room->children + NURSERY_CHILDREN && child->process != 0) {
		child++;
	}
	if (link >= 0 && child < room->children + NURSERY_CHILDREN) {
		memcpy(child->spec, spec, (size_t)got + 1);
		bear(room, child, link);
	}
	if (link >= 0) {
		close(link);
	}
	return true;
}

/* Keep nothing of the program but its stderr; what a terminal sends is not for here. */
static bool settle(int control)
{
	static const int ignored[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTSTP };
	int nothing = open("/dev/null", O_RDWR);
	int kept = fcntl(control, F_DUPFD, STDERR_FILENO + 2); /* above all that is laid below */

	for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++) {
		signal(ignored[i], SIG_IGN);
	}
	setsid();
	return nothing >= 0 && kept >= 0 && dup2(nothing, STDIN_FILENO) >= 0 &&
	       dup2(nothing, STDOUT_FILENO) >= 0 && dup2(kept, CONTROL) >= 0 &&
	       close_range(CONTROL + 1, ~0U, 0) == 0;
}

static void run(int control, source_finder *find, pid_t parent)
{
	struct room room = { .find = find, .control = CONTROL };
	sigset_t ended;

	if (!settle(control) || !dies_with(parent)) {
		return;
	}
	prctl(PR_SET_NAME, "youdai-nursery");
	sigemptyset(&ended);
	sigaddset(&ended, SIGCHLD);
	/* NOLINTNEXTLINE(concurrency-mt-unsafe) */
	sigprocmask(SIG_BLOCK, &ended, NULL);
	room.ended = signalfd(-1, &ended, SFD_CLOEXEC);
	struct pollfd watched[] = { { .fd = room.control, .events = POLLIN },
				    { .fd = room.ended, .events = POLLIN } };
	bool asked = room.ended >= 0;

	while (asked) {
		poll(watched, 2, -1);
		if (watched[1].revents != 0) {
			reap(&room);
		}
		asked = watched[0].revents == 0 || serve(&room);
	}
}

/* --- in the program's process --- */

/* Whether the kernel can name a process by a descriptor. */
static bool has_descriptors(void)
{
	int own = pidfd_open(getpid(), 0);

	if (own >= 0) {
		close(own);
	}
	return own >= 0;
}

void nursery_main(source_finder *find)
{
	run(STDIN_FILENO, find, getppid());
}

void nursery_let_return(struct nursery *nursery, const char *program)
{
	nursery->program = program;
}

static bool start_program(pid_t *out, const char *program, int control)
{
	char name[] = "youdai-nursery";
	char argument[] = NURSERY_ARGUMENT;
	char *const arguments[] = { name, argument, NULL };
	posix_spawn_file_actions_t actions;

	if (posix_spawn_file_actions_init(&actions) != 0) {
		return false;
	}
	bool started = posix_spawn_file_actions_adddup2(&actions, control, STDIN_FILENO) == 0 &&
		       posix_spawn(out, program, &actions, NULL, arguments, environ) == 0;

	posix_spawn_file_actions_destroy(&actions);
	return started;
}

/* A new process for one that has ended, which is buried; false where it has not, or none can be had. */
static bool begin_anew(struct nursery *nursery)
{
	int ends_of[2];

	if (nursery->program == NULL || waitpid(nursery->process, NULL, WNOHANG) == 0 ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends_of) != 0) {
		return false;
	}
	bool started = start_program(&nursery->process, nursery->program, ends_of[1]);

	close(ends_of[1]);
	if (!started) {
		close(ends_of[0]);
		return false;
	}
	close(nursery->control);
	nursery->control = ends_of[0];
	fprintf(stderr, "youdai: 读卡进程的管理进程已终止,已重新启动\n"
			"youdai: the nursery of readers had ended and was started anew\n");
	return true;
}

struct nursery *nursery_open(source_finder *find, nursery_clock *clock)
{
	int ends_of[2];
	pid_t here = getpid();
	struct nursery *nursery = calloc(1, sizeof *nursery);

	if (nursery == NULL || !has_descriptors() ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends_of) != 0) {
		free(nursery);
		return NULL;
	}
	nursery->control = ends_of[0];
	nursery->clock = clock;
	pthread_mutex_init(&nursery->lock, NULL); /* cannot fail on Linux */
	nursery->process = fork();
	if (nursery->process == 0) {
		run(ends_of[1], find, here);
		_exit(0);
	}
	close(ends_of[1]);
	if (nursery->process < 0) {
		nursery->process = 0;
		nursery_close(nursery);
		return NULL;
	}
	return nursery;
}

void nursery_close(struct nursery *nursery)
{
	if (nursery != NULL) {
		close(nursery->control);
		while (nursery->process > 0 && waitpid(nursery->process, NULL, 0) < 0 &&
		       errno == EINTR) {
		}
		pthread_mutex_destroy(&nursery->lock);
		free(nursery);
	}
}

enum source_status nursery_ask(struct nursery *nursery, int *link, const char *spec)
{
	int ends_of[2];
	size_t length = strlen(spec);

	if (length == 0 || length >= NURSERY_SPEC_MAX) {
		return SOURCE_BAD_SPEC;
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends_of) != 0) {
		return SOURCE_NO_MEMORY;
	}
	pthread_mutex_lock(&nursery->lock);
	bool asked = send_with(nursery->control, spec, length, ends_of[1]) ||
		     (begin_anew(nursery) && send_with(nursery->control, spec, length, ends_of[1]));

	pthread_mutex_unlock(&nursery->lock);
	close(ends_of[1]);
	if (!asked) {
		close(ends_of[0]);
		return SOURCE_ABSENT;
	}
	*link = ends_of[0];
	return SOURCE_OK;
}

int nursery_receive_child(int link, int timeout_ms)
{
	struct pollfd other = { .fd = link, .events = POLLIN };
	char ignored;
	int descriptor;

	if (poll(&other, 1, timeout_ms) <= 0) {
		return -1;
	}
	return receive_with(link, &ignored, sizeof ignored, &descriptor) == 1 && descriptor >= 0
		       ? descriptor
		       : -2;
}

uint64_t nursery_now_ms(const struct nursery *nursery)
{
	return nursery->clock();
}
