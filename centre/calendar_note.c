#include "centre/calendar_note.h"

#include <stdio.h>

#include "db/china_time.h"

void calendar_note(struct registry *registry, int64_t now)
{
	int32_t last;
	char day[11];

	if (registry_refresh(registry, NULL) != REGISTRY_OK ||
	    !registry_calendar_ends(registry, &last, china_time_at(now).day))
		return;
	if (last == INT32_MIN) {
		fprintf(stderr,
			"提示:有规则涉及节假日,但尚未导入日历,请用 calendar import 导入 · "
			"note: some rules ask for holidays, and no calendar was imported yet "
			"(calendar import)\n");
		return;
	}
	day_format(day, last);
	fprintf(stderr,
		"提示:节假日日历到 %s 为止,请导入下一年的日历 · "
		"note: the calendar of holidays reaches to %s only; please import the next "
		"year's\n",
		day, day);
}
