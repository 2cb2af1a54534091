#include "db/reconcile.h"

#include "db/china_time.h"
#include "db/registry_inside.h"

/* Steps as the schema numbers them: a certificate that is neither over nor merely on file. */
#define AT_WORK "coalesce(c.standing, c.state) NOT IN (2, 9, 18, 19, 20, 21, 22)"
#define HUNG                                                            \
	"(SELECT e.state FROM plaque_event e WHERE e.plaque = p.number" \
	" ORDER BY e.seq DESC LIMIT 1) = 'hung'"
#define KNOWN_UNIT(name) "EXISTS (SELECT 1 FROM unit u WHERE " name " IN (u.code, u.region))"

/* Each asks for code and detail, in the order of the code; ?1 is today. */
static const struct check {
	const char *kind, *title[2], *sql;
} checks[] = {
	{ "person_without_certificate",
	  { "建档人员没有优待证记录:请核实是否申请",
	    "on file without a certificate: ask whether to apply" },
	  "SELECT p.code, '' FROM person p WHERE ?1 = ?1 AND NOT EXISTS"
	  " (SELECT 1 FROM holding h WHERE h.person = p.code) ORDER BY p.code" },
	{ "several_at_work",
	  { "一人有多本在用优待证:请注销多余的", "several certificates at work: close the others" },
	  "SELECT h.person, group_concat(h.certificate, ' ') FROM holding h"
	  " JOIN certificate c ON c.number = h.certificate WHERE ?1 = ?1 AND " AT_WORK
	  " GROUP BY h.person HAVING count(*) > 1 ORDER BY h.person" },
	{ "same_name_and_birth",
	  { "姓名与出生日期相同的多份档案:可能重复建档",
	    "the same name and birth: perhaps one person" },
	  "SELECT min(n.person), group_concat(n.person, ' ') FROM name_key n"
	  " JOIN person p ON p.code = n.person WHERE ?1 = ?1 AND p.birth IS NOT NULL"
	  " GROUP BY n.key, p.birth HAVING count(*) > 1 ORDER BY 1" },
	{ "without_id_number",
	  { "持证人没有公民身份号码记录:请补录",
	    "a holder without an ID number on record: add it" },
	  "SELECT DISTINCT p.code, '' FROM person p JOIN holding h ON h.person = p.code"
	  " JOIN certificate c ON c.number = h.certificate WHERE ?1 = ?1"
	  " AND p.id_number IS NULL AND " AT_WORK " ORDER BY p.code" },
	{ "kind_does_not_fit",
	  { "证件种类与人员身份不符:请核对档案", "the kind does not fit the person's identities" },
	  "SELECT c.number, i.text FROM certificate c JOIN person p ON p.code = c.person"
	  " JOIN word i ON i.id = p.identities WHERE ?1 = ?1 AND " AT_WORK
	  " AND iif(c.kind = 2, i.text NOT LIKE '%family.%',"
	  " i.text NOT LIKE '%veteran.%' AND i.text NOT LIKE '%demobilised%'"
	  " AND i.text NOT LIKE '%returned_ill%' AND i.text NOT LIKE '%red_army%')"
	  " ORDER BY c.number" },
	{ "expired_in_use",
	  { "优待证已过有效期而仍在用:请换发或注销",
	    "in use beyond its validity: replace or cancel it" },
	  "SELECT c.number, '' FROM certificate c WHERE c.valid_until < ?1 AND " AT_WORK
	  " ORDER BY c.number" },
	{ "excluded_in_use",
	  { "人员在不予发放期间而优待证在用:请暂停或收回",
	    "the person is excluded, the certificate in use: suspend or withdraw it" },
	  "SELECT c.number, x.cause FROM exclusion x JOIN holding h ON h.person = x.person"
	  " JOIN certificate c ON c.number = h.certificate WHERE x.from_day <= ?1"
	  " AND (x.until_day IS NULL OR x.until_day >= ?1) AND " AT_WORK
	  " AND coalesce(c.standing, c.state) <> 16 ORDER BY c.number" },
	{ "certificate_of_unknown_unit",
	  { "优待证的单位不在单位表:请导入单位", "of a unit that is not known: import it" },
	  "SELECT c.number, w.text FROM certificate c JOIN word w ON w.id = c.unit WHERE ?1 = ?1"
	  " AND NOT " KNOWN_UNIT("w.text") " ORDER BY c.number" },
	{ "holder_without_plaque",
	  { "持证人没有光荣牌记录:请核实悬挂情况",
	    "a holder without a plaque: ask whether one hangs" },
	  "SELECT DISTINCT h.person, '' FROM holding h JOIN certificate c"
	  " ON c.number = h.certificate WHERE ?1 = ?1 AND " AT_WORK
	  " AND NOT EXISTS (SELECT 1 FROM plaque p WHERE p.person = h.person AND " HUNG ")"
	  " ORDER BY h.person" },
	{ "plaque_without_holder",
	  { "光荣牌悬挂而本人没有在用优待证:请核实",
	    "a plaque hangs, but no certificate is at work" },
	  "SELECT p.number, p.person FROM plaque p WHERE ?1 = ?1 AND " HUNG
	  " AND NOT EXISTS (SELECT 1 FROM holding h JOIN certificate c"
	  " ON c.number = h.certificate WHERE h.person = p.person AND " AT_WORK ")"
	  " ORDER BY p.number" },
	{ "several_plaques",
	  { "同一户悬挂多块光荣牌:请核实", "several plaques hang at one household" },
	  "SELECT p.household, group_concat(p.number, ' ') FROM plaque p WHERE ?1 = ?1"
	  " AND p.household <> '' AND " HUNG
	  " GROUP BY p.household HAVING count(*) > 1 ORDER BY p.household" },
	{ "plaque_without_state",
	  { "光荣牌没有悬挂记录:请补登", "a plaque of which nothing is on record: mark it" },
	  "SELECT p.number, p.person FROM plaque p WHERE ?1 = ?1 AND NOT EXISTS"
	  " (SELECT 1 FROM plaque_event e WHERE e.plaque = p.number) ORDER BY p.number" },
	{ "plaque_of_unknown_unit",
	  { "光荣牌的单位不在单位表:请导入单位",
	    "a plaque of a unit that is not known: import it" },
	  "SELECT p.number, p.unit FROM plaque p WHERE ?1 = ?1 AND NOT " KNOWN_UNIT(
		  "p.unit") " ORDER BY p.number" },
	{ "merchant_of_unknown_unit",
	  { "商户的单位不在单位表:请导入单位",
	    "a merchant of a unit that is not known: import it" },
	  "SELECT m.code, m.unit FROM merchant m WHERE ?1 = ?1 AND m.unit <> '' AND "
	  "NOT " KNOWN_UNIT("m.unit") " ORDER BY m.code" },
};

static enum store_status run_check(struct registry *registry, const struct check *check,
				   int32_t today, bool *more,
				   bool (*take)(void *, const struct mismatch *), void *context)
{
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, check->sql);
	if (status != STORE_OK)
		return status;
	bind_integer(row, 1, today);
	while ((status = statement_step(row)) == STORE_ROW) {
		struct mismatch mismatch = { .kind = check->kind,
					     .title = { check->title[0], check->title[1] },
					     .code = column_text(row, 0),
					     .detail = column_text(row, 1) };
		*more = take(context, &mismatch);
		if (!*more) {
			statement_reset(row);
			return STORE_OK;
		}
	}
	return status;
}

enum registry_status reconcile(struct registry *registry, int64_t now,
			       bool (*take)(void *, const struct mismatch *), void *context)
{
	int32_t today = china_time_at(now).day;
	enum store_status status = STORE_OK;
	bool more = true;
	for (size_t i = 0; more && status == STORE_OK && i < sizeof checks / sizeof *checks; i++)
		status = run_check(registry, &checks[i], today, &more, take, context);
	return registry_says(registry, status);
}

enum registry_status reconcile_stock(struct registry *registry, struct stock *out)
{
	static const char sql[] =
		"SELECT (SELECT count(*) FROM person), (SELECT count(*) FROM certificate),"
		" (SELECT count(*) FROM certificate c WHERE " AT_WORK "),"
		" (SELECT count(*) FROM plaque), (SELECT count(*) FROM plaque p WHERE " HUNG ")";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status == STORE_OK)
		status = statement_step(row);
	if (status != STORE_ROW)
		return registry_says(registry, status == STORE_OK ? STORE_TROUBLE : status);
	*out = (struct stock){ .persons = column_integer(row, 0),
			       .certificates = column_integer(row, 1),
			       .at_work = column_integer(row, 2),
			       .plaques = column_integer(row, 3),
			       .plaques_hung = column_integer(row, 4) };
	statement_reset(row);
	return REGISTRY_OK;
}
