/* SPDX-License-Identifier: Apache-2.0 */
/* ---- How it is drawn: bands and lines, nights, washes, thresholds. ---- */

const STEP_PX = 8; /* a bucket that is wider is drawn as a step; rows over so much are drawn */
const BROAD_PX = 64; /* and all rows in a bucket that is wider than this */

function placesOf(u) {
    const { left, top, width, height } = u.bbox;
    const { min, max } = u.scales.y;
    const perSecond = width / (view.max - view.min);
    const perUnit = height / ((max - min) || 1);
    return { x: (t) => left + (t - view.min) * perSecond, y: (value) => clamp(top + (max - value) * perUnit, top - 9999, top + height + 9999), perSecond };
}

/* Columns from the least to the most of each bucket, at least a pixel high and wide: a spike of one bucket never vanishes. */
function bandColumns(u, line, level) {
    const { quantity, scale } = line;
    const { min, max, size } = quantity.levels[level];
    const places = placesOf(u);
    const length = quantity.bucketS * size;
    const isWide = length * places.perSecond >= STEP_PX * uPlot.pxRatio;
    const columns = [];
    const [first, last] = bucketRange(quantity, level, view.min, view.max);
    for (let i = first; i <= last; i++) {
        const [from, to] = [i * length, Math.min((i + 1) * length, quantity.endS)];
        if (!isNumber(min[i]) || !isNumber(max[i]) || (isWide && level === 0 && isInRows(quantity, Math.max(from, view.min), Math.min(to, view.max)))) {
            continue;
        }
        const x = Math.floor(places.x(from));
        const y = places.y(max[i] * scale);
        const height = Math.max(places.y(min[i] * scale) - y, 1.25 * uPlot.pxRatio);
        columns.push([x, y, Math.max(Math.floor(places.x(to)) - x, 1), height]);
    }
    return columns;
}

/* Faint, so that bands show each other, but for one without a line of its mean; what stands out from beside it is drawn stronger. */
function drawBand(u, line) {
    const level = levelOf(u, line);
    const columns = bandColumns(u, line, level);
    const fill = (list, alpha) => {
        u.ctx.globalAlpha = line.dash ? alpha / 2 : alpha;
        list.forEach((column) => u.ctx.fillRect(...column));
    };
    const isSpike = ([, , width, height], at) => width < 4 * uPlot.pxRatio && height > 6 * uPlot.pxRatio &&
        [columns[at - 1], columns[at + 1]].some((beside) => !beside || beside[3] < height / 2);
    u.ctx.fillStyle = css(line.color);
    const isAround = line.quantity.bucketS > (view.max - view.min) / 2; /* it says little of a moment in it */
    fill(columns, line.quantity.levels[0].mean ? (isAround ? 0.1 : 0.26) : 0.66);
    fill(columns.filter(isSpike), 0.4);
    u.ctx.globalAlpha = 1;
}

const levelOf = (u, line) => levelAt(line.quantity, (view.max - view.min) / Math.max(u.bbox.width / uPlot.pxRatio, 1));

/* The points of a line in order of time; a null parts two stretches, and of what lies before one that is apart not every value is known. */
/* Where rows are drawn, they are all that is drawn of their bucket. */
function linePoints(quantity, level, perSecond) {
    const { levels, bucketS, endS } = quantity;
    const { mean, size } = levels[level];
    const length = bucketS * size;
    const isStep = !mean || length * perSecond >= STEP_PX;
    const isBroad = !mean || length * perSecond >= BROAD_PX;
    const { times, joined, values, shown } = stretchesInView(quantity, level, isBroad ? bucketS : -1, isBroad ? 0 : STEP_PX / perSecond);
    const points = [];
    const put = (t, value, isApart) => points.push(isNumber(value) ? [t, value, isApart] : null);
    let covered = -Infinity;
    const putRows = (until) => {
        for (; shown.length > 0 && shown[0].from < until; covered = shown.shift().to) {
            const { first, last } = shown[0];
            isStep && points.push(null);
            for (let at = Math.max(first, lastAtOrBefore(times, view.min, (t) => t)); at <= last && !(times[at - 1] > view.max); at++) {
                put(times[at], values[at], at > first && joined[at] !== 1);
            }
            isStep && points.push(null);
        }
    };
    const [first, last] = mean ? bucketRange({ levels, bucketS }, level, view.min - length, view.max + length) : [0, -1];
    for (let i = first; i <= last; i++) {
        const [start, end] = [i * length, Math.min((i + 1) * length, endS)];
        if (covered > start || (shown.length > 0 && shown[0].from < end)) {
            putRows(end);
        } else {
            (isStep ? [start, end] : [(start + end) / 2]).forEach((t) => put(t, mean[i]));
        }
    }
    putRows(Infinity);
    return points;
}

/* Nothing of them is asked for where a bucket of those that are drawn holds several. */
function stretchesInView(quantity, level, gap, least) {
    if (level > 0) {
        return { shown: [] };
    }
    const { rows, values } = quantity;
    const shown = rows.stretches(gap).filter(({ first, last, from, to }) => last > first && to >= view.min && from <= view.max && to - from >= least);
    return { times: rows.times, joined: rows.joined, values, shown };
}

/* Dotted where not every value is known. */
function drawLine(u, line) {
    const { quantity, scale } = line;
    const ratio = uPlot.pxRatio;
    const level = levelOf(u, line);
    const places = placesOf(u);
    const points = linePoints(quantity, level, places.perSecond / ratio);
    const draw = (dash, isDrawn) => {
        u.ctx.beginPath();
        points.forEach((point, at) => {
            if (point) {
                u.ctx[at > 0 && points[at - 1] && isDrawn(point[2]) ? "lineTo" : "moveTo"](places.x(point[0]), places.y(point[1] * scale));
            }
        });
        u.ctx.setLineDash(dash.map((px) => px * ratio));
        u.ctx.stroke();
    };
    u.ctx.strokeStyle = css(line.color);
    u.ctx.lineWidth = 1.4 * ratio;
    u.ctx.lineJoin = "bevel";
    draw(line.dash ? [5, 3] : [], (isApart) => !isApart);
    draw([1.5, 2.5], (isApart) => isApart);
    u.ctx.setLineDash([]);
}

function inPlot(u, draw) {
    u.ctx.save();
    u.ctx.beginPath();
    u.ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
    u.ctx.clip();
    draw();
    u.ctx.restore();
}

function drawLines(chart, u) {
    const shown = [...chart.lines].reverse().filter((line) => !line.hidden); /* the first on top, and above all what was chosen */
    inPlot(u, () => {
        for (const group of [shown.filter((line) => !line.cell), shown.filter((line) => line.cell)]) {
            group.forEach((line) => drawBand(u, line));
            group.forEach((line) => drawLine(u, line));
        }
    });
    drawMarks(u, chart.plot);
}

/* ---- Behind the lines. ---- */

const NIGHTS_MAX_S = 45 * DAY_S; /* of a longer view a night is too narrow to be seen */

/* From..to of each night that is drawn; daylight of a day, or of the thirty that follow. */
function nightsInView(run) {
    const daylight = listOf(run.head.daylight).filter((one) => one && isNumber(one.t_s) && isNumber(one.rise_s) && isNumber(one.set_s));
    const nights = [];
    if (daylight.length === 0 || view.max - view.min > NIGHTS_MAX_S) {
        return nights;
    }
    const last = Math.min(view.max, run.end);
    for (let day = Math.floor(view.min / DAY_S); day * DAY_S < last; day++) {
        const { rise_s, set_s } = daylight[Math.max(0, lastAtOrBefore(daylight, day * DAY_S, (one) => one.t_s))];
        const midnight = day * DAY_S;
        nights.push(...(rise_s === set_s ? [[midnight, midnight + DAY_S]] : [[midnight, midnight + rise_s], [midnight + set_s, midnight + DAY_S]]));
    }
    return nights.map(([from, to]) => [from, Math.min(to, run.end)]).filter(([from, to]) => to > from && from < last && to > view.min);
}

function drawNights(u, run) {
    const places = placesOf(u);
    u.ctx.fillStyle = css("--night");
    for (const [from, to] of nightsInView(run)) {
        const x = Math.round(places.x(from));
        u.ctx.fillRect(x, u.bbox.top, Math.round(places.x(to)) - x, u.bbox.height);
    }
}

/* The share of the time in each column of pixels, the same in all plots. */
const sharesOf = {};

function washShares(u, output, on) {
    const { left, width } = u.bbox;
    const key = [view.min, view.max, left, width].join();
    if (objectOf(sharesOf[output.what]).key === key) {
        return sharesOf[output.what].shares;
    }
    const places = placesOf(u);
    const shares = new Float64Array(Math.ceil(width));
    for (const held of output.runs) {
        const high = held.dense ? (held.dense.high_s || 0) / (held.to - held.from) : Number(held.on);
        const start = clamp(places.x(held.from) - left, 0, shares.length);
        const end = clamp(places.x(held.to) - left, 0, shares.length);
        for (let x = Math.floor(start); (held.on !== null || held.dense) && x < end; x++) {
            shares[x] += (Math.min(x + 1, end) - Math.max(x, start)) * (on ? high : 1 - high);
        }
    }
    sharesOf[output.what] = { key, shares };
    return shares;
}

/* Each column as strong as its share of the time: many short runs never look like a long one. */
function washColumns(u, output, on, color) {
    const shares = washShares(u, output, on);
    u.ctx.fillStyle = css(color);
    const strength = (x) => Math.min(Math.ceil(shares[x] * 32) / 32, 1);
    for (let x = 0, from = 0; x < shares.length; from = x) {
        while (x < shares.length && strength(x) === strength(from)) {
            x++;
        }
        if (shares[from] > 0) {
            u.ctx.globalAlpha = strength(from);
            u.ctx.fillRect(u.bbox.left + from, u.bbox.top, x - from, u.bbox.height);
        }
    }
    u.ctx.globalAlpha = 1;
}

function drawBehind(u, plot) {
    inPlot(u, () => {
        drawNights(u, plot.run || main);
        if (!plot.strip) {
            washColumns(u, outputs[0], false, "--wash-load");
            washColumns(u, outputs[1], true, "--wash-prealarm");
        }
    });
}

/* ---- Thresholds: a dashed line, its value in the margin, its name in the legend. ---- */

function drawMarks(u, plot) {
    const ratio = uPlot.pxRatio;
    const shown = plot.marks.filter((mark) => mark.value >= u.scales.y.min && mark.value <= u.scales.y.max).sort((a, b) => a.value - b.value);
    const right = u.bbox.left + u.bbox.width;
    let below = Infinity;
    u.ctx.save();
    u.ctx.lineWidth = ratio;
    u.ctx.strokeStyle = u.ctx.fillStyle = css("--threshold");
    u.ctx.font = `${11.5 * ratio}px ${css("--font")}`;
    u.ctx.textAlign = "left";
    u.ctx.textBaseline = "middle";
    for (const mark of shown) {
        const y = Math.round(placesOf(u).y(mark.value)) + 0.5;
        const place = Math.min(y, below - 13 * ratio); /* above the one below it */
        u.ctx.setLineDash([6 * ratio, 4 * ratio]);
        u.ctx.beginPath();
        u.ctx.moveTo(u.bbox.left, y);
        u.ctx.lineTo(right, y);
        u.ctx.lineTo(right + 5 * ratio, place);
        u.ctx.stroke();
        u.ctx.fillText(mark.text, right + 8 * ratio, place);
        below = place;
    }
    u.ctx.restore();
}
