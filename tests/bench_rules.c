/* The decision beside a rule engine of the npm registry: rules of equal meaning (tests/peer/rules.json)
 * on the same holders, in turn.  tests/bench.sh lays the peer out in build/peer; where it is not there
 * its figure is left out. */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <jansson.h>

#include "db/china_time.h"
#include "db/decision.h"
#include "tests/ratio.h"

#define RULES_FILE  "tests/peer/rules.json"
#define HOLDERS     192
#define RULES_MAX   32
#define ROUNDS      11
#define OUR_PASSES  2000 /* over all holders and rules, a round */
#define PEER_PASSES 20
#define TODAY       "2026-11-22"

extern char **environ;

struct bench {
	size_t rule_count;
	struct catalogue *catalogues[RULES_MAX];
	const struct benefit *rules[RULES_MAX];
	struct facts holders[HOLDERS];
};

static void must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "bench_rules: %s\n", what);
	exit(1);
}

/* --- rules and holders --- */

static void read_rules(struct bench *bench)
{
	json_t *rules = json_load_file(RULES_FILE, 0, NULL), *rule;
	size_t i;

	must(json_is_array(rules) && json_array_size(rules) <= RULES_MAX,
	     "cannot read " RULES_FILE ": run it from the root");
	json_array_foreach(rules, i, rule)
	{
		struct benefit_fault fault = { 0 };
		char *text = json_dumps(json_object_get(rule, "benefit"), 0);

		must(text != NULL && catalogue_parse(&bench->catalogues[i], &fault, text,
						     strlen(text)) == BENEFIT_OK,
		     fault.why);
		bench->rules[i] = catalogue_at(bench->catalogues[i], 0);
		free(text);
	}
	bench->rule_count = i;
	json_decref(rules);
}

/* Most of them get most of it, as at a counter; every value of each part comes together with others of
 * the other parts. */
static void make_holders(struct bench *bench)
{
	static const char *const classes[] = { "veteran.officer", "veteran.conscript", "war",
					       "family.martyr", "family.duty" };
	static const char *const homes[] = { "371171", "350926", "371171",
					     "350926", "350505", "330683" };
	int32_t today;

	must(day_parse(&today, TODAY), "no such day");
	for (int i = 0; i < HOLDERS; i++) {
		struct facts *facts = &bench->holders[i];

		*facts = (struct facts){ .merchant = "m-1",
					 .region = "350926",
					 .venue = VENUE_PARK,
					 .kind = i % 6 == 0 ? 2 : 1,
					 .identity_count = 1,
					 .merit = 1 + i % 3,
					 .needy = i % 4 != 0,
					 .birth_known = true,
					 .birth = today - (50 + i % 37) * 365 - i,
					 .home_region = homes[i / 3 % 6],
					 .assurance = 4,
					 .now = china_midnight(today) + 36000,
					 .today = china_time_at(china_midnight(today) + 36000),
					 .amount = 12345,
					 .quantity = AMOUNT_NONE };
		strcpy(facts->identities[0], classes[i / 2 % 5]);
	}
}

static json_t *facts_as_json(const struct facts *facts)
{
	char birth[11];

	day_format(birth, facts->birth);
	return json_pack("{s:s, s:s, s:s, s:s, s:i, s:b, s:s}", "kind",
			 facts->kind == 1 ? "veteran" : "family", "class", facts->identities[0],
			 "home", facts->home_region, "birth", birth, "merit", facts->merit, "needy",
			 facts->needy, "today", TODAY);
}

static bool is_granted(const struct benefit *rule, const struct facts *facts)
{
	static const struct past_use used[BENEFIT_LIMITS_MAX];
	struct offer offer;

	decide(&offer, rule, facts, used);
	return offer.verdict == VERDICT_GRANTED;
}

/* What the peer is to come to.  Answers how many are granted: neither none nor all. */
static size_t write_cases(const struct bench *bench, const char *path)
{
	json_t *cases = json_array();
	size_t granted = 0;

	for (size_t i = 0; i < HOLDERS; i++) {
		json_t *expected = json_array();

		for (size_t k = 0; k < bench->rule_count; k++) {
			bool grant = is_granted(bench->rules[k], &bench->holders[i]);

			granted += grant;
			json_array_append_new(expected, json_boolean(grant));
		}
		json_array_append_new(cases, json_pack("{s:o, s:o}", "facts",
						       facts_as_json(&bench->holders[i]),
						       "expected", expected));
	}
	must(json_dump_file(cases, path, JSON_COMPACT) == 0, "cannot write the peer's cases");
	json_decref(cases);
	return granted;
}

/* --- our side --- */

static volatile size_t sink;

static void decide_all(void *context)
{
	const struct bench *bench = context;

	for (size_t i = 0; i < HOLDERS; i++)
		for (size_t k = 0; k < bench->rule_count; k++)
			sink += is_granted(bench->rules[k], &bench->holders[i]);
}

/* Nanoseconds a rule. */
static double our_round(struct bench *bench)
{
	return ratio_time(decide_all, bench, OUR_PASSES) / (double)(HOLDERS * bench->rule_count);
}

/* --- the peer's --- */

struct peer {
	pid_t process;
	FILE *to, *from;
};

static bool peer_says(struct peer *peer, char *line, int size)
{
	return fgets(line, size, peer->from) != NULL;
}

static bool peer_start(struct peer *peer, const char *script, const char *cases)
{
	/* posix_spawn does not change them. */
	char *argv[] = { (char *)(uintptr_t) "node", (char *)(uintptr_t)script,
			 (char *)(uintptr_t)RULES_FILE, (char *)(uintptr_t)cases, NULL };
	int to[2], from[2];
	posix_spawn_file_actions_t actions;

	must(pipe2(to, O_CLOEXEC) == 0 && pipe2(from, O_CLOEXEC) == 0, "no pipe");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, to[0], 0);
	posix_spawn_file_actions_adddup2(&actions, from[1], 1);
	bool started = posix_spawnp(&peer->process, "node", &actions, NULL, argv, environ) == 0;
	posix_spawn_file_actions_destroy(&actions);
	close(to[0]);
	close(from[1]);
	peer->to = fdopen(to[1], "w");
	peer->from = fdopen(from[0], "r");
	return started && peer->to != NULL && peer->from != NULL;
}

static double peer_round(struct peer *peer)
{
	char line[128] = "";

	fprintf(peer->to, "%d\n", PEER_PASSES);
	fflush(peer->to);
	must(peer_says(peer, line, sizeof line), "the peer has ended");
	return strtod(line, NULL);
}

static void compare_with(struct bench *bench, struct peer *peer)
{
	double ratios[ROUNDS], peers[ROUNDS];

	for (int round = 0; round < ROUNDS; round++) {
		double ours = our_round(bench);

		peers[round] = peer_round(peer);
		ratios[round] = peers[round] / ours;
	}
	ratio_print(&(struct ratio){ "certlogic-js, one rule with dates", " ns", "-", "-" }, peers,
		    ROUNDS);
	ratio_print(&(struct ratio){ "decision of a benefit against certlogic-js, rules of equal "
				     "meaning (rate)",
				     "", "100", "-" },
		    ratios, ROUNDS);
}

static void bench_peer(struct bench *bench)
{
	static char script[512], cases[512];
	const char *folder = getenv("YOUDAI_PEER");
	struct peer peer;
	char line[1024] = "";
	size_t granted;

	folder = folder != NULL ? folder : "build/peer";
	snprintf(script, sizeof script, "%s/certlogic.mjs", folder);
	snprintf(cases, sizeof cases, "%s/cases.json", folder);
	if (access(script, R_OK) != 0) {
		printf("# certlogic-js is left out: no node, no npm, or it could not be fetched\n");
		return;
	}
	granted = write_cases(bench, cases);
	must(granted > 0 && granted < HOLDERS * bench->rule_count, "rules that decide nothing");
	must(peer_start(&peer, script, cases), "the peer does not start");
	if (!peer_says(&peer, line, sizeof line) || strcmp(line, "ready\n") != 0) {
		fprintf(stderr, "bench_rules: the peer: %s\n", line);
		exit(1);
	}
	printf("# %zu rules, %d holders: the same verdicts, %zu granted\n", bench->rule_count,
	       HOLDERS, granted);
	compare_with(bench, &peer);
	fclose(peer.to);
	fclose(peer.from);
	waitpid(peer.process, NULL, 0);
}

int main(void)
{
	static struct bench bench;
	double ours[ROUNDS];

	read_rules(&bench);
	make_holders(&bench);
	for (int round = 0; round < ROUNDS; round++)
		ours[round] = our_round(&bench);
	ratio_print(&(struct ratio){ "decision of a benefit with dates", " ns", "5000", "1000" },
		    ours, ROUNDS);
	bench_peer(&bench);
	for (size_t i = 0; i < bench.rule_count; i++)
		catalogue_free(bench.catalogues[i]);
	return 0;
}
