// The peer of bench_rules.c: the same rules on the same facts, worked out by certlogic-js.
//
// Reads rules and facts from the two files named, says whether its verdicts are those expected, then
// answers each line of its input, a number of passes over everything, with the nanoseconds a rule.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import certlogic from "certlogic-js";

const rules = JSON.parse(readFileSync(process.argv[2], "utf8")).map((rule) => rule.logic);
const cases = JSON.parse(readFileSync(process.argv[3], "utf8"));

let granted = 0;
function pass() {
	for (const { facts } of cases)
		for (const rule of rules)
			granted += certlogic.evaluate(rule, facts) ? 1 : 0;
}

for (const { facts, expected } of cases)
	rules.forEach((rule, i) => {
		if (Boolean(certlogic.evaluate(rule, facts)) !== expected[i]) {
			console.log(`differs: rule ${i} of ${JSON.stringify(facts)}, expected ${expected[i]}`);
			process.exit(1);
		}
	});
const start = process.hrtime.bigint();
while (process.hrtime.bigint() - start < 500_000_000n) // until it runs as fast as it can
	pass();
console.log("ready");

for await (const line of createInterface({ input: process.stdin })) {
	const passes = Number(line);
	const before = process.hrtime.bigint();
	for (let i = 0; i < passes; i++)
		pass();
	const taken = Number(process.hrtime.bigint() - before);
	console.log((taken / (passes * cases.length * rules.length)).toFixed(1));
}
