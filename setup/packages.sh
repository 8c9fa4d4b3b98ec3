#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs the packages of setup/packages.txt that this machine lacks; leaves apt alone when it lacks none.
set -euo pipefail

list=$(dirname "$0")/packages.txt

missing=()
while read -r package command; do
    [[ -z $package || $package == '#'* ]] && continue
    [[ -n $command ]] && command -v "$command" >/dev/null && continue
    status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
    [[ $status == installed ]] || missing+=("$package")
done <"$list"

if ((${#missing[@]} == 0)); then
    exit 0
fi

as_root=()
if ((EUID != 0)); then
    if ! command -v sudo >/dev/null; then
        echo "setup: not root and no sudo; as root: apt-get install ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi

echo "setup: installing ${missing[*]}" >&2
"${as_root[@]}" apt-get update
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${missing[@]}"
