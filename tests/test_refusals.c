/*
 * Credentials that are refused: each rule is a row with a name, each limit stands there from both
 * sides, and each row is judged as bytes and as text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reader/base45.h"
#include "reader/credential.h"
#include "tests/claims.h"
#include "tests/forge.h"

#define OK     CREDENTIAL_OK
#define BAD    CREDENTIAL_MALFORMED
#define WHAT   CREDENTIAL_UNSUPPORTED
#define WHO    CREDENTIAL_UNKNOWN_ISSUER
#define FORGED CREDENTIAL_FORGED
#define EARLY  CREDENTIAL_NOT_YET_VALID
#define LATE   CREDENTIAL_EXPIRED

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
	  FORGED },
	{ "SM2 is not this key's",
	  { .payload = "A7" ALL, .protected_map = "A2 01 3A0001119F 04 48" KID },
	  FORGED },
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
	{ "first bit of the signature", { .payload = "A7" ALL, .spoil = flip_first }, FORGED },
	{ "a bit of its last byte", { .payload = "A7" ALL, .spoil = flip_last }, FORGED },
	{ "all zeros", { .payload = "A7" ALL, .spoil = zeros }, FORGED },
	{ "S as large as the order", { .payload = "A7" ALL, .spoil = order_as_s }, FORGED },
	{ "signature of 63 bytes", { .payload = "A7" ALL, .spoil = shorten }, BAD },
	{ "signature of 65 bytes", { .payload = "A7" ALL, .spoil = lengthen }, BAD },
	{ "no signature", { .payload = "A7" ALL, .spoil = empty }, BAD },
	{ "forged and expired", { .payload = "A3" ISS CTI ID, .spoil = flip_first }, FORGED },

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

static struct signing_key key;
static struct keyring *keyring;

static int set_up(void **state)
{
	(void)state;
	key = forge_key(KEY_EDDSA, SEED, "yd:371171", "3711", KID);
	keyring = keyring_open();
	return keyring_add(keyring, &key.trusted) == KEYRING_OK ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	keyring_close(keyring);
	return 0;
}

/* From bytes of exactly their size, so that the sanitizer sees a step too far. */
static enum credential_status judge_bytes(struct credential *out, const uint8_t *bytes,
					  size_t length)
{
	uint8_t *copy = malloc(length + (length == 0));
	enum credential_status status;

	memcpy(copy, bytes, length);
	status = credential_from_bytes(out, copy, length, keyring, NOW);
	free(copy);
	return status;
}

static void refusals(void **state)
{
	static uint8_t bytes[FORGE_BYTES_MAX];
	static char text[2 * FORGE_BYTES_MAX];
	struct credential untouched;

	(void)state;
	memset(&untouched, 0xa5, sizeof(untouched));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		size_t length = forge_credential(bytes, &row->forge, &key);
		struct credential out = untouched;
		enum credential_status status = judge_bytes(&out, bytes, length);

		if (status != row->status)
			fail_msg("%s: %s, not %s", row->name, credential_status_name(status),
				 credential_status_name(row->status));
		if (status != CREDENTIAL_OK)
			assert_memory_equal(&out, &untouched, sizeof(out));
		base45_encode(text, bytes, length);
		if (credential_from_text(&out, text, strlen(text), keyring, NOW) != row->status)
			fail_msg("%s, as text", row->name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(refusals) };

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
