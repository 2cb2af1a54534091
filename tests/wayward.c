#include "tests/wayward.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <unistd.h>

#include "reader/reader.h"

struct source {
	void (*deed)(const char *path);
	const char *path;
	bool gave;
	uint64_t started_ms;
};

/* --- what a driver that was taken over might try --- */

/* Say to who waits at the path whether it was done. */
static void note(const char *path, bool done)
{
	(void)path;
	if (done) {
		static const char text[] = "wayward: it was let through\n";
		(void)!write(STDERR_FILENO, text, sizeof text - 1);
		_exit(7);
	}
}

static void open_to_read(const char *path)
{
	note(path, open(path, O_RDONLY | O_CLOEXEC) >= 0);
}

static void open_to_write(const char *path)
{
	note(path, open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0);
}

static void call_out(const char *path)
{
	note(path, socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0);
}

static void execute(const char *path)
{
	char *const arguments[] = { (char[]){ "true" }, NULL };
	execv("/bin/true", arguments);
	note(path, false);
}

static void multiply(const char *path)
{
	note(path, fork() >= 0);
}

static void trace(const char *path)
{
	note(path, ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0);
}

static void kill_parent(const char *path)
{
	note(path, kill(getppid(), SIGTERM) == 0);
}

/* What comes in is then told to the parent by a signal, which may be one that ends it. */
static void signal_parent(const char *path)
{
	note(path, fcntl(STDERR_FILENO, F_SETOWN, getppid()) == 0);
}

static void own_descriptor(const char *path)
{
	int parent = getppid();
	note(path, ioctl(STDERR_FILENO, FIOSETOWN, &parent) == 0);
}

static void make_code(const char *path)
{
	note(path, mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
			-1, 0) != MAP_FAILED);
}

static void type_command(const char *path)
{
	note(path, ioctl(STDIN_FILENO, TIOCSTI, "x") == 0);
}

/* --- and how it may break --- */

static void hang(const char *path)
{
	(void)path;
	for (;;) {
		poll(NULL, 0, -1);
	}
}

static void spin(const char *path)
{
	volatile bool forever = path != NULL;
	while (forever) {
	}
}

static void give_up(const char *path)
{
	(void)path;
	abort();
}

static void overrun(const char *path)
{
	(void)path;
	raise(SIGSEGV);
}

static void leave(const char *path)
{
	(void)path;
	_exit(0);
}

static void be_good(const char *path)
{
	(void)path;
}

static const struct {
	const char *how;
	void (*opening)(const char *path);
	void (*reading)(const char *path);
} ways[] = {
	{ "good", be_good, be_good },
	{ "hang", be_good, hang },
	{ "spin", be_good, spin },
	{ "hang_opening", hang, be_good },
	{ "abort", be_good, give_up },
	{ "abort_opening", give_up, be_good },
	{ "overrun", be_good, overrun },
	{ "leave", be_good, leave },
	{ "read_file", be_good, open_to_read },
	{ "write_file", be_good, open_to_write },
	{ "call_out", be_good, call_out },
	{ "execute", be_good, execute },
	{ "multiply", be_good, multiply },
	{ "trace", be_good, trace },
	{ "kill", be_good, kill_parent },
	{ "make_code", be_good, make_code },
	{ "type", be_good, type_command },
	{ "read_file_opening", open_to_read, be_good },
	{ "write_file_opening", open_to_write, be_good },
	{ "call_out_opening", call_out, be_good },
	{ "execute_opening", execute, be_good },
	{ "trace_opening", trace, be_good },
	{ "kill_opening", kill_parent, be_good },
	{ "signal", be_good, signal_parent },
	{ "signal_opening", signal_parent, be_good },
	{ "own", be_good, own_descriptor },
	{ "own_opening", own_descriptor, be_good },
};

static enum source_status wayward_open(struct source **out, const char *address,
				       const struct source_setup *setup)
{
	size_t length = strcspn(address, ",");
	struct source *source = calloc(1, sizeof *source);
	(void)setup;
	if (source == NULL) {
		return SOURCE_NO_MEMORY;
	}
	source->path = address[length] == ',' ? address + length + 1 : "";
	source->started_ms = reader_clock_ms();
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		if (strlen(ways[i].how) == length && memcmp(ways[i].how, address, length) == 0) {
			source->deed = ways[i].reading;
			ways[i].opening(source->path);
		}
	}
	*out = source;
	return source->deed == NULL ? SOURCE_BAD_SPEC : SOURCE_OK;
}

/* One good reading, then the deed. */
static enum source_status wayward_read(struct source *source, struct reading *out, int timeout_ms)
{
	(void)timeout_ms;
	if (!source->gave) {
		source->gave = true;
		*out = (struct reading){ .carrier = READING_QR, .length = 5, .bytes = "FIRST" };
		out->taken_ms = reader_clock_ms();
		return SOURCE_OK;
	}
	source->deed(source->path);
	usleep(2000);
	return SOURCE_NOTHING;
}

static void wayward_close(struct source *source)
{
	free(source);
}

static const struct source_driver source_wayward = {
	.scheme = "wayward",
	.open = wayward_open,
	.read = wayward_read,
	.close = wayward_close,
};

const struct source_driver *wayward_driver_for(const char *spec, const char **address)
{
	if (strncmp(spec, "wayward:", 8) == 0) {
		*address = spec + 8;
		return &source_wayward;
	}
	return source_driver_for(spec, address);
}
