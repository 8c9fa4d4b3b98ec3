#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The image's telemetry as a published VE.Direct parser reads it (tests/telemetry.mjs).
set -euo pipefail
cd "${ROOT:-$(dirname "$0")/..}"

image=$(dirname "$(realpath "${SMALLBMS:-build/smallbms}")")/firmware/smallbms-product.hex
if [[ ! -r $image || ! -r ${image%.hex}.elf ]]; then
    echo "$(basename "$0"): no image $image with its .elf; 'make hex' builds both" >&2
    exit 1
fi
if ! node tests/telemetry.mjs "$image"; then
    echo "test_telemetry: failed; again: node tests/telemetry.mjs $image" >&2
    exit 1
fi
echo 'test_telemetry: all as it should be'
