#!/bin/sh
# The release programs are hardened as the Makefile asks, read from the binaries themselves; and whoever
# judges here refuses a program that lacks one thing (the self-test, first).  While they run, nobody but the
# system's administrator may look into their memory.
#
#   tests/hardening.sh BUILD
#
# Not looked for, as Debian 12 has no use for it: marks for shadow stacks and indirect branches
# (-fcf-protection); its start files carry none, so that the linker leaves them out.
set -u
build=${1:-build}
folder=$build/hardening
flags="-O2 -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection -fPIE"
links="-pie -Wl,-z,relro,-z,now,-z,noexecstack"
export LC_ALL=C

lacks() { # PROGRAM WHAT
	echo "$1: $2"
	fault=1
}

# Say each thing that the program lacks; a status of 0 where there is none.
judge() { # PROGRAM
	fault=0
	readelf -hldW "$1" >"$folder/elf.txt" && readelf -W --dyn-syms "$1" >"$folder/names.txt" || return 1
	has() { grep -qE "$1" "$folder/elf.txt"; }
	calls() { grep -qE " UND $1(@|\$)" "$folder/names.txt"; }
	{ has '^ *Type: *DYN' && has 'FLAGS_1.*\<PIE\>'; } ||
		lacks "$1" "it is loaded at an address that everybody knows (-fPIE, -pie)"
	has '^ *GNU_RELRO ' || lacks "$1" "its tables of addresses stay writable (-z relro)"
	has 'FLAGS.*\<(BIND_NOW|NOW)\>' || lacks "$1" "functions are bound late (-z now)"
	has '^ *GNU_STACK .* RW +0x' || lacks "$1" "its stack may be executed (-z noexecstack)"
	! has '^ *LOAD .* RWE ' || lacks "$1" "a part of it may be written and executed"
	! has 'TEXTREL' || lacks "$1" "its code is written to when it is loaded (TEXTREL)"
	! has 'R(UN)?PATH' || lacks "$1" "it looks for libraries in a place of its own (RPATH)"
	calls '__stack_chk_fail' || lacks "$1" "no function looks after its stack (-fstack-protector-strong)"
	calls '__[a-z]+_chk' || lacks "$1" "no copy is checked against its room (-D_FORTIFY_SOURCE)"
	# A frame of more than a page touches each page that it passes.
	case $(uname -m) in
	x86_64) objdump -d --no-show-raw-insn "$1" | grep -qE 'or[a-z]? +\$0x0,.*\(%rsp' ||
		lacks "$1" "a large frame can jump over the guard page (-fstack-clash-protection)" ;;
	esac
	return $fault
}

# --- the judge itself ---

sample() { # FILE FLAGS…: a program with an array on the stack, a copy into it, and a frame of several pages
	cat >"$folder/sample.c" <<'SAMPLE'
#include <stdio.h>
#include <string.h>
int main(int argc, char **argv)
{
	char large[65536], small[16];
	memset(large, argc, sizeof large);
	strcpy(small, argv[0]);
	return puts(small) + puts(large);
}
SAMPLE
	out=$1
	shift
	gcc -w "$@" -o "$out" "$folder/sample.c"
}

# What is turned round, and a word of what has to be said of it.
prove_judge() {
	good=$folder/sample-good
	sample "$good" $flags $links && judge "$good" || { echo "a hardened program is refused"; return 1; }
	missed=0
	while IFS='|' read -r name turned word; do
		program=$folder/sample-$name
		sample "$program" $flags $links $turned || return 1
		judge "$program" >"$folder/said.txt" && { echo "$name: not noticed"; missed=1; }
		grep -qF -e "$word" "$folder/said.txt" || { echo "$name: something else is said"; missed=1; }
	done <<'TURNED'
fixed|-fno-pie -no-pie|-fPIE
no-relro|-Wl,-z,norelro|-z relro
lazy|-Wl,-z,lazy|-z now
execstack|-Wl,-z,execstack|-z noexecstack
runpath|-Wl,-rpath,/tmp|RPATH
no-canary|-fno-stack-protector|-fstack-protector-strong
no-fortify|-U_FORTIFY_SOURCE|-D_FORTIFY_SOURCE
no-probes|-fno-stack-clash-protection|-fstack-clash-protection
TURNED
	return $missed
}

# --- while it runs ---

# Begin the command, which waits for somebody to write into a pipe, as a user without rights over others;
# say where its memory is not private: where it may leave a core file, and where its files in /proc are its
# user's, which is how the kernel says that other processes of that user may look into it.
judge_running() { # COMMAND…
	as=
	[ "$(id -u)" -ne 0 ] || as="setpriv --reuid 65534 --regid 65534 --clear-groups"
	$as "$@" >/dev/null 2>&1 &
	process=$!
	tries=0
	# Until it is the program and waits: then what it does first is done.
	until grep -qs "^State:.S" /proc/$process/status && ! grep -q setpriv /proc/$process/cmdline; do
		tries=$((tries + 1))
		[ $tries -lt 1000 ] && [ -r /proc/$process/status ] || { lacks "$1" "it does not run"; return 1; }
		sleep 0.02
	done
	fault=0
	grep -qE '^Max core file size +0 +0 ' /proc/$process/limits || lacks "$1" "a crash may leave a core file"
	[ "$(stat -c %u /proc/$process/environ)" = 0 ] ||
		lacks "$1" "other processes of its user may look into its memory"
	kill $process
	wait $process 2>/dev/null
	return $fault
}

prove_running() { # FOLDER
	judge_running "$1/cat" "$1/pipe" >"$folder/said.txt" && { echo "any program's memory is private"; return 1; }
	[ "$(id -u)" -eq 0 ] || return 0
	[ "$(wc -l <"$folder/said.txt")" -eq 2 ] || { echo "half of it is not noticed"; return 1; }
}

mkdir -p "$folder" || exit 1
prove_judge || { echo "the judge of hardening has to be mended first"; exit 1; }
make --no-print-directory -s -j"$(nproc)" "$build/youdai" "$build/youdai-kiosk" || exit 1
result=0
for program in "$build/youdai" "$build/youdai-kiosk"; do
	judge "$program" || result=1
done
place=$(mktemp -d) || exit 1
trap 'rm -rf "$place"' EXIT
chmod 755 "$place"
cp "$(command -v cat)" "$build/youdai" "$build/youdai-kiosk" "$place" && mkfifo -m 666 "$place/pipe" || exit 1
prove_running "$place" || { echo "the judge of memory has to be mended first"; exit 1; }
judge_running "$place/youdai" --db "$place/none.db" benefit import "$place/pipe" || result=1
judge_running "$place/youdai-kiosk" --db "$place/none.db" --site m --script "$place/pipe" || result=1
exit $result
