#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What no file may hold, and what each must: no unfinished-work marks, no paths of one machine, no registry
# hosts; an SPDX line near the top. A temporary path may stand only where mktemp or mkdtemp is called.
set -euo pipefail
cd "$(dirname "$0")/../.."

failed=0
mapfile -d '' files < <(find . \( -name .git -o -path ./build -o -name node_modules -o -path ./tests/corpus \) \
    -prune -o -type f -print0)

# forbid MESSAGE PATTERN [EXCEPT]: lines that match PATTERN, but not those that match EXCEPT as well
forbid() {
    local hits
    hits=$(grep --with-filename --line-number --binary-files=without-match --extended-regexp -- "$2" "${files[@]}" || true)
    if [[ -n ${3:-} ]]; then
        hits=$(grep --invert-match --extended-regexp -- "$3" <<<"$hits" || true)
    fi
    if [[ -n $hits ]]; then
        printf '%s:\n%s\n' "$1" "$hits" >&2
        failed=1
    fi
}

# the brackets keep these lines from matching themselves
forbid 'unfinished work' '\b(TO[D]O|FIXM[E]|XX[X])\b'
forbid 'a path of one machine' '(^|[^[:alnum:]_.])/(wor[k]|roo[t]|hom[e]/[[:alnum:]])(/|\b)'
forbid 'a temporary path' '(^|[^[:alnum:]_.])/tm[p]/' 'mk(d|s)?temp'
forbid 'a registry host' 'registry[.]npmjs|npmjs[.]org|deb[.]debian[.]org|registry[.]yarnpkg|npmmirro[r]'
forbid 'a private word' '\b([Ww]itnes[s]|[Dd]ea[f]\b|[Ss]tar[v](e|ing)|ki[n]\b|[Hh]abi[t]\b)'

for file in "${files[@]}"; do
    case $file in
    *.c | *.h | *.S | *.ld | *.sh | *.bash | *.py | *.toml | *.js | *.mjs | *.css | *.html | *.cmake | */CMakeLists.txt | ./Makefile | ./.ci/run)
        { read -r first; read -r second; read -r third; } <"$file" || true # no process for each of some hundred files
        if [[ "$first $second $third" != *'SPDX-License-Identifier: Apache-2.0'* ]]; then
            echo "$file: no SPDX line among its first three" >&2
            failed=1
        fi
        ;;
    esac
done
exit $failed
