/* SPDX-License-Identifier: Apache-2.0 */
/* ---- The head of the page, its errors and its numbers. ---- */

const byId = (id) => document.getElementById(id);
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const numberText = (value, decimals) => value.toFixed(decimals).replace(/^-(?=0(\.0*)?$)/, "").replace("-", "\u2212");
const plain = (value) => String(value).replace("-", "\u2212");

function element(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        node.setAttribute(name, value);
    }
    node.append(...children);
    return node;
}

const fileName = (path) => path.slice(path.lastIndexOf("/") + 1);

function tile(label, value, more) {
    return element("div", {}, element("dt", {}, label), element("dd", { class: "value" }, value), element("dd", { class: "more" }, more));
}

function fillHeader() {
    const { coverage, logs } = fit;
    const held = fit.errors.slice(-2);
    const rms = (row) => (row.rms_mv[0] === null ? "\u2013" : numberText(row.rms_mv[0], 1));
    const belief = fit.validated ? "It may be believed as far as the logs go:" : "It is far from the rows that it was fitted to: cell model not validated.";
    byId("title").textContent = `Cell \u201c${fit.name}\u201d`;
    byId("description").textContent = `Fitted to ${logs.map((log) => fileName(log.name)).join(", ")}; the search began at the cell ${fit.start}. ${belief}`;
    const [cold, warm] = coverage.temp_c.map(plain);
    byId("tiles").append(
        tile("Temperature", cold === warm ? `${cold} \u00b0C` : `${cold} to ${warm} \u00b0C`, cold === warm ? "beyond, nothing is measured" : "measured"),
        tile("Discharge", `to ${coverage.discharge_c} C`, "held for a minute in all"),
        tile("Charge", `to ${coverage.charge_c} C`, "held for a minute in all"),
        tile("State of charge", coverage.soc_pct.map((pct) => numberText(pct, 1)).join(" to ") + " %", `beyond, the cell ${fit.start}`),
        tile("Error, fitted", `${numberText(fit.errors[0].rms_mv[0], 1)} mV rms`, `${fit.errors[0].rows} rows`),
        tile("Error, held out", `${held.map(rms).join(" / ")} mV`, "rms where the fit had been / elsewhere"));
}

function fillErrors() {
    const table = byId("errors");
    const regions = ["all", "plateau", "knee", "top", "rest"];
    table.append(element("thead", {}, element("tr", {}, element("th", { scope: "col" }, ""),
        ...regions.map((name) => element("th", { scope: "col" }, name)), element("th", { scope: "col" }, "rows"))));
    const body = element("tbody", {});
    fit.errors.forEach((row, at) => {
        const cells = row.rms_mv.map((mv) => element("td", {}, mv === null ? "\u2013" : numberText(mv, 1)));
        body.append(element("tr", at >= fit.errors.length - 2 ? { class: "held-out" } : {},
            element("th", { scope: "row" }, fileName(row.name)), ...cells, element("td", {}, String(row.rows))));
    });
    table.append(body);
}

function fillNumbers() {
    const body = element("tbody", {});
    for (const number of fit.numbers) {
        body.append(element("tr", {}, element("th", { scope: "row" }, number.name),
            element("td", {}, `${plain(number.value)} ${number.unit}`), element("td", {}, number.fitted ? "" : `not fitted: of ${fit.start}, or of a123 where it has none`)));
    }
    byId("numbers").append(body);
    byId("bounds").textContent = fit.bounds.length > 0 ? `On a bound: ${fit.bounds.join("; ")}.` : "None stands on a bound.";
}
