# SPDX-License-Identifier: Apache-2.0
"""The data of a report page, with its events and rows as `smallbms run --json` has them (docs/RESULTS.md)."""
import json
import re

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def plain_list(short):
    per_unit, letters = short
    values, number, step, weight, is_count = [], 0, 0, 1, False
    for letter in letters:
        digit = LETTERS.index(letter)
        step += digit % 32 * weight
        weight *= 32
        if digit < 32:
            is_next = step == 1 and not is_count
            if not is_count and not is_next:
                number += -(step // 2) if step % 2 else step // 2
            values += [number / per_unit] * (step if is_count else 0 if is_next else 1)
            step, weight, is_count = 0, 1, is_next
    return values


def plain_rows(rows):
    return {key: [plain_list(cell) for cell in value] if key == "cells_mv" else plain_list(value) for key, value in rows.items()}


def read(page):
    data = json.loads(re.search(r'<script type="application/json" id="run">(.*?)</script>', page, flags=re.S)[1])
    kinds, texts = data.pop("event_kinds"), data.pop("event_texts")
    ticks = 0
    for at, event in enumerate(data["events"]):
        if isinstance(event, list):
            ticks += event[0]
            data["events"][at] = {"t_s": ticks / 8, **kinds[event[1]], "text": "; ".join(texts[i] for i in event[2:])}
        else:
            ticks = round(event["t_s"] * 8)
    rows = re.search(r'<script type="application/json" id="run-rows">(.*?)</script>', page, flags=re.S)[1]
    if rows:
        data["series"]["rows"] = plain_rows(json.loads(rows))
    return data
