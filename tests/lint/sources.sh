# SPDX-License-Identifier: Apache-2.0
# Sourced by the checks, from the tree's root: where C sources are. A new folder of the product is named here, and what it
# may include in includes.sh.
product=(core firmware simulator twin scenario wiring result cli)

# c_files [DIRECTORY...]: their C sources, each ended by a NUL, in one order everywhere
c_files() {
    find "$@" -name '*.c' -print0 | LC_ALL=C sort -z
}

# c_and_h_files [DIRECTORY...]: headers too
c_and_h_files() {
    find "$@" -name '*.[ch]' -print0 | LC_ALL=C sort -z
}
