/* SPDX-License-Identifier: Apache-2.0 */
/* ---- Header, tiles of the totals, expectations. ---- */

function cellsText() {
    if (data.cell_validated === false) {
        return `${data.cell}: cell model not validated`;
    }
    return data.cell_range_left === true ? `${data.cell}: beyond what it was measured at` : data.cell;
}

function fillHeader() {
    byId("title").textContent = data.title || data.scenario || "smallBMS run";
    byId("description").textContent = data.description || "";
    byId("description").hidden = !data.description;
    const device = { native: "native (the control core)", avr: "avr (the firmware image)" }[data.device] || data.device;
    const rows = [
        ["Scenario", data.scenario],
        ["Seed", data.seed],
        ["Device", device],
        ["Cells", cellsText()],
        ["Length", isNumber(data.duration_s) ? durationText(data.duration_s) : null],
        ["Day 1 is", data.start ? data.start : isNumber(data.start_day_of_year) ? `day ${data.start_day_of_year} of the year` : null],
        ["smallbms", data.version],
    ];
    for (const [name, value] of rows) {
        if (value !== null && value !== undefined && value !== "") {
            byId("meta").append(element("div", {}, element("dt", {}, name), element("dd", {}, String(value))));
        }
    }
    byId("footer").textContent =
        `Made by smallbms ${data.version || ""}. Day 1 starts at 00:00; all times are the local clock of the run. ` +
        "The plots are drawn by uPlot (MIT licence; its text stands in this file's source).";
}

function addTile(label, value, note, options) {
    if (value === null) {
        return;
    }
    const { share, color, jump } = options || {};
    const bar = isNumber(share) ? element("span", { class: "bar", "aria-hidden": "true" }, element("i")) : null;
    if (bar) {
        bar.firstChild.style.width = `${clamp(share, 0, 1) * 100}%`;
        bar.firstChild.style.background = `var(${color})`;
    }
    const tile = element(jump ? "button" : "div", { class: "tile", type: jump ? "button" : null },
        element("span", { class: "label" }, label), element("span", { class: "value" }, value), bar,
        note ? element("span", { class: "note" }, note) : null);
    if (jump) {
        tile.addEventListener("click", jump);
    }
    byId("tiles").append(tile);
}

function energyText(wh) {
    if (!isNumber(wh)) {
        return null;
    }
    return Math.abs(wh) >= 1000 ? withUnit(wh / 1000, 2, "kWh") : withUnit(wh, Math.abs(wh) < 100 ? 1 : 0, "Wh");
}

function addCellTile(label, extreme) {
    if (!extreme || !isNumber(extreme.mv)) {
        return;
    }
    const where = isNumber(extreme.battery) ? `battery ${extreme.battery} cell ${extreme.cell}` : "";
    const when = isNumber(extreme.t_s) ? clockText(extreme.t_s, true) : "";
    addTile(label, withUnit(extreme.mv / 1000, 3, "V"), [where, when].filter(Boolean).join(", "),
        when ? { jump: () => jumpTo(extreme.t_s, null) } : {});
}

function addTimeTile(label, seconds, color) {
    const length = isNumber(data.duration_s) && data.duration_s > 0 ? data.duration_s : null;
    if (!isNumber(seconds)) {
        return;
    }
    const share = length ? seconds / length : NaN;
    /* 99.9999 % is not shown as 100 %: a short cut must not vanish. */
    const percent = share > 0.9995 && share < 1 ? "over 99.9" : numberText(share * 100, 1);
    addTile(label, durationText(seconds), length ? `${percent} % of the time` : "", { share, color });
}

function countText(count, one, many) {
    return isNumber(count) ? `${count} ${count === 1 ? one : many}` : null;
}

function rangeText(low, high, decimals, unit) {
    if (!isNumber(low) || !isNumber(high)) {
        return null;
    }
    return `${numberText(low, decimals)} to ${numberText(high, decimals)} ${unit}`;
}

/* As in the totals that the command prints: not for days, unless the bank was old before. */
function addHealthTile() {
    const pct = (value) => `${numberText(value, 1)} %`;
    if (!isNumber(totals.capacity_min_pct) || !(data.duration_s >= 30 * 86400 || totals.capacity_min_pct < 98)) {
        return;
    }
    addTile("State of health", `${pct(totals.capacity_mean_pct)} capacity`,
        `of a new cell's; the weakest ${pct(totals.capacity_min_pct)}; resistance ${pct(totals.resistance_mean_pct)}, ` +
        `the highest ${pct(totals.resistance_max_pct)}`);
}

/* Where a string carried more than is recommended for a battery, in one direction. */
function addStrainTile(label, strain) {
    if (!strain || !(strain.above_recommended_s > 0)) {
        return;
    }
    const amperes = (value) => withUnit(value, 0, "A");
    const recommended = `above the recommended ${amperes(strain.recommended_a)} of a battery for ${durationText(strain.above_recommended_s)}`;
    const most = strain.above_max_s > 0
        ? `above its maximum of ${amperes(strain.max_a)} for ${durationText(strain.above_max_s)}`
        : `its maximum is ${amperes(strain.max_a)}`;
    addTile(label, withUnit(strain.string_a_max, 1, "A"),
        `string ${strain.string}, ${clockText(strain.t_s, true)}; ${recommended}, ${most}`,
        { jump: () => jumpTo(strain.t_s, null) });
}

function fillTiles() {
    const ah = (value, where) => (isNumber(value) ? `${numberText(value, 1)} Ah ${where}` : "");
    addTile("Energy from chargers", energyText(totals.energy_in_wh), ah(totals.charge_in_ah, "into the batteries"));
    addTile("Energy to loads and device", energyText(totals.energy_out_wh), ah(totals.charge_out_ah, "out of the batteries"));
    addTile("Energy lost in cables", energyText(totals.energy_cables_wh), "and in the relay's contact; the batteries' own aside");
    if (totals.energy_converters_wh > 0) {
        addTile("Energy lost in converters", energyText(totals.energy_converters_wh), "DC-DC converters and chargers; inverters aside");
    }
    addTile("Load cuts", isNumber(totals.load_cuts) ? String(totals.load_cuts) : null,
        Object.entries(totals.load_cuts_by_cause || {}).map(([cause, count]) => `${count} ${cause}`).join(", "));
    addTile("Pre-alarms", isNumber(totals.prealarms) ? String(totals.prealarms) : null,
        countText(totals.charger_cuts, "charger cut", "charger cuts") || "");
    addTimeTile("Load high", totals.load_on_s, "--load");
    addTile("Dark", isNumber(totals.dark_s) ? durationText(totals.dark_s) : null, totals.dark_waiting_s > 0
        ? `system on, Load floating; ${durationText(totals.dark_waiting_s)} of it only for a wait` : "system on, Load floating");
    addTimeTile("Pre-alarm high", totals.prealarm_s, "--prealarm");
    addTimeTile("Charger high", totals.charger_on_s, "--charger");
    addTimeTile("System on", totals.system_on_s, "--muted");
    addCellTile("Lowest cell", totals.cell_mv_min);
    addCellTile("Highest cell", totals.cell_mv_max);
    addTile("State of charge", rangeText(totals.soc_min_pct, totals.soc_max_pct, 1, "%"), "lowest to highest");
    addTile("Battery temperature", rangeText(totals.temp_c_min, totals.temp_c_max, 1, "\u00b0C"), "coldest to warmest");
    addStrainTile("Largest charge current", totals.charge_current);
    addStrainTile("Largest discharge current", totals.discharge_current);
    addHealthTile();
    if (isNumber(totals.load_output_a_max)) {
        const prealarm = totals.prealarm_output_a_max;
        addTile("Most from the Load output", withUnit(totals.load_output_a_max, 2, "A"),
            isNumber(prealarm) ? `pre-alarm output ${numberText(prealarm, 2)} A; 1 A allowed each` : "1 A allowed");
    }
}

function hideEmptyTiles() {
    byId("tiles").hidden = byId("tiles").childElementCount === 0;
}

function fillExpectations() {
    const list = Array.isArray(data.expectations) ? data.expectations : [];
    const met = list.filter((item) => item.met).length;
    byId("expect-count").textContent = list.length ? `${met} of ${list.length} met` : "this run states none";
    byId("expect").hidden = list.length === 0;
    byId("expect-title").style.marginBottom = list.length ? "" : "0";
    for (const item of list) {
        /* null: the run was ended before it could be told */
        const [kind, word] = item.met === null ? ["", "open"] : item.met ? ["met", "met"] : ["unmet", "not met"];
        const badge = element("span", { class: `badge ${kind}` }, word);
        const text = element("span", {}, item.text || "", item.detail ? element("small", {}, item.detail) : null);
        byId("expect").append(element("li", {}, badge, text));
    }
}
