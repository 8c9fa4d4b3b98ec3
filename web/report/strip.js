/* SPDX-License-Identifier: Apache-2.0 */
/* ---- The strip of the three outputs. ---- */

const LANE_PX = 28;

/* High is a filled band; floating is no level at all, so it is only a dotted line. What changed too often to be drawn is hatched. */
function drawRun(u, held, { high, low }, color) {
    const ratio = uPlot.pxRatio;
    const { left, width } = u.bbox;
    const [from, end] = [held.from, held.to].map((t) => clamp(placesOf(u).x(t), left, left + width));
    const to = Math.max(end, from + (held.on || held.dense || held.many ? 1.5 * ratio : 0));
    const line = (points) => {
        u.ctx.beginPath();
        points.forEach(([x, y], at) => u.ctx[at ? "lineTo" : "moveTo"](x, y));
        u.ctx.stroke();
    };
    u.ctx.strokeStyle = held.on || held.dense ? color : css("--muted");
    if (held.dense) {
        const height = low - high;
        u.ctx.save();
        u.ctx.beginPath();
        u.ctx.rect(from, high, to - from, height);
        u.ctx.clip();
        for (let x = from - height - (from % (6 * ratio)); x < to; x += 6 * ratio) {
            line([[x, low], [x + height, high]]);
        }
        u.ctx.strokeRect(from, high, to - from, height);
        u.ctx.restore();
        return;
    }
    if (held.on || held.many) {
        u.ctx.globalAlpha = held.many ? 0.7 : 0.3;
        u.ctx.fillRect(from, high, to - from, low - high);
        u.ctx.globalAlpha = 1;
    }
    if (held.many) {
        return;
    }
    u.ctx.setLineDash(held.on ? [] : [2 * ratio, 4 * ratio]);
    line([[from, held.on ? high : low], [to, held.on ? high : low]]);
    u.ctx.setLineDash([]);
    /* An output that a start leaves floating has a reason and no edge. */
    if (held.by !== null && !held.by.stays && held.from >= view.min && held.from <= view.max) {
        u.ctx.strokeStyle = color;
        line([[from, high], [from, low]]);
    }
}

/* The runs in view; where several in a row are too short to be told apart, one that stands for them, neither high nor floating. */
function partedRuns(u, runs) {
    const least = (view.max - view.min) / u.bbox.width * 1.5 * uPlot.pxRatio;
    const parted = [];
    for (const held of runs.filter(({ on, dense, from, to }) => (on !== null || dense) && to >= view.min && from <= view.max)) {
        const before = parted.at(-1);
        const isShort = held.to - held.from < least;
        if (isShort && before && before.isShort) {
            parted[parted.length - 1] = { from: before.from, to: held.to, isShort, many: true };
        } else {
            parted.push({ ...held, isShort });
        }
    }
    return parted;
}

function drawStrip(u, run) {
    const ratio = uPlot.pxRatio;
    const height = u.bbox.height / OUTPUTS.length;
    u.ctx.save();
    u.ctx.lineWidth = 1.5 * ratio;
    u.ctx.font = `${12 * ratio}px ${css("--font")}`;
    u.ctx.textAlign = "right";
    u.ctx.textBaseline = "middle";
    run.outputs.forEach(({ what, runs }, index) => {
        const top = u.bbox.top + height * index;
        const color = css(KINDS[what].color);
        u.ctx.fillStyle = css("--ink");
        u.ctx.fillText(KINDS[what].name, u.bbox.left - 6 * ratio, top + height / 2);
        u.ctx.fillStyle = color;
        partedRuns(u, runs).forEach((held) => drawRun(u, held, { high: Math.round(top + height * 0.2), low: Math.round(top + height * 0.82) }, color));
    });
    u.ctx.restore();
}

/* A click chooses the edge that stands near, else the one that began what lasts there. */
function bindStrip(chart) {
    chart.u.over.addEventListener("click", (event) => {
        const { run } = chart.plot;
        const { t, width } = placeIn(chart, event);
        const output = run.outputs[clamp(Math.floor(event.offsetY / chart.u.over.clientHeight * run.outputs.length), 0, run.outputs.length - 1)];
        const edge = nearestEvent(output.edges, t);
        const chosen = edge && Math.abs(edge.t_s - t) <= (view.max - view.min) * 7 / width ? edge : runAt(output, t).by;
        if (chosen && run === main) {
            select(chosen);
        }
    });
}
