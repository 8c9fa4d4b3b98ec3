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
    return `${[header, ...sorted.map((line) => header.map((name) => line[name] ?? ""))].map((line) => line.join(",")).join("\n")}\n`;
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
    const { times, values } = main.rows;
    const length = isNumber(recorded.bucket_s) && recorded.bucket_s > 0 ? recorded.bucket_s : Infinity;
    for (const what of OUTPUTS) {
        listOf(objectOf(objectOf(recorded.buckets)[what]).mean).forEach((share, i) => {
            const t = i * length;
            if (t <= view.max && t + length > view.min) {
                put(t, Math.min(length, main.end - t), `${length} ${i}`, { [what]: share });
            }
        });
        rowsInView().forEach(({ t, at }) => put(t, 0, `row ${at}`, { [what]: listOf(values[what])[at] }));
    }
    for (const edge of edges.filter(({ t_s }) => t_s >= view.min && t_s <= view.max)) {
        const row = lastAtOrBefore(times, edge.t_s, (t) => t); /* of two rows at it the second: behind what happened */
        put(edge.t_s, 0, times[row] === edge.t_s ? `row ${row}` : `edge ${edge.t_s}`, { [edge.what]: Number(edge.on), [`${edge.what}_cause`]: edge.cause });
    }
}

/* The plots as they stand, each with its name and what its legend says. */
function picture() {
    const ratio = uPlot.pxRatio;
    const [pad, top, between] = [16, 74, 24];
    const width = charts[0].u.width + 2 * pad;
    const height = top + sumOf(charts.map((chart) => chart.u.height + between)) + pad;
    const canvas = element("canvas", { width: Math.round(width * ratio), height: Math.round(height * ratio) });
    const pen = canvas.getContext("2d");
    const write = (text, y, font, color) => {
        pen.font = `${font} ${css("--font")}`;
        pen.fillStyle = css(color);
        pen.fillText(text, pad, y, width - 2 * pad);
    };
    pen.scale(ratio, ratio);
    pen.fillStyle = css("--surface");
    pen.fillRect(0, 0, width, height);
    write(head.title || head.scenario || "", 24, "600 17px", "--ink");
    write(head.story || "", 44, "13px", "--ink");
    write(byId("view").textContent, 62, "13px", "--muted");
    let y = top;
    for (const { u, plot, figure } of charts) {
        const keys = [...figure.querySelectorAll(".key:not([aria-pressed=false])")].map((key) => `${key.querySelector(".name").textContent} ${(key.querySelector("output") || key.lastChild).textContent}`.trim());
        write([figure.querySelector("figcaption").firstChild.textContent.trim(), plot.unit, keys.join(", ")].filter(Boolean).join("   "), y + 14, "12px", "--ink");
        pen.drawImage(u.ctx.canvas, pad, y + between - 4, u.width, u.height);
        y += u.height + between;
    }
    return canvas;
}

function bindFiles() {
    byId("save-csv").addEventListener("click", () => download(new Blob([csvText()], { type: "text/csv" }), `${fileStem()}.csv`));
    byId("save-png").addEventListener("click", () => picture().toBlob((blob) => download(blob, `${fileStem()}.png`), "image/png"));
}
