#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# CONTRIBUTING.md is true. Its journeys name files that are there, and new ones (NAME) that have a sibling of the same pattern;
# every other path, link and target that it names is there; it knows every folder; its limits are those of the checks. And
# docs/GLOSSARY.md has each word once, and what it takes from the sources is there.
set -euo pipefail
cd "${ROOT:-$(dirname "$0")/..}"

document=CONTRIBUTING.md # the one that is being read
failed=0
fail() { # LINE MESSAGE
    echo "$document:$1: $2" >&2
    failed=1
}

# check_path LINE PATH: it is there; NAME may be any name
declare -A checked=()
check_path() {
    local line=$1 path=$2
    [[ -z ${checked[$line $path]:-} ]] || return 0
    checked[$line $path]=yes
    if [[ $path != *NAME* ]]; then
        [[ -e $path ]] || fail "$line" "$path is not there"
    elif ! compgen -G "$(dirname "${path//NAME/*}")" >/dev/null; then
        fail "$line" "the folder of $path is not there"
    elif ! compgen -G "${path//NAME/*}" >/dev/null; then
        fail "$line" "nothing that is there is called like $path"
    fi
}

# check_step LINE VERB PATH [WORDS]: a line of a journey
check_step() {
    local line=$1 verb=$2 path=$3 words=$4 named=false
    [[ $path == *NAME* ]] && named=true
    case $verb in
    new | made) $named || fail "$line" "$path is $verb, so it has NAME in it" ;;
    row | edit | read) ! $named || fail "$line" "$path is to $verb, so it has no NAME in it" ;;
    *) fail "$line" "'$verb' is none of new, made, row, edit, read" ;;
    esac
    check_path "$line" "$path"
    if [[ -n $words && -f $path ]] && ! grep --quiet --fixed-strings -- "$words" "$path"; then
        fail "$line" "$path does not say '$words'"
    fi
}

# ---- the journeys: blocks of ```files below headings that begin with a number

journeys=0 steps=0 number=0 inside=false
while IFS= read -r text; do
    number=$((number + 1))
    if [[ $text =~ ^'### '[1-9]'. ' ]]; then
        journeys=$((journeys + 1))
    elif [[ $text == '```files' ]]; then
        inside=true steps=0
    elif [[ $text == '```' ]] && $inside; then
        inside=false
        ((steps >= 3)) || fail $number "a journey with $steps files"
    elif $inside; then
        steps=$((steps + 1))
        read -r verb path words <<<"$text"
        check_step $number "$verb" "$path" "$words"
    fi
done <"$document"
((journeys == 6)) || fail 1 "$journeys journeys, not 6"
blocks=$(grep --count --line-regexp '```files' $document || true)
((blocks == journeys)) || fail 1 "$journeys journeys and $blocks lists of files"

# ---- everything else that it names

while IFS=: read -r line path; do
    check_path "$line" "$path"
done < <(grep --line-number --only-matching --extended-regexp '\]\([^):#]+' $document | sed 's/](//')

# paths in text and examples: words of which the first part is a folder of the tree
folders=$(find . -mindepth 1 -maxdepth 1 -type d -not -name '.*' -not -name build -not -name node_modules -printf '%f\n' | sort)
while IFS=: read -r line path; do
    path=${path%.}
    [[ $path == *'*'* ]] && path=${path//'*'/NAME}
    check_path "$line" "$path"
done < <(grep --line-number --only-matching --perl-regexp \
    "(?<![\w/.-])(\.ci|$(paste --serial --delimiters='|' <<<"$folders"))/[\w./*-]*" $document)

while IFS=: read -r line command; do
    grep --quiet "^${command#make }:" Makefile || fail "$line" "'$command' is no target of the Makefile"
done < <(grep --line-number --only-matching --extended-regexp '\bmake [a-z]+' $document)

for folder in $folders; do
    grep --quiet "^| \`$folder/\` |" $document || fail 1 "does not say what $folder/ is"
done

# same TEXT FILE TEXT: the document says the first, wherever its lines break, the file the second
prose=$(tr --squeeze-repeats '\n ' ' ' <$document)
same() {
    [[ $prose == *"$1"* ]] || fail 1 "does not say '$1', as $2 does: $3"
    grep --quiet --fixed-strings -- "$3" "$2" || fail 1 "says '$1', and $2 does not say '$3'"
}
same 'at most 110 columns' .clang-format 'ColumnLimit: 110'
same 'at most 50 lines' tests/lint/size.sh 'lines_max=50'
same 'at most 8 in `core/` and `firmware/`' tests/lint/size.sh 'complexity_max=8'
same '10 elsewhere' tests/lint/size.sh 'complexity_max=10'
same 'at most 500' tests/lint/size.sh '> 500'
same '15 minutes of `make soak`' .ci/run 'make soak MINUTES=15'

# ---- the glossary

document=docs/GLOSSARY.md
entries=$(grep '^| ' $document | grep --invert-match --count '^| word ')
((entries > 50)) || fail 1 "only $entries words"
while read -r word; do
    fail 1 "has '$word' twice"
done < <(sed --quiet --regexp-extended 's/^\| ([^|]*[^| ]) \|.*/\1/p' $document | grep --invert-match --line-regexp word |
    sort | uniq --repeated)
while IFS=: read -r line word; do
    word=$(tr -d '`' <<<"$word")
    if [[ $word == */* ]]; then
        [[ -e $word ]] || fail "$line" "$word is not there"
    elif [[ $word != *'*'* ]]; then
        grep --quiet --recursive --fixed-strings -- "${word% NAME}" core firmware simulator twin scenario result cli \
            scenarios CMakeLists.txt Makefile || fail "$line" "no source says '$word'"
    fi
done < <(grep --line-number --only-matching '`[^`]*`' $document)
while IFS=: read -r line path; do
    [[ -e docs/$path ]] || fail "$line" "docs/$path is not there"
done < <(grep --line-number --only-matching --extended-regexp '\]\([^):#]+' $document | sed 's/](//')

((failed == 0)) && echo "CONTRIBUTING.md: $journeys journeys, every path is there; docs/GLOSSARY.md: $entries words"
exit $failed
