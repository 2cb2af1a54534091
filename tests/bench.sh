#!/bin/sh
# make bench: every figure of the design beside its floor and aim.  Each is a ratio against an anchor
# measured in turn in the same run, or a time; nothing here passes or fails.
set -u
build=${1:-build}
folder=$build/bench
peer=$build/peer

# The peer of bench_rules lives in the build folder alone; without node, npm or a network its figure is
# left out.
lay_out_peer() {
	command -v node >/dev/null && command -v npm >/dev/null || return 0
	mkdir -p "$peer" && cp tests/peer/package.json "$peer" || return 0
	(cd "$peer" && npm install --no-audit --no-fund --no-package-lock --ignore-scripts) \
		>"$peer/npm.log" 2>&1 && cp tests/peer/certlogic.mjs "$peer"
}
rm -f "$peer/certlogic.mjs"
lay_out_peer

echo "figure | median | least..most | floor | aim"
for source in tests/bench_*.c; do
	name=$(basename "$source" .c)
	echo "# ${name#bench_}"
	YOUDAI_BUILD=$folder YOUDAI_PEER=$peer "$folder/$name" || echo "# ${name#bench_} did not finish"
done
