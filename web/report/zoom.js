/* SPDX-License-Identifier: Apache-2.0 */
/* ---- Which stretch of the run is in view. ---- */

function zoomTo(min, max) {
    const width = clamp(max - min, VIEW_MIN_S, whole.max - whole.min);
    const middle = (min + max) / 2;
    view.min = clamp(middle - width / 2, whole.min, whole.max - width);
    view.max = view.min + width;
    for (const { u } of charts) {
        u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        u.setScale("x", { min: view.min, max: view.max });
    }
    showView();
}

/* With the cursors in step, each plot reports the same drag: the first report zooms, and clears the others' selection. */
function dragged(u) {
    if (u.select.width > 0) {
        zoomTo(u.posToVal(u.select.left, "x"), u.posToVal(u.select.left + u.select.width, "x"));
    }
}

const zoomBy = (factor) => {
    const middle = (view.min + view.max) / 2;
    const half = (view.max - view.min) * factor / 2;
    zoomTo(middle - half, middle + half);
};
const panBy = (share) => {
    const step = (view.max - view.min) * share;
    zoomTo(view.min + step, view.max + step);
};

function showView() {
    const all = wholeInView();
    const seconds = view.max - view.min < 7200;
    const span = `${clockText(view.min, seconds)} to ${clockText(view.max, seconds)}`;
    byId("view").textContent = `${span} (${durationText(view.max - view.min)})`;
    byId("zoom-all").disabled = all;
    byId("zoom-out").disabled = all;
    byId("zoom-in").disabled = view.max - view.min <= VIEW_MIN_S * 1.001;
    byId("pan-left").disabled = view.min <= whole.min;
    byId("pan-right").disabled = view.max >= whole.max;
    readout();
}

function select(event) {
    selected = event;
    byId("edge").value = edges.includes(event) ? String(event.index) : "";
    byId("rows").querySelectorAll("tr").forEach((row) => {
        row.classList.toggle("selected", event !== null && row.dataset.index === String(event.index));
    });
    for (const chart of charts) {
        chart.u.redraw(false, false);
        onCursor(chart, chart.u);
    }
    readout();
}

function jumpTo(t, event) {
    if (event) {
        select(event);
    }
    zoomTo(t - 3600, t + 3600);
    const top = byId("plots").getBoundingClientRect().top;
    if (top > innerHeight * 0.25 || top < -140) {
        const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
        byId("plots").scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
    }
}

function dayAround(event) {
    if (event) {
        select(event);
        zoomTo(event.t_s - DAY_S / 2, event.t_s + DAY_S / 2);
    }
}

function stepEdge(direction) {
    const middle = (view.min + view.max) / 2;
    let at = selected ? edges.indexOf(selected) : -1;
    if (at < 0) {
        at = lastAtOrBefore(edges, selected ? selected.t_s : middle, (edge) => edge.t_s);
        at = direction > 0 ? at : at + 1;
        if (!selected && wholeInView()) {
            at = direction > 0 ? -1 : edges.length;
        }
    }
    dayAround(edges[clamp(at + direction, 0, edges.length - 1)]);
}

function bindZoom() {
    const choice = byId("edge");
    choice.append(element("option", { value: "" }, edges.length ? `an edge (${edges.length})` : "no edges"));
    for (const edge of edges) {
        choice.append(element("option", { value: edge.index }, `${eventTime(edge)}  ${kindOf(edge.what).name} ${stateText(edge)}`));
    }
    for (const id of ["edge", "edge-before", "edge-after"]) {
        byId(id).disabled = edges.length === 0;
    }
    choice.addEventListener("change", () => dayAround(edges.find((edge) => String(edge.index) === choice.value)));
    byId("edge-before").addEventListener("click", () => stepEdge(-1));
    byId("edge-after").addEventListener("click", () => stepEdge(1));
    byId("zoom-all").addEventListener("click", () => zoomTo(whole.min, whole.max));
    byId("zoom-in").addEventListener("click", () => zoomBy(0.5));
    byId("zoom-out").addEventListener("click", () => zoomBy(2));
    byId("pan-left").addEventListener("click", () => panBy(-0.5));
    byId("pan-right").addEventListener("click", () => panBy(0.5));
    const keys = { ArrowLeft: () => panBy(-0.25), ArrowRight: () => panBy(0.25), "+": () => zoomBy(0.5), "=": () => zoomBy(0.5),
        "-": () => zoomBy(2), 0: () => zoomTo(whole.min, whole.max) };
    byId("stack").addEventListener("keydown", (event) => {
        if (keys[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) {
            event.preventDefault();
            keys[event.key]();
        }
    });
}
