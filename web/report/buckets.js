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

/* Stretches of rows with nothing but straight lines between them: indices of the first and the last. Elsewhere only the buckets are known. */
function rowStretches(times, joined) {
    const stretches = [];
    for (let i = 0; i < times.length; i++) {
        if (i > 0 && joined[i] === 1) {
            stretches[stretches.length - 1].last = i;
        } else {
            stretches.push({ first: i, last: i });
        }
    }
    return stretches.map((one) => ({ ...one, from: times[one.first], to: times[one.last] }));
}

function makeRows(rows) {
    const times = listOf(objectOf(rows).t_s);
    const good = times.every((t, at) => isNumber(t) && (at === 0 || t >= times[at - 1]));
    const joined = listOf(objectOf(rows).joined);
    return { times: good ? times : [], joined, stretches: rowStretches(good ? times : [], joined), values: good ? objectOf(rows) : {} };
}

/* Null when nothing of it is known. */
function makeQuantity(recorded, bucketS, endS, rows, values) {
    const { min, mean, max } = objectOf(recorded);
    const has = isNumber(bucketS) && bucketS > 0 && listOf(min).some(isNumber) && listOf(max).some(isNumber);
    const inRows = listOf(values).some(isNumber);
    if (!has && !inRows) {
        return null;
    }
    return {
        bucketS: has ? bucketS : 1, endS, levels: has ? pyramid(min, listOf(mean).length > 0 ? mean : null, max) : pyramid([], null, []),
        rows: inRows ? rows : makeRows(null), values: listOf(values),
    };
}

/* The buckets of one level that touch from..to: indices of the first and the last. */
function bucketRange(quantity, level, from, to) {
    const length = quantity.bucketS * quantity.levels[level].size;
    return [Math.max(0, Math.floor(from / length)), Math.min(quantity.levels[level].min.length - 1, Math.floor(to / length))];
}

const stretchAt = (rows, t) => rows.stretches[lastAtOrBefore(rows.stretches, t, (one) => one.from)] || null;
const isInRows = (quantity, from, to) => {
    const stretch = stretchAt(quantity.rows, from);
    return stretch !== null && stretch.last > stretch.first && to <= stretch.to;
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

/* The extremes in from..to as far as they are drawn; rows count where there are any, buckets elsewhere. */
function extremesIn(quantity, from, to, level) {
    const { min, max, size } = quantity.levels[level];
    const length = quantity.bucketS * size;
    const [first, last] = bucketRange(quantity, level, from, to);
    let [low, high] = [null, null];
    for (let i = first; i <= last; i++) {
        if (!isInRows(quantity, Math.max(i * length, from), Math.min((i + 1) * length, to, quantity.endS))) {
            low = lower(low, min[i]);
            high = higher(high, max[i]);
        }
    }
    const { times } = quantity.rows;
    for (let i = Math.max(0, lastAtOrBefore(times, from, (t) => t)); i < times.length && times[i] <= to; i++) {
        if (times[i] >= from) {
            low = lower(low, quantity.values[i]);
            high = higher(high, quantity.values[i]);
        }
    }
    for (const edge of [from, to]) { /* a line that only passes through, between two rows */
        const value = rowValue(quantity, edge);
        low = value ? lower(low, value.before) : low;
        high = value ? higher(high, value.after) : high;
    }
    return isNumber(low) && isNumber(high) ? [low, high] : null;
}

/* Of all that is known: the coarsest level holds it. */
const extremesOf = (quantity) => extremesIn(quantity, 0, quantity.endS, quantity.levels.length - 1);
