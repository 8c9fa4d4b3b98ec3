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

function bindPrint() {
    let before = null;
    addEventListener("beforeprint", () => {
        rowsShown = Math.max(rowsShown, ROWS_MORE);
        fillRows();
        before = { theme: document.documentElement.dataset.theme, more: byId("more").textContent, cursor: cursorTime };
        byId("more").textContent = `${countText(chosenEvents().length - rowsShown, "more event is", "more events are")} not printed. Each incident is in the table above; ` +
            "the edges of the outputs with their causes are in the file of the button CSV; this page on a screen has all events.";
        setTheme("light");
        charts.forEach(({ u, plot }) => u.setSize({ width: PRINT_PX, height: plot.height }));
        setCursor(null);
    });
    addEventListener("afterprint", () => {
        byId("more").textContent = before.more;
        setTheme(before.theme);
        fit();
        setCursor(before.cursor);
    });
}
