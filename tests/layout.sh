#!/bin/sh
# clang-format has nothing to change.
clang-format --dry-run --Werror */*.c */*.h */*.cpp
