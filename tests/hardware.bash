# SPDX-License-Identifier: Apache-2.0
# What the tests of hardware/ share: a copy of it to be spoiled, in `copy`, and failures, which show what the program has written to
# $directory/said; `failed` counts for the exit status.
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
copy=$directory/hardware
failed=0

fail() { # WORDS
    echo "$1" >&2
    [[ ! -s $directory/said ]] || sed 's/^/    /' "$directory/said" >&2
    failed=1
}

fresh() { # the copy anew
    rm -rf "$copy"
    cp -r hardware "$copy"
}
