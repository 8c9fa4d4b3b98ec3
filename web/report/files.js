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

/* As the command writes it (docs/RESULTS.md) but for cells and causes: span_s is the length of a bucket, or 0 of an instant. */
function csvText() {
    const names = QUANTITIES.filter((name) => main.quantities[name]);
    const header = ["t_s", "span_s", ...names.flatMap((name) => [`${name}_min`, `${name}_mean`, `${name}_max`]), ...OUTPUTS];
    const lines = [...csvBuckets(names), ...csvRows(names)].sort((a, b) => a[0] - b[0]);
    return `${[header, ...lines].map((line) => line.join(",")).join("\n")}\n`;
}

function csvBuckets(names) {
    const recorded = objectOf(head.series);
    const first = names.map((name) => main.quantities[name]).find((quantity) => quantity.levels[0].min.length > 0);
    if (!first) {
        return [];
    }
    const [from, to] = bucketRange(first, 0, view.min, view.max);
    const shares = OUTPUTS.map((what) => listOf(objectOf(objectOf(recorded.buckets)[what]).mean));
    return Array.from({ length: to - from + 1 }, (unused, step) => {
        const at = from + step;
        const start = at * first.bucketS;
        const values = names.flatMap((name) => {
            const { min, mean, max } = main.quantities[name].levels[0];
            return [min[at] ?? "", (mean && mean[at]) ?? "", max[at] ?? ""];
        });
        return [start, Math.min(start + first.bucketS, main.end) - start, ...values, ...shares.map((share) => share[at] ?? "")];
    });
}

function csvRows(names) {
    return main.rows.times.flatMap((t, at) => (t < view.min || t > view.max ? [] : [[t, 0, ...names.flatMap((name) => {
        const value = main.quantities[name].values[at] ?? "";
        return [value, value, value];
    }), ...OUTPUTS.map((what) => listOf(main.rows.values[what])[at] ?? "")]]));
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
