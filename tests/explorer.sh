#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every state that the law can reach, its counters shortened: tests/explorer.c over a copy of core/ in build/explorer/.
#   bash tests/explorer.sh              all instances (a campaign of make soak)
#   bash tests/explorer.sh NAME...      these
set -euo pipefail
cd "$(dirname "$0")/.."

folder=build/explorer
rm -rf $folder
mkdir -p $folder/core
cp core/*.[ch] $folder/core/
law=(charger control follow inputs leds load possible skip waits cause)

# FILE, text, shorter text. What the counts say to each other stays: 30 min are three times 10, each wait doubles.
short() {
    grep --quiet --fixed-strings -- "$2" "$folder/core/$1" || { echo "explorer: core/$1 has no '$2' to shorten" >&2; exit 1; }
    sed -i "s|${2//\*/\\*}|$3|" "$folder/core/$1"
}
short control.h 'SBMS_TICKS_PER_S 8u' 'SBMS_TICKS_PER_S 1u'
short control.h 'SBMS_START_SAMPLES 25u' 'SBMS_START_SAMPLES 10u'
short control.h 'SBMS_ALARM_OVER_TICKS 80u' 'SBMS_ALARM_OVER_TICKS 3u'
short control.h 'SBMS_ALARM_OVER_ATD_TICKS 480u' 'SBMS_ALARM_OVER_ATD_TICKS 5u'
short control.h 'SBMS_LOCKOUT_CLEAR_TICKS 240u' 'SBMS_LOCKOUT_CLEAR_TICKS 3u'
short control.h 'SBMS_LOCKOUT_RETRIES_MAX 10u' 'SBMS_LOCKOUT_RETRIES_MAX 3u'
short control.h 'SBMS_LOAD_STEPS 7u' 'SBMS_LOAD_STEPS 4u'
short control.h 'SBMS_CALM_TICKS 4800u' 'SBMS_CALM_TICKS 5u'
short control.h 'SBMS_SHORT_CALM_TICKS 14400u' 'SBMS_SHORT_CALM_TICKS 15u'
short control.h 'SBMS_OFF_CLEAR_TICKS 8u' 'SBMS_OFF_CLEAR_TICKS 3u'
short control.h 'SBMS_SHORT_STEPS 7u' 'SBMS_SHORT_STEPS 4u'
short control.h 'SBMS_SHORT_TICKS 4u' 'SBMS_SHORT_TICKS 3u'
short control.h 'SBMS_SHORT_HELD_TICKS 8u' 'SBMS_SHORT_HELD_TICKS 4u'
short control.h 'SBMS_FED_TICKS 240u' 'SBMS_FED_TICKS 5u'
short control_internal.h 'SBMS_INTERNAL_BLINK_TICKS 4u' 'SBMS_INTERNAL_BLINK_TICKS 2u'
short control_internal.h 'SBMS_INTERNAL_BLINK_PAUSE_TICKS 8u' 'SBMS_INTERNAL_BLINK_PAUSE_TICKS 3u'
short load.c '(81u * time_s + 9u)' '(10u * time_s + 9u)'
short control.h 'SBMS_WARNING_TIME_S_DEFAULT 30u' 'SBMS_WARNING_TIME_S_DEFAULT 7u'
short load.c 'FIRST_WAIT_TICKS 40u' 'FIRST_WAIT_TICKS 2u'
short load.c 'SECOND_WAIT_TICKS 240u' 'SECOND_WAIT_TICKS 3u'
short waits.c 'LOAD_WAIT_TICKS_MAX 7681u' 'LOAD_WAIT_TICKS_MAX 13u'
short waits.c 'CHARGER_WAIT_TICKS_MAX 480u' 'CHARGER_WAIT_TICKS_MAX 5u'
short waits.c 'SHORT_WAIT_TICKS_MAX 30720u' 'SHORT_WAIT_TICKS_MAX 16u'
short charger.c 'SHORT_WAIT_TICKS 40u' 'SHORT_WAIT_TICKS 3u'
short charger.c 'LONG_WAIT_TICKS 480u' 'LONG_WAIT_TICKS 5u'
short follow.c 'FIRST_TRY_TICKS 480u' 'FIRST_TRY_TICKS 2u'

# The explorer in $folder, over the copy of core/ there.
build() {
    printf '#include "core/%s.c"\n' "${law[@]}" >$folder/law.c
    gcc -std=c11 -O2 -g -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -I$folder -I. -o $folder/explorer tests/explorer.c $folder/law.c
}
mapfile -t names < <(sed -n 's/.*{\.name = "\(.*\)",/\1/p' tests/explorer.c)
(($# == 0)) || names=("$@")
others=()
for name in "${names[@]}"; do [[ $name == shorts ]] || others+=("$name"); done
if ((${#others[@]} > 0)); then
    build
    $folder/explorer "${others[@]}"
fi
((${#others[@]} < ${#names[@]})) || exit 0

# Two terminals at once have the product of their states. For them more is short, so that all of it is visited in a minute: three
# steps of the waits for a short and of LOAD-8 are left of four, and fewer ticks of an alarm and of what counts as calm.
mkdir $folder/shorts
cp -r $folder/core $folder/shorts/
folder=build/explorer/shorts
short control.h 'SBMS_ALARM_OVER_TICKS 3u' 'SBMS_ALARM_OVER_TICKS 2u'
short control.h 'SBMS_ALARM_OVER_ATD_TICKS 5u' 'SBMS_ALARM_OVER_ATD_TICKS 4u'
short control.h 'SBMS_LOAD_STEPS 4u' 'SBMS_LOAD_STEPS 3u'
short control.h 'SBMS_CALM_TICKS 5u' 'SBMS_CALM_TICKS 4u'
short control.h 'SBMS_SHORT_CALM_TICKS 15u' 'SBMS_SHORT_CALM_TICKS 12u'
short control.h 'SBMS_SHORT_STEPS 4u' 'SBMS_SHORT_STEPS 3u'
short control.h 'SBMS_WARNING_TIME_S_DEFAULT 7u' 'SBMS_WARNING_TIME_S_DEFAULT 4u'
short waits.c 'LOAD_WAIT_TICKS_MAX 13u' 'LOAD_WAIT_TICKS_MAX 7u'
short waits.c 'SHORT_WAIT_TICKS_MAX 16u' 'SHORT_WAIT_TICKS_MAX 8u'
build
$folder/explorer shorts
