#include "centre/scale_plan.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define ISSUED 9 /* all the way into the holder's hands */

/* Some time after it was issued; within days; at a moment that lies ahead. */
#define LATER(name, lasts, cause) ACT_##name, 30, 200, lasts, cause, false
#define SOON(name, lasts, cause)  ACT_##name, 1, 4, lasts, cause, false
#define AHEAD(name, lasts, cause) ACT_##name, 10, 40, lasts, cause, true
#define FOR_NOW(days)             LATER(REPORT_LOSS_PROVISIONAL, days, NULL)
#define LIFTED                    SOON(LIFT_LOSS, 0, NULL)
#define WANTED                    LATER(SUSPEND, 0, "wanted")
#define RESUMED                   SOON(RESUME, 0, NULL)
#define AND_LOST                  SOON(REPORT_LOSS, 0, NULL)
#define LOST                      LATER(REPORT_LOSS, 0, NULL)

const struct scale_plan scale_plan_in_use = { 0, ISSUED, { { 0 } }, 0, false, 1, 690, STEP_NONE };

const struct scale_plan scale_plans[] = {
	/* on the way to the holder */
	{ 12, 0, { { 0 } }, 0, false, 1, 12, STEP_NONE },
	{ 8, 1, { { 0 } }, 0, false, 1, 5, STEP_NONE },
	{ 12, 2, { { 0 } }, 0, false, 1, 8, STEP_NONE },
	{ 10, 3, { { 0 } }, 0, false, 1, 8, STEP_NONE },
	{ 8, 4, { { 0 } }, 0, false, 1, 10, STEP_NONE },
	{ 6, 5, { { 0 } }, 0, false, 1, 5, STEP_NONE },
	{ 15, 6, { { 0 } }, 0, false, 1, 20, STEP_NONE },
	{ 10, 7, { { 0 } }, 0, false, 1, 5, STEP_NONE },
	{ 12, 8, { { 0 } }, 0, false, 1, 10, STEP_NONE },
	{ 6, ISSUED, { { 0 } }, 0, true, 1, 20, STEP_NONE },
	{ 2, 0, { { 0 } }, 0, false, 1, 12, STEP_IN_REVIEW }, /* from older records */
	/* activated at the bank some days later */
	{ 30, ISSUED, { { SOON(HAND_OVER, 0, NULL) } }, 0, true, 1, 680, STEP_NONE },
	/* refused */
	{ 2, 1, { { SOON(REFUSE, 0, "deprived") } }, 0, false, 1, 600, STEP_NONE },
	{ 2, 2, { { SOON(REFUSE, 0, "expelled") } }, 0, false, 1, 600, STEP_NONE },
	{ 2, 2, { { SOON(REFUSE, 0, "prison") } }, 0, false, 1, 600, STEP_NONE },
	{ 1, 3, { { SOON(REFUSE, 0, "detained") } }, 0, false, 1, 600, STEP_NONE },
	{ 1, 4, { { SOON(REFUSE, 0, "wanted") } }, 0, false, 1, 600, STEP_NONE },
	{ 1, 5, { { SOON(REFUSE, 0, "other") } }, 0, false, 1, 600, STEP_NONE },
	/* reported lost for now: lapsed by itself, lifted, in force */
	{ 6, ISSUED, { { FOR_NOW(5) } }, 0, false, 6, 400, STEP_NONE },
	{ 10, ISSUED, { { FOR_NOW(15) } }, 0, false, 16, 400, STEP_NONE },
	{ 6, ISSUED, { { FOR_NOW(15) }, { LIFTED } }, 0, false, 1, 400, STEP_NONE },
	{ 4, ISSUED, { { FOR_NOW(15) } }, 0, false, 1, 10, STEP_NONE },
	/* lost for good */
	{ 4, ISSUED, { { LOST } }, 0, false, 1, 60, STEP_NONE },
	{ 4, ISSUED, { { FOR_NOW(15) }, { AND_LOST } }, 0, false, 1, 60, STEP_NONE },
	/* its replacement is on the way */
	{ 3, ISSUED, { { LATER(REPLACE, 0, "chip") } }, 0, false, 1, 10, STEP_NONE },
	{ 4, ISSUED, { { LATER(REPLACE, 0, "face") } }, 1, false, 1, 40, STEP_NONE },
	{ 2, ISSUED, { { LATER(REPLACE, 0, "data") } }, 2, false, 1, 5, STEP_NONE },
	{ 2, ISSUED, { { LOST }, { SOON(REPLACE, 0, "other") } }, 3, false, 1, 8, STEP_NONE },
	{ 2, ISSUED, { { LATER(REPLACE, 0, "chip") } }, 4, true, 1, 20, STEP_NONE },
	/* replaced: the six cases */
	{ 12, ISSUED, { { LATER(REPLACE, 0, "chip") } }, 4, false, 1, 300, STEP_NONE },
	{ 6, ISSUED, { { LATER(REPLACE, 0, "face") } }, 4, false, 1, 300, STEP_NONE },
	{ 4, ISSUED, { { LATER(REPLACE, 0, "data") } }, 4, false, 1, 300, STEP_NONE },
	{ 3, ISSUED, { { LATER(REPLACE_MOVED, 0, NULL) } }, 0, false, 1, 400, STEP_NONE },
	{ 1, ISSUED, { { LATER(REPLACE_KIND, 0, NULL) } }, 0, false, 70, 400, STEP_NONE },
	{ 8, ISSUED, { { LOST }, { SOON(REPLACE, 0, "other") } }, 4, false, 1, 300, STEP_NONE },
	/* suspended: over by itself, lifted, in force with and without an end, known ahead */
	{ 2, ISSUED, { { LATER(SUSPEND, 60, "prison") } }, 0, false, 61, 400, STEP_NONE },
	{ 1, ISSUED, { { WANTED }, { RESUMED } }, 0, false, 1, 400, STEP_NONE },
	{ 1, ISSUED, { { LATER(SUSPEND, 365, "deprived") } }, 0, false, 1, 200, STEP_NONE },
	{ 2, ISSUED, { { LATER(SUSPEND, 0, "detained") } }, 0, false, 1, 200, STEP_NONE },
	{ 1, ISSUED, { { LATER(SUSPEND, 30, "other") } }, 0, false, 1, 20, STEP_NONE },
	{ 1, ISSUED, { { AHEAD(SUSPEND, 90, "prison") } }, 0, false, 30, 400, STEP_NONE },
	/* over */
	{ 1, ISSUED, { { LATER(WITHDRAW, 0, "hidden") } }, 0, false, 1, 400, STEP_NONE },
	{ 1, ISSUED, { { LATER(WITHDRAW, 0, "unqualified") } }, 0, false, 1, 400, STEP_NONE },
	{ 1, ISSUED, { { LATER(WITHDRAW, 0, "other") } }, 0, false, 1, 400, STEP_NONE },
	{ 1, ISSUED, { { LATER(CANCEL, 0, "other") } }, 0, false, 1, 400, STEP_NONE },
	{ 1, ISSUED, { { LATER(CANCEL, 0, "fraud") } }, 0, false, 1, 400, STEP_NONE },
	{ 1, ISSUED, { { LATER(CANCEL, 0, "expelled") } }, 0, false, 1, 400, STEP_NONE },
	{ 1, ISSUED, { { LATER(CANCEL, 0, "life_sentence") } }, 0, false, 1, 400, STEP_NONE },
	{ 1, ISSUED, { { LATER(CANCEL, 0, "death_sentence") } }, 0, false, 1, 400, STEP_NONE },
	{ 12, ISSUED, { { LATER(DECEASE, 0, NULL) } }, 0, false, 1, 400, STEP_NONE },
	{ 1, 3, { { SOON(DECEASE, 0, NULL) } }, 0, false, 1, 600, STEP_NONE },
	{ 4, ISSUED, { { LATER(CLOSE, 0, NULL) } }, 0, false, 1, 400, STEP_NONE },
	{ 2, ISSUED, { { AHEAD(CLOSE, 0, NULL) } }, 0, false, 30, 400, STEP_NONE },
};
const size_t scale_plan_count = COUNT(scale_plans);
