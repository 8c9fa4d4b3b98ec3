/* SPDX-License-Identifier: Apache-2.0 */
/* ---- The table of events. ---- */

const ROWS_A_PAGE = 500;
const shownKinds = new Set();
let rowsShown = ROWS_A_PAGE;

function eventRow(event) {
    const kind = kindOf(event.what);
    const dot = element("span", { class: "dot", "aria-hidden": "true" });
    if (kind.color) {
        dot.style.borderColor = `var(${kind.color})`;
        dot.style.background = event.on ? `var(${kind.color})` : "none";
    }
    const jump = element("button", { type: "button", class: "jump", title: "Zoom to this event" }, eventTime(event));
    const row = element("tr", { "data-index": event.index, role: "row" },
        element("td", { class: "when", role: "cell" }, jump),
        element("td", { class: "kind", role: "cell" }, dot, kind.name),
        element("td", { class: "to", role: "cell" }, stateText(event)),
        element("td", { class: "text", role: "cell" }, event.text || ""),
        element("td", { class: "cause", role: "cell" }, event.cause ? element("code", {}, event.cause) : null));
    row.classList.toggle("selected", event === selected);
    row.addEventListener("click", () => jumpTo(event.t_s, event));
    return row;
}

function fillRows() {
    const list = events.filter((event) => shownKinds.has(event.what));
    const rows = list.slice(0, rowsShown).map(eventRow);
    if (rows.length === 0) {
        const text = events.length ? "No event of the chosen kinds." : "Nothing happened in this run.";
        rows.push(element("tr", { role: "row" }, element("td", { colspan: "5", class: "muted text", role: "cell" }, text)));
    }
    byId("rows").replaceChildren(...rows);
    const lost = data.events_left_out > 0 ? `; ${data.events_left_out} later ones were not kept` : "";
    byId("events-count").textContent =
        (list.length === events.length ? `${events.length}` : `${list.length} of ${events.length}`) + lost;
    byId("more").hidden = list.length <= rowsShown;
    byId("more").textContent = `Show more (${Math.max(0, list.length - rowsShown)} left)`;
}

function addFilter(what, count) {
    const box = element("input", { type: "checkbox" });
    box.checked = !what.startsWith("led_");
    if (box.checked) {
        shownKinds.add(what);
    }
    box.addEventListener("change", () => {
        shownKinds[box.checked ? "add" : "delete"](what);
        rowsShown = ROWS_A_PAGE;
        fillRows();
    });
    byId("filters").append(element("label", {}, box, kindOf(what).name, element("span", { class: "muted" }, String(count))));
}

function fillEvents() {
    const counts = new Map();
    events.forEach((event) => counts.set(event.what, (counts.get(event.what) || 0) + 1));
    const order = Object.keys(KINDS);
    const place = (what) => (order.includes(what) ? order.indexOf(what) : order.length);
    [...counts.keys()].sort((a, b) => place(a) - place(b)).forEach((what) => addFilter(what, counts.get(what)));
    byId("filters").hidden = counts.size === 0;
    byId("more").addEventListener("click", () => {
        rowsShown += ROWS_A_PAGE;
        fillRows();
    });
    fillRows();
}
