/*
 * Staff accounts: made, changed, closed, listed, and who is signed in.
 */
#include <stdio.h>
#include <string.h>

#include "centre/authority.h"
#include "centre/command.h"
#include "centre/passphrase.h"
#include "centre/text.h"
#include "db/china_time.h"
#include "db/staff_session.h"

/* --- answers --- */

static enum outcome refuse_staff(const struct call *call, enum staff_refusal refusal)
{
	static const struct {
		const char *zh, *en;
	} sentences[] = {
		[STAFF_NAME_UNFIT] = { "账户名应为 1 至 63 字节,无空格,不以 os: 开头",
				       "a name has 1 to 63 bytes, no blanks, and does not begin "
				       "with os:" },
		[STAFF_PASSWORD_UNFIT] = { "密码应为 8 至 128 字节,且不是账户名",
					   "a password has 8 to 128 bytes and is not the "
					   "account's name" },
		[STAFF_UNKNOWN] = { "没有这个账户,请用 staff list 核对",
				    "there is no such account: look at staff list" },
		[STAFF_EXISTS] = { "账户名已被使用(停用的也不再给别人),请换一个",
				   "the name is taken (that of a closed account stays so): choose "
				   "another" },
		[STAFF_CLOSED] = { "账户已停用,请新建一个", "the account is closed: make another" },
		[STAFF_UNKNOWN_UNIT] = { "登记库中没有这个单位,请用 unit list 核对",
					 "the registry has no such unit: look at unit list" },
		[STAFF_OUTSIDE_UNIT] = { "超出本账户所及的单位,请由上级管理员办理",
					 "it lies beyond what your account reaches: ask a manager "
					 "further up" },
		[STAFF_FIRST_MANAGER] = { "第一个账户必须是可管理全部单位的管理员,否则谁也无法开户:"
					  "staff new "
					  "NAME --roles manager(不加 --unit,或用最上级单位)",
					  "the first account must manage everything, else all are "
					  "locked out: staff new NAME --roles manager (without "
					  "--unit, or with the topmost one)" },
		[STAFF_LAST_MANAGER] = { "这是最后一个可管理全部单位的管理员,请先另开一个:staff "
					 "new "
					 "NAME --roles manager",
					 "this is the last manager of everything: make another "
					 "first, staff new NAME --roles manager" },
		[STAFF_WRONG] = { "账户名或密码不对;连续错 5 次锁定 15 分钟。忘记密码请找管理员",
				  "the name or the password is wrong; five wrong ones in a row "
				  "lock for 15 minutes.  A manager can set a new one" },
		[STAFF_LOCKED] = { "密码连续错 5 次,已锁定 15 分钟。请稍后再试,或请管理员重设密码",
				   "five wrong passwords in a row: locked for 15 minutes.  Try "
				   "again later, or have a manager set a new one" },
	};

	return refused(call, staff_refusal_name(refusal), sentences[refusal].zh,
		       sentences[refusal].en);
}

/* What became of it: the registry's trouble, a refusal, or done. */
static enum outcome answer(const struct call *call, struct registry *registry,
			   enum registry_status status, enum staff_refusal refusal)
{
	if (status == REGISTRY_OK && refusal != STAFF_DONE)
		return refuse_staff(call, refusal);
	return call_status(call, registry, status);
}

static void put_roles(struct json *json, uint32_t roles)
{
	json_put_open(json, "roles", '[');
	for (size_t bit = 0; bit < STAFF_ROLES; bit++)
		if ((roles >> bit & 1) != 0)
			json_put_text(json, NULL, staff_role_name(bit));
	json_put_close(json);
}

/* "已停用 · closed: NAME", or {"account", did: true}. */
static enum outcome say(const struct call *call, const char *name, const char *did, bool flag,
			const char *sentence)
{
	struct json json;

	if (!call->json) {
		printf("%s: %s\n", sentence, name);
		return OUTCOME_DONE;
	}
	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	json_put_text(&json, "account", name);
	json_put_flag(&json, did, flag);
	json_put_close(&json);
	json_put_end(&json);
	return OUTCOME_DONE;
}

/* --- options --- */

static enum outcome read_roles(const struct call *call, uint32_t *out)
{
	const char *text = option(call, "--roles");

	if (text == NULL || staff_roles_parse(out, text))
		return OUTCOME_DONE;
	return wrong_usage(call,
			   "--roles 为以逗号分隔的 clerk reviewer merchant_manager auditor manager",
			   "--roles are some of clerk reviewer merchant_manager auditor manager, "
			   "joined by ','");
}

/* --- staff new --- */

static enum outcome make(const struct call *call, struct registry *registry,
			 struct staff_account *account)
{
	char password[PASSPHRASE_MAX + 1] = "";
	enum staff_refusal refusal = STAFF_DONE;
	enum registry_status status;
	enum outcome outcome = secret_ask(password, SECRET_PASSWORD, true);

	if (account->unit == NULL)
		account->unit = registry_actor(registry)->unit;
	if (outcome == OUTCOME_DONE) {
		status = staff_make(registry, &refusal, account, password, call->now);
		outcome = answer(call, registry, status, refusal);
	}
	explicit_bzero(password, sizeof password);
	return outcome == OUTCOME_DONE ? say(call, account->name, "made", true, "已开户 · made")
				       : outcome;
}

static enum outcome run_new(struct call *call)
{
	struct staff_account account = { .name = call->words[0], .unit = option(call, "--unit") };
	struct registry *registry = NULL;
	enum outcome outcome = read_roles(call, &account.roles);

	if (outcome == OUTCOME_DONE && account.roles == 0)
		outcome = wrong_usage(call, "需要 --roles", "--roles must be given");
	if (outcome == OUTCOME_DONE && !text_is_plain(account.name, STAFF_NAME_MAX))
		outcome = refuse_staff(call, STAFF_NAME_UNFIT);
	if (outcome == OUTCOME_DONE)
		outcome = call_open(call, &registry, true);
	if (outcome == OUTCOME_DONE)
		outcome = make(call, registry, &account);
	registry_close(registry);
	return outcome;
}

/* --- staff change, staff close --- */

static enum outcome run_change(struct call *call)
{
	struct registry *registry = NULL;
	enum staff_refusal refusal = STAFF_DONE;
	enum registry_status status;
	uint32_t roles = 0;
	enum outcome outcome = read_roles(call, &roles);

	if (outcome == OUTCOME_DONE && roles == 0 && !option_given(call, "--unit"))
		outcome = wrong_usage(call, "需要 --roles 或 --unit",
				      "--roles or --unit must be given");
	if (outcome == OUTCOME_DONE)
		outcome = call_open(call, &registry, true);
	if (outcome == OUTCOME_DONE) {
		status = staff_change(registry, &refusal, call->words[0], roles,
				      option(call, "--unit"), call->now);
		outcome = answer(call, registry, status, refusal);
	}
	registry_close(registry);
	return outcome == OUTCOME_DONE
		       ? say(call, call->words[0], "changed", true, "已更改 · changed")
		       : outcome;
}

static enum outcome run_close(struct call *call)
{
	struct registry *registry;
	enum staff_refusal refusal = STAFF_DONE;
	enum registry_status status;
	enum outcome outcome = call_open(call, &registry, true);

	if (outcome != OUTCOME_DONE)
		return outcome;
	status = staff_close(registry, &refusal, call->words[0], call->now);
	outcome = answer(call, registry, status, refusal);
	registry_close(registry);
	return outcome == OUTCOME_DONE
		       ? say(call, call->words[0], "closed", true, "已停用 · closed")
		       : outcome;
}

/* --- staff password --- */

static enum outcome set_password(const struct call *call, struct registry *registry, bool own)
{
	char old[PASSPHRASE_MAX + 1] = "", fresh[PASSPHRASE_MAX + 1] = "";
	enum staff_refusal refusal = STAFF_DONE;
	enum registry_status status;
	enum outcome outcome = OUTCOME_DONE;

	if (own)
		outcome = secret_ask(old, SECRET_OLD_PASSWORD, false);
	if (outcome == OUTCOME_DONE)
		outcome = secret_ask(fresh, SECRET_PASSWORD, true);
	if (outcome == OUTCOME_DONE) {
		status = staff_set_password(registry, &refusal, call->words[0], own ? old : NULL,
					    fresh, call->now);
		outcome = answer(call, registry, status, refusal);
	}
	explicit_bzero(old, sizeof old);
	explicit_bzero(fresh, sizeof fresh);
	return outcome;
}

static enum outcome run_password(struct call *call)
{
	struct registry *registry = NULL;
	bool own = false;
	enum outcome outcome = call_open(call, &registry, true);

	if (outcome == OUTCOME_DONE)
		own = strcmp(registry_actor(registry)->name, call->words[0]) == 0;
	if (outcome == OUTCOME_DONE && !own)
		outcome = authority_needs(call, registry, STAFF_MANAGER);
	if (outcome == OUTCOME_DONE)
		outcome = set_password(call, registry, own);
	registry_close(registry);
	return outcome == OUTCOME_DONE
		       ? say(call, call->words[0], "password_set", true, "已设密码 · password set")
		       : outcome;
}

/* --- staff sign-in, staff sign-out --- */

static enum outcome say_signed_in(const struct call *call, const struct registry *registry)
{
	const struct actor *actor = registry_actor(registry);
	char roles[STAFF_ROLES_TEXT_SIZE], until[21];
	struct json json;

	if (!call->json) {
		instant_tell(until, call->now + STAFF_SIGNED_SECONDS);
		staff_roles_print(roles, actor->roles);
		printf("已登录 · signed in: %s (%s)\n"
		       "在命令中加 --actor %s;30 分钟不操作或到 %s 自动退出\n"
		       "give --actor %s with each command; ends 30 minutes after the last one, at "
		       "%s at the latest\n",
		       actor->name, roles, actor->name, until, actor->name, until);
		return OUTCOME_DONE;
	}
	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	json_put_text(&json, "account", actor->name);
	put_roles(&json, actor->roles);
	json_put_text(&json, "unit", actor->unit);
	json_put_instant(&json, "until", call->now + STAFF_SIGNED_SECONDS);
	json_put_close(&json);
	json_put_end(&json);
	return OUTCOME_DONE;
}

static enum outcome run_sign_in(struct call *call)
{
	char password[PASSPHRASE_MAX + 1] = "";
	struct registry *registry = NULL;
	enum staff_refusal refusal = STAFF_DONE;
	enum registry_status status;
	enum outcome outcome = call_open(call, &registry, true);

	if (outcome == OUTCOME_DONE)
		outcome = secret_ask(password, SECRET_PASSWORD, false);
	if (outcome == OUTCOME_DONE) {
		status = staff_sign_in(registry, &refusal, call->words[0], password, call->now);
		outcome = answer(call, registry, status, refusal);
	}
	explicit_bzero(password, sizeof password);
	if (outcome == OUTCOME_DONE)
		outcome = say_signed_in(call, registry);
	registry_close(registry);
	return outcome;
}

static enum outcome run_sign_out(struct call *call)
{
	const char *name = call->word_count > 0 ? call->words[0] : call->actor;
	struct registry *registry;
	bool was = false;
	enum outcome outcome;

	if (name == NULL)
		return wrong_usage(call, "需要 NAME 或 --actor", "NAME or --actor must be given");
	outcome = call_open(call, &registry, true);
	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = call_status(call, registry, staff_sign_out(registry, &was, name, call->now));
	registry_close(registry);
	if (outcome != OUTCOME_DONE)
		return outcome;
	return say(call, name, "signed_out", was,
		   was ? "已退出 · signed out" : "本未登录 · was not signed in");
}

/* --- staff list --- */

struct list {
	bool as_json;
	int64_t count;
	struct json json;
};

static bool account_row(void *context, const struct staff_account *account)
{
	struct list *list = context;
	char made[21], roles[STAFF_ROLES_TEXT_SIZE];

	list->count++;
	if (!list->as_json) {
		instant_tell(made, account->made_at);
		staff_roles_print(roles, account->roles);
		printf("%s\t%s\t%s\t%s%s\t%s\n", account->name, roles,
		       account->unit[0] != '\0' ? account->unit : "*",
		       account->active ? "在用 active" : "停用 closed",
		       account->signed_in ? " 已登录 signed in" : "", made);
		return true;
	}
	json_put_open(&list->json, NULL, '{');
	json_put_text(&list->json, "name", account->name);
	put_roles(&list->json, account->roles);
	json_put_text(&list->json, "unit", account->unit);
	json_put_text(&list->json, "state", account->active ? "active" : "closed");
	json_put_flag(&list->json, "signed_in", account->signed_in);
	json_put_instant(&list->json, "made_at", account->made_at);
	json_put_close(&list->json);
	return true;
}

static enum outcome run_list(struct call *call)
{
	struct list list = { .as_json = call->json };
	struct registry *registry;
	enum registry_status status;
	enum outcome outcome = call_open(call, &registry, false);

	if (outcome != OUTCOME_DONE)
		return outcome;
	if (list.as_json) {
		json_put_begin(&list.json, stdout);
		json_put_open(&list.json, NULL, '[');
	}
	status = staff_each(registry, call->now, account_row, &list);
	if (list.as_json) {
		json_put_close(&list.json);
		json_put_end(&list.json);
	} else {
		printf("共 %jd 个账户 · %jd accounts\n", (intmax_t)list.count,
		       (intmax_t)list.count);
	}
	registry_close(registry);
	if (status != REGISTRY_OK)
		return trouble(call->db, registry_status_why(status, false),
			       registry_status_why(status, true));
	return OUTCOME_DONE;
}

#define ROLES_HELP                                                                           \
	"\n  clerk 窗口经办 the work of a window; reviewer 审核 of its unit's tier;\n" \
	"  merchant_manager 商户与优待项目 merchants and benefits; auditor 审计\n"  \
	"  reads logs and reports; manager 管理 accounts, imports, units, keys, benefits"

const struct command commands_staff[] = {
	{ .words = "staff new",
	  .usage = "NAME --roles ROLE,… [--unit CODE]",
	  .help = "新建账户,限于一个单位及其下级(--unit \"\" 为全部;不写则与本人相同)。密码取自\n"
		  "YOUDAI_PASSWORD,或在终端询问两次;8 至 128 字节,且不是账户名。第一个账户须为\n"
		  "全部单位的管理员;自有账户起,命令须加 --actor 并先登录。\n"
		  "Makes an account, bound to a unit and those below it (--unit \"\": everything; "
		  "your own\n"
		  "reach where left out).  The password is YOUDAI_PASSWORD or asked for twice; 8 "
		  "to 128\n"
		  "bytes, not the name.  The first account must be a manager of everything; from "
		  "then\n"
		  "on commands need --actor and a sign-in." ROLES_HELP,
	  .least = 1,
	  .most = 1,
	  .needs_db = true,
	  .roles = STAFF_MANAGER,
	  .run = run_new,
	  .options = { { "--roles", true }, { "--unit", true } } },
	{ .words = "staff sign-in",
	  .usage = "NAME",
	  .help = "登录。密码取自 YOUDAI_PASSWORD 或在终端询问;连续错 5 次锁定 15 分钟。30 分钟不\n"
		  "操作自动退出,最长 10 小时。\n"
		  "Signs in.  The password is YOUDAI_PASSWORD or asked for; five wrong ones in a "
		  "row\n"
		  "lock for 15 minutes.  Ends 30 minutes after the last act, after 10 hours at "
		  "the\n"
		  "latest.",
	  .least = 1,
	  .most = 1,
	  .needs_db = true,
	  .run = run_sign_in },
	{ .words = "staff sign-out",
	  .usage = "[NAME]",
	  .help = "退出;不写 NAME 则为 --actor。\n"
		  "Signs out; --actor where NAME is left out.",
	  .most = 1,
	  .needs_db = true,
	  .run = run_sign_out },
	{ .words = "staff password",
	  .usage = "NAME",
	  .help = "改密码。改自己的还要原密码(YOUDAI_OLD_PASSWORD 或询问);管理员可重设所及账户的\n"
		  "密码,并解除锁定。\n"
		  "Sets a password.  For your own the old one too (YOUDAI_OLD_PASSWORD or asked "
		  "for); a\n"
		  "manager sets those of the accounts within reach, which also ends a lock.",
	  .least = 1,
	  .most = 1,
	  .needs_db = true,
	  .roles = STAFF_ANY_ROLE,
	  .run = run_password },
	{ .words = "staff change",
	  .usage = "NAME [--roles ROLE,…] [--unit CODE]",
	  .help = "更改账户的角色或单位 · Gives an account other roles or another unit." ROLES_HELP,
	  .least = 1,
	  .most = 1,
	  .needs_db = true,
	  .roles = STAFF_MANAGER,
	  .run = run_change,
	  .options = { { "--roles", true }, { "--unit", true } } },
	{ .words = "staff close",
	  .usage = "NAME",
	  .help = "停用账户,立即退出;记录保留,名称不再使用。\n"
		  "Closes an account and signs it out; what it did stays on record, its name is "
		  "not\n"
		  "given again.",
	  .least = 1,
	  .most = 1,
	  .needs_db = true,
	  .roles = STAFF_MANAGER,
	  .run = run_close },
	{ .words = "staff list",
	  .usage = "",
	  .help = "列出所及的账户 · Lists the accounts within reach.",
	  .needs_db = true,
	  .roles = STAFF_MANAGER,
	  .run = run_list },
	{ 0 },
};
