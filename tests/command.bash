# SPDX-License-Identifier: Apache-2.0
# What the tests of the smallbms command share; each sources it first. Needs SMALLBMS (the command to test) and ROOT (the source
# tree); leaves the script in an empty folder of its own.
: "${SMALLBMS:?the command to test}" "${ROOT:?the source tree}"

test_name=$(basename "$0" .sh)
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"
failed=0

fail() {
    echo "$test_name: $1" >&2
    failed=1
}

# smallbms ARGUMENT...: leaves the exit code in $status, the streams in the files out and err. What does not end in time
# counts as failed (124).
smallbms() {
    status=0
    timeout 120 "$SMALLBMS" "$@" >out 2>err || status=$?
}

# says STREAM WORDS: the file holds them.
says() {
    grep --quiet --fixed-strings -- "$2" "$1" || fail "no '$2' in $1: $(head -n 40 "$1")"
}

says_not() {
    ! grep --quiet --fixed-strings -- "$2" "$1" || fail "'$2' in $1"
}

# prints NAME EXPECTED: out is just that.
prints() {
    if ! diff <(printf '%s\n' "$2") out >differences; then
        fail "$1: expected (<), got (>):"
        cat differences >&2
    fi
}

# What write_file.c would leave beside FILE: the name by which it replaces one.
left_beside() { # FILE
    compgen -G "$(dirname "$1")/.smallbms.*" || true
}
