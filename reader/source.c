#include "reader/source.h"

#include <string.h>

static const struct source_driver *const drivers[] = {
	&source_nfc,
	&source_scanner,
	&source_camera,
	&source_replay,
};

const struct source_driver *source_driver_for(const char *spec, const char **address)
{
	const char *colon = strchr(spec, ':');

	if (colon == NULL) {
		return NULL;
	}
	size_t length = (size_t)(colon - spec);

	for (size_t i = 0; i < sizeof drivers / sizeof drivers[0]; i++) {
		const char *scheme = drivers[i]->scheme;

		if (strlen(scheme) == length && memcmp(scheme, spec, length) == 0) {
			*address = colon + 1;
			return drivers[i];
		}
	}
	return NULL;
}
