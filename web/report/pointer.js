/* SPDX-License-Identifier: Apache-2.0 */
/* ---- Mouse, fingers and keys on the plots. ---- */

const DRAG_PX = 4;

const isActive = () => byId("stack").contains(document.activeElement);

function placeIn(chart, event) {
    const box = chart.u.over.getBoundingClientRect();
    const x = event.clientX - box.left;
    return { x, share: x / Math.max(box.width, 1), t: view.min + x / Math.max(box.width, 1) * (view.max - view.min), width: box.width };
}

function showDrag(chart, from, to) {
    chart.drag.hidden = from === null;
    if (from !== null) {
        chart.drag.style.left = `${Math.min(from, to)}px`;
        chart.drag.style.width = `${Math.abs(to - from)}px`;
    }
}

/* Two fingers hold two instants; the view moves so that these stay below them. */
function pinchView(grip, chart) {
    const [a, b] = [...grip.fingers.values()];
    const box = chart.u.over.getBoundingClientRect();
    const gap = b.clientX - a.clientX;
    if (Math.abs(gap) < 12 || grip.pinch.gap * gap <= 0) {
        return;
    }
    const perPixel = (grip.pinch.b - grip.pinch.a) / gap;
    const min = grip.pinch.a - (a.clientX - box.left) * perPixel;
    zoomTo(min, min + box.width * perPixel);
}

function startPinch(grip, chart) {
    const [a, b] = [...grip.fingers.values()];
    grip.pinch = { a: placeIn(chart, a).t, b: placeIn(chart, b).t, gap: b.clientX - a.clientX };
    grip.from = null;
}

function pointerDown(grip, chart, event) {
    if (event.button !== 0) {
        return;
    }
    const place = placeIn(chart, event);
    grip.fingers.set(event.pointerId, event);
    chart.u.over.setPointerCapture(event.pointerId);
    if (grip.fingers.size === 2) {
        startPinch(grip, chart);
        return;
    }
    grip.from = { ...place, view: { ...view }, pans: event.shiftKey || event.pointerType === "touch", moved: false };
}

function pointerMove(grip, chart, event) {
    const place = placeIn(chart, event);
    if (grip.fingers.has(event.pointerId)) {
        grip.fingers.set(event.pointerId, event);
    }
    if (grip.pinch && grip.fingers.size === 2) {
        pinchView(grip, chart);
        return;
    }
    if (grip.from && (grip.from.moved || Math.abs(place.x - grip.from.x) > DRAG_PX)) {
        grip.from.moved = true;
        if (grip.from.pans) {
            const shift = (grip.from.x - place.x) / place.width * (view.max - view.min);
            zoomTo(grip.from.view.min + shift, grip.from.view.max + shift);
            return;
        }
        showDrag(chart, clamp(grip.from.x, 0, place.width), clamp(place.x, 0, place.width));
    }
    setCursor(place.t);
}

function pointerUp(grip, chart, event) {
    const { from } = grip;
    const place = placeIn(chart, event);
    grip.fingers.delete(event.pointerId);
    showDrag(chart, null);
    if (grip.fingers.size < 2) {
        grip.pinch = null;
    }
    grip.from = null;
    if (from && from.moved && !from.pans && event.type === "pointerup") {
        const t = clamp(place.t, view.min, view.max); /* as far as the marked stretch reaches */
        zoomTo(Math.min(from.t, t), Math.max(from.t, t));
    } else if (from && !from.moved) {
        setCursor(place.t);
    }
}

/* The wheel scrolls the page until the plots were clicked: whoever reads must not be caught in them. */
function wheel(chart, event) {
    if (!event.ctrlKey && !isActive()) {
        byId("readout").textContent = "The wheel zooms with Ctrl held, or after a click on the plots.";
        return;
    }
    event.preventDefault();
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        panBy((event.deltaX || event.deltaY) / 800);
        return;
    }
    const lines = event.deltaMode === 1 ? 16 : 1;
    const { t } = placeIn(chart, event);
    zoomBy(Math.exp(clamp(event.deltaY * lines, -300, 300) * 0.0025), t);
    setCursor(t);
}

function bindPointer(chart) {
    const grip = { fingers: new Map(), from: null, pinch: null };
    const { over } = chart.u;
    over.addEventListener("pointerdown", (event) => pointerDown(grip, chart, event));
    over.addEventListener("pointermove", (event) => pointerMove(grip, chart, event));
    over.addEventListener("pointerup", (event) => pointerUp(grip, chart, event));
    over.addEventListener("pointercancel", (event) => pointerUp(grip, chart, event));
    over.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && !grip.from && setCursor(selected ? selected.t_s : null));
    over.addEventListener("dblclick", showWhole);
    over.addEventListener("wheel", (event) => wheel(chart, event), { passive: false });
}

/* The cursor goes along the time axis, and takes the view with it at the ends. */
function moveCursor(share) {
    const width = view.max - view.min;
    const from = cursorTime === null || cursorTime < view.min || cursorTime > view.max ? (view.min + view.max) / 2 : cursorTime;
    const t = clamp(from + width * share, whole.min, whole.max);
    if (t < view.min || t > view.max) {
        zoomTo(view.min + width * share, view.max + width * share);
    }
    setCursor(t);
    sayCursor();
}

function leaveCursor() {
    selected = null;
    setCursor(null);
}

function bindKeys() {
    const keys = {
        ArrowLeft: (event) => moveCursor(event.shiftKey ? -0.05 : -0.005), ArrowRight: (event) => moveCursor(event.shiftKey ? 0.05 : 0.005),
        Home: () => { setCursor(view.min); sayCursor(); }, End: () => { setCursor(view.max); sayCursor(); },
        "+": () => zoomBy(0.5, cursorTime), "=": () => zoomBy(0.5, cursorTime), "-": () => zoomBy(2, cursorTime),
        "[": () => panBy(-0.5), "]": () => panBy(0.5), n: () => stepIncident(1), p: () => stepIncident(-1), 0: showWhole, Escape: leaveCursor,
    };
    byId("plots").addEventListener("keydown", (event) => {
        const isTyping = /^(SELECT|INPUT|TEXTAREA)$/.test(event.target.tagName);
        if (Object.hasOwn(keys, event.key) && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
            event.preventDefault();
            keys[event.key](event);
        }
    });
}
