/* SPDX-License-Identifier: Apache-2.0 */
/* ---- Light and dark. ---- */

function setTheme(theme) {
    document.documentElement.dataset.theme = theme;
    styles.clear();
    byId("theme").textContent = theme === "dark" ? "Light" : "Dark";
    byId("theme").setAttribute("aria-label", theme === "dark" ? "Use the light theme" : "Use the dark theme");
    recolor();
}

/* The system's, until the button is pressed; the choice holds until the page is closed. */
function bindTheme() {
    const system = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => setTheme(system.matches ? "dark" : "light");
    system.addEventListener("change", follow);
    onClick("theme", () => {
        system.removeEventListener("change", follow);
        setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
    });
    follow();
}

/* ---- Paper: light, one column, as wide as an upright sheet; the style sheet stretches it for a sheet that lies. ---- */

const PRINT_PX = 900;
const PRINTED = 60; /* incidents, and events */

/* What is too long for paper is counted where it would stand. */
function sayUnprinted(id, left, name) {
    const note = byId(id);
    if (note) {
        note.hidden = left <= 0;
        note.textContent = `${countText(left, `more ${name} is`, `more ${name}s are`)} not printed; this page on a screen has all.`;
    }
}

function bindPrint() {
    let after = null;
    addEventListener("beforeprint", () => {
        const [theme, cursor, rows, more] = [document.documentElement.dataset.theme, cursorTime, rowsShown, byId("more-incidents")];
        const [text, hidden] = more ? [more.textContent, more.hidden] : [];
        const unprinted = incidentRows().slice(PRINTED);
        const show = (count) => {
            rowsShown = count;
            fillRows();
        };
        const hide = (is) => unprinted.forEach((row) => { row.hidden = is; });
        show(PRINTED);
        hide(true);
        sayUnprinted("more", chosenEvents().length - PRINTED, "event");
        sayUnprinted("more-incidents", unprinted.length, "incident");
        setTheme("light");
        charts.forEach(({ u, plot }) => u.setSize({ width: PRINT_PX, height: plot.height }));
        setCursor(null);
        after = () => {
            show(rows);
            hide(false);
            if (more) {
                [more.textContent, more.hidden] = [text, hidden];
            }
            setTheme(theme);
            fit();
            setCursor(cursor);
        };
    });
    addEventListener("afterprint", () => after());
}
