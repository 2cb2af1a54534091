/*
 * Claims of a credential as they stand in its payload, in the notation of forge.h, and the key that
 * the tests sign them with.
 */
#ifndef YOUDAI_TESTS_CLAIMS_H
#define YOUDAI_TESTS_CLAIMS_H

#define NOW 1750000000 /* all tests of credentials judge at this instant */

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

#endif
