#include "tests/centre.h"

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/folder.h"

extern char **environ;

#define UNITS                                     \
	"unit,code,name,tier,parent,from,until\n" \
	"centre,371171,测试区退役军人服务中心,county,,,\n"
#define MERCHANTS                                               \
	"merchant,name,venue,scene,region,address,unit,state\n" \
	"m-park,测试公园,park,游,371171,,371171,active\n"  \
	"m-shop,测试商店,shop,购,371171,,371171,active\n"  \
	"m-left,测试旧店,shop,购,371171,,371171,left\n"
#define PERSONS                                                       \
	"person,name,sex,birth,home_region,needy,merit,identities\n"  \
	"p1,测试甲,m,1958-03-15,371171,0,,veteran.conscript;war\n" \
	"p2,测试乙,f,1990-07-01,371171,0,,family.martyr\n"
#define CERTIFICATES                                             \
	"number,person,kind,unit,state,valid_from,valid_until\n" \
	"C1,p1,veteran,centre,active,2024-01-01,2027-06-30\n"    \
	"C2,p2,family,371171,suspended,2024-01-01,\n"            \
	"C3,p2,family,371171,active,2024-01-01,\n"
#define BENEFITS                                                                     \
	"[{\"benefit\": \"park-free\", \"title\": {\"zh\": \"公园免票\"},"       \
	" \"where\": {\"venues\": [\"park\"]}, \"who\": {\"kinds\": [\"veteran\"]}," \
	" \"value\": {\"type\": \"free\"}, \"assurance\": 1,"                        \
	" \"limits\": [{\"per\": \"holder\", \"period\": \"day\", \"count\": 2}]},"  \
	"{\"benefit\": \"shop-off\", \"title\": {\"zh\": \"八折\"},"               \
	" \"where\": {\"venues\": [\"shop\"]},"                                      \
	" \"value\": {\"type\": \"percent_off\", \"percent\": 20}, \"assurance\": 2}]"

static char folder[FOLDER_SIZE], program[512], stdout_path[512], stderr_path[512];

bool centre_open(void)
{
	const char *build = getenv("YOUDAI_BUILD");

	snprintf(program, sizeof program, "%s/youdai", build != NULL ? build : "build/san");
	if (access(program, X_OK) != 0) {
		fprintf(stderr, "%s is not there: build it first\n", program);
		return false;
	}
	folder_make(folder);
	snprintf(stdout_path, sizeof stdout_path, "%s/stdout", folder);
	snprintf(stderr_path, sizeof stderr_path, "%s/stderr", folder);
	return true;
}

void centre_close(void)
{
	folder_remove(folder);
}

int centre_tear_down(void **state)
{
	(void)state;
	centre_close();
	return 0;
}

const char *centre_path(const char *name)
{
	static char paths[16][512];
	static size_t next;
	char *path = paths[next++ % 16];

	snprintf(path, sizeof paths[0], "%s/%s", folder, name);
	return path;
}

void centre_write(const char *name, const char *text)
{
	folder_put_text(centre_path(name), text);
}

static char *read_whole(const char *path)
{
	FILE *file = fopen(path, "r");
	size_t size = 1 << 20, used;
	char *text = malloc(size + 1);

	if (file == NULL || text == NULL) {
		free(text);
		return NULL;
	}
	used = fread(text, 1, size, file);
	fclose(file);
	text[used] = '\0';
	return text;
}

char *centre_read(const char *name)
{
	return read_whole(centre_path(name));
}

static int wait_for(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		assert_int_equal(errno, EINTR);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static pid_t spawn(const char *const *arguments, const char *out, const char *err)
{
	const int flags = O_WRONLY | O_CREAT | O_TRUNC;
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	char *argv[40] = { program };
	pid_t child;

	for (size_t i = 0; arguments[i] != NULL; i++) {
		assert_true(i + 2 < sizeof argv / sizeof *argv);
		/* posix_spawn does not change them. */
		argv[i + 1] = (char *)(uintptr_t)arguments[i];
	}
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, out, flags, 0600);
	posix_spawn_file_actions_addopen(&actions, 2, err, flags, 0600);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
	assert_int_equal(posix_spawn(&child, program, &actions, &attributes, argv, environ), 0);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return child;
}

pid_t centre_start(const char *const *arguments, const char *err)
{
	return spawn(arguments, stdout_path, err);
}

struct answer centre_run(const char *const *arguments)
{
	struct answer answer;
	pid_t child = spawn(arguments, stdout_path, stderr_path);

	answer.code = wait_for(child);
	answer.out = read_whole(stdout_path);
	answer.err = read_whole(stderr_path);
	assert_non_null(answer.out);
	assert_non_null(answer.err);
	/* What the sanitizers find is never part of an answer. */
	if (strstr(answer.err, "Sanitizer") != NULL || strstr(answer.err, "runtime error") != NULL)
		fail_msg("%s", answer.err);
	return answer;
}

void answer_free(struct answer *answer)
{
	free(answer->out);
	free(answer->err);
}

static void become_program(const char *const *arguments)
{
	char *argv[40] = { program };

	for (size_t i = 0; arguments[i] != NULL && i < 38; i++)
		argv[i + 1] = strdup(arguments[i]);
	unsetenv("YOUDAI_PASSPHRASE");
	unsetenv("YOUDAI_PASSWORD");
	unsetenv("YOUDAI_OLD_PASSWORD");
	execv(program, argv);
	_exit(127);
}

int centre_run_at_terminal(const char *const *arguments, const char *typed, char *shown,
			   size_t size)
{
	size_t used = 0;
	ssize_t got;
	int terminal;
	pid_t child = forkpty(&terminal, NULL, NULL, NULL);

	assert_true(child >= 0);
	if (child == 0)
		become_program(arguments);
	/* Typed ahead it would be flushed: answer each question when it comes. */
	while (used < size - 1 && (got = read(terminal, shown + used, size - 1 - used)) > 0) {
		used += (size_t)got;
		shown[used] = '\0';
		if (used >= 2 && strcmp(shown + used - 2, ": ") == 0) {
			size_t length = strcspn(typed, "\n") + 1;

			assert_int_equal(write(terminal, typed, length), length);
			typed += length;
		}
	}
	close(terminal);
	return wait_for(child);
}

char *centre_expect(int line, int code, const char *const *arguments)
{
	struct answer answer = centre_run(arguments);

	if (answer.code != code)
		fail_msg("line %d: exit %d where %d was due\n%s%s", line, answer.code, code,
			 answer.out, answer.err);
	free(answer.err);
	return answer.out;
}

/* --- answers for programs --- */

json_t *answer_json(char *text)
{
	json_t *json = json_loads(text, 0, NULL);

	if (json == NULL)
		fail_msg("no JSON: %s", text);
	free(text);
	return json;
}

const char *text_of(const json_t *json, const char *name)
{
	const json_t *value = json_object_get(json, name);

	if (json_is_string(value))
		return json_string_value(value);
	return json_is_null(value) ? "null" : "?";
}

int64_t number_of(const json_t *json, const char *name)
{
	assert_true(json_is_integer(json_object_get(json, name)));
	return json_integer_value(json_object_get(json, name));
}

void centre_fill(const char *db)
{
	static const struct {
		const char *group, *text;
	} files[] = {
		{ "unit", UNITS },       { "merchant", MERCHANTS },
		{ "person", PERSONS },   { "certificate", CERTIFICATES },
		{ "benefit", BENEFITS },
	};

	DO(0, "--db", db, "init");
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		centre_write("import", files[i].text);
		DO(0, "--db", db, files[i].group, "import", centre_path("import"));
	}
}
