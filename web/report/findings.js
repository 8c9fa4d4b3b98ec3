/* SPDX-License-Identifier: Apache-2.0 */
/* ---- What is wrong with the wiring (docs/CHECKS.md). ---- */

function fillFindings() {
    const list = Array.isArray(data.findings) ? data.findings : [];
    const count = list.length + (data.findings_left_out || 0);
    byId("findings-count").textContent = count === 0 ? "nothing found" : countText(count, "finding", "findings");
    byId("findings").hidden = list.length === 0;
    byId("findings-title").style.marginBottom = list.length ? "" : "0";
    for (const item of list) {
        const where = isNumber(item.line) ? `line ${item.line}: ` : "";
        const badge = element("span", { class: "badge unmet" }, item.id);
        const text = element("span", {}, `${where}${item.what}`, element("small", {}, item.why),
            element("small", {}, `Instead: ${item.instead}`));
        byId("findings").append(element("li", {}, badge, text));
    }
}
