/* SPDX-License-Identifier: Apache-2.0 */
/* ---- Which stretch of the run is in view; the address bar follows it. ---- */

const VIEW_MIN_S = 2;

let viewNote = ""; /* where the view is not what the address asked for */

function zoomTo(min, max) {
    viewNote = "";
    const width = clamp(max - min, Math.min(VIEW_MIN_S, whole.max - whole.min), whole.max - whole.min);
    const middle = (min + max) / 2;
    view.min = clamp(middle - width / 2, whole.min, whole.max - width);
    view.max = view.min + width;
    showView();
    drawSoon();
}

/* The instant `at` stays where it is. */
function zoomBy(factor, at) {
    const width = clamp((view.max - view.min) * factor, Math.min(VIEW_MIN_S, whole.max - whole.min), whole.max - whole.min);
    const place = at === undefined || at === null || at < view.min || at > view.max ? (view.min + view.max) / 2 : at;
    const min = place - (place - view.min) * width / (view.max - view.min);
    zoomTo(min, min + width);
}

const panBy = (share) => {
    const step = (view.max - view.min) * share;
    zoomTo(view.min + step, view.max + step);
};
const showWhole = () => zoomTo(whole.min, whole.max);

function showView() {
    const all = wholeInView();
    const seconds = view.max - view.min < 7200;
    const isLong = isDated && view.max - view.min > 200 * DAY_S;
    const text = (t) => (isLong ? dayText(Math.floor(t / DAY_S), true).slice(4) : clockText(t, seconds));
    byId("view").replaceChildren(`${text(view.min)} to ${text(view.max)}`, element("span", { class: "length" }, ` (${durationText(view.max - view.min)})`));
    byId("zoom-all").disabled = byId("zoom-out").disabled = all;
    byId("zoom-in").disabled = view.max - view.min <= VIEW_MIN_S * 1.001;
    byId("pan-left").disabled = view.min <= whole.min;
    byId("pan-right").disabled = view.max >= whole.max;
    if (byId("toolbar").contains(document.activeElement) && document.activeElement.disabled) {
        byId("stack").focus({ preventScroll: true }); /* a button that can do no more would take the focus with it */
    }
    if (byId("in-view").checked) {
        fillRows();
    }
    writeFragment();
}

/* ---- #t=FROM,TO in seconds. ---- */

let fragmentTimer = 0;
function writeFragment() {
    clearTimeout(fragmentTimer);
    fragmentTimer = setTimeout(() => {
        const short = (t) => String(Number(t.toFixed(3)));
        const wanted = wholeInView() ? "" : `#t=${short(view.min)},${short(view.max)}`;
        const there = location.hash.startsWith("#t=") ? location.hash : "";
        if (wanted !== there) {
            history.replaceState(null, "", wanted || location.pathname + location.search);
        }
    }, 150);
}

function readFragment() {
    const match = /^#t=(-?[\d.]+),(-?[\d.]+)$/.exec(location.hash);
    const [from, to] = match ? [Number(match[1]), Number(match[2])] : location.hash === "" ? [whole.min, whole.max] : [];
    if (to > from) {
        zoomTo(from, to);
    }
    if (location.hash.startsWith("#t=") && !(from >= whole.min && to <= whole.max && to > from)) {
        viewNote = "The address asks for no stretch of this run; the view is another.";
        byId("say").textContent = viewNote;
        showCursor();
    }
}

/* ---- An event or an instant is chosen. ---- */

function select(event) {
    selected = event;
    byId("rows").querySelectorAll("tr").forEach((row) => {
        row.classList.toggle("selected", event !== null && row.dataset.index === String(event.index));
    });
    setCursor(event ? event.t_s : null);
}

function scrollToPlots() {
    const top = byId("plots").getBoundingClientRect().top;
    if (top > innerHeight * 0.5 || top < -140) {
        byId("plots").scrollIntoView({ behavior: calmly() ? "auto" : "smooth", block: "start" });
    }
}

function jumpTo(t, event) {
    select(event);
    setCursor(t);
    const until = event && manyOf(event) ? event.until_s : t;
    zoomTo(t - 3600, until + 3600);
    scrollToPlots();
}

/* ---- Incidents, one after the other. ---- */

function showIncident(incident) {
    const pad = Math.max((incident.to - incident.from_s) * 0.15, 1800);
    byId("incident").value = String(incident.index);
    select(edges.find((edge) => edge.t_s === incident.at) || null);
    setCursor(incident.at);
    zoomTo(incident.from_s - pad, incident.to + pad);
    markIncident(incident.index);
    const gap = incident.left_out > 0 ? ` ${incident.left_out} of its kind behind it are not listed.` : "";
    byId("say").textContent = `Incident ${incident.index + 1} of ${incidents.length}: ${incident.text}.${gap}`;
}

/* From where the reader is: the cursor, else the middle of the view. */
function stepIncident(direction) {
    const here = cursorTime === null ? (wholeInView() ? (direction > 0 ? -Infinity : Infinity) : (view.min + view.max) / 2) : cursorTime;
    const shown = incidents[byId("incident").value];
    if (shown && shown.at === cursorTime) {
        showIncident(incidents[clamp(shown.index + direction, 0, incidents.length - 1)]);
        return;
    }
    const ahead = incidents.filter((one) => (direction > 0 ? one.at > here : one.at < here));
    const next = ahead.at(direction > 0 ? 0 : -1);
    if (next) {
        showIncident(next);
    }
}

function incidentRows() {
    const table = document.querySelector("table.incidents");
    return table ? [...table.tBodies[0].rows] : [];
}

/* The rows that the command wrote become links; those behind the first are laid out when they are asked for. */
const INCIDENTS_SHOWN = 20; /* report.css has it too */

function linkIncidents(from, to) {
    incidentRows().slice(from, to).forEach((row, at) => {
        const incident = incidents[from + at];
        if (incident) {
            const [place] = row.cells;
            place.replaceChildren(element("a", { href: `#t=${incident.from_s},${incident.to}`, title: "Show it in the plots" }, ...place.childNodes));
            row.classList.add("link");
        }
        [row, ...row.cells].forEach(sayRole);
    });
}

function showAllIncidents() {
    const more = byId("more-incidents");
    if (more && !more.hidden) {
        const hadFocus = more === document.activeElement;
        more.hidden = true;
        document.querySelector("table.few").classList.remove("few");
        linkIncidents(INCIDENTS_SHOWN);
        if (hadFocus) {
            incidentRows()[INCIDENTS_SHOWN].querySelector("a").focus();
        }
    }
}

function markIncident(index) {
    if (index >= INCIDENTS_SHOWN) {
        showAllIncidents();
    }
    incidentRows().forEach((row, at) => row.classList.toggle("selected", at === index));
}

function bindIncidentRows() {
    const table = document.querySelector("table.incidents");
    if (table === null) {
        return;
    }
    [table, ...table.querySelectorAll("thead, tbody, th, thead tr")].forEach(sayRole);
    linkIncidents(0, INCIDENTS_SHOWN);
    const count = incidentRows().length;
    if (count > INCIDENTS_SHOWN) {
        table.classList.add("few");
        table.after(element("button", { class: "more", id: "more-incidents" }, `Show all ${count}`));
        onClick("more-incidents", showAllIncidents);
    }
    table.tBodies[0].addEventListener("click", (event) => {
        const incident = incidents[incidentRows().indexOf(event.target.closest("tr"))];
        if (incident) {
            event.preventDefault();
            showIncident(incident);
            scrollToPlots();
        }
    });
}

function bindIncidents() {
    const choice = byId("incident");
    const leftOut = head.incidents_left_out || 0;
    choice.append(new Option(incidents.length ? countText(incidents.length, "incident", "incidents") + (leftOut > 0 ? ` of ${incidents.length + leftOut}` : "") : "no incidents", ""),
        ...incidents.map((one) => new Option(`${clockText(one.at, true)} ${one.kind === "cut" ? "cut: " : ""}${one.text || ""}`, one.index)));
    for (const id of ["incident", "incident-before", "incident-after"]) {
        byId(id).disabled = incidents.length === 0;
    }
    choice.addEventListener("change", () => incidents[choice.value] && showIncident(incidents[choice.value]));
    onClick("incident-before", () => stepIncident(-1));
    onClick("incident-after", () => stepIncident(1));
    bindIncidentRows();
}

function bindView() {
    onClick("zoom-all", showWhole);
    onClick("zoom-in", () => zoomBy(0.5, cursorTime));
    onClick("zoom-out", () => zoomBy(2, cursorTime));
    onClick("pan-left", () => panBy(-0.5));
    onClick("pan-right", () => panBy(0.5));
    addEventListener("hashchange", readFragment);
}
