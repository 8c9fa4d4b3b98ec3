/* SPDX-License-Identifier: Apache-2.0 */
/* ---- The strip of the three outputs. ---- */

const LANE_PX = 28;

function laneGeometry(u, index) {
    const lane = u.bbox.height / OUTPUTS.length;
    const top = u.bbox.top + lane * index;
    return { middle: top + lane / 2, high: Math.round(top + lane * 0.2), low: Math.round(top + lane * 0.82) };
}

/* High is a filled band; floating is no level at all, so it is only a dotted line. */
function drawRun(u, held, lane, color) {
    const ratio = uPlot.pxRatio;
    const left = u.bbox.left;
    const right = left + u.bbox.width;
    const from = clamp(u.valToPos(held.from, "x", true), left, right);
    const to = clamp(u.valToPos(held.to, "x", true), left, right);
    const y = held.on ? lane.high : lane.low;
    if (held.on) {
        u.ctx.globalAlpha = 0.3;
        u.ctx.fillRect(from, lane.high, Math.max(to - from, 1.5 * ratio), lane.low - lane.high);
        u.ctx.globalAlpha = 1;
    }
    u.ctx.strokeStyle = held.on ? color : css("--muted");
    u.ctx.setLineDash(held.on ? [] : [2 * ratio, 4 * ratio]);
    u.ctx.beginPath();
    u.ctx.moveTo(from, y);
    u.ctx.lineTo(Math.max(to, from + (held.on ? 1.5 * ratio : 0)), y);
    u.ctx.stroke();
    u.ctx.setLineDash([]);
    /* An output that a start leaves floating has a reason and no edge. */
    if (held.by !== null && !held.by.stays && held.from >= view.min && held.from <= view.max) {
        u.ctx.strokeStyle = color;
        u.ctx.beginPath();
        u.ctx.moveTo(from, lane.high);
        u.ctx.lineTo(from, lane.low);
        u.ctx.stroke();
    }
}

/* Where an output changed too often to be drawn: hatched, from the level of one state to that of the other. */
function drawDense(u, held, lane, color) {
    const ratio = uPlot.pxRatio;
    const left = u.bbox.left;
    const from = clamp(u.valToPos(held.from, "x", true), left, left + u.bbox.width);
    const to = Math.max(clamp(u.valToPos(held.to, "x", true), left, left + u.bbox.width), from + 2 * ratio);
    const height = lane.low - lane.high;
    u.ctx.save();
    u.ctx.beginPath();
    u.ctx.rect(from, lane.high, to - from, height);
    u.ctx.clip();
    u.ctx.strokeStyle = color;
    u.ctx.setLineDash([]);
    u.ctx.lineWidth = 1.5 * ratio;
    u.ctx.beginPath();
    for (let x = from - height - (from % (6 * ratio)); x < to; x += 6 * ratio) {
        u.ctx.moveTo(x, lane.low);
        u.ctx.lineTo(x + height, lane.high);
    }
    u.ctx.stroke();
    u.ctx.strokeRect(from, lane.high, to - from, height);
    u.ctx.restore();
}

/* The runs in view; where several in a row are too short to be told apart, one that stands for them. */
function partedRuns(u, output) {
    const least = (view.max - view.min) / u.bbox.width * 1.5 * uPlot.pxRatio;
    const runs = [];
    for (const held of output.runs.filter(({ on, from, to }) => on !== null && to >= view.min && from <= view.max)) {
        const before = runs[runs.length - 1];
        const isShort = held.to - held.from < least;
        if (isShort && before && before.isShort) {
            runs[runs.length - 1] = { from: before.from, to: held.to, isShort, many: true };
        } else {
            runs.push({ ...held, isShort });
        }
    }
    return runs;
}

/* Neither high nor floating: in between, until a reader zooms in. */
function drawMany(u, held, lane) {
    const [from, to] = [held.from, held.to].map((t) => clamp(u.valToPos(t, "x", true), u.bbox.left, u.bbox.left + u.bbox.width));
    u.ctx.globalAlpha = 0.7;
    u.ctx.fillRect(from, lane.high, Math.max(to - from, 1.5 * uPlot.pxRatio), lane.low - lane.high);
    u.ctx.globalAlpha = 1;
}

function drawStrip(u, run) {
    const ratio = uPlot.pxRatio;
    u.ctx.save();
    u.ctx.lineWidth = 1.5 * ratio;
    u.ctx.font = `${12 * ratio}px ${css("--font")}`;
    u.ctx.textAlign = "right";
    u.ctx.textBaseline = "middle";
    run.outputs.forEach((output, index) => {
        const lane = laneGeometry(u, index);
        const color = css(KINDS[output.what].color);
        u.ctx.fillStyle = css("--ink");
        u.ctx.fillText(KINDS[output.what].name, u.bbox.left - 6 * ratio, lane.middle);
        u.ctx.fillStyle = color;
        partedRuns(u, output).forEach((held) => (held.many ? drawMany : held.dense ? drawDense : drawRun)(u, held, lane, color));
    });
    u.ctx.restore();
}

function tipParts(output, t, reach) {
    const edge = nearestEvent(output.edges, t);
    const name = KINDS[output.what].name;
    const held = runAt(output, t);
    const { dense } = held;
    if (dense) {
        return [element("b", {}, `${name}: ${dense.count} changes`), element("span", {}, denseText(dense)), element("span", {}, dense.text || "")];
    }
    if (edge && Math.abs(edge.t_s - t) <= reach) {
        const near = output.edges.filter((other) => Math.abs(other.t_s - t) <= reach).length;
        return [element("b", {}, `${name}: ${edge.stays ? "" : "now "}${stateText(edge)}`), element("span", { class: "muted" }, eventTime(edge)),
            element("span", {}, edge.text || ""), edge.cause ? element("code", {}, edge.cause) : null,
            near > 1 ? element("span", { class: "muted" }, `${near} edges stand here; zoom in to part them.`) : null];
    }
    if (held.on === null) {
        return [element("b", {}, `${name}: not known`)];
    }
    const end = held.to < whole.max ? `${durationText(held.to - held.from)} in all` : "to the end of the run";
    return [element("b", {}, `${name}: ${held.on ? "high" : "floating"}`),
        element("span", { class: "muted" }, `since ${clockText(held.from, true)}, ${end}`),
        held.by ? element("span", {}, held.by.text || "") : null,
        held.by && held.by.cause ? element("code", {}, held.by.cause) : null];
}

function placeTip(x, y) {
    const tip = byId("tip");
    const box = tip.getBoundingClientRect();
    const left = clamp(x + 14, 8, Math.max(8, innerWidth - box.width - 8));
    const below = y + 20 + box.height < innerHeight;
    tip.style.left = `${left}px`;
    tip.style.top = `${below ? y + 20 : Math.max(8, y - box.height - 14)}px`;
}

function stripHover(chart, event) {
    const box = chart.u.over.getBoundingClientRect();
    const { run } = chart.plot;
    const index = clamp(Math.floor((event.clientY - box.top) / (box.height / run.outputs.length)), 0, run.outputs.length - 1);
    const { t } = placeIn(chart, event);
    const reach = (view.max - view.min) * 7 / Math.max(box.width, 1);
    byId("tip").replaceChildren(...tipParts(run.outputs[index], t, reach).filter(Boolean));
    byId("tip").hidden = false;
    placeTip(event.clientX, event.clientY);
    return { output: run.outputs[index], t, reach };
}

function bindStrip(chart) {
    const { over } = chart.u;
    over.addEventListener("mousemove", (event) => stripHover(chart, event));
    const hide = () => { byId("tip").hidden = true; };
    over.addEventListener("mouseleave", hide);
    addEventListener("scroll", hide, { passive: true });
    over.addEventListener("click", (event) => {
        const { output, t, reach } = stripHover(chart, event);
        const edge = nearestEvent(output.edges, t);
        const chosen = edge && Math.abs(edge.t_s - t) <= reach ? edge : runAt(output, t).by;
        if (chosen && chart.plot.run === main) {
            select(chosen);
        }
    });
}
