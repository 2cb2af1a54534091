#include "centre/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum whole_file_status status_of(int error)
{
	/* EFBIG: the largest file that the process or the file system may have. */
	return error == ENOSPC || error == EDQUOT || error == EFBIG ? WHOLE_FILE_FULL
								    : WHOLE_FILE_NOT_WRITTEN;
}

static bool is_replaceable(const char *path)
{
	struct stat about;

	if (lstat(path, &about) != 0)
		return errno == ENOENT;
	errno = S_ISDIR(about.st_mode) ? EISDIR : EINVAL;
	return S_ISREG(about.st_mode);
}

enum whole_file_status whole_file_open(struct whole_file *out, const char *path)
{
	out->file = -1;
	out->status = WHOLE_FILE_OK;
	if (path[0] == '\0' || strlen(path) >= sizeof out->path) {
		errno = path[0] == '\0' ? ENOENT : ENAMETOOLONG;
		return WHOLE_FILE_NOT_WRITTEN;
	}
	if (!is_replaceable(path))
		return WHOLE_FILE_NOT_WRITTEN;
	snprintf(out->path, sizeof out->path, "%s", path);
	snprintf(out->part, sizeof out->part, "%s.XXXXXX", path);
	out->file = mkostemp(out->part, O_CLOEXEC);
	return out->file >= 0 ? WHOLE_FILE_OK : status_of(errno);
}

enum whole_file_status whole_file_write(struct whole_file *file, const void *bytes, size_t length)
{
	const char *rest = bytes;

	while (length > 0 && file->status == WHOLE_FILE_OK) {
		ssize_t written = write(file->file, rest, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0) {
			file->status = status_of(errno);
			break;
		}
		rest += written;
		length -= (size_t)written;
	}
	return file->status;
}

/* The new name itself is on the disk only when its folder is. */
bool whole_file_sync_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	char name[PATH_MAX] = ".";

	if (slash != NULL)
		snprintf(name, sizeof name, "%.*s", (int)(slash - path + 1), path);
	int folder = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return false;
	/* A file system that cannot do this for a folder says EINVAL. */
	bool good = fsync(folder) == 0 || errno == EINVAL;
	close(folder);
	return good;
}

enum whole_file_status whole_file_keep(struct whole_file *file)
{
	if (file->status == WHOLE_FILE_OK && fsync(file->file) != 0)
		file->status = status_of(errno);
	if (file->status != WHOLE_FILE_OK) {
		whole_file_drop(file);
		return file->status;
	}
	int closed = close(file->file);
	file->file = -1;
	if (closed != 0 || !is_replaceable(file->path) || rename(file->part, file->path) != 0) {
		file->status = status_of(errno);
		unlink(file->part);
	} else if (!whole_file_sync_name(file->path)) {
		file->status = status_of(errno);
	}
	return file->status;
}

void whole_file_drop(struct whole_file *file)
{
	int error = errno;

	if (file->file < 0)
		return;
	close(file->file);
	file->file = -1;
	unlink(file->part);
	errno = error;
}
