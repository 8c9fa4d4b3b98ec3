/* SPDX-License-Identifier: Apache-2.0 */
/* ---- Light and dark. ---- */

function setTheme(theme) {
    document.documentElement.dataset.theme = theme;
    styles.clear();
    byId("theme").textContent = theme === "dark" ? "Light" : "Dark";
    byId("theme").setAttribute("aria-label", theme === "dark" ? "Use the light theme" : "Use the dark theme");
    recolor();
}

function bindTheme() {
    let chosen = false;
    try {
        chosen = localStorage.getItem("smallbms-theme") !== null;
    } catch (error) {
        chosen = false;
    }
    byId("theme").addEventListener("click", () => {
        const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
        chosen = true;
        try {
            localStorage.setItem("smallbms-theme", theme);
        } catch (error) {
            /* A page from disk may not store; the choice then holds until the page is closed. */
        }
        setTheme(theme);
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", (event) => {
        if (!chosen) {
            setTheme(event.matches ? "dark" : "light");
        }
    });
    setTheme(document.documentElement.dataset.theme);
}

/* ---- Paper: light, one column, as wide as an upright sheet; the style sheet stretches it for a sheet that lies. ---- */

const PRINT_PX = 900;

function bindPrint() {
    let before = null;
    addEventListener("beforeprint", () => {
        before = { theme: document.documentElement.dataset.theme, more: byId("more").textContent, cursor: cursorTime };
        byId("more").textContent = `${countText(chosenEvents().length - rowsShown, "more event is", "more events are")} not printed. Each incident is in the table above; ` +
            "the edges of the outputs with their causes are in the file of the button CSV; this page on a screen has all events.";
        document.documentElement.classList.add("paper");
        setTheme("light");
        charts.forEach(({ u, plot }) => u.setSize({ width: PRINT_PX, height: plot.height }));
        setCursor(null);
    });
    addEventListener("afterprint", () => {
        document.documentElement.classList.remove("paper");
        byId("more").textContent = before.more;
        setTheme(before.theme);
        fit();
        setCursor(before.cursor);
    });
}
