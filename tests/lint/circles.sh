#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# No include goes round in a circle, in any folder of the product: x.c, x.h and x_internal.h are one module, and a module
# that includes another is not included by it, nor by what it includes.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/lint/sources.sh
. tests/lint/sources.sh

# "MODULE OTHER" a line for each #include of a header of this tree
pairs() {
    { c_and_h_files "${product[@]}" | xargs -0 grep --with-filename --only-matching --extended-regexp \
        '^[[:space:]]*#[[:space:]]*include[[:space:]]+"[^"]+[.]h"' || true; } |
        sed --regexp-extended -e 's/^([^:]*)[.][ch]:.*"(.*)[.]h"$/\1 \2/' -e 's/_internal\b//g' | awk '$1 != $2'
}

if ! said=$(pairs | tsort 2>&1 >/dev/null); then
    echo 'these modules include one another in a circle:' >&2
    sed --quiet 's/^tsort: \(.*\/.*\)/    \1/p' <<<"$said" >&2
    exit 1
fi
