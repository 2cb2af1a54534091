#include "kiosk/lines.h"

#include <stdio.h>
#include <stdlib.h>

bool lines_each(int *number, const char *path, bool (*take)(void *context, char *line),
		void *context)
{
	char *line = NULL;
	size_t size = 0;
	bool good = true;
	FILE *file = fopen(path, "re");
	*number = 0;
	if (file == NULL) {
		return false;
	}
	while (good && getline(&line, &size, file) >= 0) {
		++*number;
		good = line[0] == '#' || line[0] == '\n' || take(context, line);
	}
	free(line);
	fclose(file);
	return good;
}
