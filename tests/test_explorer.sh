#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A small part of the visit of all states that make soak makes: Load, Pre-alarm and Charger with all signals as one.
set -euo pipefail
bash "${ROOT:-$(cd "$(dirname "$0")/.." && pwd)}/tests/explorer.sh" chain
