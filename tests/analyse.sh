#!/bin/sh
# make analyse: cppcheck, clang-tidy and gcc -fanalyzer over the programs' sources have nothing to say.
# An exception stands where it applies, with a sentence why; .clang-tidy tells which checks are off.
# What was found good is kept in BUILD/analyse, so that a second run looks at what has changed.
#
#   tests/analyse.sh BUILD [FOLDER…]    clang-tidy and gcc in these folders (default: all), cppcheck in all
#   tests/analyse.sh --one FILE COMPILER-FLAGS…    (from the Makefile) clang-tidy and gcc on one file
set -u

# gcc 12 loses a pointer that is stored through another one and calls that a leak, and takes a structure that
# a function returned for unset; clang's analyser looks for both, and the sanitizers in each test.
known="-Wno-analyzer-malloc-leak -Wno-analyzer-use-of-uninitialized-value"

# cppcheck: an argument that a function fills in is no use of what is uninitialised (ctuuninitvar knows none
# that does so through snprintf); readdir and getpwuid are asked for by clang-tidy, thread by thread.
unheard="--suppress=ctuuninitvar --suppress=readdirCalled --suppress=getpwuidCalled"

if [ "$1" = --one ]; then
	file=$2
	shift 2
	said=$(clang-tidy --quiet "$file" -- "$@" -Wno-unknown-warning-option 2>&1) ||
		{ echo "$said"; exit 1; }
	case $file in
	*.c) exec gcc "$@" -fanalyzer $known -S -o /dev/null "$file" ;;
	esac
	exit 0
fi

build=$1
shift
folder=$build/analyse
fault=0
mkdir -p "$folder/cppcheck"
make --no-print-directory -s -k -O -j"$(nproc)" OBJ="$folder" CC=gcc MODE=-O2 ${*:+ANALYSED="$*"} analysed || fault=1
cppcheck --quiet --error-exitcode=1 --inline-suppr --cppcheck-build-dir="$folder/cppcheck" -j"$(nproc)" \
	--enable=warning,performance,portability $unheard --library=posix --std=c11 -D_GNU_SOURCE -I. -I"$folder/gen" \
	reader db kiosk centre assets || fault=1
exit $fault
