#!/bin/sh
# Installs the Debian 12 packages that Youdai is built from and tested with; silent when all are there.
set -eu
packages="
build-essential pkg-config clang clang-format clang-tidy cppcheck libclang-rt-14-dev llvm afl++ git
libnfc-dev libsdl2-dev libsdl2-ttf-dev libfontconfig-dev libsqlite3-dev libqrencode-dev
libzxing-dev libzbar-dev libv4l-dev libpng-dev libjpeg-dev libsodium-dev libgcrypt20-dev libssl-dev libseccomp-dev
zlib1g-dev libjansson-dev libpango1.0-dev libcairo2-dev libcmocka-dev libcbor-dev
pcscd vsmartcard-vpcd opensc yubico-piv-tool
fonts-noto-cjk fonts-hanazono xvfb xauth xdotool sqlite3 jq openssl python3-jsonschema poppler-utils
"
missing=
for package in $packages; do
	dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
echo "Installing:$missing"
run=
if [ "$(id -u)" -ne 0 ]; then
	command -v sudo >/dev/null || { echo "Please install as root: apt-get install$missing" >&2; exit 3; }
	run=sudo
fi
$run apt-get update -qq
DEBIAN_FRONTEND=noninteractive $run apt-get install -y -qq --no-install-recommends $missing >/dev/null
