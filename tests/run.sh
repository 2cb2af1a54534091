#!/bin/sh
# make test: static checks, then every test program under address and undefined-behaviour sanitizers
# built with gcc, those of single modules with clang too, and the threaded ones under the thread sanitizer.
#
#   tests/run.sh BUILD [NAME…]     only these tests (test_flow …), with gcc alone, while working
#
# Ends with one line "N passed, N failed, N skipped" and a status of 0 only where nothing failed.
set -u
build=${1:-build}
[ $# -gt 0 ] && shift
jobs=$(nproc)
sanitize="-O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined"
threads="-O1 -fno-omit-frame-pointer -fsanitize=thread"
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0:strict_string_checks=1
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
export LSAN_OPTIONS=suppressions=tests/lsan.supp:print_suppressions=0
export TSAN_OPTIONS=suppressions=tests/tsan.supp:halt_on_error=1
passed=0 failed=0 skipped=0

count() { # WORD LOG: the numbers that cmocka printed behind [  WORD  ], summed
	awk -v word="$1" '$0 ~ "^\\[  " word "  \\] [0-9]+ test" { sum += $4 } END { print sum + 0 }' "$2"
}

# Run one test program and say how it went; its output lies in a log beside it.
run_one() { # FOLDER NAME
	log=$1/log/$2.txt
	mkdir -p "$1/log"
	start=$(date +%s)
	YOUDAI_BUILD=$1 timeout -k 10 900 "$1/$2" >"$log" 2>&1
	status=$?
	echo "status $status" >>"$log"
	printf '  %-4s %-28s %3ds  %s\n' "$([ $status -eq 0 ] && echo ok || echo FAIL)" "$2" $(($(date +%s) - start)) "$1"
}

if [ "${1:-}" = --one ]; then
	run_one "$build" "$2"
	exit 0
fi

check() { # NAME COMMAND…: a static check counts as one test
	name=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
		printf '  ok   %s\n' "$name"
	else
		failed=$((failed + 1))
		printf '  FAIL %s\n' "$name"
	fi
}

suite() { # FOLDER CC CXX MODE TESTS…
	folder=$1 cc=$2 cxx=$3 mode=$4
	shift 4
	targets="$folder/youdai $folder/youdai-kiosk"
	for name; do targets="$targets $folder/$name"; done
	echo "Building $folder ($cc $mode)"
	if ! make --no-print-directory -s -j"$jobs" OBJ="$folder" CC="$cc" CXX="$cxx" MODE="$mode" $targets \
		>"$build/log-$cc.txt" 2>&1; then
		tail -n 40 "$build/log-$cc.txt"
		failed=$((failed + 1))
		return
	fi
	rm -rf "$folder/log"
	printf '%s\n' "$@" | xargs -P "$jobs" -I{} sh "$0" "$folder" --one {}
	for name; do
		log=$folder/log/$name.txt
		passed=$((passed + $(count PASSED "$log")))
		skipped=$((skipped + $(count SKIPPED "$log")))
		bad=$(count FAILED "$log")
		if ! grep -qx 'status 0' "$log"; then
			[ "$bad" -gt 0 ] || bad=1
			echo "--- $log"
			tail -n 60 "$log"
		fi
		failed=$((failed + bad))
	done
}

mkdir -p "$build"
all=$(cd tests && ls test_*.c | sed 's/\.c$//')
if [ $# -gt 0 ]; then
	suite "$build/test-gcc" gcc g++ "$sanitize" "$@"
else
	check "includes point downward, one file a library" sh tests/layers.sh
	check "each header compiles alone" sh tests/headers.sh "$build/test-gcc"
	check "the code is laid out by clang-format" sh tests/layout.sh
	check "cppcheck, and in reader/ and db/ clang-tidy and gcc's analyser, have nothing to say" \
		sh tests/analyse.sh "$build" reader db assets
	check "the release programs are hardened, and whoever judges that notices what lacks" \
		sh tests/hardening.sh "$build"
	suite "$build/test-gcc" gcc g++ "$sanitize" $all
	# What starts whole programs, hundreds of them, or has every call fail, does so once.
	units=$(echo "$all" | grep -v -e '^test_faults$' -e '^test_command' -e '^test_report' -e '^test_scale$' -e '^test_bulk' -e '^test_sheet$' \
		-e '^test_visit' -e '^test_trace$' -e '^test_kill$')
	suite "$build/test-clang" clang clang++ "$sanitize" $units
	threaded=$(echo "$all" | grep '_threads$')
	[ -z "$threaded" ] || suite "$build/test-threads" clang clang++ "$threads" $threaded
	FUZZ_SECONDS=${FUZZ_SECONDS:-2}
	AFL_SECONDS=${AFL_SECONDS:-1}
	export FUZZ_SECONDS AFL_SECONDS
	check "libFuzzer finds nothing in the seeds and $FUZZ_SECONDS s each, AFL++ in $AFL_SECONDS s each" sh tests/fuzz.sh "$build"
	check "the tests of the decision notice each comparison that is turned around" sh tests/mutate.sh "$build"
	grep -h '^skipped:' "$build"/test-*/log/*.txt 2>/dev/null | sort -u
fi
echo
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
