#include "tests/virtual_reader.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DAEMON      "/usr/sbin/pcscd"
#define DRIVER      "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"
#define SOCKET      "PCSCLITE_CSOCK_NAME" /* where libpcsclite looks for the daemon */
#define PATIENCE_MS 10000                 /* [ms] for the daemon to come up */
#define STEP_MS     20
#define MESSAGE_MAX 65535 /* [byte] */

/* What vpcd asks for in a message of one byte. */
enum { POWER_OFF = 0, POWER_ON = 1, RESET = 2, TELL_ATR = 4 };

struct virtual_reader {
	pid_t daemon;
	int card_end; /* the card's connection to the reader */
	pthread_t thread;
	const struct card_kind *kind;
	pthread_mutex_t lock; /* of the card */
	_Alignas(max_align_t) uint8_t card[CARD_STATE_MAX];
	uint8_t response[2 + CARD_ANSWER_MAX];
};

static void pause_ms(long ms)
{
	const struct timespec time = { .tv_nsec = ms * 1000000 };

	nanosleep(&time, NULL);
}

/* --- the card --- */

static bool read_all(int from, uint8_t *out, size_t length)
{
	while (length > 0) {
		ssize_t got = read(from, out, length);

		if (got <= 0)
			return false;
		out += got;
		length -= (size_t)got;
	}
	return true;
}

/* Length of the answer to a message, behind room for its head; 0: none is due. */
static size_t answer(struct virtual_reader *reader, const uint8_t *message, size_t length)
{
	/* T=1, and historical bytes that name the PIV application (ISO 7816-4, 8.1.1.2.2). */
	static const uint8_t atr[] = { 0x3b, 0x8b, 0x80, 0x01, 0x80, 0xf9, 0xa0, 0x00,
				       0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00, 0xc8 };
	size_t got;

	if (length == 1 && message[0] == TELL_ATR) {
		memcpy(reader->response + 2, atr, sizeof(atr));
		return sizeof(atr);
	}
	if (length == 1) {
		reader->kind->reset(reader->card);
		return 0;
	}
	got = reader->kind->answer(reader->card, reader->response + 2, message, length);
	return got == CARD_MUTE ? 0 : got;
}

/* A message each way: two bytes of length, then as many. */
static void *serve(void *context)
{
	static uint8_t message[MESSAGE_MAX];
	struct virtual_reader *reader = context;
	uint8_t head[2];
	size_t length;

	while (read_all(reader->card_end, head, sizeof(head))) {
		length = (size_t)head[0] << 8 | head[1];
		if (!read_all(reader->card_end, message, length))
			break;
		pthread_mutex_lock(&reader->lock);
		length = answer(reader, message, length);
		pthread_mutex_unlock(&reader->lock);
		reader->response[0] = (uint8_t)(length >> 8);
		reader->response[1] = (uint8_t)length;
		if (length > 0 &&
		    write(reader->card_end, reader->response, 2 + length) != (ssize_t)(2 + length))
			break;
	}
	return NULL;
}

/* --- the daemon --- */

/* A port that nobody listens at just now. */
static int free_port(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);
	int end = socket(AF_INET, SOCK_STREAM, 0);
	bool bound = end >= 0 && bind(end, (struct sockaddr *)&address, size) == 0 &&
		     getsockname(end, (struct sockaddr *)&address, &size) == 0;

	close(end);
	return bound ? ntohs(address.sin_port) : 0;
}

static bool write_config(const char *path, int port)
{
	FILE *file = fopen(path, "w");

	if (file == NULL)
		return false;
	fprintf(file,
		"FRIENDLYNAME \"Virtual PCD\"\nDEVICENAME /dev/null:0x%X\nLIBPATH %s\n"
		"CHANNELID 0x%X\n",
		port, DRIVER, port);
	return fclose(file) == 0;
}

/* The socket that the daemon is handed as a service manager would do. */
static int listen_at(const char *folder)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int end = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/pcscd.comm", folder);
	unlink(address.sun_path);
	if (end >= 0 && bind(end, (struct sockaddr *)&address, sizeof(address)) == 0 &&
	    listen(end, 8) == 0) {
		setenv(SOCKET, address.sun_path, 1);
		return end;
	}
	close(end);
	return -1;
}

static pid_t start_daemon(const char *folder, const char *config, int listening)
{
	char pid[16], log[512];
	pid_t child = fork();

	if (child != 0)
		return child;
	snprintf(pid, sizeof(pid), "%d", getpid());
	snprintf(log, sizeof(log), "%s/pcscd.log", folder);
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "1", 1);
	if (dup2(open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600), 1) < 0 || dup2(1, 2) < 0 ||
	    dup2(listening, 3) < 0)
		_exit(127);
	execl(DAEMON, DAEMON, "--foreground", "--config", config, (char *)NULL);
	_exit(127);
}

/* Put the card in: connect to where the driver waits for one. */
static int insert(pid_t daemon, int port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons((uint16_t)port),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	for (int waited = 0; waited < PATIENCE_MS; waited += STEP_MS) {
		int end = socket(AF_INET, SOCK_STREAM, 0);

		if (connect(end, (struct sockaddr *)&address, sizeof(address)) == 0)
			return end;
		close(end);
		if (waitpid(daemon, NULL, WNOHANG) != 0)
			return -1;
		pause_ms(STEP_MS);
	}
	return -1;
}

static void stop_daemon(pid_t daemon)
{
	kill(daemon, SIGTERM);
	for (int waited = 0; waited < PATIENCE_MS; waited += STEP_MS) {
		if (waitpid(daemon, NULL, WNOHANG) != 0)
			return;
		pause_ms(STEP_MS);
	}
	kill(daemon, SIGKILL);
	waitpid(daemon, NULL, 0);
}

struct virtual_reader *virtual_reader_open(const char *folder, const struct card_kind *kind,
					   const void *card, const char **why)
{
	struct virtual_reader *reader = calloc(1, sizeof(*reader));
	char config[512];
	int port = free_port(), listening;

	*why = "no pcscd, or no vpcd";
	if (reader == NULL || access(DAEMON, X_OK) != 0 || access(DRIVER, R_OK) != 0)
		goto fail;
	*why = "no socket";
	snprintf(config, sizeof(config), "%s/vpcd.conf", folder);
	if (port == 0 || !write_config(config, port) || (listening = listen_at(folder)) < 0)
		goto fail;
	reader->kind = kind;
	memcpy(reader->card, card, kind->size);
	pthread_mutex_init(&reader->lock, NULL);
	reader->daemon = start_daemon(folder, config, listening);
	close(listening);
	reader->card_end = insert(reader->daemon, port);
	*why = "pcscd does not come up";
	if (reader->card_end >= 0 && pthread_create(&reader->thread, NULL, serve, reader) == 0)
		return reader;
	close(reader->card_end);
	stop_daemon(reader->daemon);
fail:
	unsetenv(SOCKET);
	free(reader);
	return NULL;
}

void virtual_reader_look(struct virtual_reader *reader, void *out)
{
	pthread_mutex_lock(&reader->lock);
	memcpy(out, reader->card, reader->kind->size);
	pthread_mutex_unlock(&reader->lock);
}

void virtual_reader_change(struct virtual_reader *reader, const void *card)
{
	pthread_mutex_lock(&reader->lock);
	memcpy(reader->card, card, reader->kind->size);
	pthread_mutex_unlock(&reader->lock);
}

void virtual_reader_close(struct virtual_reader *reader)
{
	if (reader == NULL)
		return;
	stop_daemon(reader->daemon);
	shutdown(reader->card_end, SHUT_RDWR);
	pthread_join(reader->thread, NULL);
	close(reader->card_end);
	pthread_mutex_destroy(&reader->lock);
	unsetenv(SOCKET);
	free(reader);
}
