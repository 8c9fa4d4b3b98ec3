# SPDX-License-Identifier: Apache-2.0
"""The data of a report page, with its events as `smallbms run --json` has them (docs/RESULTS.md)."""
import json
import re


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
    return data
