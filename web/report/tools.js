/* SPDX-License-Identifier: Apache-2.0 */
/* ---- Small tools that the other scripts use: elements, numbers, times. ---- */

const DAY_S = 86400;
const byId = (id) => document.getElementById(id);
const onClick = (id, action) => byId(id).addEventListener("click", action);
const isNumber = (value) => typeof value === "number" && Number.isFinite(value);
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const listOf = (value) => (Array.isArray(value) ? value : []);
const objectOf = (value) => (value && typeof value === "object" && !Array.isArray(value) ? value : {});

/* A property of the style sheet; asked for often, so it is kept until the theme or the width is another. */
const styles = new Map();
function css(name) {
    if (!styles.has(name)) {
        styles.set(name, getComputedStyle(document.documentElement).getPropertyValue(name).trim());
    }
    return styles.get(name);
}

function element(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
        if ((value ?? null) !== null) {
            node.setAttribute(name, value);
        }
    }
    node.append(...children.filter((child) => (child ?? null) !== null));
    return node;
}

function durationText(seconds) {
    const s = Math.max(0, seconds);
    if (s < 60) {
        return `${Number(s.toFixed(s < 10 ? 2 : 1))} s`;
    }
    const whole = Math.round(s);
    if (whole < 3600) {
        return `${Math.floor(whole / 60)} min${whole % 60 ? ` ${whole % 60} s` : ""}`;
    }
    const minutes = Math.round(s / 60);
    if (minutes < 1440) {
        return `${Math.floor(minutes / 60)} h${minutes % 60 ? ` ${minutes % 60} min` : ""}`;
    }
    const hours = Math.round(s / 3600);
    return `${Math.floor(hours / 24)} d${hours % 24 ? ` ${hours % 24} h` : ""}`;
}

const numberText = (value, decimals) =>
    value.toFixed(decimals).replace(/^-(?=0(\.0*)?$)/, "").replace("-", "\u2212");
const withUnit = (value, decimals, unit) => (isNumber(value) ? `${numberText(value, decimals)} ${unit}` : "\u2013");

/* "2.794\u20133.338 V"; where the two read alike, only one of them */
function spanText(low, high, decimals, unit) {
    const [from, to] = [numberText(low, decimals), numberText(high, decimals)];
    return `${from === to ? from : `${from}${to.startsWith("\u2212") || from.startsWith("\u2212") ? " to " : "\u2013"}${to}`} ${unit}`;
}

function energyText(wh) {
    if (Math.abs(wh) >= 1e6) {
        return withUnit(wh / 1e6, 2, "MWh");
    }
    return Math.abs(wh) >= 1000 ? withUnit(wh / 1000, 2, "kWh") : withUnit(wh, Math.abs(wh) < 100 ? 1 : 0, "Wh");
}

const countText = (count, one, many) => `${count} ${count === 1 ? one : many}`;
const calmly = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/* Index of the last item that starts at or before t; -1 when none does. */
function lastAtOrBefore(items, t, timeOf) {
    let low = 0;
    let high = items.length;
    while (low < high) {
        const middle = (low + high) >> 1;
        if (timeOf(items[middle]) <= t) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low - 1;
}
