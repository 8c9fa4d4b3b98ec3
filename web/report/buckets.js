/* SPDX-License-Identifier: Apache-2.0 */
/* ---- A quantity over time: buckets at every resolution, and rows where the run was recorded in full. ---- */

const lower = (a, b) => (isNumber(a) ? (isNumber(b) ? Math.min(a, b) : a) : b);
const higher = (a, b) => (isNumber(a) ? (isNumber(b) ? Math.max(a, b) : a) : b);
const orNull = (value) => (isNumber(value) ? value : null);

/* One level from the one below: two buckets become one, which holds the extremes of both. */
function mergeLevel(below) {
    const count = Math.ceil(below.min.length / 2);
    const merged = { min: new Array(count), mean: below.mean && new Array(count), max: new Array(count), size: below.size * 2 };
    for (let i = 0; i < count; i++) {
        const [a, b] = [2 * i, 2 * i + 1];
        merged.min[i] = orNull(lower(below.min[a], below.min[b]));
        merged.max[i] = orNull(higher(below.max[a], below.max[b]));
        if (below.mean) {
            const [x, y] = [orNull(below.mean[a]), orNull(below.mean[b])];
            merged.mean[i] = x === null ? y : y === null ? x : (x + y) / 2;
        }
    }
    return merged;
}

/* Level 0 is as recorded; level k holds 2^k of its buckets in each of its own. */
function pyramid(min, mean, max) {
    const levels = [{ min, mean, max, size: 1 }];
    while (levels[levels.length - 1].min.length > 2) {
        levels.push(mergeLevel(levels[levels.length - 1]));
    }
    return levels;
}

/* The finest level whose buckets are at least one pixel wide: one to two pixels, when there are enough of them. */
function levelAt(quantity, secondsPerPixel) {
    const wanted = Math.ceil(Math.log2(secondsPerPixel / quantity.bucketS));
    return clamp(Number.isFinite(wanted) ? wanted : 0, 0, quantity.levels.length - 1);
}

/* In a page a list of rows is short: [how many make one, letters] (docs/RESULTS.md). It is read when it is asked for, which opening a page of years does not. */
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const ROWS_MAX = 1e6; /* more than any run has */
const isShort = (list) => Array.isArray(list) && typeof list[1] === "string";

function plainList(list) {
    if (!isShort(list)) {
        return listOf(list);
    }
    const digits = new Map(Array.from(LETTERS, (letter, at) => [letter.charCodeAt(0), at]));
    const values = [];
    let [number, step, weight, isCount] = [0, 0, 1, false];
    for (let i = 0; i < list[1].length; i++) {
        const digit = digits.get(list[1].charCodeAt(i));
        step += digit % 32 * weight;
        weight *= 32;
        if (!(digit >= 32)) {
            const isNext = step === 1 && !isCount; /* how often the same follows */
            number += isCount || isNext ? 0 : step % 2 ? (1 - step) / 2 : step / 2;
            for (let left = isCount ? step : Number(!isNext); left > 0 && values.length < ROWS_MAX; left--) {
                values.push(number / list[0]);
            }
            [step, weight, isCount] = [0, 1, isNext];
        }
    }
    return values;
}

/* What `make` returns, made when it is first asked for. */
function once(make) {
    let made;
    return () => (made === undefined ? (made = make()) : made);
}

/* Rows one behind the other that have nothing but straight lines between them or are no more than `gap` apart: indices of the first and the last. */
function rowStretches(times, joined, gap) {
    const stretches = [];
    for (let i = 0; i < times.length; i++) {
        if (i > 0 && (joined[i] === 1 || times[i] - times[i - 1] <= gap)) {
            stretches[stretches.length - 1].last = i;
        } else {
            stretches.push({ first: i, last: i });
        }
    }
    return stretches.map((one) => ({ ...one, from: times[one.first], to: times[one.last] }));
}

function makeRows(read) {
    const lists = once(() => objectOf(read()));
    const times = once(() => {
        const list = plainList(lists().t_s);
        return list.every((t, at) => isNumber(t) && (at === 0 || t >= list[at - 1])) ? list : [];
    });
    const joined = once(() => plainList(lists().joined));
    const stretches = new Map();
    return { lists, get times() { return times(); }, get joined() { return joined(); }, stretches(gap) {
        if (!stretches.has(gap)) {
            stretches.set(gap, rowStretches(times(), joined(), gap));
        }
        return stretches.get(gap);
    } };
}

const noRows = makeRows(() => null);

/* Null when nothing of it is known. */
function makeQuantity(recorded, bucketS, endS, rows, listIn) {
    const { min, mean, max } = objectOf(recorded);
    const has = isNumber(bucketS) && bucketS > 0 && listOf(min).some(isNumber) && listOf(max).some(isNumber);
    const values = once(() => plainList(listIn(rows.lists())));
    if (!has && !values().some(isNumber)) {
        return null;
    }
    return {
        bucketS: has ? bucketS : 1, endS, levels: has ? pyramid(min, listOf(mean).length > 0 ? mean : null, max) : pyramid([], null, []),
        get rows() { return values().length > 0 ? rows : noRows; }, get values() { return values(); },
    };
}

/* The buckets of one level that touch from..to: indices of the first and the last. */
function bucketRange(quantity, level, from, to) {
    const length = quantity.bucketS * quantity.levels[level].size;
    return [Math.max(0, Math.floor(from / length)), Math.min(quantity.levels[level].min.length - 1, Math.floor(to / length))];
}

const isInRows = (quantity, from, to) => {
    const stretches = quantity.rows.stretches(-1);
    const stretch = stretches[lastAtOrBefore(stretches, from, (one) => one.from)];
    return stretch !== undefined && stretch.last > stretch.first && to <= stretch.to;
};

function rowValue(quantity, t) {
    const { times, joined } = quantity.rows;
    const at = lastAtOrBefore(times, t, (time) => time);
    if (at < 0 || !isNumber(quantity.values[at])) {
        return null;
    }
    if (times[at] === t) {
        let first = at;
        while (first > 0 && times[first - 1] === t) {
            first--;
        }
        return { before: quantity.values[first], after: quantity.values[at] };
    }
    if (at + 1 >= times.length || joined[at + 1] !== 1 || !isNumber(quantity.values[at + 1])) {
        return null;
    }
    const share = (t - times[at]) / (times[at + 1] - times[at]);
    const value = quantity.values[at] + (quantity.values[at + 1] - quantity.values[at]) * share;
    return { before: value, after: value };
}

/* What is known at an instant: {before, after} of the rows, else {min, mean, max} of the bucket, else null. */
function valueAt(quantity, t) {
    const row = rowValue(quantity, t);
    if (row !== null || t > quantity.endS || t < 0) {
        return row;
    }
    const { min, mean, max } = quantity.levels[0];
    const at = Math.min(Math.floor(t / quantity.bucketS), min.length - 1);
    return isNumber(min[at]) && isNumber(max[at]) ? { min: min[at], mean: mean ? mean[at] : null, max: max[at] } : null;
}

/* The extremes in from..to as far as they are drawn; rows count where there are any, buckets elsewhere, and these alone where each holds several. */
function extremesIn(quantity, from, to, level) {
    const { min, max, size } = quantity.levels[level];
    const length = quantity.bucketS * size;
    const [first, last] = bucketRange(quantity, level, from, to);
    let [low, high] = [null, null];
    for (let i = first; i <= last; i++) {
        if (level > 0 || !isInRows(quantity, Math.max(i * length, from), Math.min((i + 1) * length, to, quantity.endS))) {
            low = lower(low, min[i]);
            high = higher(high, max[i]);
        }
    }
    const times = level > 0 ? [] : quantity.rows.times;
    for (let i = Math.max(0, lastAtOrBefore(times, from, (t) => t)); i < times.length && times[i] <= to; i++) {
        if (times[i] >= from) {
            low = lower(low, quantity.values[i]);
            high = higher(high, quantity.values[i]);
        }
    }
    for (const edge of level > 0 ? [] : [from, to]) { /* a line that only passes through, between two rows */
        const value = rowValue(quantity, edge);
        low = value ? lower(low, value.before) : low;
        high = value ? higher(high, value.after) : high;
    }
    return isNumber(low) && isNumber(high) ? [low, high] : null;
}

/* Of all that is known: the coarsest level holds it. */
const extremesOf = (quantity) => extremesIn(quantity, 0, quantity.endS, quantity.levels.length - 1);
