#!/bin/sh
# make run: a demonstration county, and the kiosk in it.
#
# With a display: a window with demonstration cards (F1 to F9, or a touch) and every reader that is
# plugged in.  SITE, PROFILE, KIOSK_LANG and WINDOW choose another place: SITE=demo-park PROFILE=gate.
# Without one: three whole visits off screen, printed as they happen, with pictures in build/demo.
set -eu
build=${1:-build}
demo=$build/demo
registry=$demo/demo.db
cards=$demo/cards.txt
YOUDAI_PASSPHRASE=demo # of the demonstration's key: it has no secrets
export YOUDAI_PASSPHRASE

youdai() { "$build/youdai" --db "$registry" "$@"; }

# TITLE TITLE-IN-ENGLISH NUMBER: a credential as a card that can be presented.
card() {
	text=$(youdai certificate issue "$3" --carrier qr --key "$registry.demo-key" --text)
	printf '%s\t%s\t%s\n' "$1" "$2" "$text"
}

prepare() {
	mkdir -p "$demo"
	rm -f "$registry" "$registry"-wal "$registry"-shm "$registry".* "$cards" "$demo"/*.png
	youdai init --demo
	{
		card "测试甲 · 参战退役士兵" "Veteran of war" DEMO-350926-000101
		card "测试丙 · 立功军官" "Officer with merit" DEMO-350926-000103
		card "测试丁 · 烈士遗属" "Family of a martyr" DEMO-350926-000104
		card "测试戊 · 六级残疾" "Disabled, grade 6" DEMO-350926-000105
		card "演示 · 已挂失的证" "Reported lost" DEMO-350926-000120
		card "演示 · 已暂停的证" "Suspended" DEMO-350926-000119
		# The same as the first with one character changed: forged.
		card "演示 · 改动过的码" "A changed code" DEMO-350926-000101 |
			awk -F '\t' -v OFS='\t' '{ last = substr($3, length($3) - 6, 1)
				$3 = substr($3, 1, length($3) - 7) (last == "0" ? "1" : "0") \
					substr($3, length($3) - 5); print }'
	} >"$cards.new"
	# What is lost or suspended now was in order when it was issued.
	printf '%s\n' number,person,kind,unit,state,valid_from,valid_until \
		DEMO-350926-000120,demo-person-020,veteran,350926000000,lost,2024-01-01, \
		DEMO-350926-000119,demo-person-019,veteran,350926000000,suspended,2024-01-01, \
		>"$demo/changes.csv"
	youdai certificate import "$demo/changes.csv"
	mv "$cards.new" "$cards"
}

# Is there a demonstration from before, and can this build use it?
is_usable() {
	[ -f "$cards" ] && youdai check --number DEMO-350926-000101 --merchant demo-park >"$demo/check.txt" 2>&1
}

# Every reader that is plugged in, as options.
readers() {
	for device in /dev/ttyUSB*; do
		[ -e "$device" ] && printf ' --reader nfc:pn532_uart:%s' "$device"
	done
	for device in /dev/ttyACM*; do
		[ -e "$device" ] && printf ' --reader scanner:%s' "$device"
	done
	[ -e /dev/video0 ] && printf ' --reader camera:/dev/video0'
	return 0
}

in_window() {
	echo "优待演示:按 F1 至 F7 或点按钮出示演示证件;关闭窗口即结束"
	echo "A demonstration: present cards with F1 to F7 or by touch; close the window to end"
	# shellcheck disable=SC2046
	"$build/youdai-kiosk" --db "$registry" --site "${SITE:-demo-hospital}" \
		--profile "${PROFILE:-hall}" --attended --lang "${KIOSK_LANG:-zh}" \
		--window "${WINDOW:-1280x720}" --demo-cards "$cards" $(readers)
}

# NAME TITLE SITE OPTIONS… : play the script on standard input, print what happens, keep the pictures.
play() {
	name=$1 title=$2 site=$3
	shift 3
	cat >"$demo/$name.script"
	rm -rf "$demo/$name" && mkdir -p "$demo/$name"
	printf '\n== %s\n' "$title"
	"$build/youdai-kiosk" --db "$registry" --site "$site" "$@" --window 1920x1080 \
		--demo-cards "$cards" --script "$demo/$name.script" --pictures "$demo/$name" \
		--events "$demo/$name.events"
	sed -e 's/"controls":\[.*\]/"controls":[…]/' -e 's/^/  /' "$demo/$name.events"
	for picture in "$demo/$name"/*.png; do
		mv "$picture" "$demo/$name-${picture##*/}"
	done
	rmdir "$demo/$name"
}

off_screen() {
	echo "没有显示器:离屏演示三次完整的办理 · no display: three whole visits off screen"
	play gate "公园闸口,一刷通行 · a park's gate, one tap" demo-park --profile gate <<-'SCRIPT'
		await welcome
		card 1
		await granted
		touch done
		await welcome
	SCRIPT
	play hospital "医院收费窗口,核对、按金额优惠 · a hospital's till: amount, comparison, percent off" \
		demo-hospital --profile merchant <<-'SCRIPT'
		await welcome
		card 2
		await choose
		touch benefit:demo-hospital-inpatient
		await amount
		touch digit:1
		touch digit:2
		touch digit:0
		touch digit:dot
		touch digit:5
		touch confirm
		await compare
		touch compare:yes
		await confirm
		touch confirm
		await granted
		touch done
		await welcome
	SCRIPT
	play refused "已挂失的证和改动过的码 · a certificate reported lost, and a changed code" \
		demo-park --profile hall --lang en <<-'SCRIPT'
		await welcome
		card 5
		await refused
		touch done
		await welcome
		card 7
		await refused
		touch done
		await welcome
	SCRIPT
	printf '\n== %s\n' "登记在册 · on record"
	youdai log show
	youdai log verify
	printf '\n%s\n' "各屏图片 · pictures of the screens: $demo/*.png"
}

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
	is_usable || prepare
	status=0
	in_window || status=$?
	[ $status -eq 3 ] || exit $status
fi
prepare
off_screen
