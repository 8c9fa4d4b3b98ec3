/* SPDX-License-Identifier: Apache-2.0 */
/* ---- The table of events. ---- */

const ROWS_FIRST = 40; /* few, so that the page opens soon */
const ROWS_MORE = 200;
const shownKinds = new Set();
let rowsShown = ROWS_FIRST;

/* One that stands for many tells from when to when. */
function eventWhen(event) {
    const jump = element("button", { class: "jump", title: "Show it in the plots" }, eventTime(event));
    return element("td", { class: "when" }, jump, manyOf(event) ? element("span", { class: "until" }, `to ${clockText(event.until_s, true, false, true)}`) : null);
}

function eventRow(event) {
    const kind = kindOf(event.what);
    const dot = element("span", { class: "dot", "aria-hidden": "true" });
    if (kind.color) {
        dot.style.borderColor = `var(${kind.color})`;
        dot.style.background = event.on ? `var(${kind.color})` : "none";
    }
    const row = element("tr", { "data-index": event.index },
        eventWhen(event),
        element("td", { class: "kind" }, dot, kind.name),
        element("td", { class: "to" }, manyOf(event) ? `${event.count}\u00d7` : stateText(event)),
        element("td", { class: "text" }, event.text || ""),
        element("td", { class: "cause" }, event.cause ? element("code", {}, event.cause) : null));
    row.classList.toggle("selected", event === selected);
    row.classList.toggle("many", manyOf(event) > 0);
    row.addEventListener("click", () => jumpTo(event.t_s, event));
    return row;
}

function chosenEvents() {
    const words = byId("search").value.trim().toLowerCase();
    const inView = byId("in-view").checked;
    const end = (event) => (manyOf(event) ? event.until_s : event.t_s);
    return events.filter((event) => shownKinds.has(event.what) && (!inView || (event.t_s <= view.max && end(event) >= view.min)) &&
        (words === "" || `${event.text} ${event.cause} ${kindOf(event.what).name} ${eventTime(event)}`.toLowerCase().includes(words)));
}

/* A narrow page lays the rows of a table out as blocks; where a browser then takes it for no table any more, the roles are said again. */
const ROLES = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TH: "columnheader", TD: "cell" };
const sayRole = (node) => node.setAttribute("role", ROLES[node.tagName]);

function fillRows() {
    const list = chosenEvents();
    const rows = list.slice(0, rowsShown).map(eventRow);
    if (rows.length === 0) {
        const text = events.length ? "No such event." : "Nothing happened in this run.";
        rows.push(element("tr", {}, element("td", { colspan: "5", class: "muted text" }, text)));
    }
    byId("rows").replaceChildren(...rows);
    const table = byId("rows").parentElement;
    [table, ...table.querySelectorAll("thead, tbody, tr, th, td")].forEach(sayRole);
    byId("events-count").textContent = list.length === events.length ? `${events.length}` : `${list.length} of ${events.length}`;
    byId("more").hidden = list.length <= rowsShown;
    byId("more").textContent = `Show more (${Math.max(0, list.length - rowsShown)} left)`;
}

function refill() {
    rowsShown = ROWS_FIRST;
    fillRows();
}

function addFilter(what, count) {
    const box = element("input", { type: "checkbox" });
    box.checked = !what.startsWith("led_");
    if (box.checked) {
        shownKinds.add(what);
    }
    box.addEventListener("change", () => {
        shownKinds[box.checked ? "add" : "delete"](what);
        refill();
    });
    byId("filters").append(element("label", {}, box, kindOf(what).name, element("span", { class: "muted" }, String(count))));
}

function fillEvents() {
    const counts = new Map();
    events.forEach((event) => counts.set(event.what, (counts.get(event.what) || 0) + 1));
    const order = Object.keys(KINDS);
    const place = (what) => (order.includes(what) ? order.indexOf(what) : order.length);
    [...counts.keys()].sort((a, b) => place(a) - place(b)).forEach((what) => addFilter(what, counts.get(what)));
    byId("filters").hidden = byId("find").hidden = counts.size === 0;
    byId("search").addEventListener("input", refill);
    byId("in-view").addEventListener("change", refill);
    onClick("more", () => {
        const next = rowsShown;
        rowsShown += ROWS_MORE;
        fillRows();
        byId("rows").rows[next].querySelector("button").focus(); /* the button may be gone */
    });
    fillRows();
}
