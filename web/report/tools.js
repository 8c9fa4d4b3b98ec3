/* SPDX-License-Identifier: Apache-2.0 */
/* ---- Small tools that the other scripts use: elements, numbers, times. ---- */

const DAY_S = 86400;
const byId = (id) => document.getElementById(id);
const isNumber = (value) => typeof value === "number" && Number.isFinite(value);
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function element(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
        if (value !== null && value !== undefined) {
            node.setAttribute(name, value);
        }
    }
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
}

const two = (number) => String(number).padStart(2, "0");

/* Day 1 starts at t = 0, and the clock is the time of that day. Where a span is short, thousandths are told too. */
function clockText(t, withSeconds, withThousandths) {
    const thousandths = Math.round(t * 1000);
    const seconds = withSeconds ? Math.floor(thousandths / 1000) : Math.floor((t + 30) / 60) * 60;
    const inDay = ((seconds % DAY_S) + DAY_S) % DAY_S;
    const hm = `${two(Math.floor(inDay / 3600))}:${two(Math.floor(inDay / 60) % 60)}`;
    const fraction = withThousandths ? `.${String(thousandths - seconds * 1000).padStart(3, "0")}` : "";
    return `day ${Math.floor(seconds / DAY_S) + 1} ${hm}${withSeconds ? `:${two(inDay % 60)}${fraction}` : ""}`;
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
