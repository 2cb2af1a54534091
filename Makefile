# Youdai.  `make run` shows it, `make test` proves it; `make help` lists the rest.

BUILD    ?= build
CC       ?= gcc
CXX      ?= g++
ifeq ($(origin CC),default)
CC       := gcc
endif
ifeq ($(origin CXX),default)
CXX      := g++
endif

# One object tree a variant: the release, and each pair of compiler and sanitizer.
OBJ      ?= $(BUILD)/release
MODE     ?= -O2 -D_FORTIFY_SOURCE=3 -D_GLIBCXX_ASSERTIONS -DNDEBUG
HARDEN   := -fstack-protector-strong -fstack-clash-protection -fPIE
PACKAGES := libnfc sdl2 SDL2_ttf fontconfig sqlite3 libqrencode zxing libv4l2 libpng libjpeg \
            libsodium libgcrypt libcrypto libseccomp zlib jansson pangocairo cairo-pdf
WARN     := -Wall -Wextra -Wshadow -Wundef -Wformat=2 -Wvla -Wwrite-strings -Wpointer-arith \
            -Wcast-qual -Wimplicit-fallthrough -Werror
CWARN    := -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
DEFINES  := -D_GNU_SOURCE -D_REENTRANT
INCLUDES := -I. -I$(OBJ)/gen $(shell pkg-config --cflags-only-I $(PACKAGES) 2>/dev/null)
CFLAGS_  := -std=c2x -g $(MODE) $(HARDEN) $(WARN) $(CWARN) $(DEFINES) $(INCLUDES) $(CFLAGS)
CXXFLAGS_:= -std=c++17 -g $(MODE) $(HARDEN) $(WARN) $(DEFINES) $(INCLUDES) $(CXXFLAGS)
LDFLAGS_ := -pie -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed $(MODE) $(LDFLAGS)
LDLIBS   := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lpthread -lm

FOLDERS  := reader db assets kiosk centre
sources   = $(wildcard $(1)/*.c $(1)/*.cpp)
objects   = $(patsubst %,$(OBJ)/%.o,$(basename $(1)))
MAINS    := kiosk/main.c centre/main.c
TESTS    := $(wildcard tests/test_*.c)
BENCHES  := $(wildcard tests/bench_*.c)
FUZZERS  := $(wildcard tests/fuzz_*.c)
SUPPORT  := $(filter-out $(TESTS) $(BENCHES) $(FUZZERS),$(wildcard tests/*.c))
PHRASES  := assets/reasons.csv assets/explain.csv assets/describe.csv assets/screens.csv
GEN_C    := $(OBJ)/gen/phrases.c $(OBJ)/gen/migrations.c $(OBJ)/gen/demo.c $(OBJ)/gen/regions.c
GEN      := $(GEN_C) $(OBJ)/gen/phrases.h
LIBS     := $(foreach f,kiosk centre db reader assets,$(OBJ)/lib$(f).a)

.PHONY: all help deps build run test bench fuzz mutate analyse install clean format check programs analysed
.DELETE_ON_ERROR:
.SECONDARY:

all: build

help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

## make deps      install what the build needs (Debian 12, apt)
deps:
	@sh assets/deps.sh

## make build     build/youdai and build/youdai-kiosk
build: deps
	@$(MAKE) --no-print-directory OBJ=$(OBJ) $(BUILD)/youdai $(BUILD)/youdai-kiosk

$(BUILD)/youdai: $(OBJ)/youdai
	@cp -f $< $@
$(BUILD)/youdai-kiosk: $(OBJ)/youdai-kiosk
	@cp -f $< $@

## make run       a demonstration: kiosk window, or pictures in build/demo without a display
run: build
	@sh kiosk/run.sh $(BUILD)

## make test      every test, under sanitizers, with gcc and with clang
test: deps
	@sh tests/run.sh $(BUILD)

## make bench     every figure of the design with its limit or peer
bench: build
	@$(MAKE) --no-print-directory OBJ=$(BUILD)/bench programs
	@sh tests/bench.sh $(BUILD)

## make fuzz      libFuzzer and AFL++ for a bounded time (FUZZ_SECONDS, default 20 each), and coverage
fuzz: deps
	@sh tests/fuzz.sh $(BUILD)

## make analyse   cppcheck, clang-tidy and gcc's analyser over the programs' sources (make test: reader/ and db/)
analyse: deps
	@sh tests/analyse.sh $(BUILD)

## make mutate    turn each comparison of the decision around: do the tests notice?
mutate: deps
	@sh tests/mutate.sh $(BUILD)

## make format    lay the code out with clang-format
format:
	@clang-format -i $(wildcard */*.c */*.h */*.cpp)

## make install   into PREFIX (default /usr/local)
PREFIX ?= /usr/local
install: build
	install -D -m 755 $(BUILD)/youdai $(DESTDIR)$(PREFIX)/bin/youdai
	install -D -m 755 $(BUILD)/youdai-kiosk $(DESTDIR)$(PREFIX)/bin/youdai-kiosk

## make clean     remove what was built
clean:
	rm -rf $(BUILD)

# --- how things are made; used with OBJ and MODE set by the scripts of tests/ ---

programs: $(OBJ)/youdai $(OBJ)/youdai-kiosk \
          $(patsubst tests/%.c,$(OBJ)/%,$(TESTS) $(BENCHES))

fuzzers: $(patsubst tests/%.c,$(OBJ)/%,$(FUZZERS))

$(OBJ)/gen/phrases.c $(OBJ)/gen/phrases.h &: $(PHRASES) assets/phrases.awk
	@mkdir -p $(@D)
	@awk -v header=$(OBJ)/gen/phrases.h -v source=$(OBJ)/gen/phrases.c -f assets/phrases.awk $(PHRASES)

$(OBJ)/gen/migrations.c: $(wildcard db/migrations/*.sql) db/migrations.awk
	@mkdir -p $(@D)
	@awk -f db/migrations.awk $(sort $(wildcard db/migrations/*.sql)) > $@

$(OBJ)/gen/regions.c: assets/regions.csv assets/regions.awk
	@mkdir -p $(@D)
	@awk -f assets/regions.awk $< > $@

$(OBJ)/gen/demo.c: $(wildcard assets/demo/*) centre/demo.awk
	@mkdir -p $(@D)
	@awk -f centre/demo.awk $(sort $(wildcard assets/demo/*)) > $@

$(OBJ)/%.o: %.c Makefile | $(GEN)
	@mkdir -p $(@D)
	@echo "  CC   $<"
	@$(CC) $(CFLAGS_) -MMD -MP -c -o $@ $<

$(OBJ)/%.o: %.cpp Makefile | $(GEN)
	@mkdir -p $(@D)
	@echo "  CXX  $<"
	@$(CXX) $(CXXFLAGS_) -MMD -MP -c -o $@ $<

$(OBJ)/gen/%.o: $(OBJ)/gen/%.c
	@$(CC) $(CFLAGS_) -MMD -MP -c -o $@ $<

define library
$(OBJ)/lib$(1).a: $(call objects,$(filter-out $(MAINS),$(call sources,$(1)))) $(2)
	@rm -f $$@ && ar rcs $$@ $$^
endef
$(eval $(call library,reader,))
$(eval $(call library,db,$(OBJ)/gen/migrations.o $(OBJ)/gen/regions.o))
$(eval $(call library,assets,$(OBJ)/gen/phrases.o))
$(eval $(call library,kiosk,))
$(eval $(call library,centre,$(OBJ)/gen/demo.o))
$(OBJ)/libtest.a: $(call objects,$(SUPPORT))
	@rm -f $@ && ar rcs $@ $^

$(OBJ)/youdai: $(OBJ)/centre/main.o $(OBJ)/libcentre.a $(OBJ)/libdb.a $(OBJ)/libreader.a $(OBJ)/libassets.a
	@echo "  LD   $@"
	@$(CXX) $(LDFLAGS_) -o $@ $^ $(LDLIBS)

$(OBJ)/youdai-kiosk: $(OBJ)/kiosk/main.o $(OBJ)/libkiosk.a $(OBJ)/libdb.a $(OBJ)/libreader.a $(OBJ)/libassets.a
	@echo "  LD   $@"
	@$(CXX) $(LDFLAGS_) -o $@ $^ $(LDLIBS)

$(OBJ)/test_% $(OBJ)/bench_%: EXTRA = -lcmocka -lcbor -lzbar
$(OBJ)/test_%: $(OBJ)/tests/test_%.o $(OBJ)/libtest.a $(LIBS)
	@echo "  LD   $@"
	@$(CXX) $(LDFLAGS_) -o $@ $^ $(LDLIBS) $(EXTRA)
$(OBJ)/bench_%: $(OBJ)/tests/bench_%.o $(OBJ)/libtest.a $(LIBS)
	@echo "  LD   $@"
	@$(CXX) $(LDFLAGS_) -o $@ $^ $(LDLIBS) $(EXTRA)
# What of the libraries the linker takes is noted beside a fuzz target: its second build needs no more.
FUZZ_PARTS ?= $(OBJ)/libtest.a $(LIBS)
$(OBJ)/fuzz_%: $(OBJ)/tests/fuzz_%.o $(FUZZ_PARTS)
	@echo "  LD   $@"
	@$(CXX) $(LDFLAGS_) -Wl,-t,-t -o $@ $^ $(LDLIBS) -lcbor $(FUZZ_LINK) >$@.parts

# A stamp beside it says that the analysers have nothing to say about a source.
ANALYSED ?= $(FOLDERS)
analysed: $(foreach f,$(ANALYSED),$(patsubst %,$(OBJ)/%.analysed,$(call sources,$(f))))

$(OBJ)/%.c.analysed: %.c Makefile tests/analyse.sh .clang-tidy $(wildcard */.clang-tidy) | $(GEN)
	@mkdir -p $(@D)
	@sh tests/analyse.sh --one $< $(CFLAGS_) -MMD -MP -MT $@ -MF $@.d
	@touch $@

$(OBJ)/%.cpp.analysed: %.cpp Makefile tests/analyse.sh .clang-tidy | $(GEN)
	@mkdir -p $(@D)
	@sh tests/analyse.sh --one $< $(CXXFLAGS_)
	@touch $@

-include $(shell find $(OBJ) -name '*.d' 2>/dev/null)
