#include "centre/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum outcome file_trouble(const char *path)
{
	return trouble(path, "文件无法使用", strerror(errno));
}

/* Read what is left of the stream into a buffer that doubles; NULL with errno set. */
static char *read_stream(FILE *file, size_t *length, size_t most)
{
	size_t size = 65536, used = 0;
	char *text = malloc(size);

	while (text != NULL) {
		used += fread(text + used, 1, size - 1 - used, file);
		if (used < size - 1)
			break;
		char *larger = used > most ? NULL : realloc(text, size * 2);
		if (larger == NULL) {
			errno = used > most ? EFBIG : ENOMEM;
			goto fail;
		}
		text = larger;
		size *= 2;
	}
	if (text == NULL || ferror(file))
		goto fail;
	if (used > most) {
		errno = EFBIG;
		goto fail;
	}
	text[used] = '\0';
	*length = used;
	return text;
fail:
	free(text);
	return NULL;
}

/* Whether others than its owner could open what was opened. */
static bool is_open_to_others(FILE *file)
{
	struct stat about;

	return fstat(fileno(file), &about) != 0 || (about.st_mode & 077) != 0;
}

static enum outcome read_path(char **out, size_t *length, const char *path, size_t most,
			      bool is_secret)
{
	FILE *file = fopen(path, "rbe");
	char *text;

	if (file == NULL)
		return file_trouble(path);
	if (is_secret && is_open_to_others(file)) {
		fclose(file);
		return trouble(path, "别人能打开此文件:请先 chmod 600",
			       "others can open this file: chmod 600 first");
	}
	setvbuf(file, NULL, _IONBF, 0); /* a buffer would keep what its reader wipes */
	text = read_stream(file, length, most);
	int error = errno;
	fclose(file);
	errno = error;
	if (text == NULL)
		return file_trouble(path);
	*out = text;
	return OUTCOME_DONE;
}

enum outcome file_read(char **out, size_t *length, const char *path, size_t most)
{
	return read_path(out, length, path, most, false);
}

enum outcome file_read_secret(char **out, size_t *length, const char *path, size_t most)
{
	return read_path(out, length, path, most, true);
}

static bool write_all(int file, const char *text, size_t length)
{
	while (length > 0) {
		ssize_t written = write(file, text, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		text += written;
		length -= (size_t)written;
	}
	return fsync(file) == 0;
}

enum outcome file_create(const struct call *call, const char *path, const char *text, size_t length)
{
	int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	enum outcome outcome = OUTCOME_DONE;

	if (file < 0 && errno == EEXIST)
		return refused(call, "exists", "文件已存在,不会覆盖",
			       "the file exists and is never overwritten");
	if (file < 0)
		return file_trouble(path);
	if (!write_all(file, text, length))
		outcome = file_trouble(path);
	if (close(file) != 0 && outcome == OUTCOME_DONE)
		outcome = file_trouble(path);
	if (outcome != OUTCOME_DONE)
		unlink(path);
	return outcome;
}
