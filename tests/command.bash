# SPDX-License-Identifier: Apache-2.0
# What the tests of the smallbms command share; each sources it first. Needs SMALLBMS (the command to test) and ROOT (the source
# tree); leaves the script in an empty folder of its own.
: "${SMALLBMS:?the command to test}" "${ROOT:?the source tree}"

test_name=$(basename "$0" .sh)
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"
failed=0
export PYTHONPATH=$ROOT/tests PYTHONDONTWRITEBYTECODE=1 # tests/page_data.py

fail() {
    echo "$test_name: $1" >&2
    failed=1
}

# A process costs more here than what most of them do, so what can be told without one is. What goes round for ever ends
# when it has had 120 s of the processor, and counts as failed; what waits for ever ends with the test (CTest's TIMEOUT).
ulimit -t 120

# smallbms ARGUMENT...: leaves the exit code in $status, the streams in the files out and err.
smallbms() {
    status=0
    "$SMALLBMS" "$@" >out 2>err || status=$?
}

# says STREAM WORDS: the file holds them.
says() {
    holds "$1" "$2" || fail "no '$2' in $1: $(head -n 40 "$1")"
}

says_not() {
    ! holds "$1" "$2" || fail "'$2' in $1"
}

holds() {
    { [[ $(<"$1") == *"$2"* ]]; } 2>/dev/null # which is where bash says that it leaves out zero bytes
}

# one_line FILE: it holds just one
one_line() {
    local content
    IFS= read -r -d '' content <"$1" || true
    [[ $content == *$'\n' && ${content%$'\n'} != *$'\n'* ]]
}

# prints NAME EXPECTED: out is just that.
prints() {
    local content
    IFS= read -r -d '' content <out || true
    if [[ $content != "$2"$'\n' ]]; then
        fail "$1: expected (<), got (>):"
        diff <(printf '%s\n' "$2") out >&2 || true
    fi
}

# What write_file.c would leave beside FILE: the name by which it replaces one.
left_beside() { # FILE
    local folder=.
    [[ $1 != */* ]] || folder=${1%/*}
    compgen -G "$folder/.smallbms.*" || true
}

# table_is NAME TABLE: docs/MODELS.md has it between its marks; with UPDATE=1 it is put there first.
table_is() {
    local models=$ROOT/docs/MODELS.md
    if [[ -n ${UPDATE:-} ]]; then
        awk -v name="$1" -v table="$2" '
            index($0, "<!-- " name ": ") == 1 { print; print table; skipping = 1; next }
            index($0, "<!-- end of " name " -->") == 1 { skipping = 0 }
            !skipping' "$models" >new
        cat new >"$models"
    fi
    diff <(sed -n "/^<!-- $1: /,/^<!-- end of $1 -->/p" "$models" | sed '1d;$d') <(echo "$2") >differences ||
        fail "docs/MODELS.md has another table: $(cat differences)"
}
