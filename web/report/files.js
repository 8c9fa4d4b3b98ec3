/* SPDX-License-Identifier: Apache-2.0 */
/* ---- The view as a picture (PNG) and as numbers (CSV). ---- */

const fileStem = () => `${String(head.scenario || "smallbms").replace(/[^\w-]+/g, "-")}-${Math.round(view.min)}-${Math.round(view.max)}`;

function download(blob, name) {
    const link = element("a", { href: URL.createObjectURL(blob), download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

/* "2026-03-03 18:31:31.125" */
const dateText = (t) => new Date(startMs + t * 1000).toISOString().slice(0, 23).replace("T", " ");

/* As the command writes it (docs/RESULTS.md), of cells those that are chosen: a line is a bucket or, with span_s 0, an instant. */
function csvText() {
    const ranges = [...QUANTITIES.map((name) => ({ name, quantity: main.quantities[name], parts: ["min", "mean", "max"] })),
        ...chosenCells.map(({ at, quantity }) => ({ name: `cell${at + 1}_mv`, quantity, parts: ["min", "max"] }))].filter(({ quantity }) => quantity);
    const header = ["t_s", "span_s", ...ranges.flatMap(({ name, parts }) => parts.map((part) => `${name}_${part}`)),
        ...OUTPUTS, ...OUTPUTS.map((what) => `${what}_cause`), ...(hasDates ? ["date_time"] : [])];
    const lines = new Map();
    const put = (t, span, key, values) => {
        const known = lines.get(key) || { t_s: Number(t.toFixed(3)), span_s: Number(span.toFixed(3)), date_time: hasDates ? dateText(t) : null };
        lines.set(key, Object.assign(known, values));
    };
    ranges.forEach((range) => csvOfQuantity(range, put));
    csvOfOutputs(put);
    const sorted = [...lines.values()].sort((a, b) => a.t_s - b.t_s || b.span_s - a.span_s);
    return `${second ? `# First run only: ${titleOf(main)}\n` : ""}${[header, ...sorted.map((line) => header.map((name) => line[name] ?? ""))].map((line) => line.join(",")).join("\n")}\n`;
}

/* Instants in view: a row of the recording each, and edges of which there is none. */
const rowsInView = () => main.rows.times.map((t, at) => ({ t, at })).filter(({ t }) => t >= view.min && t <= view.max);

function csvOfQuantity({ name, quantity }, put) {
    const { min, mean, max } = quantity.levels[0];
    const [first, last] = bucketRange(quantity, 0, view.min, view.max);
    const values = (least, middle, most) => ({ [`${name}_min`]: least, [`${name}_mean`]: middle, [`${name}_max`]: most });
    for (let i = first; i <= last; i++) {
        const t = i * quantity.bucketS;
        put(t, Math.min(quantity.bucketS, main.end - t), `${quantity.bucketS} ${i}`, values(min[i], mean && mean[i], max[i]));
    }
    rowsInView().forEach(({ t, at }) => put(t, 0, `row ${at}`, values(quantity.values[at], quantity.values[at], quantity.values[at])));
}

function csvOfOutputs(put) {
    const recorded = objectOf(head.series);
    const { times } = main.rows;
    const length = isNumber(recorded.bucket_s) && recorded.bucket_s > 0 ? recorded.bucket_s : Infinity;
    for (const what of OUTPUTS) {
        listOf(objectOf(objectOf(recorded.buckets)[what]).mean).forEach((share, i) => {
            const t = i * length;
            if (t <= view.max && t + length > view.min) {
                put(t, Math.min(length, main.end - t), `${length} ${i}`, { [what]: share });
            }
        });
        const levels = plainList(main.rows.lists()[what]);
        rowsInView().forEach(({ t, at }) => put(t, 0, `row ${at}`, { [what]: levels[at] }));
    }
    for (const edge of edges.filter(({ t_s }) => t_s >= view.min && t_s <= view.max)) {
        const row = lastAtOrBefore(times, edge.t_s, (t) => t); /* of two rows at it the second: behind what happened */
        put(edge.t_s, 0, times[row] === edge.t_s ? `row ${row}` : `edge ${edge.t_s}`, { [edge.what]: Number(edge.on), [`${edge.what}_cause`]: edge.cause });
    }
}

/* ---- The picture. ---- */

/* Words, or the keys of a legend with their colours, in lines that are no wider than `width`. */
function linesOfText(pen, items, width, gap) {
    const lines = [];
    let x = Infinity;
    for (const item of items) {
        const length = pen.measureText(item.text).width + (item.color ? 20 : 0);
        if (x + length > width) {
            lines.push([]);
            x = 0;
        }
        lines.at(-1).push({ ...item, x });
        x += length + gap;
    }
    return lines;
}

/* What stands beside a plot: its name, then each key with its values and the colour of its line. */
function legendItems({ plot, figure }) {
    const keys = [...figure.querySelectorAll(".washes > span:not([hidden]), .legend-group, .key:not([aria-pressed=false]), .state")].map((key) => {
        const mark = key.querySelector("i");
        const isDashed = mark !== null && mark.classList.contains("dashed");
        const style = mark && getComputedStyle(mark);
        return { text: [...key.childNodes].map((node) => node.textContent.trim()).filter(Boolean).join(" "),
            color: mark && (isDashed ? style.borderTopColor : style.backgroundColor), isDashed, height: mark && parseFloat(style.height) };
    });
    return [{ text: [figure.querySelector("figcaption").firstChild.textContent.trim(), plot.unit].filter(Boolean).join(", ") }, ...keys];
}

/* The plots as they stand, each with its name and what its legend says. */
function picture() {
    const ratio = uPlot.pxRatio;
    const pad = 16;
    const width = charts[0].u.width + 2 * pad;
    const canvas = element("canvas", {});
    const pen = canvas.getContext("2d");
    const parts = [];
    const write = (items, font, color, gap) => {
        pen.font = `${font} ${css("--font")}`;
        parts.push({ lines: linesOfText(pen, items, width - 2 * pad, gap || pen.measureText(" ").width), font: pen.font, color: css(color), height: parseInt(/\d+(?=px)/.exec(font), 10) + 6 });
    };
    const words = (text) => text.split(" ").map((word) => ({ text: word }));
    write(words(titleOf(main)), "600 17px", "--ink");
    write(words(head.story || ""), "13px", "--ink");
    if (second) {
        write(words(`Second run: ${titleOf(second)}`), "600 15px", "--ink");
        write(words(second.head.story || ""), "13px", "--ink");
    }
    write(words(byId("view").textContent), "13px", "--muted");
    for (const chart of charts) {
        write(legendItems(chart), "12px", "--ink", 14);
        parts.push({ u: chart.u });
    }
    const heightOf = ({ u, lines, height }) => (u ? u.height + 12 : lines.length * height);
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round((sumOf(parts.map(heightOf)) + 2 * pad) * ratio);
    pen.scale(ratio, ratio);
    pen.fillStyle = css("--surface");
    pen.fillRect(0, 0, canvas.width, canvas.height);
    let y = pad;
    for (const part of parts) {
        part.u ? pen.drawImage(part.u.ctx.canvas, pad, y, part.u.width, part.u.height) : drawText(pen, part, pad, y);
        y += heightOf(part);
    }
    return canvas;
}

function drawText(pen, { lines, font, color, height }, left, top) {
    pen.font = font;
    lines.forEach((line, row) => line.forEach((item) => {
        const [x, y] = [left + item.x, top + row * height + height - 6];
        pen.fillStyle = item.color || color;
        if (item.color) {
            (item.isDashed ? [[0, 5], [9, 5]] : [[0, 14]]).forEach(([from, width]) => pen.fillRect(x + from, y - 4 - item.height / 2, width, item.height));
        }
        pen.fillStyle = color;
        pen.fillText(item.text, item.color ? x + 20 : x, y);
    }));
}

function bindFiles() {
    onClick("save-csv", () => download(new Blob([csvText()], { type: "text/csv" }), `${fileStem()}.csv`));
    onClick("save-png", () => picture().toBlob((blob) => download(blob, `${fileStem()}.png`), "image/png"));
}
