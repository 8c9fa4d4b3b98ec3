/* SPDX-License-Identifier: Apache-2.0 */
/* ---- Any battery and cell of the bank: a table of the lowest voltage of each, to choose those that are drawn. ---- */

const CHOSEN_MAX = 6; /* more lines than colours cannot be told apart */
const chosenCells = [];

/* The one that the totals name: in whole millivolts others may have been as low. */
function weakestCell() {
    const { battery, cell } = objectOf(objectOf(head.totals).cell_mv_min);
    return main.cells.find((one) => one.battery === battery && one.cell === cell);
}

const isChosen = (cell) => chosenCells.includes(cell);
let tabStop = null; /* the one cell of the table that the Tab key comes to; the arrow keys go to the others */

const buttonOf = (cell) => document.querySelector(`.chooser button[data-cell="${cell.at}"]`);

function chooseCell(cell) {
    if (isChosen(cell)) {
        chosenCells.splice(chosenCells.indexOf(cell), 1);
    } else {
        chosenCells.push(cell);
        chosenCells.splice(0, chosenCells.length - CHOSEN_MAX);
    }
    tabStop = cell;
    relineCharts();
    buttonOf(cell).focus();
}

function cellButton(cell, weakest) {
    const volts = isNumber(cell.lowest) ? numberText(cell.lowest / 1000, 3) : "\u2013";
    const button = element("button", { "data-cell": cell.at, "aria-pressed": String(isChosen(cell)), class: cell === weakest ? "weakest" : null,
        tabindex: cell === (tabStop || main.cells[0]) ? 0 : -1, "aria-label": `${cell.name}, lowest ${volts} V${cell === weakest ? ", the lowest of all" : ""}` }, volts);
    button.addEventListener("click", () => chooseCell(cell));
    return element("td", {}, button);
}

function gridKeys(event) {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Home: [0, -Infinity], End: [0, Infinity] }[event.key];
    if (!step) {
        return;
    }
    event.preventDefault();
    event.stopPropagation();
    const here = main.cells[event.target.dataset.cell];
    const row = main.cells.filter((cell) => cell.battery === here.battery);
    const next = step[0] === 0 ? row[clamp(row.indexOf(here) + step[1], 0, row.length - 1)]
        : main.cells.find((cell) => cell.battery === here.battery + step[0] && cell.cell === here.cell);
    if (next) {
        buttonOf(here).tabIndex = -1;
        buttonOf(next).tabIndex = 0;
        buttonOf(next).focus();
        tabStop = next;
    }
}

function cellTable() {
    const weakest = weakestCell();
    const batteries = [...new Set(main.cells.map((cell) => cell.battery))];
    const columns = [...new Set(main.cells.map((cell) => cell.cell))];
    const headRow = element("tr", {}, element("th", { scope: "col" }, "Battery"), ...columns.map((column) => element("th", { scope: "col" }, `cell ${column}`)));
    const body = element("tbody", {}, ...batteries.map((battery) => element("tr", {}, element("th", { scope: "row" }, String(battery)),
        ...main.cells.filter((cell) => cell.battery === battery).map((cell) => cellButton(cell, weakest)))));
    body.addEventListener("keydown", gridKeys);
    return element("table", { class: "cells", role: "grid" }, element("caption", {}, `The lowest voltage of each cell, in V. Choose up to ${CHOSEN_MAX} to draw them.`), element("thead", {}, headRow), body);
}

function cellChooser() {
    const box = element("details", { class: "chooser" }, element("summary", {}, `Choose from ${countText(main.cells.length, "cell", "cells")}`), element("div", { class: "sheet" }, cellTable()));
    box.addEventListener("keydown", (event) => {
        if (event.key === "Escape") {
            box.open = false;
            box.querySelector("summary").focus();
            event.stopPropagation();
        }
    });
    return box;
}

/* Which cell is the lowest and the highest at the cursor; with no cursor, which was the lowest of the run, and what is drawn of cells. */
function whoText() {
    if (cursorTime === null) {
        const weakest = weakestCell();
        const drawn = chosenCells.length > 0 ? `. Chosen cells: least to most of each ${intervalText(chosenCells[0])}` : "";
        return weakest ? `Lowest of the ${second ? "first " : ""}run: ${weakest.name}${drawn}` : "";
    }
    let [low, high] = [null, null];
    for (const cell of main.cells) {
        const value = valueAt(cell.quantity, cursorTime);
        if (value) {
            const [least, most] = value.before !== undefined ? [value.before, value.before] : [value.min, value.max];
            low = low === null || least < low.mv ? { mv: least, cell } : low;
            high = high === null || most > high.mv ? { mv: most, cell } : high;
        }
    }
    return low ? `${second ? "First run. " : ""}Lowest: ${low.cell.name}; highest: ${high.cell.name}` : "";
}
