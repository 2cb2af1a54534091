#include "tests/sample_flow.h"

#include <stdio.h>
#include <string.h>

#define NOW 1795314240 /* 2026-11-22 10:24 in China */

/* clang-format off */
static const char documents[] =
	"["
	"{\"benefit\":\"gate\",\"scene\":\"游\",\"title\":{\"zh\":\"首道门票\",\"en\":\"First entrance ticket\"},"
	"\"scope\":{\"zh\":\"本人 1 位，不含园中园、游船\",\"en\":\"The holder alone; inner gardens and boats excluded\"},"
	"\"value\":{\"type\":\"free\"},\"limits\":[{\"per\":\"holder\",\"period\":\"day\",\"count\":2}]},"
	"{\"benefit\":\"boat\",\"scene\":\"游\",\"title\":{\"zh\":\"游船八折\",\"en\":\"20 % off boats\"},"
	"\"scope\":{\"zh\":\"本人 1 位，需填写票价\",\"en\":\"The holder alone, on the ticket's price\"},"
	"\"value\":{\"type\":\"percent_off\",\"percent\":20}},"
	"{\"benefit\":\"parking\",\"scene\":\"行\",\"title\":{\"zh\":\"停车免费 2 小时\",\"en\":\"2 hours of parking\"},"
	"\"scope\":{\"zh\":\"本人车辆\",\"en\":\"The holder's own car\"},"
	"\"value\":{\"type\":\"free\"},\"limits\":[{\"per\":\"holder\",\"period\":\"day\",\"count\":1}]},"
	"{\"benefit\":\"souvenir\",\"scene\":\"购\",\"title\":{\"zh\":\"纪念品九折\",\"en\":\"10 % off souvenirs\"},"
	"\"scope\":{\"zh\":\"园内商店，可与商店折扣同享\",\"en\":\"Shops in the park, with their own discounts\"},"
	"\"value\":{\"type\":\"percent_off\",\"percent\":10}},"
	"{\"benefit\":\"canteen\",\"scene\":\"食\",\"title\":{\"zh\":\"拥军食堂午餐 4 元\",\"en\":\"Canteen lunch for 4 yuan\"},"
	"\"scope\":{\"zh\":\"年满 60 周岁，每天一份\",\"en\":\"From 60 years of age, one a day\"},"
	"\"value\":{\"type\":\"fixed_price\",\"fen\":400},\"limits\":[{\"per\":\"holder\",\"period\":\"day\",\"count\":1}]},"
	"{\"benefit\":\"desk\",\"scene\":\"联\",\"title\":{\"zh\":\"优先窗口\",\"en\":\"Priority window\"},"
	"\"scope\":{\"zh\":\"凭证优先办理\",\"en\":\"Holders are served first\"},\"value\":{\"type\":\"priority\"}},"
	"{\"benefit\":\"checkup\",\"scene\":\"康\",\"title\":{\"zh\":\"体检套餐七折\",\"en\":\"30 % off check-ups\"},"
	"\"scope\":{\"zh\":\"选定套餐，每年一次\",\"en\":\"Chosen packages, once a year\"},"
	"\"value\":{\"type\":\"percent_off\",\"percent\":30},\"limits\":[{\"per\":\"holder\",\"period\":\"year\",\"count\":1}]},"
	"{\"benefit\":\"books\",\"scene\":\"购\",\"title\":{\"zh\":\"图书八五折\",\"en\":\"15 % off books\"},"
	"\"scope\":{\"zh\":\"不含教材\",\"en\":\"Textbooks excluded\"},\"value\":{\"type\":\"percent_off\",\"percent\":15}}"
	"]";
/* clang-format on */

const char *sample_name(enum sample sample)
{
	static const char *const names[SAMPLE_COUNT] = {
		[SAMPLE_WELCOME] = "welcome",
		[SAMPLE_WELCOME_DEMO] = "welcome-demo",
		[SAMPLE_CHECKING] = "checking",
		[SAMPLE_CHOOSE] = "choose",
		[SAMPLE_CHOOSE_MANY] = "choose-many",
		[SAMPLE_AMOUNT_EMPTY] = "amount-empty",
		[SAMPLE_AMOUNT] = "amount",
		[SAMPLE_COMPARE] = "compare",
		[SAMPLE_CONFIRM] = "confirm",
		[SAMPLE_GRANTED] = "granted",
		[SAMPLE_GRANTED_GATE] = "granted-gate",
		[SAMPLE_REFUSED] = "refused",
		[SAMPLE_REFUSED_OFFERS] = "refused-offers",
		[SAMPLE_MINE] = "mine",
		[SAMPLE_MINE_WHY] = "mine-why",
		[SAMPLE_HELP] = "help",
		[SAMPLE_FAULT] = "fault",
	};

	return names[sample];
}

struct catalogue *sample_catalogue(void)
{
	struct benefit_fault fault;
	struct catalogue *catalogue;

	if (catalogue_parse(&catalogue, &fault, documents, strlen(documents)) == BENEFIT_OK)
		return catalogue;
	fprintf(stderr, "%s: %s\n", fault.path, fault.why);
	return NULL;
}

static void put_offer(struct flow *flow, const struct catalogue *catalogue, size_t index,
		      enum verdict verdict, enum reason reason)
{
	const struct benefit *benefit = catalogue_at(catalogue, index);
	struct offer *offer = &flow->entitlement.offers[flow->entitlement.offer_count++];

	*offer = (struct offer){ .benefit = benefit, .verdict = verdict, .reason = reason };
	for (size_t i = 0; i < benefit->limit_count; i++)
		offer->left[offer->left_count++] =
			(struct left){ benefit->limits[i].period, benefit->limits[i].count,
				       benefit->limits[i].amount };
}

static void put_visitor(struct flow *flow)
{
	struct entitlement *entitlement = &flow->entitlement;

	entitlement->carrier = CARRIER_TAG;
	entitlement->has_assurance = true;
	entitlement->assurance = ASSURANCE_STATIC;
	entitlement->home = true;
	entitlement->kind = 1;
	entitlement->best = 0;
	strcpy(entitlement->certificate, "T0001");
	strcpy(entitlement->name, "测试老人");
}

/* The first four can be had, or all but the last; the rest is refused. */
static void put_offers(struct flow *flow, const struct catalogue *catalogue, size_t granted)
{
	size_t count = catalogue_count(catalogue);

	put_visitor(flow);
	for (size_t i = 0; i < granted; i++) {
		bool amount = catalogue_at(catalogue, i)->value.type == VALUE_PERCENT_OFF;
		put_offer(flow, catalogue, i, amount ? VERDICT_NEEDS_AMOUNT : VERDICT_GRANTED,
			  amount ? REASON_NEEDS_AMOUNT : REASON_OK);
	}
	for (size_t i = granted; i < count; i++)
		put_offer(flow, catalogue, i, VERDICT_REFUSED,
			  i % 2 == 0 ? REASON_WRONG_AGE : REASON_WRONG_CLASS);
	flow->entitlement.offers[0].has_saved = true;
	flow->entitlement.offers[0].saved = 6000;
}

static void put_granted(struct flow *flow)
{
	struct redemption *redemption = &flow->redemption;

	redemption->reason = REASON_OK;
	strcpy(redemption->id, "01JD0000000000000000000001");
	strcpy(redemption->benefit, flow->site.profile == PROFILE_GATE ? "gate" : "boat");
	redemption->has_payable = redemption->has_saved = flow->site.profile != PROFILE_GATE;
	redemption->payable = 9600;
	redemption->saved = 2400;
	redemption->left_count = 1;
	redemption->left[0] = (struct left){ PERIOD_DAY, 1, -1 };
	strcpy(redemption->receipt, "YD1:01JD0000000000000000000001:BOAT:SEASIDE-PARK:2026-11-22:"
				    "9600:2400:3B9F2C77A1D5E80446F0C2B19D7E5A83");
}

static void put_amount(struct flow *flow, const char *digits)
{
	flow->chosen = 1;
	strcpy(flow->benefit, "boat");
	strcpy(flow->digits, digits);
}

static void put_site(struct site *site)
{
	site->profile = PROFILE_MERCHANT;
	site->attended = true;
	site->data_time = NOW - 8640;
	site->readers = 1;
	strcpy(site->merchant, "seaside-park");
	strcpy(site->name, "海滨公园 · 东门");
}

static void put_demo(struct site *site)
{
	static const char *const titles[] = { "退役军人 张三（测试）", "烈士遗属 李四（测试）",
					      "残疾军人 王五（测试）", "外省来客（测试）",
					      "证件已挂失（测试）",    "证件已过期（测试）",
					      "伪造的证（测试）",      "撕下的卡（测试）",
					      "复印件（测试）" };

	site->demo = true;
	site->readers = 2;
	site->readers_offline = 1;
	site->data_time = NOW - 20 * 86400;
	site->demo_count = sizeof(titles) / sizeof(titles[0]);
	for (size_t i = 0; i < site->demo_count; i++)
		snprintf(site->demo_titles[i], sizeof(site->demo_titles[i]), "%s", titles[i]);
}

static void put_refusal(struct flow *flow, const struct catalogue *catalogue, enum reason reason,
			bool certificate)
{
	flow->refusal = reason;
	if (certificate) {
		put_visitor(flow);
		flow->entitlement.reason = reason;
		flow->entitlement.best = -1;
		return;
	}
	put_offers(flow, catalogue, 2);
	flow->chosen = 0;
}

static void put_confirm(struct flow *flow, const struct catalogue *catalogue)
{
	struct offer *offer;

	put_offers(flow, catalogue, 4);
	put_amount(flow, "120");
	offer = &flow->entitlement.offers[1];
	offer->verdict = VERDICT_GRANTED;
	offer->has_payable = offer->has_saved = true;
	offer->payable = 9600;
	offer->saved = 2400;
}

static void put_list(struct flow *flow, const struct catalogue *catalogue)
{
	for (size_t i = 0; i < catalogue_count(catalogue); i++)
		put_offer(flow, catalogue, i, VERDICT_GRANTED, REASON_OK);
}

void sample_flow(struct flow *out, enum sample sample, const struct catalogue *catalogue,
		 enum language language, bool large)
{
	static const enum screen screens[SAMPLE_COUNT] = {
		[SAMPLE_WELCOME] = SCREEN_WELCOME,
		[SAMPLE_WELCOME_DEMO] = SCREEN_WELCOME,
		[SAMPLE_CHECKING] = SCREEN_CHECKING,
		[SAMPLE_CHOOSE] = SCREEN_CHOOSE,
		[SAMPLE_CHOOSE_MANY] = SCREEN_CHOOSE,
		[SAMPLE_AMOUNT_EMPTY] = SCREEN_AMOUNT,
		[SAMPLE_AMOUNT] = SCREEN_AMOUNT,
		[SAMPLE_COMPARE] = SCREEN_COMPARE,
		[SAMPLE_CONFIRM] = SCREEN_CONFIRM,
		[SAMPLE_GRANTED] = SCREEN_GRANTED,
		[SAMPLE_GRANTED_GATE] = SCREEN_GRANTED,
		[SAMPLE_REFUSED] = SCREEN_REFUSED,
		[SAMPLE_REFUSED_OFFERS] = SCREEN_REFUSED,
		[SAMPLE_MINE] = SCREEN_MINE,
		[SAMPLE_MINE_WHY] = SCREEN_MINE,
		[SAMPLE_HELP] = SCREEN_HELP,
		[SAMPLE_FAULT] = SCREEN_FAULT,
	};
	struct site site = { 0 };

	put_site(&site);
	if (sample == SAMPLE_WELCOME_DEMO || sample == SAMPLE_CHOOSE_MANY ||
	    sample == SAMPLE_GRANTED_GATE)
		put_demo(&site);
	if (sample == SAMPLE_GRANTED_GATE)
		site.profile = PROFILE_GATE;
	flow_open(out, &site, language, 0);
	out->screen = screens[sample];
	out->large = large;
	out->now = NOW;
	out->fault = REGISTRY_FULL;
	if (sample == SAMPLE_CHOOSE || sample == SAMPLE_MINE_WHY || sample == SAMPLE_GRANTED ||
	    sample == SAMPLE_GRANTED_GATE || sample == SAMPLE_COMPARE)
		put_offers(out, catalogue, 4);
	if (sample == SAMPLE_CHOOSE_MANY)
		put_offers(out, catalogue, catalogue_count(catalogue) - 1);
	out->page = sample == SAMPLE_CHOOSE_MANY ? 1 : 0;
	if (sample == SAMPLE_AMOUNT || sample == SAMPLE_AMOUNT_EMPTY || sample == SAMPLE_CONFIRM)
		put_confirm(out, catalogue);
	if (sample == SAMPLE_AMOUNT_EMPTY)
		put_amount(out, "");
	if (sample == SAMPLE_GRANTED || sample == SAMPLE_GRANTED_GATE)
		put_granted(out);
	if (sample == SAMPLE_REFUSED)
		put_refusal(out, catalogue, REASON_LOSS_REPORTED, true);
	if (sample == SAMPLE_REFUSED_OFFERS)
		put_refusal(out, catalogue, REASON_WRONG_REGION, false);
	if (sample == SAMPLE_MINE)
		put_list(out, catalogue);
}
