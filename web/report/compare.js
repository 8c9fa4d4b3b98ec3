/* SPDX-License-Identifier: Apache-2.0 */
/* ---- A second run beside this one: its story, its outputs, and what is drawn as lines. ---- */

/* A report or a JSON file; throws what is wrong with it. */
function parseOther(text, name) {
    let json = text;
    let rows = null;
    if (/^\s*</.test(text)) {
        const page = new DOMParser().parseFromString(text, "text/html");
        const place = page.querySelector("script#run");
        if (place === null) {
            throw new Error(`${name} is a page, but not a report of smallbms of this format.`);
        }
        json = place.textContent;
        rows = page.querySelector("script#run-rows");
    }
    const raw = readRun(json);
    if (objectOf(raw).format !== FORMAT) {
        const found = objectOf(raw).format;
        throw new Error(found ? `${name} has the format ${found}; this page reads ${FORMAT}. Run it again with this smallbms.`
            : `${name} holds no run. Choose a report (.html) or a JSON file of smallbms run.`);
    }
    return makeRun(raw, () => rows && rows.textContent);
}

function sayCompare(text, isError) {
    byId("compare-message").textContent = text;
    byId("compare-message").hidden = text === "";
    byId("compare-message").classList.toggle("error", isError);
}

function showSecond(run) {
    leaveSecond();
    second = run;
    isDated = hasDates && run.head.start === head.start;
    byId("second").hidden = false;
    byId("second-title").textContent = titleOf(run);
    byId("second-story").textContent = `${run.head.cut_short ? "Cut short. " : ""}${run.head.story || ""}`;
    whole.max = Math.max(main.end, run.end, 0.125);
    addChart({ strip: true, run, height: LANE_PX * 3 + 28 }, charts[0]);
    relineCharts();
    fit();
    showWhole();
}

function leaveSecond() {
    if (second === null) {
        return;
    }
    const at = charts.findIndex((chart) => chart.plot.strip && chart.plot.run === second);
    if (at >= 0) {
        charts[at].u.destroy();
        charts[at].figure.remove();
        charts.splice(at, 1);
    }
    second = null;
    isDated = hasDates;
    whole.max = Math.max(main.end, 0.125);
    byId("second").hidden = true;
    relineCharts();
    showWhole();
}

async function openSecond(file) {
    try {
        showSecond(parseOther(await file.text(), file.name));
        sayCompare(`${charts.some(({ lines }) => lines.some(({ dash }) => dash)) ? "Dashed" : "Outputs alone"}: ${file.name}`, false);
    } catch (error) {
        sayCompare(error.message, true);
    }
}

function bindCompare() {
    onClick("compare", () => byId("compare-file").click());
    byId("compare-file").addEventListener("change", () => {
        const [file] = byId("compare-file").files;
        if (file) {
            openSecond(file);
        }
        byId("compare-file").value = "";
    });
    onClick("second-leave", () => {
        leaveSecond();
        sayCompare("", false);
        byId("compare").focus();
    });
}
