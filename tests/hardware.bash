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

change() { # FILE SED: it must change the file
    cp "$1" "$directory/before"
    sed --in-place --expression "$2" "$1"
    ! cmp --silent "$1" "$directory/before" || fail "nothing of $(basename "$1") changes by: $2"
}

spoil() { # FILE SED: the copy anew, with that in one of its files
    fresh
    change "$copy/$1" "$2"
}

blocks() { # STATUS WORDS BLOCK [ARGUMENT...]: of the block in the copy
    local status=0
    python3 "$copy/blocks.py" "${@:4}" "$3" >"$directory/said" 2>&1 || status=$?
    [[ $status == "$1" ]] || fail "blocks.py ${*:4} $3: exit $status, not $1"
    grep --quiet --extended-regexp -- "$2" "$directory/said" || fail "blocks.py ${*:4} $3 does not say: $2"
}

single_faults() { # BLOCK...: each does what is listed
    local name status
    for name in "$@"; do
        status=0
        python3 hardware/faults.py "$name" >"$directory/said" 2>&1 || status=$?
        [[ $status == 0 ]] && grep --quiet '; 0 fail$' "$directory/said" || fail "$name: a single fault does not do what is listed"
    done
}

wrong_faults() { # COUNT BLOCK PART...: so many lines of the copy's list are seen to be wrong
    local status=0
    python3 "$copy/faults.py" "${@:2}" >"$directory/said" 2>&1 || status=$?
    [[ $status == 1 && $(grep --count FAIL "$directory/said") == "$1" ]] || fail "$2: a list of single faults that is wrong passes"
}
