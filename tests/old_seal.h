/*
 * What programs of the past left: a key file, and names that were sealed under it, by version 1
 * (XChaCha20-Poly1305) and by the two ciphers that followed.
 */
#ifndef YOUDAI_TESTS_OLD_SEAL_H
#define YOUDAI_TESTS_OLD_SEAL_H

#define OLD_KEYS                                                                 \
	"youdai-keys 1\n"                                                        \
	"log 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n" \
	"site_group "                                                            \
	"202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f\n"     \
	"sealing 404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f\n"

/* Of characters that GB 18030-2022 has at its level 3, beyond the basic plane. */
#define RARE_NAME "\U00020BB7\U00030EDD\U0002CE7C"

/* "测试甲" of the person P1, RARE_NAME of P2, by version 1. */
#define OLD_P1 "0182711968fe6bd8b7edb0d5e1e83d2cd3c83d4732b493c8fe443bf9b7c7e104a51f"
#define OLD_P2 "019d38f8b571b12238446cb17eacc215ca6dc76d161c222493f39e46376a72c6578999ac2e"

/* "测试甲" of P1 again. */
#define AES_P1 "02207f392779b218786a71a8489f25ef6621f37019834c9c18b1e080c8b7756c10b1"
#define SM4_P1 "039391965874b19ea3035615425285c69090bb1ff3de82795db55d5a6992cb549441"

#endif
