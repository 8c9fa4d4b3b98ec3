#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Where the command writes, under attack: outputs that are one file, links, a full disk; and inputs that an editor has given
# a byte order mark.  SMALLBMS=... ROOT=... tests/test_outputs.sh
set -euo pipefail
source "$(dirname "$0")/command.bash"

cat >a.yaml <<'YAML'
title: t
run: {duration: 4 days}
bank: {battery: 12.8 V, capacity_ah: 50, state_of_charge_pct: 80}
YAML
printf 't_s,remote_l_mv\n0,0\n60,0\n' >a.csv
"$SMALLBMS" settings a.hex >/dev/null
mapfile -t formats < <(sed -n 's/^    {"\([a-z]*\)", *.*/\1/p' "$ROOT/result/formats.c")
((${#formats[@]} >= 4)) || fail "formats: only ${formats[*]}"

# ---- one file under two names: refused before anything is written --------------------------------------------------

mkdir folder
ln -s folder same-folder
ln -s folder/new link
ln -s link second-link
ln -s a.yaml scenario-link
ln a.yaml scenario-hard
ln a.hex hex-hard
printf 'as it was' >kept
ln kept kept-hard
ln -s "$work/kept" kept-link
cp a.yaml a.yaml.was
cp a.csv a.csv.was
cp a.hex a.hex.was

originals=(a.yaml a.csv a.hex) # each has a copy, FILE.was
untouched() { # WHAT
    local file
    for file in "${originals[@]}"; do
        cmp --silent $file $file.was || fail "$1: $file was changed"
    done
    [[ $(<kept) == 'as it was' ]] || fail "$1: an existing file was changed"
    [[ ! -e new && ! -e folder/new && -L link && -z $(left_beside kept)$(left_beside folder/new) ]] || fail "$1: wrote a file"
}

# refused WORDS ARGUMENT...: exit 2, one line on stderr with WORDS, nothing written
refused() {
    local words=$1
    shift
    smallbms "$@"
    [[ $status == 2 && ! -s out ]] && one_line err || fail "smallbms $*: exit $status: $(cat err)"
    says err "$words"
    untouched "smallbms $*"
}

while read -r one other; do
    refused "--csv $one and --json $other must not both write to $other" run a.yaml --csv "$one" --json "$other"
    refused "--csv $one and --json $other must not both write to $other" log a.hex --csv "$one" --json "$other"
    refused "OUTPUT.hex $one and --raw $other must not both write to $other" settings "$one" --raw "$other"
    refused "--report $one and --json $other must not both write to $other" run a.yaml --vcd /dev/null --report "$one" --json "$other"
done <<PAIRS
new new
new ./new
new $work/new
folder/../new new
folder/new same-folder/new
folder/new link
link second-link
same-folder/new second-link
kept kept-hard
kept-link kept
kept-hard kept-link
PAIRS
smallbms run a.yaml --csv new --json folder/new
[[ $status == 0 && -s new && -s folder/new ]] || fail "one name in two folders: exit $status: $(cat err)"
rm new folder/new

# an input
refused '--csv scenario-link would overwrite the scenario' run a.yaml --csv scenario-link
refused '--json scenario-hard would overwrite the scenario' run ./a.yaml --json scenario-hard
refused '--json a.hex would overwrite the input' log hex-hard --json a.hex
refused '--eeprom ./a.csv would overwrite the stimulus' replay --device avr a.csv --eeprom ./a.csv
refused '--eeprom a.hex would overwrite the image' replay --device avr --image hex-hard a.csv --eeprom a.hex
refused '--csv a.yaml would overwrite the scenario' run --csv a.yaml - <a.yaml
refused '--output a.yaml would overwrite the scenario' draw a.yaml --output a.yaml
refused '--json a.yaml would overwrite the scenario' check a.yaml --json a.yaml

# what the input names: a load's profile, in the folder of the scenario or, of standard input, in the working directory
mkdir house
cat a.yaml - >house/b.yaml <<'YAML'
loads: [{name: Fridge, profile: week.csv}, {name: Pump, profile: ../day.csv}]
YAML
printf 'time_s,power_w\n0,50\n3600,10\n604800,0\n' >house/week.csv
printf 'time_s,power_w\n0,20\n86400,0\n' >day.csv
ln house/week.csv week-hard
ln -s house/week.csv week-link
for file in house/week.csv day.csv house/b.yaml; do
    cp $file $file.was
    originals+=("$file")
done
for path in house/week.csv week-hard week-link house/../house/week.csv day.csv "$work/day.csv"; do
    for format in "${formats[@]}"; do
        refused "--$format $path would overwrite the profile of a load" run house/b.yaml --$format "$path"
    done
    refused "--output $path would overwrite the profile of a load" draw house/b.yaml --output "$path"
    refused "--json $path would overwrite the profile of a load" check house/b.yaml --json "$path"
done
refused '--eeprom day.csv would overwrite the profile of a load' run house/b.yaml --device avr --eeprom day.csv
(cd house && "$SMALLBMS" draw - --output ../week-link <b.yaml 2>../err) && fail 'draw - over a profile: exit 0'
says err '--output ../week-link would overwrite the profile of a load'
untouched 'draw - over a profile'
smallbms draw house/b.yaml --output new
[[ $status == 0 && -s new ]] || fail "a new file beside profiles: exit $status: $(cat err)"
rm new

# the simulated device is made of files, too: of copies here
built=$(dirname "$(readlink -f "$SMALLBMS")")
mkdir -p bin/firmware
cp "$SMALLBMS" "$built/smallbms-avr" bin
cp "$built/firmware/smallbms-product.elf" bin/firmware
given=$SMALLBMS
SMALLBMS=$work/bin/smallbms
refused 'would overwrite the image' replay --device avr a.csv --eeprom bin/firmware/smallbms-product.elf
refused 'would overwrite the image' run a.yaml --device avr --json bin/firmware/smallbms-product.elf
refused 'would overwrite the simulator' run a.yaml --device avr --json bin/smallbms-avr
SMALLBMS=$given

# standard output and standard input are files too
stream_refused() { # WORDS FILE ARGUMENT...: as refused, with standard output at the end of FILE
    local words=$1 file=$2
    shift 2
    status=0
    "$SMALLBMS" "$@" >>"$file" 2>err || status=$?
    [[ $status == 2 ]] && one_line err || fail "smallbms $* >>$file: exit $status: $(cat err)"
    says err "$words"
    untouched "smallbms $* >>$file"
}
stream_refused 'standard output and --csv kept-hard must not both write to kept-hard' kept run a.yaml --csv kept-hard
for order in '--json - --csv kept-hard' '--csv kept-hard --json -'; do
    # shellcheck disable=SC2086
    stream_refused '--json - and --csv kept-hard must not both write to kept-hard' kept run a.yaml $order
done
stream_refused 'standard output would overwrite the scenario' scenario-hard run a.yaml
stream_refused 'standard output would overwrite the stimulus' a.csv replay a.csv
stream_refused '--csv would overwrite the input' a.hex log --csv - hex-hard
stream_refused 'standard output would overwrite the profile of a load' week-hard run house/b.yaml
stream_refused 'standard output would overwrite the profile of a load' day.csv check house/b.yaml
stream_refused 'standard output would overwrite the profile of a load' week-link draw house/b.yaml
stream_refused 'standard output would overwrite the log' a.csv predict a.csv --cell a123
stream_refused 'standard output would overwrite the cell' a.yaml predict a.csv --cell ./a.yaml
"$SMALLBMS" run a.yaml --csv /dev/null >/dev/null || fail 'a device that takes anything'

# ---- a name with nothing in it names no file, whatever it is for -----------------------------------------------------

for command in run check draw replay log fit predict settings; do
    smallbms $command ''
    [[ $status == 2 && ! -s out ]] && one_line err && says err "smallbms $command: an argument is empty: it must name a file"
done
for arguments in 'run a.yaml --csv' 'run a.yaml --device avr --image' 'replay a.csv --device avr --eeprom' 'draw a.yaml --output' \
    'check a.yaml --json' 'log a.hex --csv' 'fit a.csv --output' 'predict a.csv --cell' 'settings --raw'; do
    read -ra words <<<"$arguments"
    refused "${words[-1]} must name a file" "${words[@]}" ''
    refused "${words[-1]} must name a file" "${words[@]}="
done
refused "unknown subcommand ''" ''

# ---- a FIFO: its reader may come a little later, but not never ------------------------------------------------------------

mkfifo fifo
status=0
timeout 60 "$SMALLBMS" run a.yaml --csv fifo --json new >out 2>err || status=$?
[[ $status == 2 && $(<err) == 'smallbms: cannot write fifo: nobody reads it' && ! -e new ]] || fail "a FIFO that nobody reads: exit $status: $(cat err)"
timeout 60 cat fifo >read &
smallbms run a.yaml --csv fifo
wait $!
smallbms run a.yaml --csv new --quiet
cmp read new || fail 'what a FIFO carries is another file'
rm fifo read new

# ---- a link to nothing is written through, as one to a file -----------------------------------------------------------

smallbms run a.yaml --csv second-link --json kept-link
[[ $status == 0 && -L link && -L second-link && -L kept-link && ! -L folder/new && ! -L kept ]] || fail "links: exit $status: $(cat err)"
grep --quiet '^t_s,' folder/new || fail 'a link to nothing: no CSV where it leads'
grep --quiet '"format"' kept || fail 'a link to a file: no JSON where it leads'
rm folder/new
printf 'as it was' >kept

# ---- no space left: called that in every format, and nothing half-written ----------------------------------------------

full='No space left on device'
is_full() { # WHAT: of the command that has just run
    [[ $status == 2 ]] && one_line err || fail "$1: exit $status: $(cat err)"
    says err "$full"
    untouched "$1"
}
to_full() { # ARGUMENT...: with a standard output that is full
    status=0
    "$SMALLBMS" "$@" >/dev/full 2>err || status=$?
    is_full "smallbms $* >/dev/full"
}
for format in "${formats[@]}"; do
    smallbms run a.yaml "--$format" /dev/full
    is_full "--$format /dev/full"
    [[ $format == report ]] || to_full run a.yaml "--$format" -
done
for format in csv json; do
    smallbms log a.hex --$format /dev/full
    is_full "log --$format /dev/full"
    to_full log a.hex --$format -
done
smallbms settings /dev/full
is_full 'settings /dev/full'
smallbms settings --raw /dev/full
is_full 'settings --raw /dev/full'
smallbms run a.yaml --csv kept --json /dev/full # the one is whole, and yet not put in its place
is_full '--csv kept --json /dev/full'
to_full run a.yaml --csv - --json kept
to_full run a.yaml
to_full replay a.csv
awk 'BEGIN { print "t_s,remote_l_mv"; for (i = 0; i < 6000; i++) print i "," i % 20 * 500 }' >many.csv # more than a buffer
to_full replay many.csv
to_full log a.hex
to_full --help
to_full run --help
to_full --version

status=0 # what is told arrives nowhere: the file beside it stays too
"$SMALLBMS" run a.yaml --csv kept >/dev/full 2>err || status=$?
is_full 'run --csv kept >/dev/full'
untouched 'run --csv kept >/dev/full'
# A limit of the file's size instead, and a real full disk where this user may mount one.
for format in "${formats[@]}"; do
    status=0
    (trap '' XFSZ && ulimit -f 1 && exec "$SMALLBMS" run a.yaml "--$format" kept >/dev/null 2>/dev/null) || status=$?
    [[ $status == 2 ]] || fail "--$format beyond the limit: exit $status"
    untouched "--$format beyond the limit"
done
cat >small.bash <<'SCRIPT'
set -e
mount -t tmpfs -o size=8k none "$1"
echo 'as it was' >"$1/kept"
for format in "${@:3}"; do
    for name in kept new; do
        status=0
        "$2" run a.yaml "--$format" "$1/$name" >/dev/null || status=$?
        echo "$format $name: exit $status, $(ls -A "$1" | tr '\n' ' ')$(<"$1/kept")" >&2
    done
done
rm "$1/kept"
"$2" replay many.csv >"$1/out" || echo "replay: exit $?" >&2
SCRIPT
mkdir small
if unshare --map-root-user --mount true 2>/dev/null && unshare --map-root-user --mount mount -t tmpfs none small 2>/dev/null; then
    unshare --map-root-user --mount bash small.bash small "$SMALLBMS" "${formats[@]}" 2>err || fail "a small disk: $(cat err)"
    says err 'replay: exit 2'
    (($(grep --count "$full" err) == 2 * ${#formats[@]} + 1)) || fail "a small disk: $(cat err)"
    (($(grep --count --line-regexp '[a-z]* [a-z]*: exit 2, kept as it was' err) == 2 * ${#formats[@]})) || fail "a small disk: $(cat err)"
else
    echo 'test_outputs: this user may not mount a small disk, /dev/full has to do'
fi

# ---- a byte order mark, with which some editors begin a text ---------------------------------------------------------

mark=$'\xEF\xBB\xBF'
with_mark() { # SUBCOMMAND FILE: tells the same with one
    smallbms "$1" "$2"
    mv out expected
    { printf %s "$mark" && cat "$2"; } >"marked.${2##*.}"
    smallbms "$1" "marked.${2##*.}"
    [[ $status == 0 && ! -s err ]] || fail "$1 of a file with a byte order mark: exit $status: $(cat err)"
    cmp expected out || fail "$1 of a file with a byte order mark tells something else"
}
with_mark run a.yaml
with_mark replay a.csv
with_mark log a.hex
printf '%stitel: t\n' "$mark" >wrong.yaml
refused 'wrong.yaml:1:1: unknown key titel' run wrong.yaml
printf '%s:0X\n' "$mark" >wrong.hex
refused 'wrong.hex:1:3: a hexadecimal digit' log wrong.hex
{ printf '%s:' "$mark" && head -c 1020 /dev/zero; } >raw.bin # an image that only begins like one
smallbms log raw.bin
[[ $status == 0 ]] || fail "an image that begins with a byte order mark: exit $status: $(cat err)"

exit $failed
