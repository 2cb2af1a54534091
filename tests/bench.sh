#!/bin/sh
# make bench: every figure of the design beside its floor and aim.  Each is a ratio against an anchor
# measured in turn in the same run, or a time; nothing here passes or fails.
set -u
build=${1:-build}
folder=$build/bench
echo "figure | median | least..most | floor | aim"
for source in tests/bench_*.c; do
	name=$(basename "$source" .c)
	echo "# ${name#bench_}"
	YOUDAI_BUILD=$folder "$folder/$name" || echo "# ${name#bench_} did not finish"
done
