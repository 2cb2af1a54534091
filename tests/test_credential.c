/*
 * Credentials, judged: every refusal by a row with a name, each limit from both sides, and the
 * published claim-169 vectors.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reader/base45.h"
#include "reader/cbor.h"
#include "reader/credential.h"
#include "reader/inflate.h"
#include "tests/forge.h"
#include "tests/vectors.h"

#define NOW    1750000000
#define OK     CREDENTIAL_OK
#define BAD    CREDENTIAL_MALFORMED
#define WHAT   CREDENTIAL_UNSUPPORTED
#define WHO    CREDENTIAL_UNKNOWN_ISSUER
#define FALSE_ CREDENTIAL_FORGED
#define EARLY  CREDENTIAL_NOT_YET_VALID
#define LATE   CREDENTIAL_EXPIRED

/* Claims as they stand in the payload. */
#define ISS  "01 69'yd:371171' "
#define EXP  "04 1A6B49D200 " /* 1800000000 */
#define NBF  "05 1A6553F100 " /* 1700000000 */
#define IAT  "06 1A6553F100 "
#define CTI  "07 48 0102030405060708 "
#define ID   "18A9 A2 01 62'N1' 04 66'张三' "
#define KIND "3A00011170 01 "
/* The base point of P-256, which is a point as good as any. */
#define GX  "6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296 "
#define GY  "4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5 "
#define CNF "08 A1 01 A4 01 02 20 01 21 5820 " GX "22 5820 " GY
#define ALL ISS EXP NBF IAT CTI ID KIND

#define KID  "0102030405060708"
#define SEED "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"

struct row {
	const char *name;
	struct forge forge;
	enum credential_status status;
};

static size_t flip_first(uint8_t *signature)
{
	signature[0] ^= 1;
	return 64;
}

static size_t flip_last(uint8_t *signature)
{
	signature[63] ^= 0x10;
	return 64;
}

static size_t shorten(uint8_t *signature)
{
	(void)signature;
	return 63;
}

static size_t lengthen(uint8_t *signature)
{
	signature[64] = 0;
	return 65;
}

static size_t empty(uint8_t *signature)
{
	(void)signature;
	return 0;
}

static size_t zeros(uint8_t *signature)
{
	memset(signature, 0, 64);
	return 64;
}

static size_t order_as_s(uint8_t *signature)
{
	/* S = L, the order of the group: the next S after the largest that is valid. */
	static const uint8_t order[32] = { 0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
					   0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
					   0,    0,    0,    0,    0,    0,    0,    0,
					   0,    0,    0,    0,    0,    0,    0,    0x10 };

	memcpy(signature + 32, order, 32);
	return 64;
}

static const struct row rows[] = {
	{ "as issued", { .payload = "A7" ALL }, OK },
	{ "claims in another order", { .payload = "A7" KIND ID CTI IAT NBF EXP ISS }, OK },

	/* the outer structure */
	{ "no tag", { .payload = "A7" ALL, .outer = "84 P U L S" }, OK },
	{ "tag 61 outside", { .payload = "A7" ALL, .outer = "D83D D2 84 P U L S" }, OK },
	{ "tag 61 alone", { .payload = "A7" ALL, .outer = "D83D 84 P U L S" }, OK },
	{ "tag 61 twice", { .payload = "A7" ALL, .outer = "D83D D83D D2 84 P U L S" }, BAD },
	{ "tag 18 twice", { .payload = "A7" ALL, .outer = "D2 D2 84 P U L S" }, BAD },
	{ "tag 61 inside", { .payload = "A7" ALL, .outer = "D2 D83D 84 P U L S" }, BAD },
	{ "tag 0", { .payload = "A7" ALL, .outer = "C0 84 P U L S" }, BAD },
	{ "tag 0 in tag 61", { .payload = "A7" ALL, .outer = "D83D C0 84 P U L S" }, BAD },
	{ "tag 17, a MAC", { .payload = "A7" ALL, .outer = "D1 84 P U L S" }, BAD },
	{ "tag 98, COSE_Sign", { .payload = "A7" ALL, .outer = "D862 84 P U L S" }, BAD },
	{ "tag 18, head not the shortest",
	  { .payload = "A7" ALL, .outer = "D812 84 P U L S" },
	  BAD },
	{ "three items", { .payload = "A7" ALL, .outer = "D2 83 P U L" }, BAD },
	{ "five items", { .payload = "A7" ALL, .outer = "D2 85 P U L S 00" }, BAD },
	{ "indefinite array", { .payload = "A7" ALL, .outer = "D2 9F P U L S FF" }, BAD },
	{ "a trailing byte", { .payload = "A7" ALL, .outer = "D2 84 P U L S 00" }, BAD },
	{ "a trailing break", { .payload = "A7" ALL, .outer = "D2 84 P U L S FF" }, BAD },
	{ "a map instead of an array", { .payload = "A7" ALL, .outer = "D2 A2 P U L S" }, BAD },
	{ "empty", { .payload = "A7" ALL, .outer = "" }, BAD },
	{ "a number", { .payload = "A7" ALL, .outer = "00" }, BAD },
	{ "detached payload", { .payload = "A7" ALL, .outer = "D2 84 P U F6 S" }, BAD },
	{ "payload as a map", { .payload = "A7" ALL, .outer = "D2 84 P U A0 S" }, BAD },
	{ "payload as text", { .payload = "A7" ALL, .outer = "D2 84 P U 61'a' S" }, BAD },
	{ "protected header as a map",
	  { .payload = "A7" ALL, .outer = "D2 84 A1 01 27 U L S" },
	  BAD },
	{ "payload in pieces", { .payload = "A7" ALL, .outer = "D2 84 P U 5F L FF S" }, BAD },
	{ "signature as text", { .payload = "A7" ALL, .outer = "D2 84 P U L 7840 <64*61>" }, BAD },
	{ "signature in pieces", { .payload = "A7" ALL, .outer = "D2 84 P U L 5F S FF" }, BAD },
	{ "signature missing its end",
	  { .payload = "A7" ALL, .outer = "D2 84 P U L 5840 <63*00>" },
	  BAD },

	/* headers */
	{ "protected header empty", { .payload = "A7" ALL, .protected_map = "" }, BAD },
	{ "protected header an empty map", { .payload = "A7" ALL, .protected_map = "A0" }, BAD },
	{ "protected header an array", { .payload = "A7" ALL, .protected_map = "82 01 27" }, BAD },
	{ "a trailing byte in the protected header",
	  { .payload = "A7" ALL, .protected_map = "A1 01 27 00" },
	  BAD },
	{ "protected header indefinite",
	  { .payload = "A7" ALL, .protected_map = "BF 01 27 FF" },
	  BAD },
	{ "alg in the unprotected header only",
	  { .payload = "A7" ALL, .protected_map = "A1 04 48" KID, .unprotected_map = "A1 01 27" },
	  BAD },
	{ "alg in both headers", { .payload = "A7" ALL, .unprotected_map = "A1 01 27" }, BAD },
	{ "alg twice", { .payload = "A7" ALL, .protected_map = "A2 01 27 01 27" }, BAD },
	{ "alg not the shortest", { .payload = "A7" ALL, .protected_map = "A1 01 3807" }, BAD },
	{ "alg as bytes", { .payload = "A7" ALL, .protected_map = "A1 01 41 27" }, BAD },
	{ "alg null", { .payload = "A7" ALL, .protected_map = "A1 01 F6" }, BAD },
	{ "alg as text", { .payload = "A7" ALL, .protected_map = "A1 01 65'EdDSA'" }, WHAT },
	{ "alg ES384", { .payload = "A7" ALL, .protected_map = "A1 01 3822" }, WHAT },
	{ "alg 0", { .payload = "A7" ALL, .protected_map = "A1 01 00" }, WHAT },
	{ "alg 7", { .payload = "A7" ALL, .protected_map = "A1 01 07" }, WHAT },
	{ "alg -2^64", { .payload = "A7" ALL, .protected_map = "A1 01 3BFFFFFFFFFFFFFFFF" }, WHAT },
	{ "unknown alg, claims malformed",
	  { .payload = "A7" ALL "00", .protected_map = "A1 01 3822" },
	  BAD },
	{ "unknown alg with a signature of another length",
	  { .payload = "A7" ALL, .protected_map = "A1 01 3822", .spoil = lengthen },
	  WHAT },
	{ "ES256 is not this key's",
	  { .payload = "A7" ALL, .protected_map = "A2 01 26 04 48" KID },
	  FALSE_ },
	{ "SM2 is not this key's",
	  { .payload = "A7" ALL, .protected_map = "A2 01 3A0001119F 04 48" KID },
	  FALSE_ },
	{ "kid unprotected",
	  { .payload = "A7" ALL, .protected_map = "A1 01 27", .unprotected_map = "A1 04 48" KID },
	  OK },
	{ "kid in both headers", { .payload = "A7" ALL, .unprotected_map = "A1 04 48" KID }, BAD },
	{ "kid in both headers, different",
	  { .payload = "A7" ALL, .unprotected_map = "A1 04 41 01" },
	  BAD },
	{ "no kid", { .payload = "A7" ALL, .protected_map = "A1 01 27" }, OK },
	{ "kid unknown",
	  { .payload = "A7" ALL, .protected_map = "A2 01 27 04 48 0102030405060709" },
	  WHO },
	{ "kid a part of the key's",
	  { .payload = "A7" ALL, .protected_map = "A2 01 27 04 47 01020304050607" },
	  WHO },
	{ "kid empty", { .payload = "A7" ALL, .protected_map = "A2 01 27 04 40" }, WHO },
	{ "kid of 33 bytes",
	  { .payload = "A7" ALL, .protected_map = "A2 01 27 04 5821 <33*01>" },
	  WHO },
	{ "kid unknown as a hint",
	  { .payload = "A7" ALL, .protected_map = "A1 01 27", .unprotected_map = "A1 04 41 01" },
	  WHO },
	{ "kid as text",
	  { .payload = "A7" ALL, .protected_map = "A2 01 27 04 68'12345678'" },
	  BAD },
	{ "kid as a number", { .payload = "A7" ALL, .protected_map = "A2 01 27 04 01" }, BAD },
	{ "critical header not understood",
	  { .payload = "A7" ALL, .protected_map = "A3 01 27 02 81 1863 1863 00" },
	  WHAT },
	{ "critical header not understood and not there",
	  { .payload = "A7" ALL, .protected_map = "A2 01 27 02 81 1863" },
	  WHAT },
	{ "critical header named by text",
	  { .payload = "A7" ALL, .protected_map = "A3 01 27 02 81 61'x' 61'x' 00" },
	  WHAT },
	{ "critical header not understood, beside one that is",
	  { .payload = "A7" ALL, .protected_map = "A4 01 27 04 48" KID "02 82 04 1863 1863 00" },
	  WHAT },
	{ "critical headers understood",
	  { .payload = "A7" ALL, .protected_map = "A3 01 27 04 48" KID "02 82 01 04" },
	  OK },
	{ "critical kid that is not protected",
	  { .payload = "A7" ALL,
	    .protected_map = "A2 01 27 02 81 04",
	    .unprotected_map = "A1 04 48" KID },
	  BAD },
	{ "critical list empty", { .payload = "A7" ALL, .protected_map = "A2 01 27 02 80" }, BAD },
	{ "critical list a number",
	  { .payload = "A7" ALL, .protected_map = "A2 01 27 02 04" },
	  BAD },
	{ "critical list of bytes",
	  { .payload = "A7" ALL, .protected_map = "A2 01 27 02 81 41 01" },
	  BAD },
	{ "critical list unprotected",
	  { .payload = "A7" ALL, .unprotected_map = "A1 02 81 1863" },
	  BAD },
	{ "critical header not understood, claims malformed",
	  { .payload = "A6" ALL, .protected_map = "A2 01 27 02 81 1863" },
	  BAD },
	{ "further protected headers",
	  { .payload = "A7" ALL, .protected_map = "A4 01 27 03 183D 04 48" KID "61'x' 82 01 A0" },
	  OK },
	{ "further unprotected headers",
	  { .payload = "A7" ALL, .unprotected_map = "A2 03 183D 61'x' 82 01 A0" },
	  OK },
	{ "a header in both",
	  { .payload = "A7" ALL,
	    .protected_map = "A3 01 27 03 183D 04 48" KID,
	    .unprotected_map = "A1 03 183D" },
	  BAD },
	{ "an unprotected header twice",
	  { .payload = "A7" ALL, .unprotected_map = "A2 0600 0600" },
	  BAD },
	{ "a label of bytes", { .payload = "A7" ALL, .unprotected_map = "A1 41 01 00" }, BAD },
	{ "unprotected header an array", { .payload = "A7" ALL, .unprotected_map = "80" }, BAD },
	{ "unprotected header null", { .payload = "A7" ALL, .unprotected_map = "F6" }, BAD },

	/* the signature */
	{ "first bit of the signature", { .payload = "A7" ALL, .spoil = flip_first }, FALSE_ },
	{ "a bit of its last byte", { .payload = "A7" ALL, .spoil = flip_last }, FALSE_ },
	{ "all zeros", { .payload = "A7" ALL, .spoil = zeros }, FALSE_ },
	{ "S as large as the order", { .payload = "A7" ALL, .spoil = order_as_s }, FALSE_ },
	{ "signature of 63 bytes", { .payload = "A7" ALL, .spoil = shorten }, BAD },
	{ "signature of 65 bytes", { .payload = "A7" ALL, .spoil = lengthen }, BAD },
	{ "no signature", { .payload = "A7" ALL, .spoil = empty }, BAD },
	{ "forged and expired", { .payload = "A3" ISS CTI ID, .spoil = flip_first }, FALSE_ },

	/* the payload as a whole */
	{ "payload empty", { .payload = "" }, BAD },
	{ "payload an array", { .payload = "80" }, BAD },
	{ "payload text", { .payload = "61'a'" }, BAD },
	{ "payload tagged", { .payload = "D83D A7" ALL }, BAD },
	{ "no claims", { .payload = "A0" }, BAD },
	{ "a trailing byte in the payload", { .payload = "A7" ALL "00" }, BAD },
	{ "payload indefinite", { .payload = "BF" ALL "FF" }, BAD },
	{ "a claim too few for its head", { .payload = "A8" ALL }, BAD },
	{ "a claim twice", { .payload = "A8" ALL IAT }, BAD },
	{ "an unknown claim twice", { .payload = "A9" ALL "1864 00 1864 00" }, BAD },
	{ "an unknown claim twice, inside it", { .payload = "A8" ALL "1864 A2 0100 0100" }, BAD },
	{ "unknown claims of every type",
	  { .payload = "AE" ALL "02 61's' 03 61'a' 1864 F6 61'x' FB3FF199999999999A 410A 80 820102 "
				"A0 F5 C2 4101" },
	  OK },
	{ "a status list is passed over",
	  { .payload = "A8" ALL "19FFFF A1 6B'status_list' A2 63'idx' 05 63'uri' 61'u'" },
	  OK },
	{ "an unknown claim at depth 8", { .payload = "A8" ALL "1864 <7*81>00" }, OK },
	{ "an unknown claim at depth 9", { .payload = "A8" ALL "1864 <8*81>00" }, BAD },
	{ "an unknown claim of bad UTF-8", { .payload = "A8" ALL "1864 62 C080" }, BAD },
	{ "an unknown claim, indefinite", { .payload = "A8" ALL "1864 5F41 00FF" }, BAD },
	{ "an unknown claim, not the shortest", { .payload = "A8" ALL "1864 1800" }, BAD },

	/* iss */
	{ "no iss", { .payload = "A6" EXP NBF IAT CTI ID KIND }, BAD },
	{ "iss as bytes", { .payload = "A3 01 49'yd:371171'" CTI ID }, BAD },
	{ "iss as a number", { .payload = "A3 01 00" CTI ID }, BAD },
	{ "another iss", { .payload = "A3 01 69'yd:371172'" CTI ID }, WHO },
	{ "another iss, no kid",
	  { .payload = "A3 01 69'yd:371172'" CTI ID, .protected_map = "A1 01 27" },
	  WHO },
	{ "iss a part of the key's", { .payload = "A3 01 68'yd:37117'" CTI ID }, WHO },
	{ "iss more than the key's", { .payload = "A3 01 6C'yd:371171001'" CTI ID }, WHO },
	{ "iss with a zero byte behind", { .payload = "A3 01 6A'yd:371171'00" CTI ID }, WHO },
	{ "iss in capitals", { .payload = "A3 01 69'YD:371171'" CTI ID }, WHO },
	{ "iss empty", { .payload = "A3 01 60" CTI ID }, WHO },
	{ "iss of 127 bytes", { .payload = "A3 01 787F<127*61>" CTI ID }, WHO },
	{ "iss of 200 bytes", { .payload = "A3 01 78C8<200*61>" CTI ID }, WHO },
	{ "iss not UTF-8", { .payload = "A3 01 62 EDA0" CTI ID }, BAD },

	/* times */
	{ "no times", { .payload = "A3" ISS CTI ID }, OK },
	{ "expires in this second", { .payload = "A4" ISS "04 1A684EE180" CTI ID }, LATE },
	{ "expires in the next second", { .payload = "A4" ISS "04 1A684EE181" CTI ID }, OK },
	{ "valid from this second", { .payload = "A4" ISS "05 1A684EE180" CTI ID }, OK },
	{ "valid from the next second", { .payload = "A4" ISS "05 1A684EE181" CTI ID }, EARLY },
	{ "issued in the future", { .payload = "A4" ISS "06 1A7FFFFFFF" CTI ID }, OK },
	{ "exp equals nbf", { .payload = "A5" ISS "04 1A684EE180 05 1A684EE180" CTI ID }, BAD },
	{ "exp a second after nbf",
	  { .payload = "A5" ISS "04 1A684EE181 05 1A684EE180" CTI ID },
	  OK },
	{ "exp before nbf", { .payload = "A5" ISS "04 00 05 01" CTI ID }, BAD },
	{ "exp before nbf, both negative", { .payload = "A5" ISS "04 21 05 20" CTI ID }, BAD },
	{ "exp in 1969", { .payload = "A4" ISS "04 20" CTI ID }, LATE },
	{ "nbf in 1969", { .payload = "A4" ISS "05 20" CTI ID }, OK },
	{ "exp 2^64-1", { .payload = "A4" ISS "04 1BFFFFFFFFFFFFFFFF" CTI ID }, OK },
	{ "nbf 2^64-1", { .payload = "A4" ISS "05 1BFFFFFFFFFFFFFFFF" CTI ID }, EARLY },
	{ "exp -2^64", { .payload = "A4" ISS "04 3BFFFFFFFFFFFFFFFF" CTI ID }, LATE },
	{ "exp as a float", { .payload = "A4" ISS "04 FB41DAD27480000000" CTI ID }, BAD },
	{ "nbf as a float", { .payload = "A4" ISS "05 FA4ED27480" CTI ID }, BAD },
	{ "iat as a float", { .payload = "A4" ISS "06 F93C00" CTI ID }, BAD },
	{ "exp as text", { .payload = "A4" ISS "04 61'9'" CTI ID }, BAD },
	{ "exp tagged as a time", { .payload = "A4" ISS "04 C1 1A6B49D200" CTI ID }, BAD },
	{ "exp as a big number", { .payload = "A4" ISS "04 C2 4101" CTI ID }, BAD },
	{ "exp null", { .payload = "A4" ISS "04 F6" CTI ID }, BAD },

	/* cti */
	{ "cti of 7 bytes", { .payload = "A3" ISS ID "07 47 <7*01>" }, BAD },
	{ "cti of 8 bytes", { .payload = "A3" ISS ID "07 48 <8*01>" }, OK },
	{ "cti of 16 bytes", { .payload = "A3" ISS ID "07 50 <16*01>" }, OK },
	{ "cti of 17 bytes", { .payload = "A3" ISS ID "07 51 <17*01>" }, BAD },
	{ "cti empty", { .payload = "A3" ISS ID "07 40" }, BAD },
	{ "cti as text", { .payload = "A3" ISS ID "07 68'12345678'" }, BAD },
	{ "ours without cti", { .payload = "A2" ISS ID }, BAD },

	/* cnf */
	{ "cnf", { .payload = "A4" ISS CTI ID CNF }, OK },
	{ "cnf in another order",
	  { .payload = "A4" ISS CTI ID "08 A1 01 A4 22 5820" GY "21 5820" GX "20 01 01 02" },
	  OK },
	{ "cnf not a point",
	  { .payload = "A4" ISS CTI ID "08 A1 01 A4 01 02 20 01 21 5820" GX "22 5820" GX },
	  BAD },
	{ "cnf zero",
	  { .payload = "A4" ISS CTI ID "08 A1 01 A4 01 02 20 01 21 5820 <32*00> 22 5820 <32*00>" },
	  BAD },
	{ "cnf with a coordinate above the field",
	  { .payload = "A4" ISS CTI ID "08 A1 01 A4 01 02 20 01 21 5820 <32*FF> 22 5820" GY },
	  BAD },
	{ "cnf with an x of 31 bytes",
	  { .payload = "A4" ISS CTI ID "08 A1 01 A4 01 02 20 01 21 581F <31*01> 22 5820" GY },
	  BAD },
	{ "cnf with an x of 33 bytes",
	  { .payload = "A4" ISS CTI ID "08 A1 01 A4 01 02 20 01 21 5821 00" GX "22 5820" GY },
	  BAD },
	{ "cnf of P-384",
	  { .payload = "A4" ISS CTI ID "08 A1 01 A4 01 02 20 02 21 5820" GX "22 5820" GY },
	  BAD },
	{ "cnf of key type 1",
	  { .payload = "A4" ISS CTI ID "08 A1 01 A4 01 01 20 01 21 5820" GX "22 5820" GY },
	  BAD },
	{ "cnf without y",
	  { .payload = "A4" ISS CTI ID "08 A1 01 A3 01 02 20 01 21 5820" GX },
	  BAD },
	{ "cnf with y as a sign",
	  { .payload = "A4" ISS CTI ID "08 A1 01 A4 01 02 20 01 21 5820" GX "22 F5" },
	  BAD },
	{ "cnf with a fifth part",
	  { .payload = "A4" ISS CTI ID "08 A1 01 A5 01 02 20 01 21 5820" GX "22 5820" GY "03 26" },
	  BAD },
	{ "cnf by a key's id", { .payload = "A4" ISS CTI ID "08 A1 03 41 01" }, BAD },
	{ "cnf empty", { .payload = "A4" ISS CTI ID "08 A0" }, BAD },
	{ "cnf null", { .payload = "A4" ISS CTI ID "08 F6" }, BAD },
	{ "cnf in a chip", { .payload = "A5" ISS CTI ID CNF "3A00011171 01" }, OK },
	{ "in a chip 0", { .payload = "A5" ISS CTI ID CNF "3A00011171 00" }, BAD },
	{ "in a chip true", { .payload = "A5" ISS CTI ID CNF "3A00011171 F5" }, BAD },

	/* identity and kind */
	{ "no identity", { .payload = "A2" ISS CTI }, BAD },
	{ "identity as text", { .payload = "A3" ISS CTI "18A9 61'a'" }, BAD },
	{ "identity empty", { .payload = "A3" ISS CTI "18A9 A0" }, BAD },
	{ "no number", { .payload = "A3" ISS CTI "18A9 A1 04 61'a'" }, BAD },
	{ "number empty", { .payload = "A3" ISS CTI "18A9 A2 01 60 04 61'a'" }, BAD },
	{ "number of 127 bytes",
	  { .payload = "A3" ISS CTI "18A9 A2 01 787F<127*31> 04 61'a'" },
	  OK },
	{ "number of 128 bytes",
	  { .payload = "A3" ISS CTI "18A9 A2 01 7880<128*31> 04 61'a'" },
	  BAD },
	{ "number as a number", { .payload = "A3" ISS CTI "18A9 A2 01 05 04 61'a'" }, BAD },
	{ "number as bytes", { .payload = "A3" ISS CTI "18A9 A2 01 4131 04 61'a'" }, BAD },
	{ "number with a zero byte",
	  { .payload = "A3" ISS CTI "18A9 A2 01 63 310032 04 61'a'" },
	  BAD },
	{ "number not UTF-8", { .payload = "A3" ISS CTI "18A9 A2 01 61 80 04 61'a'" }, BAD },
	{ "number under text '1'",
	  { .payload = "A3" ISS CTI "18A9 A2 61'1' 61'N' 04 61'a'" },
	  BAD },
	{ "ours without a name", { .payload = "A3" ISS CTI "18A9 A1 01 61'N'" }, BAD },
	{ "name of 255 bytes", { .payload = "A3" ISS CTI "18A9 A2 01 61'N' 04 78FF<255*61>" }, OK },
	{ "name of 256 bytes",
	  { .payload = "A3" ISS CTI "18A9 A2 01 61'N' 04 790100<256*61>" },
	  BAD },
	{ "name of four-byte characters",
	  { .payload = "A3" ISS CTI "18A9 A2 01 61'N' 04 68'𠮷𡈽'" },
	  OK },
	{ "name with a surrogate",
	  { .payload = "A3" ISS CTI "18A9 A2 01 61'N' 04 63 EDA080" },
	  BAD },
	{ "name overlong", { .payload = "A3" ISS CTI "18A9 A2 01 61'N' 04 62 C1A1" }, BAD },
	{ "name twice", { .payload = "A3" ISS CTI "18A9 A3 01 61'N' 04 61'a' 04 61'b'" }, BAD },
	{ "further fields in the identity",
	  { .payload = "A3" ISS CTI "18A9 A6 01 61'N' 04 61'a' 08 01 10 42 0102 61'x' 80 410A F6" },
	  OK },
	{ "kind 2", { .payload = "A4" ISS CTI ID "3A00011170 02" }, OK },
	{ "kind 0", { .payload = "A4" ISS CTI ID "3A00011170 00" }, BAD },
	{ "kind 3", { .payload = "A4" ISS CTI ID "3A00011170 03" }, BAD },
	{ "kind -1", { .payload = "A4" ISS CTI ID "3A00011170 20" }, BAD },
	{ "kind as text", { .payload = "A4" ISS CTI ID "3A00011170 61'1'" }, BAD },
};

struct fixture {
	struct signing_key key;
	struct keyring *keyring;
	uint8_t bytes[FORGE_BYTES_MAX];
	char text[2 * FORGE_BYTES_MAX];
};

static struct fixture fixture; /* large, and made anew before each test */

static int set_up(void **state)
{
	fixture.key = forge_key(KEY_EDDSA, SEED, "yd:371171", "3711", KID);
	fixture.keyring = keyring_open();
	*state = &fixture;
	return keyring_add(fixture.keyring, &fixture.key.trusted) == KEYRING_OK ? 0 : -1;
}

static int tear_down(void **state)
{
	struct fixture *used = *state;

	keyring_close(used->keyring);
	return 0;
}

/* From bytes of exactly their size, so that the sanitizer sees a step too far. */
static enum credential_status judge_bytes(struct credential *out, size_t length)
{
	uint8_t *copy = malloc(length + (length == 0));
	enum credential_status status;

	memcpy(copy, fixture.bytes, length);
	status = credential_from_bytes(out, copy, length, fixture.keyring, NOW);
	free(copy);
	return status;
}

static enum credential_status judge_text(struct credential *out, const char *text, size_t length)
{
	char *copy = malloc(length + (length == 0));
	enum credential_status status;

	memcpy(copy, text, length);
	status = credential_from_text(out, copy, length, fixture.keyring, NOW);
	free(copy);
	return status;
}

static void refusals(void **state)
{
	struct credential untouched;

	(void)state;
	memset(&untouched, 0xa5, sizeof(untouched));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		size_t length = forge_credential(fixture.bytes, &row->forge, &fixture.key);
		struct credential out = untouched;
		enum credential_status status = judge_bytes(&out, length);

		if (status != row->status)
			fail_msg("%s: %s, not %s", row->name, credential_status_name(status),
				 credential_status_name(row->status));
		if (status != CREDENTIAL_OK)
			assert_memory_equal(&out, &untouched, sizeof(out));
		base45_encode(fixture.text, fixture.bytes, length);
		if (judge_text(&out, fixture.text, strlen(fixture.text)) != row->status)
			fail_msg("%s, as text", row->name);
	}
}

static void claims_arrive(void **state)
{
	const struct forge forge = { .payload = "A9" ALL CNF "3A00011171 01" };
	struct credential out;

	(void)state;
	assert_int_equal(judge_bytes(&out, forge_credential(fixture.bytes, &forge, &fixture.key)),
			 OK);
	assert_string_equal(out.issuer, "yd:371171");
	assert_string_equal(out.number, "N1");
	assert_string_equal(out.name, "张三");
	assert_int_equal(out.kind, CREDENTIAL_VETERAN);
	assert_int_equal(out.medium_length, 8);
	assert_memory_equal(out.medium, "\1\2\3\4\5\6\7\x8", 8);
	assert_true(out.expires == 1800000000 && out.not_before == 1700000000);
	assert_true(out.issued_at == 1700000000);
	assert_true(out.has_holder_key && out.holder_key_in_chip);
	assert_int_equal(out.holder_key[0], 0x6b);
	assert_int_equal(out.holder_key[63], 0xf5);
}

static void absent_claims(void **state)
{
	const struct forge forge = { .payload = "A3" ISS CTI ID };
	struct credential out;

	(void)state;
	assert_int_equal(judge_bytes(&out, forge_credential(fixture.bytes, &forge, &fixture.key)),
			 OK);
	assert_true(out.expires == INT64_MAX && out.not_before == INT64_MIN);
	assert_true(out.issued_at == INT64_MIN);
	assert_int_equal(out.kind, CREDENTIAL_KIND_NONE);
	assert_false(out.has_holder_key || out.holder_key_in_chip);
}

/* No single bit of a credential can change without a refusal. */
static void every_bit_counts(void **state)
{
	const struct forge forge = { .payload = "A7" ALL };
	size_t length = forge_credential(fixture.bytes, &forge, &fixture.key);
	struct credential out;

	(void)state;
	for (size_t bit = 0; bit < 8 * length; bit++) {
		fixture.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (judge_bytes(&out, length) == CREDENTIAL_OK)
			fail_msg("bit %zu", bit);
		fixture.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t cut = 0; cut < length; cut++)
		assert_int_equal(judge_bytes(&out, cut), BAD);
	assert_int_equal(judge_bytes(&out, length), OK);
}

/* A credential of exactly this many bytes, filled up in a claim that nobody reads. */
static size_t filled(size_t wanted)
{
	char payload[256];
	struct forge forge = { .payload = payload };
	size_t length;

	(void)sprintf(payload, "A4" ISS CTI ID "1864 591000 <4096*00>");
	length = forge_credential(fixture.bytes, &forge, &fixture.key);
	(void)sprintf(payload, "A4" ISS CTI ID "1864 59%04zX <%zu*00>", wanted - (length - 4096),
		      wanted - (length - 4096));
	length = forge_credential(fixture.bytes, &forge, &fixture.key);
	assert_int_equal(length, wanted);
	return length;
}

static void sizes_as_read(void **state)
{
	struct credential out;

	(void)state;
	assert_int_equal(judge_bytes(&out, filled(4096)), OK);
	assert_int_equal(judge_bytes(&out, filled(4097)), BAD);
	/* 4096 characters are no base45, so the nearest are 4095 and 4097. */
	base45_encode(fixture.text, fixture.bytes, filled(2730));
	assert_int_equal(strlen(fixture.text), 4095);
	assert_int_equal(judge_text(&out, fixture.text, 4095), OK);
	base45_encode(fixture.text, fixture.bytes, filled(2731));
	assert_int_equal(strlen(fixture.text), 4097);
	assert_int_equal(judge_text(&out, fixture.text, 4097), BAD);
}

static enum credential_status judge_compressed(size_t length)
{
	static uint8_t stream[BASE45_DECODED(READING_BYTES_MAX)];
	struct credential out;
	size_t compressed = 0;

	assert_true(deflate_bytes(stream, sizeof(stream), &compressed, fixture.bytes, length));
	base45_encode(fixture.text, stream, compressed);
	assert_true(strlen(fixture.text) <= READING_BYTES_MAX);
	return judge_text(&out, fixture.text, strlen(fixture.text));
}

static void sizes_inflated(void **state)
{
	(void)state;
	assert_int_equal(judge_compressed(filled(300 + 4096)), OK);
	assert_int_equal(judge_compressed(filled(16384)), OK);
	assert_int_equal(judge_compressed(filled(16385)), BAD);
}

static void compressed_faults(void **state)
{
	const size_t bomb = 2000000;
	uint8_t *zeros_ = calloc(1, bomb);
	static uint8_t stream[BASE45_DECODED(READING_BYTES_MAX)];
	struct credential out;
	size_t length = 0;

	(void)state;
	assert_true(deflate_bytes(stream, sizeof(stream), &length, zeros_, bomb));
	base45_encode(fixture.text, stream, length);
	assert_true(strlen(fixture.text) <= READING_BYTES_MAX);
	assert_int_equal(judge_text(&out, fixture.text, strlen(fixture.text)), BAD);
	free(zeros_);

	assert_true(deflate_bytes(stream, sizeof(stream) - 1, &length, fixture.bytes,
				  forge_credential(fixture.bytes,
						   &(struct forge){ .payload = "A7" ALL },
						   &fixture.key)));
	base45_encode(fixture.text, stream, length);
	assert_int_equal(judge_text(&out, fixture.text, strlen(fixture.text)), OK);
	base45_encode(fixture.text, stream, length - 1);
	assert_int_equal(judge_text(&out, fixture.text, strlen(fixture.text)), BAD);
	stream[length] = 0;
	base45_encode(fixture.text, stream, length + 1);
	assert_int_equal(judge_text(&out, fixture.text, strlen(fixture.text)), BAD);
	/* A tag's record is never compressed. */
	memcpy(fixture.bytes, stream, length);
	assert_int_equal(judge_bytes(&out, length), BAD);
}

static void texts(void **state)
{
	static const char *const malformed[] = {
		"", " ", "0", "hello", "HELLO WORLD", "https://example.com/", "6BF", "优待证", "\n",
	};
	struct credential out;
	size_t length;

	(void)state;
	for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++)
		assert_int_equal(judge_text(&out, malformed[i], strlen(malformed[i])), BAD);
	length = forge_credential(fixture.bytes, &(struct forge){ .payload = "A7" ALL },
				  &fixture.key);
	base45_encode(fixture.text, fixture.bytes, length);
	length = strlen(fixture.text);
	assert_int_equal(judge_text(&out, fixture.text, length), OK);
	for (size_t cut = 0; cut < length; cut++)
		assert_int_equal(judge_text(&out, fixture.text, cut), BAD);
	fixture.text[length] = '\n';
	assert_int_equal(judge_text(&out, fixture.text, length + 1), BAD);
	fixture.text[0] = 'z';
	assert_int_equal(judge_text(&out, fixture.text, length), BAD);
}

static void readings(void **state)
{
	static const struct {
		enum reading_fault fault;
		enum credential_status status;
	} faults[] = {
		{ READING_TORN, CREDENTIAL_TORN },
		{ READING_SEVERAL_CARDS, CREDENTIAL_SEVERAL_CARDS },
		{ READING_MALFORMED, BAD },
		{ READING_UNSUPPORTED, WHAT },
	};
	struct reading reading = { .carrier = READING_TAG };
	struct credential out;

	(void)state;
	reading.length = forge_credential(fixture.bytes, &(struct forge){ .payload = "A7" ALL },
					  &fixture.key);
	memcpy(reading.bytes, fixture.bytes, reading.length);
	assert_int_equal(credential_from_reading(&out, &reading, fixture.keyring, NOW), OK);
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		reading.fault = faults[i].fault;
		assert_int_equal(credential_from_reading(&out, &reading, fixture.keyring, NOW),
				 faults[i].status);
	}
	reading.fault = READING_COMPLETE;
	reading.carrier = READING_QR; /* the same bytes are no text */
	assert_int_equal(credential_from_reading(&out, &reading, fixture.keyring, NOW), BAD);
	base45_encode((char *)reading.bytes, fixture.bytes, reading.length);
	reading.length = strlen((char *)reading.bytes);
	assert_int_equal(credential_from_reading(&out, &reading, fixture.keyring, NOW), OK);
}

/* --- published vectors --- */

static enum credential_status judge_vector(struct credential *out, const char *text,
					   const char *key_hex, const char *algorithm)
{
	struct keyring *keyring = keyring_open();
	struct trusted_key key = { .issuer = "https://mosip.example.org", .until = INT64_MAX };
	enum credential_status status;
	uint8_t bytes[65];
	size_t length;

	if (key_hex != NULL) {
		assert_true(key_algorithm_from_name(&key.algorithm, algorithm));
		length = vectors_hex(bytes, sizeof(bytes), key_hex);
		/* Their points of P-256 start with 04; ours are x || y. */
		memcpy(key.public_key, bytes + length % 32, length - length % 32);
		assert_int_equal(keyring_add(keyring, &key), KEYRING_OK);
	}
	status = credential_from_text(out, text, strlen(text), keyring, NOW);
	keyring_close(keyring);
	return status;
}

/* Those with a signature of their own are read and verified, without kid, cti or kind. */
static void published_signed(void **state)
{
	static const char *const files[] = { "claim169/valid-ed25519-signed.json",
					     "claim169/valid-ecdsa-p256-signed.json" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		json_t *vector = vectors_load(files[i]);
		json_t *key = json_object_get(vector, "signing_key");
		json_t *claims = json_object_get(vector, "expected_claim169");
		json_t *meta = json_object_get(vector, "expected_cwt_meta");
		const char *text = json_string_value(json_object_get(vector, "qr_data"));
		struct credential out;

		if (vector == NULL)
			skip();
		assert_int_equal(
			judge_vector(&out, text,
				     json_string_value(json_object_get(key, "public_key_hex")),
				     json_string_value(json_object_get(key, "algorithm"))),
			OK);
		assert_string_equal(out.number, json_string_value(json_object_get(claims, "id")));
		assert_string_equal(out.name,
				    json_string_value(json_object_get(claims, "fullName")));
		assert_string_equal(out.issuer, json_string_value(json_object_get(meta, "issuer")));
		assert_true((double)out.expires ==
			    json_number_value(json_object_get(meta, "expiresAt")));
		assert_true((double)out.issued_at ==
			    json_number_value(json_object_get(meta, "issuedAt")));
		assert_int_equal(out.kind, CREDENTIAL_KIND_NONE);
		assert_int_equal(out.medium_length, 0);
		assert_int_equal(judge_vector(&out, text, NULL, NULL), WHO);
		json_decref(vector);
	}
}

/*
 * The others have an empty signature, so a reader that checks signatures refuses them; their
 * base45, compression and CBOR are sound, and it is for the signature that they are refused.
 */
static void published_unsigned(void **state)
{
	static const char *const files[] = {
		"claim169/valid-minimal.json",          "claim169/valid-with-face.json",
		"claim169/valid-claim169-example.json", "claim169/edge-expired.json",
		"claim169/edge-unknown-fields.json",    "claim169/invalid-missing-169.json",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		json_t *vector = vectors_load(files[i]);
		const char *text = json_string_value(json_object_get(vector, "qr_data"));
		static uint8_t stream[READING_BYTES_MAX];
		static uint8_t bytes[CREDENTIAL_BYTES_MAX];
		struct credential out;
		size_t length;
		size_t inflated;

		if (vector == NULL)
			skip();
		assert_int_equal(judge_vector(&out, text, NULL, NULL), BAD);
		assert_true(base45_decode(stream, &length, text, strlen(text)));
		assert_true(inflate_bytes(bytes, sizeof(bytes), &inflated, stream, length));
		assert_true(cbor_valid(bytes, inflated));
		json_decref(vector);
	}
}

static void published_invalid(void **state)
{
	json_t *vector = vectors_load("claim169/invalid-bad-base45.json");
	struct credential out;

	(void)state;
	if (vector == NULL)
		skip();
	assert_int_equal(judge_vector(&out, json_string_value(json_object_get(vector, "qr_data")),
				      NULL, NULL),
			 BAD);
	json_decref(vector);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refusals),           cmocka_unit_test(claims_arrive),
		cmocka_unit_test(absent_claims),      cmocka_unit_test(every_bit_counts),
		cmocka_unit_test(sizes_as_read),      cmocka_unit_test(sizes_inflated),
		cmocka_unit_test(compressed_faults),  cmocka_unit_test(texts),
		cmocka_unit_test(readings),           cmocka_unit_test(published_signed),
		cmocka_unit_test(published_unsigned), cmocka_unit_test(published_invalid),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
