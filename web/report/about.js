/* SPDX-License-Identifier: Apache-2.0 */
/* ---- What the run was, and what is wrong with its wiring (docs/CHECKS.md). ---- */

function cellsText() {
    if (head.cell_validated === false) {
        return `${head.cell}: cell model not validated`;
    }
    return head.cell_range_left === true ? `${head.cell}: beyond what it was measured at` : head.cell;
}

/* The command wrote the description where it reads well without a script; here the plots come before it. */
function fillAbout() {
    const description = document.querySelector("header .description");
    if (description) {
        byId("about").querySelector("h2").after(description);
    }
    const device = { native: "native (the control core)", avr: "avr (the firmware image)" }[head.device] || head.device;
    const rows = [
        ["Scenario", head.scenario],
        ["Seed", head.seed],
        ["Device", device],
        ["Cells", cellsText()],
        ["Length", durationText(main.end)],
        ["Day 1 is", head.start ? head.start : isNumber(head.start_day_of_year) ? `day ${head.start_day_of_year} of the year` : null],
        ["smallbms", head.version],
    ];
    for (const [name, value] of rows) {
        if ((value ?? "") !== "") {
            byId("meta").append(element("div", {}, element("dt", {}, name), element("dd", {}, String(value))));
        }
    }
    byId("footer").textContent =
        `Made by smallbms ${head.version || ""}. ${head.kind ? "Times count from the start of the record" : "Day 1 starts at 00:00; all times are the local clock of the run"}. ` +
        "The plots are drawn by uPlot (MIT licence; its text stands in this file's source).";
}

/* The totals that happened at an instant lead there. */
function linkTotals() {
    const totals = objectOf(head.totals);
    const instants = { "lowest cell": totals.cell_mv_min, "highest cell": totals.cell_mv_max };
    for (const term of document.querySelectorAll("dl.summary dt")) {
        const extreme = objectOf(instants[term.textContent.trim()]);
        if (isNumber(extreme.t_s)) {
            const jump = element("button", { class: "jump", "aria-label": `Show the ${term.textContent.trim()} in the plots` }, "show");
            jump.addEventListener("click", () => jumpTo(extreme.t_s, null));
            term.nextElementSibling.append(" ", jump);
        }
    }
}

function fillFindings() {
    const list = listOf(head.findings);
    const count = list.length + (head.findings_left_out || 0);
    byId("wiring-checks").hidden = !Array.isArray(head.findings);
    byId("findings-count").textContent = count === 0 ? "nothing found" : countText(count, "finding", "findings");
    byId("findings").hidden = list.length === 0;
    for (const item of list) {
        const where = isNumber(item.line) ? `line ${item.line}: ` : "";
        const badge = element("span", { class: "badge unmet" }, item.id);
        const text = element("span", {}, `${where}${item.what}`, element("small", {}, item.why), element("small", {}, `Instead: ${item.instead}`));
        byId("findings").append(element("li", {}, badge, text));
    }
    byId("wiring").hidden = byId("wiring").querySelector("svg") === null;
}
