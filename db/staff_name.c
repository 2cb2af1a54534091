/*
 * What the roles of staff and the refusals of staff.h are called.
 */
#include <stdio.h>
#include <string.h>

#include "db/staff.h"

static const struct {
	const char *name, *zh, *en;
} roles_known[STAFF_ROLES] = {
	{ "clerk", "窗口经办", "clerk" },
	{ "reviewer", "审核", "reviewer" },
	{ "merchant_manager", "商户管理", "merchant manager" },
	{ "auditor", "审计", "auditor" },
	{ "manager", "管理", "manager" },
};

const char *staff_role_name(size_t bit)
{
	return bit < STAFF_ROLES ? roles_known[bit].name : NULL;
}

const char *staff_role_title(size_t bit, bool english)
{
	if (bit >= STAFF_ROLES)
		return NULL;
	return english ? roles_known[bit].en : roles_known[bit].zh;
}

static uint32_t role_named(const char *name, size_t length)
{
	for (size_t bit = 0; bit < STAFF_ROLES; bit++)
		if (strlen(roles_known[bit].name) == length &&
		    memcmp(roles_known[bit].name, name, length) == 0)
			return 1U << bit;
	return 0;
}

bool staff_roles_parse(uint32_t *out, const char *text)
{
	uint32_t roles = 0;
	for (bool more = true; more;) {
		size_t length = strcspn(text, ",");
		uint32_t role = role_named(text, length);
		if (role == 0 || (roles & role) != 0)
			return false;
		roles |= role;
		more = text[length] == ',';
		text += length + 1;
	}
	*out = roles;
	return true;
}

void staff_roles_print(char out[static STAFF_ROLES_TEXT_SIZE], uint32_t roles)
{
	size_t used = 0;
	out[0] = '\0';
	for (size_t bit = 0; bit < STAFF_ROLES; bit++)
		if ((roles >> bit & 1) != 0)
			used += (size_t)snprintf(out + used, STAFF_ROLES_TEXT_SIZE - used, "%s%s",
						 used > 0 ? "," : "", roles_known[bit].name);
}

const char *staff_refusal_name(enum staff_refusal refusal)
{
	static const char *const names[] = {
		[STAFF_DONE] = "done",
		[STAFF_NAME_UNFIT] = "name_unfit",
		[STAFF_PASSWORD_UNFIT] = "password_unfit",
		[STAFF_UNKNOWN] = "unknown_account",
		[STAFF_EXISTS] = "exists",
		[STAFF_CLOSED] = "closed",
		[STAFF_UNKNOWN_UNIT] = "unknown_unit",
		[STAFF_OUTSIDE_UNIT] = "outside_unit",
		[STAFF_FIRST_MANAGER] = "first_manager",
		[STAFF_LAST_MANAGER] = "last_manager",
		[STAFF_WRONG] = "sign_in_failed",
		[STAFF_LOCKED] = "locked",
		[STAFF_NOT_SIGNED_IN] = "sign_in_needed",
		[STAFF_IDLE] = "signed_out",
		[STAFF_TOO_LONG] = "signed_out",
	};
	return names[refusal];
}
