// SPDX-License-Identifier: Apache-2.0
// The report page in Chromium, as a user would see and handle it:
//   node tests/page.mjs REPORT.html DIRECTORY [TEST...]
// REPORT.html is the page as the build joins it; DIRECTORY takes what is written. Prints a line for each check that fails, and exits 1 then.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import puppeteer from 'puppeteer-core';
import { AFTER_CUT_MV, CUT_MV, CUT_S, DENSE, SPIKE_A, SPIKE_S, fillPage, makeRun } from './page_fixture.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [, , templatePath, directory, ...wanted] = process.argv;
const template = readFileSync(templatePath, 'utf8');
const CODE_BYTES_MAX = 106000; // of the page without its data and uPlot
const OPEN_MS_MAX = 1500; // of the processor, for a page with the most that a run leaves
const SIZES = [[1600, 1000], [1280, 800], [390, 844]];

let current = '';
let checks = 0;

function check(good, what) {
    checks++;
    if (!good) {
        console.log(`${current}: ${what}`);
        process.exitCode = 1;
    }
}

const same = (actual, expected, what) => check(actual === expected, `${what}: ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`);

// ---- opening ------------------------------------------------------------------------------------------------------

const browser = await puppeteer.launch({ executablePath: execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim(),
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--force-color-profile=srgb'], headless: true, userDataDir: join(directory, 'chromium') });

function writePage(name, run) {
    const path = join(directory, `${name}.html`);
    writeFileSync(path, fillPage(root, template, run));
    return path;
}

const PAGES = { week: writePage('week', makeRun({ start: '2026-03-01' })), unmet: writePage('unmet', makeRun({ unmet: true })) };

// Whatever the page says to the console, is a failure.
async function open(path, { width = 1280, height = 800, theme = 'light', script = true, hash = '', touch = false } = {}) {
    const page = await browser.newPage();
    page.on('console', (message) => check(message.text().includes('willReadFrequently'), `the console says ${message.text()}`));
    page.on('pageerror', (error) => check(false, `the page fails with ${error.stack || error}`));
    await page.setJavaScriptEnabled(script);
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }, { name: 'prefers-reduced-motion', value: 'reduce' }]); // a page that still scrolls cannot be clicked
    await page.setViewport({ width, height, hasTouch: touch, isMobile: touch });
    await page.goto(pathToFileURL(path).href + hash);
    return page;
}

const box = (page, selector) => page.$eval(selector, (node) => {
    const { top, bottom, left, right, width, height } = node.getBoundingClientRect();
    return { top, bottom, left, right, width, height };
});
const view = (page) => page.evaluate('[view.min, view.max]');
const text = (page, selector) => page.$eval(selector, (node) => node.innerText);
const settle = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const near = (a, b, reach) => Math.abs(a - b) <= reach;
// The plots' part that data fill; 0: the outputs, 1: the cells.
const over = async (page, at) => (await page.$$('.u-over'))[at].boundingBox();

// ---- what is seen -------------------------------------------------------------------------------------------------

// Text and what is behind it, of all that is shown: pairs whose contrast is too small.
const poorContrast = () => {
    const numbers = (color) => color.match(/[\d.]+/g).map(Number);
    const over = (top, below) => top.slice(0, 3).map((value, at) => value * (top[3] ?? 1) + below[at] * (1 - (top[3] ?? 1)));
    const light = (color) => color.slice(0, 3).map((value) => value / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
        .reduce((sum, value, at) => sum + value * [0.2126, 0.7152, 0.0722][at], 0);
    const behind = (node) => {
        const layers = [];
        for (let at = node; at; at = at.parentElement) {
            layers.unshift(numbers(getComputedStyle(at).backgroundColor));
        }
        return layers.reduce((below, top) => over(top, below), [255, 255, 255]);
    };
    const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
    const poor = new Set();
    const pair = (name, color, back, least) => contrast(color, back) < least && poor.add(`${name} ${contrast(color, back).toFixed(2)}`);
    for (const node of document.querySelectorAll('body *')) {
        const isText = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim() !== '');
        if (isText && !node.closest('svg, script, style, option, :disabled') && node.checkVisibility({ visibilityProperty: true })) {
            const style = getComputedStyle(node);
            const isLarge = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.7 && Number(style.fontWeight) >= 700);
            pair(`${node.tagName}.${node.className} "${node.innerText.slice(0, 20)}"`, over(numbers(style.color), behind(node)), behind(node), isLarge ? 3 : 4.5);
        }
    }
    const hex = (name) => {
        const probe = document.createElement('i');
        probe.style.color = `var(${name})`;
        document.body.append(probe);
        const color = numbers(getComputedStyle(probe).color);
        probe.remove();
        return color;
    };
    const surface = hex('--surface');
    for (const name of ['--muted', '--ink', '--threshold', '--accent', '--bad', '--good']) { // drawn into the plots
        pair(name, hex(name), surface, 4.5);
    }
    for (const name of ['--c1', '--c2', '--c3', '--c4', '--c5', '--c6', '--c7', '--c8', '--c9', '--c10', '--c11', '--c12', '--load', '--prealarm', '--charger']) { // lines
        pair(name, hex(name), surface, 3);
    }
    return [...poor];
};

async function seen(width, height, theme) {
    const page = await open(PAGES.week, { width, height, theme });
    const story = await box(page, 'p.story');
    check(story.top >= 0 && story.bottom < height && story.width > 0, `the story is not on the first screen: ${JSON.stringify(story)}`);
    check((await text(page, 'p.story')).startsWith('Dark three times.'), 'the story is another');
    check(parseFloat(await page.$eval('p.story', (node) => getComputedStyle(node).fontSize)) >= 19, 'the story is small');
    same(await page.$('.banner'), null, 'a banner with everything met');
    same(await page.title(), 'A week of a cabin & its <hob>', 'title');
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    check(wide <= width, `the page is ${wide} px wide and scrolls sideways`);
    same((await page.evaluate(poorContrast)).join('; '), '', 'contrast below WCAG AA');
    same((await page.$$('.panel')).length, 8, 'plots');
    const order = await page.evaluate(() => ['p.story', '#stack', '#incidents', '#events', '#wiring'].map((one) => document.querySelector(one).getBoundingClientRect().top));
    check(order.every((top, at) => at === 0 || top > order[at - 1]), `not in order: ${order}`);
    await page.close();
}

async function bannerAndFold() {
    for (const [width, height] of SIZES) {
        const page = await open(PAGES.unmet, { width, height, theme: 'dark' });
        const banner = await box(page, '.banner');
        check(banner.top > 0 && banner.bottom < height && banner.width > width * 0.7, `the banner at ${width}: ${JSON.stringify(banner)}`);
        check((await text(page, '.banner')).includes('1 of 2 expectations NOT met'), 'the banner says something else');
        check((await page.title()).startsWith('1 of 2 NOT met'), 'the title does not say it');
        same((await page.evaluate(poorContrast)).join('; '), '', 'contrast below WCAG AA');
        const [strip, cells] = [await over(page, 0), await over(page, 1)];
        check(width === 390 || (strip.y > banner.bottom && cells.y > strip.y && cells.y + cells.height <= height),
            `outputs and cells are not above the fold at ${width}: ${JSON.stringify([strip, cells])}`);
        await page.close();
    }
}

// Colours in a column or row of a canvas: {x, y} as shares of the part that data fill.
const pixels = (page, at, from, to, count) => page.evaluate((at, from, to, count) => {
    const { u } = charts[at];
    const place = (share, low, size) => Math.min(Math.round(low + share * size), low + size - 1);
    return Array.from({ length: count }, (unused, step) => {
        const share = step / Math.max(count - 1, 1);
        const x = place(from.x + (to.x - from.x) * share, u.bbox.left, u.bbox.width);
        const y = place(from.y + (to.y - from.y) * share, u.bbox.top, u.bbox.height);
        return [...u.ctx.getImageData(x, y, 1, 1).data].join(',');
    });
}, at, from, to, count);

async function pyramidKeepsSpikes() {
    const page = await open(PAGES.week);
    const levels = await page.evaluate(() => pyramid(Array(4999).fill(0), Array(4999).fill(1), Array.from({ length: 4999 }, (unused, at) => (at === 2345 ? 77 : 2)))
        .map((level) => [level.min.length, Math.max(...level.max), Math.min(...level.min), Math.max(...level.mean)]));
    check(levels.length === 13 && levels.every((level) => level[1] === 77 && level[2] === 0 && level[3] === 1), `a level of the pyramid loses the spike: ${levels}`);
    const buckets = await page.evaluate(() => [604800, 86400, 3600, 60].map((span) => main.quantities.bus_mv.levels[levelAt(main.quantities.bus_mv, span / 900)].size * main.quantities.bus_mv.bucketS / (span / 900)));
    check(buckets[0] >= 1 && buckets[0] < 2, `a bucket of the whole run is ${buckets[0]} px wide`);
    // the current at the time of the kettle, just below the top of its spike, is drawn; half an hour beside it nothing is
    const current = await page.evaluate(() => charts.findIndex((chart) => chart.plot.title === 'Current'));
    const columns = await page.evaluate((at, spike) => {
        const { u } = charts[at];
        const y = Math.round(u.valToPos(spike.a * 0.9, 'y', true));
        const x = Math.round(u.valToPos(spike.s, 'x', true));
        const row = u.ctx.getImageData(x - 6, y, 13, 1).data;
        return Array.from({ length: 13 }, (unused, step) => [...row.slice(4 * step, 4 * step + 3)].join(','));
    }, current, { a: SPIKE_A, s: SPIKE_S });
    check(columns.slice(4, 9).some((color) => color !== columns[0]), `the spike of one bucket is not drawn: ${columns}`);
    same(new Set([...columns.slice(0, 4), ...columns.slice(9)]).size, 1, 'colours beside the spike');
    await page.close();
}

async function denseIsHatched() {
    const page = await open(PAGES.week);
    const share = (t) => t / 604800;
    const changes = (row) => row.filter((color, at) => at > 0 && color !== row[at - 1]).length;
    const lane = 1 / 6;
    const dense = await pixels(page, 0, { x: share(DENSE.from + 1500), y: lane }, { x: share(DENSE.until - 1500), y: lane }, 60);
    const plain = await pixels(page, 0, { x: share(310000), y: lane }, { x: share(318000), y: lane }, 30);
    check(changes(dense) >= 6, `the dense stretch is not hatched: ${changes(dense)} changes of colour`);
    check(changes(plain) <= 2, `a plain stretch has ${changes(plain)} changes of colour`);
    same(await page.evaluate(() => makeRun({ ...head, events: [] }).outputs.map((output) => output.runs[0].on).join()), 'true,false,true', 'outputs that never change');
    const strip = await over(page, 0);
    await page.mouse.move(strip.x + strip.width * share((DENSE.from + DENSE.until) / 2), strip.y + strip.height * lane);
    const said = await text(page, '#readout');
    check(said.includes(`Load changed ${DENSE.count} times`) && said.includes('high for 2 h of 5 h 33 min'), `the read-out says ${said}`);
    check((await text(page, '.panel.strip')).includes('293 times'), 'the legend does not say how often');
    await page.mouse.move(strip.x + strip.width * share(CUT_S), strip.y + strip.height * lane);
    check((await text(page, '#readout')).includes('pre-alarm for 2 h 29 min [atd_lost]'), `the read-out at the cut says ${await text(page, '#readout')}`);
    const at = async (t) => {
        await page.evaluate((t) => setCursor(t), t);
        return (await text(page, '#readout')).replace(/\s+/g, ' ');
    };
    check((await at(CUT_S - 3600)).startsWith('Tue 3 Mar 2026 17:31:31 near Tue 3 Mar 2026 18:31:31: Load floats'), `an hour before the cut the read-out says ${await at(CUT_S - 3600)}`);
    await page.evaluate(`zoomTo(${CUT_S - 1}, ${CUT_S + 1})`);
    check((await at(CUT_S)).startsWith('Tue 3 Mar 2026 18:31:31.125 Load floats'), `in a view of two seconds the read-out says ${await at(CUT_S)}`);
    await page.evaluate('showWhole(); drawNow()');
    await page.mouse.click(strip.x + strip.width * share(280000), strip.y + strip.height * lane);
    same(await page.evaluate('selected && selected.t_s'), CUT_S, 'a click on a stretch with Load floating chooses its cut');
    await page.close();
}

// A cut a day for two years, each with an hour's warning: no column looks as if the pre-alarm had sounded all along, and edges are parted nearer by.
async function oftenIsNotAlways() {
    const days = 730;
    const cuts = Array.from({ length: days }, (unused, day) => [['prealarm', true, 66000], ['load', false, 69600], ['prealarm', false, 69600], ['load', true, 80000]]
        .map(([what, on, t]) => ({ t_s: day * 86400 + t, what, on, cause: 'atd_lost', text: what }))).flat();
    const events = [{ t_s: 1, what: 'load', on: true, cause: 'start_up', text: 'Load high' }, ...cuts];
    const page = await open(writePage('often', makeRun({ change: (run) => ({ ...drop(run, 'daylight', 'energy'), duration_s: days * 86400, events, incidents: [] }) })));
    const wash = async (from, to) => { // the least and the most of it, of 255, at the top of the plot of the state of charge
        const row = (await pixels(page, 3, { x: from, y: 0.03 }, { x: to, y: 0.03 }, 200)).map((color) => Number(color.split(',')[3]));
        row.sort((a, b) => a - b);
        return [row[0], row[188]]; // more of them are of the grid
    };
    const [, often] = await wash(0.01, 0.99);
    same(await page.evaluate(() => partedRuns(charts[0].u, outputs[1].runs).filter((held) => held.many).length > 0), true, 'edges that cannot be parted are one');
    await page.evaluate(`zoomTo(${300 * 86400}, ${301 * 86400}); drawNow()`);
    const [least, most] = await wash(0, 1);
    check(least === 0 && often > 0 && often < most / 3, `the wash of an hour a day is ${often}, of the hour itself ${most}, of the rest ${least}`);
    same(await page.evaluate(() => partedRuns(charts[0].u, outputs[1].runs).filter((held) => held.many).length), 0, 'edges that are not parted in a day');
    await page.close();
}

// Around an edge two rows: in a narrow bucket they are no needle on its mean, and in a broad one its mean is not drawn beside them.
async function rowsAndMeans() {
    const page = await open(writePage('rows', makeRun({ rows: 2 })));
    await page.evaluate(`zoomTo(${CUT_S - 300}, ${CUT_S + 300})`);
    const points = await page.evaluate(() => [0.02, 0.1, 0.5, 1].map((perSecond) => linePoints(main.quantities.cell_min_mv, 0, perSecond)));
    const bucket = Math.floor(CUT_S / (604800 / 5000)) * (604800 / 5000);
    const inside = points.map((list) => list.filter((point) => point && point[0] > bucket && point[0] < bucket + 604800 / 5000).map((point) => point[1]));
    check(inside[0].length === 1 && !inside.slice(0, 3).flat().includes(CUT_MV), `the cut is a needle on a mean: ${JSON.stringify(inside.slice(0, 3))}`);
    check(inside[3].length === 3 && inside[3].slice(1).join() === `${CUT_MV},${AFTER_CUT_MV}`, `in a broad bucket there are ${inside[3]}`);
    const order = await page.evaluate(() => {
        const drawn = [];
        const [band, line] = [drawBand, drawLine];
        window.drawBand = (u, one) => { drawn.push(one.cell); band(u, one); };
        window.drawLine = (u, one) => { drawn.push(one.cell); line(u, one); };
        chooseCell(main.cells[1]);
        drawn.length = 0;
        drawLines(charts[1], charts[1].u);
        return drawn.map(Boolean).join();
    });
    check(/^(false,)+true,true$/.test(order), `a chosen cell is not drawn last: ${order}`);
    await page.close();
}

// Rows are read when the view is near enough to show them. Of those that are not joined, but nearer to each other than a bucket is long, the line is dotted.
async function rowsAreReadLate() {
    const path = writePage('late', makeRun({ rows: 40, change: (run) => {
        run.series.rows.joined.fill(0);
        run.series.rows.t_s = run.series.rows.t_s.map((t, at) => (at < 4 ? t - 2000 + 200 * at : t));
        return run;
    } }));
    const page = await browser.newPage();
    await page.evaluateOnNewDocument(() => {
        window.parsed = 0;
        const { parse } = JSON;
        JSON.parse = (text) => {
            window.parsed++;
            return parse(text);
        };
    });
    await page.goto(pathToFileURL(path).href);
    await settle(page);
    same(await page.evaluate('parsed'), 1, 'what is read when the page opens');
    await page.evaluate(`zoomTo(${CUT_S - 4000}, ${CUT_S + 4000}); drawNow()`);
    same(await page.evaluate('parsed'), 2, 'what is read when the view is near');
    const { points, near } = await page.evaluate(() => ({ points: linePoints(main.quantities.cell_min_mv, 0, 1), near: linePoints(main.quantities.cell_min_mv, 0, 0.1) }));
    const dotted = points.filter((point) => point && point[2]);
    same(dotted.length, 36, 'points behind a dotted line');
    check(dotted.some(([t, mv]) => t === CUT_S && mv === AFTER_CUT_MV), 'the cut is not among them');
    check(dotted.every(([t]) => t > CUT_S - 300), 'rows that are further apart than a bucket is long are one line');
    same(near.filter((point) => point && point[2]).length, 0, 'points behind a dotted line, of narrow buckets');
    await page.close();
}

// Between rows nothing is drawn that is not known: of the spread its greatest, of a chosen cell no line, and how long an interval is.
async function bandsAreTrue() {
    const bucketS = 604800 / 5000;
    const at = Math.floor(SPIKE_S / bucketS);
    const page = await open(writePage('bands', makeRun({ change: (run) => {
        run.series.buckets.cell_spread_mv.max[at] = 77;
        [run.series.cells.min_mv[0], run.series.cells.max_mv[0]] = [3010, 3210].map((mv) => Array(run.series.cells.count).fill(mv));
        return run;
    } })));
    await page.evaluate(`setCursor(${(at + 0.5) * bucketS})`);
    check((await text(page, '.panel:nth-child(3) .legend')).includes('20 (18\u201377) mV'), `the spread reads ${await text(page, '.panel:nth-child(3) .legend')}`);
    same(await text(page, '#readout'), 'day 5 15:05:54 mean (least\u2013most) of 2 min 1 s', 'read-out in a bucket');
    await page.evaluate('chooseCell(main.cells[0]); setCursor(null); zoomTo(380000, 420000); drawNow()');
    check((await text(page, '.panel:nth-child(2) .who')).includes('least to most of each 8 min 4 s'), `of a chosen cell it says ${await text(page, '.panel:nth-child(2) .who')}`);
    const column = await page.evaluate(() => {
        const { u } = charts[1];
        const x = Math.round(u.valToPos(400100, 'x', true));
        const [top, foot] = [3.145, 3.105].map((volts) => Math.round(u.valToPos(volts, 'y', true)));
        const data = u.ctx.getImageData(x, top, 1, foot - top).data;
        return new Set(Array.from({ length: foot - top }, (unused, row) => data.slice(4 * row, 4 * row + 3).join())).size;
    });
    same(column, 1, 'colours within the band of a chosen cell');
    check((await text(page, '.help')).includes('each interval (here 2 min 1 s)'), 'the help does not say how long an interval is');
    await page.evaluate('showWhole(); drawNow()');
    check(/of each (16|32) min/.test(await text(page, '.panel:nth-child(2) .who')), `of a chosen cell in the whole run it says ${await text(page, '.panel:nth-child(2) .who')}`);
    check(/each interval \(here (8 min 4|16 min 8) s\)/.test(await text(page, '.help')), `the whole run has an interval of ${(await text(page, '.help')).match(/here [^)]*/)}`);
    await page.close();
}

// A name of one long word widens nothing: a phone does not scroll sideways.
async function longNames() {
    const name = 'W'.repeat(47);
    const path = writePage('names', makeRun({ change: (run) => ({ ...run, title: name, scenario: name, story: `${name} took it`, loads: [{ name, taken_wh: 2121 }],
        incidents: run.incidents.map((one) => ({ ...one, text: `${name} took it` })), events: run.events.map((one) => ({ ...one, text: `${name} ${one.text}` })),
        energy: { span_days: 1, sources: [{ name, wh: [1000] }], users: [{ name, wh: [900] }] }, summary: [{ label: name, text: name }] }) }));
    for (const width of [390, 1280]) {
        const page = await open(path, { width });
        const wide = await page.$$eval('html, .card, .scroll, .panel, .toolbar, header', (all) => all.filter((node) => node.scrollWidth > node.clientWidth + 1).map((node) => `${node.tagName}.${node.className}`));
        same(wide.join(), '', `wider at ${width} than there is room for`);
        await page.close();
    }
}

// The legend names nights where they are drawn, and nowhere else.
async function nightsAreNamed() {
    const days = 60;
    const page = await open(writePage('nights', makeRun({ change: (run) => ({ ...run, duration_s: days * 86400,
        daylight: Array.from({ length: days }, (unused, day) => ({ t_s: day * 86400, rise_s: 25000, set_s: 61000 })) }) })));
    const isDrawn = async () => new Set(await pixels(page, 0, { x: 0, y: 0.02 }, { x: 1, y: 0.02 }, 400)).size > 1; // above the lanes
    const shown = async (from, to) => {
        await page.evaluate(`zoomTo(${from}, ${to}); drawNow()`);
        return `${(await text(page, '.panel.strip')).includes('night') ? 'named' : 'not named'}, ${await isDrawn() ? 'drawn' : 'not drawn'}`;
    };
    same(await shown(0, days * 86400), 'not named, not drawn', 'nights of 60 days');
    same(await shown(604800, 1209600), 'named, drawn', 'nights of a week');
    same(await shown(30000, 40000), 'not named, not drawn', 'nights of a morning');
    await page.close();
}

// ---- handling -----------------------------------------------------------------------------------------------------

async function wheelAndDrag() {
    const page = await open(PAGES.week);
    const cells = await over(page, 1);
    const at = { x: cells.x + cells.width * 0.25, y: cells.y + cells.height / 2 };
    await page.mouse.move(at.x, at.y);
    await page.mouse.wheel({ deltaY: 120 });
    await wait(150);
    check((await page.evaluate('scrollY')) > 0, 'the wheel does not scroll the page before the plots were clicked');
    same((await view(page)).join(), '0,604800', 'view after a wheel that only scrolls');
    await page.evaluate('scrollTo(0, 0)');
    await page.mouse.click(at.x, at.y);
    await page.mouse.wheel({ deltaY: -200 });
    await settle(page);
    const [min, max] = await view(page);
    check(max - min < 604800 * 0.7 && near((151200 - min) / (max - min), 0.25, 0.01), `the wheel does not zoom at the pointer: ${min} to ${max}`);
    await page.mouse.click(at.x, at.y, { count: 2 });
    same((await view(page)).join(), '0,604800', 'view after a double click');
    await page.mouse.move(cells.x + cells.width * 0.5, at.y);
    await page.mouse.down();
    await page.mouse.move(cells.x + cells.width * 0.75, at.y, { steps: 4 });
    await page.mouse.up();
    const dragged = await view(page);
    check(near(dragged[0], 302400, 1500) && near(dragged[1], 453600, 1500), `a drag zooms to ${dragged}`);
    await page.keyboard.down('Shift');
    await page.mouse.down();
    await page.mouse.move(cells.x + cells.width * 0.25, at.y, { steps: 4 });
    await page.mouse.up();
    await page.keyboard.up('Shift');
    const moved = await view(page);
    check(near(moved[0] - dragged[0], 75600, 3000) && near(moved[1] - moved[0], dragged[1] - dragged[0], 1), `Shift and a drag move to ${moved}`);
    await page.evaluate('showWhole(); drawNow()');
    await page.mouse.move(cells.x + cells.width * 0.5, at.y);
    await page.mouse.down();
    await page.mouse.move(cells.x + cells.width * 1.1, at.y, { steps: 4 });
    await page.mouse.up();
    const outside = await view(page);
    check(near(outside[0], 302400, 1500) && outside[1] === 604800, `a drag that ends beside the plot zooms to ${outside}`);
    await page.close();
}

// On a phone zoom, incidents and the read-out stay in reach; the rest of the toolbar scrolls away, and no plot is covered that could be seen whole.
async function phoneToolbar() {
    const page = await open(PAGES.week, { width: 390, height: 844, touch: true });
    check((await text(page, '.panel.strip .legend')).includes('at the end'), 'the states do not say that they are those at the end');
    for (const at of [2, 4, 7]) {
        await page.evaluate((at) => scrollTo(0, charts[at].figure.getBoundingClientRect().bottom + scrollY - innerHeight + 4), at);
        await settle(page);
        const shown = await page.evaluate((at) => {
            const top = (id) => {
                const { left, right, top, bottom } = document.getElementById(id).getBoundingClientRect();
                const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
                return hit !== null && (hit.id === id || hit.closest(`#${id}`) !== null);
            };
            return { reached: ['zoom-all', 'zoom-in', 'zoom-out', 'incident-before', 'incident', 'incident-after', 'readout'].filter((id) => !top(id)).join(),
                bar: document.getElementById('toolbar').getBoundingClientRect().bottom, figure: charts[at].figure.getBoundingClientRect().top };
        }, at);
        same(shown.reached, '', `not in reach at plot ${at}`);
        check(shown.bar > 40 && shown.bar < 100 && shown.figure >= shown.bar, `the toolbar covers plot ${at}: ${JSON.stringify(shown)}`);
    }
    await page.tap('#zoom-in');
    check((await view(page))[1] < 604800, 'a tap on + does not zoom');
    await page.close();
}

async function touchZooms() {
    const page = await open(PAGES.week, { width: 390, height: 844, touch: true });
    await page.$eval('.u-over', (node) => node.scrollIntoView({ block: 'center' }));
    const strip = await over(page, 0);
    const y = strip.y + strip.height / 2;
    const [x, session] = [(share) => strip.x + strip.width * share, await page.createCDPSession()];
    const send = (type, ...shares) => session.send('Input.dispatchTouchEvent', { type, touchPoints: shares.map((share, id) => ({ x: x(share), y, id })) });
    await send('touchStart', 0.4, 0.6);
    for (const step of [0.05, 0.1, 0.15, 0.2]) {
        await send('touchMove', 0.4 - step, 0.6 + step);
    }
    await send('touchEnd');
    await settle(page);
    const [min, max] = await view(page);
    check(near(max - min, 604800 / 3, 12000) && near((min + max) / 2, 302400, 9000), `two fingers zoom to ${min} to ${max}`);
    await send('touchStart', 0.6);
    for (const share of [0.55, 0.5, 0.4, 0.3]) {
        await send('touchMove', share);
    }
    await send('touchEnd');
    await settle(page);
    const moved = await view(page);
    check(near(moved[0] - min, (max - min) * 0.3, 9000), `one finger moves by ${moved[0] - min}`);
    await page.close();
}

async function keyboard() {
    const page = await open(PAGES.week);
    await page.focus('#stack');
    await page.keyboard.press('n');
    await settle(page);
    const [min, max] = await view(page);
    check(min > 100000 && min < 230551 && max > 303632 && max < 400000, `the first incident is shown from ${min} to ${max}`);
    same(await page.evaluate('cursorTime'), CUT_S, 'cursor at the first incident');
    const legend = await text(page, '.panel:nth-child(2) .legend');
    const volts = (mv) => (mv / 1000).toFixed(3);
    check(legend.includes(`${volts(CUT_MV)} \u2192 ${volts(AFTER_CUT_MV)} V`), `the lowest cell at the cut reads ${legend}`);
    check(legend.includes('battery 1 cell 2'), 'the cell that is lowest has no name');
    check((await text(page, '#readout')).includes('Tue 3 Mar 2026 18:31:31'), `the read-out says ${await text(page, '#readout')}`);
    check((await text(page, '#readout')).includes('battery 1 cell 2 below 2.80 V'), 'the cause is not read out');
    await page.keyboard.press('n');
    same(await page.evaluate('cursorTime'), 360000, 'cursor at the second incident');
    await page.keyboard.press('p');
    same(await page.evaluate('cursorTime'), CUT_S, 'cursor back at the first incident');
    await page.keyboard.press('0');
    same((await view(page)).join(), '0,604800', 'view after 0');
    await page.keyboard.press('+');
    await page.focus('#zoom-all');
    await page.keyboard.press('Enter');
    await settle(page);
    same((await view(page)).join(), '0,604800', 'view after the button Whole run');
    same(await page.evaluate('document.activeElement.id'), 'stack', 'focus after the button Whole run, which then can do no more');
    await page.keyboard.press('+');
    const zoomed = await view(page);
    check(near(zoomed[1] - zoomed[0], 302400, 1) && zoomed[0] < CUT_S && zoomed[1] > CUT_S, `+ zooms to ${zoomed}`);
    await page.keyboard.press('ArrowRight');
    const right = await page.evaluate('cursorTime');
    check(near(right - CUT_S, 302400 / 200, 1), `the right arrow moves the cursor by ${right - CUT_S} s`);
    await wait(400);
    const said = await page.$eval('#say', (node) => node.textContent);
    check(said.includes('Load floating') && said.includes('lowest ') && said.includes('mV'), `a screen reader hears ${said}`);
    await page.keyboard.press('Escape');
    same(await page.evaluate('cursorTime'), null, 'cursor after Escape');
    const focusable = await page.evaluate(() => getComputedStyle(document.querySelector('#stack')).outlineStyle);
    check(focusable !== 'none', 'the focus is not seen');
    await page.close();
}

async function fragmentAndLinks() {
    const page = await open(PAGES.week, { hash: '#t=230000,260000' });
    await settle(page);
    same((await view(page)).join(), '230000,260000', 'view of the address');
    await page.click('#zoom-out');
    await wait(250);
    same(await page.evaluate('location.hash'), '#t=215000,275000', 'address of the view');
    await page.click('#zoom-all');
    await wait(250);
    same(await page.evaluate('location.hash'), '', 'address of the whole run');
    await page.evaluate('location.hash = "#t=1000,5000"');
    await wait(100);
    same((await view(page)).join(), '1000,5000', 'view of an address that changes');
    const said = async (hash) => {
        await page.evaluate((hash) => { location.hash = hash; }, hash);
        await wait(250);
        return (await text(page, '#readout')).includes('asks for no stretch of this run');
    };
    same(await said('#t=600000,700000'), true, 'an address whose time is in part behind the end of the run is told');
    same((await view(page)).join(), '504800,604800', 'view of such an address');
    same(await said('#t=230000,260000'), false, 'an address within the run is told');
    await page.evaluate('location.hash = ""');
    await wait(250);
    same((await view(page)).join(), '0,604800', 'view of an address that was emptied');
    same(await said('#t=-50,604800'), true, 'an address whose time begins before the run is told');
    same(await said('#t=nonsense'), true, 'an address that holds no time is told');
    await page.click('table.incidents tbody tr:nth-child(2) a');
    same(await page.evaluate('cursorTime'), 360000, 'cursor after a click on an incident');
    await page.click('#incident-after');
    same(await page.evaluate('cursorTime'), DENSE.from, 'cursor at the next incident');
    await page.select('#incident', '0');
    same(await page.evaluate('cursorTime'), CUT_S, 'cursor at an incident that was chosen');
    await page.click('dl.summary button');
    same(await page.evaluate('cursorTime'), CUT_S, 'cursor at the lowest cell');
    await page.close();
}

async function eventsTable() {
    const page = await open(writePage('events', makeRun({ events: 3000 })));
    same(await text(page, '#events-count'), '3010', 'count of events');
    same((await page.$$('#rows tr')).length, 40, 'rows at first');
    await page.focus('#more');
    await page.keyboard.press('Enter');
    same((await page.$$('#rows tr')).length, 240, 'rows after more');
    same(await page.evaluate("document.activeElement.closest('tr').rowIndex"), 41, 'row with the focus after more');
    await page.type('#search', 'combiner');
    const rows = await page.$$eval('#rows tr', (all) => all.map((row) => row.innerText));
    check(rows.length === 1 && rows[0].includes('412\u00d7') && rows[0].includes('day 6 18:53:20') && rows[0].includes('to day 7 11:33:20'), `an event for many reads ${rows}`);
    await page.click('#rows tr');
    const [min, max] = await view(page);
    check(min < 500000 && max > 560000, `an event for many is shown from ${min} to ${max}`);
    await page.close();
}

async function cellsAndEnergy() {
    const asLow = (run) => { // in whole millivolts; the totals name the second
        run.series.cells.min_mv[0] = run.series.cells.min_mv[1];
        return run;
    };
    const page = await open(writePage('bank', makeRun({ batteries: 20, cells: 8, change: asLow })));
    await page.focus('.chooser summary');
    await page.keyboard.press('Enter');
    same((await page.$$('.chooser button')).length, 160, 'cells to choose from');
    same(await page.$eval('.chooser .weakest', (node) => node.getAttribute('aria-label').replace(/, lowest .*V/, '')), 'battery 1 cell 2, the lowest of all', 'weakest cell');
    await page.keyboard.press('Tab');
    for (const key of ['ArrowDown', 'End', 'ArrowRight', 'Home', 'ArrowLeft', 'ArrowRight', 'Enter']) {
        await page.keyboard.press(key);
    }
    check((await text(page, '.panel:nth-child(2) .legend')).includes('battery 2 cell 2'), 'a cell that was chosen with the keyboard is not drawn');
    const focused = () => page.evaluate(() => document.activeElement.getAttribute('aria-label') || document.activeElement.textContent);
    check((await focused()).startsWith('battery 2 cell 2, '), `the focus is on ${await focused()} after a choice`);
    await page.keyboard.press('Tab');
    check(await page.evaluate(() => document.activeElement.closest('.chooser') === null), `the Tab key stays among the cells, on ${await focused()}`);
    await page.keyboard.down('Shift');
    await page.keyboard.press('Tab');
    await page.keyboard.up('Shift');
    check((await focused()).startsWith('battery 2 cell 2, '), `Shift and Tab come back to ${await focused()}`);
    await page.keyboard.press('Escape');
    same(await page.$('.chooser[open]'), null, 'chooser after Escape');
    const energy = (await text(page, '.panel:last-child .legend')).replace(/\s+/g, ' ');
    same(energy, 'From, in all 7.02 kWh Solar charger 7.02 kWh Used by, in all 6.38 kWh hob 4.22 kWh fridge 2.12 kWh device 35.0 Wh', 'energy by name');
    await page.evaluate('setCursor(2.5 * 86400)');
    check((await text(page, '.panel:last-child .legend')).includes('602 Wh'), 'energy of a day at the cursor');
    await page.close();
    const names = (what, count) => Array.from({ length: count }, (unused, at) => ({ name: `${what} ${at}`, wh: Array(7).fill(900 - 10 * at) }));
    for (const [sources, users, shown] of [[3, 6, 9], [4, 8, 12], [9, 2, 10], [12, 20, 12]]) {
        for (const theme of ['light', 'dark']) {
            const many = await open(writePage('colours', makeRun({ change: (run) => ({ ...run, energy: { span_days: 1, sources: names('source', sources), users: names('user', users) } }) })), { theme });
            const colours = await many.$$eval('.panel:last-child .key i', (all) => all.map((one) => getComputedStyle(one).backgroundColor));
            same(colours.length, shown, 'names of energy');
            same(new Set(colours).size, shown, `colours of ${sources} sources and ${users} users in ${theme}`);
            await many.close();
        }
    }
}

// What a screen reader is given, as Chromium's accessibility tree has it.
async function accessibleTree(page) {
    const found = [];
    const walk = (node) => {
        found.push({ ...node, name: node.name || '' });
        (node.children || []).forEach(walk);
    };
    walk(await page.accessibility.snapshot({ interestingOnly: false }));
    return found;
}

async function screenReader() {
    for (const width of [1280, 390]) {
        const page = await open(PAGES.unmet, { width });
        const tree = await accessibleTree(page);
        const named = (role) => tree.filter((node) => node.role === role).map(({ name }) => name);
        for (const role of ['button', 'image', 'figure', 'table', 'columnheader', 'checkbox', 'searchbox', 'combobox', 'link', 'region']) {
            check(named(role).length > 0 && !named(role).includes(''), `${width}: a ${role} without a name, or none: ${named(role)}`);
        }
        same(named('figure').join(), 'Outputs,Cell voltage,Spread of the cells,State of charge,Current,Bus voltage,Temperature,Energy', 'plots by name');
        const images = named('image');
        same(images[0], 'Outputs over 7 d: Load high for 6 d 2 h, Pre-alarm high for 2 h 29 min, Charger high for 7 d; the tables of incidents and events list when', 'outputs');
        same(images[1], 'Cell voltage over time: lowest 2.794\u20133.292 V, highest 2.830\u20133.312 V', 'cells');
        check(images[7].startsWith('Energy over time. From: Solar charger 7.02 kWh. Used by: hob 4.22 kWh'), `the energy is told as ${images[7]}`);
        same(named('table').join(), 'Incidents,Energy of loads,Events', 'tables by name');
        same(named('columnheader').slice(0, 5).join(), 'When,What,What happened,For,Cause', 'headers of the incidents');
        // live regions: few, polite, and one of them reads the cursor
        const live = tree.filter((node) => node.live && node.live !== 'off');
        same(live.filter((node) => node.role === 'status').length, 1, 'statuses: what moves with the mouse is not read out');
        check(live.length <= 4, `${live.length} live regions`);
        await page.focus('#stack');
        await page.keyboard.press('n');
        await page.keyboard.press('ArrowRight');
        await wait(400);
        const after = await accessibleTree(page);
        const status = after.find((node) => node.role === 'status');
        const read = (status.children || []).map(({ name }) => name).join('');
        check(status.live === 'polite' && read.includes('Load floating') && read.includes('lowest ') && read.includes(' V'), `the cursor is read as ${status.live}: ${read}`);
        await page.focus('.chooser summary');
        await page.keyboard.press('Enter');
        const cells = (await accessibleTree(page)).filter((node) => node.role === 'gridcell').map(({ name }) => name);
        check(cells.length === 4 && cells[1] === 'battery 1 cell 2, lowest 2.794 V, the lowest of all', `the cells are named ${cells}`);
        await page.close();
    }
}

// ---- files --------------------------------------------------------------------------------------------------------

async function downloaded(page, button, ending) {
    const folder = join(directory, 'downloads');
    mkdirSync(folder, { recursive: true });
    const session = await page.createCDPSession();
    await session.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: folder });
    await page.click(button);
    for (let tries = 0; tries < 400; tries++) {
        const found = readdirSync(folder).find((name) => name.endsWith(ending));
        if (found && statSync(join(folder, found)).size > 0) {
            return join(folder, found);
        }
        await wait(50);
    }
    check(false, `${button} leaves no file`);
    return null;
}

async function pngAndCsv() {
    const page = await open(PAGES.week, { hash: '#t=239000,240000' });
    await settle(page);
    await page.evaluate('chooseCell(main.cells[2])');
    const csv = await downloaded(page, '#save-csv', '.csv');
    const [header, ...lines] = readFileSync(csv, 'utf8').trim().split('\n').map((line) => line.split(','));
    const field = (line, name) => line[header.indexOf(name)];
    const run = makeRun();
    same(header.join(), ['t_s', 'span_s', ...Object.keys(run.series.buckets).slice(0, -3).flatMap((name) => [`${name}_min`, `${name}_mean`, `${name}_max`]), 'cell3_mv_min', 'cell3_mv_max',
        'load', 'prealarm', 'charger', 'load_cause', 'prealarm_cause', 'charger_cause', 'date_time'].join(), 'CSV: columns');
    const cut = lines.filter((line) => Number(field(line, 't_s')) === CUT_S && Number(field(line, 'span_s')) === 0);
    same(cut.map((line) => field(line, 'cell_min_mv_mean')).join(), `${CUT_MV},${AFTER_CUT_MV}`, 'CSV: lowest cell at the cut');
    same(cut.map((line) => field(line, 'load')).join(), '1,0', 'CSV: Load at the cut');
    same(cut.map((line) => field(line, 'cell3_mv_min')).join(), `${CUT_MV + 20},${AFTER_CUT_MV + 20}`, 'CSV: a chosen cell at the cut');
    same(cut.map((line) => [field(line, 'load_cause'), field(line, 'prealarm_cause')]).join(), ',,atd_lost,atd_lost', 'CSV: causes at the cut');
    same(field(cut[0], 'date_time'), '2026-03-03 18:31:31.125', 'CSV: the date of the cut');
    const ofCells = lines.filter((line) => field(line, 'cell3_mv_max') !== '' && field(line, 'bus_mv_max') === '');
    same(ofCells.every((line) => near(Number(line[1]), 4 * run.series.bucket_s, 0.002)) && ofCells.length, 4, 'CSV: buckets of a chosen cell');
    const bucket = lines.find((line) => Number(line[1]) > 0 && field(line, 'bus_mv_max') !== '');
    const at = Math.round(Number(bucket[0]) / run.series.bucket_s);
    same(Number(field(bucket, 'bus_mv_max')), run.series.buckets.bus_mv.max[at], 'CSV: a bucket');
    same(lines.every((line) => line.length === header.length && Number(line[0]) + Number(line[1]) >= 239000 && Number(line[0]) <= 240000), true, 'CSV: only the view, and whole lines');
    const png = readFileSync(await downloaded(page, '#save-png', '.png'));
    check(png.subarray(1, 4).toString() === 'PNG' && png.readUInt32BE(16) > 700 && png.readUInt32BE(20) > 1000, 'PNG: no picture of the plots');
    check(png.length > 20000, `PNG: ${png.length} bytes`);
    await page.close();
    for (const width of [390, 1600]) { // what is written is neither squeezed nor cut, and nothing of the legend is left out
        const other = await open(PAGES.week, { width });
        const { texts, wide } = await other.evaluate(() => {
            const texts = [];
            const { fillText } = CanvasRenderingContext2D.prototype;
            CanvasRenderingContext2D.prototype.fillText = function (text, x, y, most) {
                texts.push({ text, isSqueezed: most !== undefined, right: x + this.measureText(text).width, y });
                fillText.call(this, text, x, y);
            };
            const made = picture();
            return { texts, wide: made.width / uPlot.pxRatio, tall: made.height / uPlot.pxRatio };
        });
        const bad = texts.filter(({ right, isSqueezed }) => isSqueezed || right > wide - 8);
        same(bad.length, 0, `PNG at ${width}: squeezed or cut, such as ${JSON.stringify(bad[0])}`);
        const said = texts.map(({ text }) => text).join(' ');
        for (const words of ['until the sun.', 'under-voltage 2.80 V', 'Used by, in all 6.38 kWh', 'Load floating', 'State of charge, %']) {
            check(said.includes(words), `PNG at ${width}: not there: ${words}`);
        }
        await other.close();
    }
}

async function compareRuns() {
    const page = await open(PAGES.week);
    const input = await page.$('#compare-file');
    const give = async (name, content) => {
        const path = join(directory, name);
        if (content !== undefined) {
            writeFileSync(path, content);
        }
        await input.uploadFile(path);
        await page.waitForFunction(() => !document.querySelector('#compare-message').hidden);
        await settle(page);
        const message = await text(page, '#compare-message');
        await page.evaluate(() => sayCompare('', false));
        return message;
    };
    check((await give('noise.html', '<html>nothing</html>')).includes('noise.html is a page, but not a report'), 'a foreign page is not refused');
    check((await give('noise.json', '{"a":')).includes('holds no run'), 'broken JSON is not refused');
    check((await give('old.json', '{"format":"smallbms-run-1"}')).includes('has the format smallbms-run-1'), 'an old format is not refused');
    check(await page.$eval('#second', (node) => node.hidden), 'a refused file leaves a second run');
    const panels = (await page.$$('.panel')).length;
    check((await give('unmet.html')).startsWith('Dashed: unmet.html'), 'a report is not taken');
    check((await text(page, '#second')).includes('Dark three times'), 'the story of the second run is not told');
    same((await page.$$('.panel')).length, panels + 1, 'panels with a second run');
    const legends = await page.$$eval('.panel:not(.strip)', (all) => all.map((one) => [one.getAttribute('aria-label'), one.querySelector('.legend').innerText]));
    same(legends.filter(([, said]) => !said.includes('2nd: ')).map(([name]) => name).join(), 'Energy', 'plots without the second run');
    same(await page.evaluate("charts.filter(({ lines }) => lines.length > 0).every(({ lines }) => lines.filter(({ dash }) => dash).length === lines.filter(({ dash }) => !dash).length)"), true,
        'each line has one of the second run beside it');
    same(await page.evaluate("charts.every(({ lines }) => new Set(lines.map(({ color }) => color)).size === lines.length)"), true, 'each line of a plot has a colour of its own');
    check(legends.at(-1)[1].startsWith('First run only: A week of a cabin & its <hob>'), `Energy of two runs says ${legends.at(-1)[1]}`);
    check((await text(page, '#second')).includes('are of the first run only'), 'nothing says of which run the tables are');
    const [said, header] = (await page.evaluate('csvText()')).split('\n');
    check(said === '# First run only: A week of a cabin & its <hob>' && header.startsWith('t_s,'), `CSV of two runs begins with ${said}`);
    check((await give('other.json', JSON.stringify(makeRun({ change: (run) => ({ ...run, title: 'Another', cut_short: true }) })))).startsWith('Dashed'), 'a JSON file is not taken');
    check((await text(page, '#second')).includes('Another'), 'the second run stays the first that was chosen');
    check((await text(page, '#second')).includes('Another Cut short. Dark'), `of a second run that was cut short it says ${await text(page, '#second')}`);
    same(await page.evaluate(() => {
        main.cells.forEach(chooseCell);
        return new Set(charts[2].lines.map(({ color }) => color)).size;
    }), 8, 'colours of the cells of two runs, with four that are chosen');
    check((await give('record.json', JSON.stringify(makeRun({ change: (run) => ({ ...drop(run, 'totals', 'energy', 'daylight', 'thresholds'), kind: 'log', series: {} }) })))).startsWith('Outputs alone'),
        'of a record, which has no lines, some are said to be dashed');
    await page.click('#second-leave');
    same((await page.$$('.panel')).length, panels, 'panels after the second run was removed');
    check(!(await text(page, '.panel:last-child .legend')).includes('First run'), 'Energy of one run speaks of a first');
    check((await page.evaluate('csvText()')).startsWith('t_s,'), 'CSV of one run begins with something else');
    await page.close();
}

// ---- without a script, on paper, with parts missing, with much ----------------------------------------------------

async function withoutScript() {
    const page = await open(PAGES.unmet, { script: false, width: 390, height: 844, theme: 'dark' });
    same(await page.$eval('html', (node) => node.dataset.theme), 'light', 'without a script: the theme, which the picture of the wiring follows');
    const shown = await page.$eval('body', (node) => node.innerText);
    for (const words of ['Dark three times.', '1 of 2 expectations NOT met', 'What it is for.', 'the hob took battery 1 cell 2 to 2.80 V', 'switched off', '5.06 kWh in', 'Charger never floats', '2121 Wh', 'wiring']) {
        check(shown.includes(words), `not there: ${words}`);
    }
    for (const id of ['#plots', '#events', '#theme']) {
        check(await page.$eval(id, (node) => node.hidden), `${id} is there and does nothing`);
    }
    await page.close();
}

async function paper() {
    for (const landscape of [false, true]) {
        const page = await open(PAGES.unmet, { theme: 'dark' });
        const path = join(directory, `paper-${landscape}.pdf`);
        await page.pdf({ path, format: 'A4', landscape, printBackground: false, preferCSSPageSize: true });
        const [printed, information] = [execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' }), execFileSync('pdfinfo', [path], { encoding: 'utf8' })];
        const run = makeRun();
        for (const words of ['Dark three times', '1 of 2 expectations NOT met', 'Load never floats for longer', 'Cell voltage', 'Energy', ...run.incidents.map((one) => one.text.slice(0, 24))]) {
            check(printed.includes(words), `not printed: ${words}`);
        }
        const size = /Page size: +([\d.]+) x ([\d.]+)/.exec(information);
        same(Number(size[1]) > Number(size[2]), landscape, 'the sheet lies');
        same(await page.evaluate(() => document.documentElement.dataset.theme), 'dark', 'theme after printing');
        await page.emulateMediaType('print');
        same(await page.$eval('body', (node) => getComputedStyle(node).printColorAdjust), 'exact', 'print-color-adjust');
        same((await page.$$eval('.panel', (all) => all.map((one) => getComputedStyle(one).breakInside))).filter((one) => one !== 'avoid').length, 0, 'plots that may be cut');
        await page.close();
    }
}

// What is not printed is counted where it would stand.
async function paperSaysWhatIsLeftOut() {
    const path = join(directory, 'events.pdf');
    for (const [events, count, words] of [[3000, 61, ['2950 more events are not printed', '1 more incident is not printed']], [0, 60, []], [60, 480, ['10 more events are not printed', '420 more incidents are not printed']]]) {
        const incidents = (run) => ({ ...run, incidents: Array.from({ length: count }, (unused, at) => ({ ...run.incidents[0], from_s: 1000 + at * 900, cut_s: 2000 + at * 900, to_s: 3000 + at * 900, text: `the ${at}th of them` })) });
        const page = await open(writePage('long', makeRun({ events, change: incidents })));
        for (const isOpen of [false, true]) { // also behind the buttons
            await page.pdf({ path, format: 'A4' });
            const printed = execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' }).replace(/\s+/g, ' ');
            same((printed.match(/\d+ more \w+ (is|are) not printed/g) || []).sort().join(), words.toSorted().join(), `of ${events} events and ${count} incidents it says`);
            same((printed.match(/the \d+th of them/g) || []).length, 60, 'printed incidents');
            check(!printed.includes('Show '), 'a button is printed');
            const pages = Number(/Pages: +(\d+)/.exec(execFileSync('pdfinfo', [path], { encoding: 'utf8' }))[1]);
            check(pages <= 12, `${pages} pages of ${events} events and ${count} incidents`);
            const shown = await page.$$eval('table.incidents tbody tr', (all) => all.filter((row) => row.checkVisibility()).length);
            same(shown, isOpen ? count : 20, 'incidents on the screen after printing');
            check((await text(page, '#events')).includes('Show more') === events > 0, 'the button says something else after printing');
            await page.evaluate('showAllIncidents()');
        }
        await page.close();
    }
}

// Of hundreds of incidents the first are laid out when the page opens; a button, or one that is chosen, brings the others. Paper has them all.
async function manyIncidents() {
    const many = (run) => ({ ...run, incidents: Array.from({ length: 60 }, (unused, at) => ({ ...run.incidents[0], from_s: 1000 + at * 9000, cut_s: 2000 + at * 9000, to_s: 3000 + at * 9000, text: `the ${at}th` })) });
    const shown = (page) => page.$$eval('table.incidents tbody tr', (all) => all.filter((row) => row.checkVisibility()).length);
    const more = async (page) => {
        await page.focus('#more-incidents');
        await page.keyboard.press('Enter');
        same(await page.evaluate("document.activeElement.closest('tr').rowIndex"), 21, 'row with the focus after all incidents are shown');
    };
    for (const [action, links] of [[more, 60], [(page) => page.select('#incident', '40'), 60], [(page) => page.select('#incident', '7'), 20], [(page) => page.emulateMediaType('print'), 60]]) {
        const page = await open(writePage('incidents', makeRun({ change: many })));
        same(await shown(page), 20, 'incidents at first');
        await action(page);
        same(await shown(page), links, 'incidents that are shown');
        await page.close();
    }
    const page = await open(join(directory, 'incidents.html'), { script: false });
    same(await shown(page), 60, 'incidents without a script');
    await page.close();
}

// Of what lies behind the end of a run nothing is told; of a run of other dates no dates.
async function otherRuns() {
    const give = async (page, change) => {
        const path = join(directory, 'second.json');
        writeFileSync(path, JSON.stringify(makeRun({ change })));
        await (await page.$('#compare-file')).uploadFile(path);
        await page.waitForFunction(() => second !== null);
    };
    const page = await open(PAGES.week);
    await give(page, (run) => ({ ...run, duration_s: 30 * 86400, start: '2028-06-01', daylight: [{ t_s: 0, rise_s: 36000, set_s: 40000 }] }));
    await page.evaluate('setCursor(20 * DAY_S); sayCursor()');
    const [first, later] = await page.$$eval('.panel.strip .legend', (all) => all.map((one) => one.innerText));
    check(first.includes('over') && !/high|floating/.test(first) && /high|floating/.test(later), `behind the end of a run: ${first}; ${later}`);
    check((await text(page, '#readout')).startsWith('day 21 00:00'), `the read-out of runs of other dates says ${await text(page, '#readout')}`);
    await page.waitForFunction(() => byId('say').textContent.startsWith('day 21 00:00'));
    check(!/(lowest|highest) ?(,|$)/.test(await text(page, '#say')), `behind the end of a run a screen reader hears ${await text(page, '#say')}`);
    same(await page.evaluate('nightsInView(main).every(([from]) => from < main.end) && nightsInView(second)[0].join()'), '0,36000', 'nights of the second run');
    const washes = () => page.$$eval('.panel.strip .washes', (all) => all.map((one) => [...one.children].filter((key) => !key.hidden).map((key) => key.innerText).join('+')).join());
    same(await washes(), 'Load floating+pre-alarm high+night+changes too dense to be drawn,night+changes too dense to be drawn', 'legends of two runs');
    check(/^First run only: [^\n]*\s+From, over\s+Solar charger\s+Used by, over\s+hob/.test(await text(page, '.panel:last-child .legend')),
        `Energy behind the end of a run is ${(await text(page, '.panel:last-child .legend')).replace(/\s+/g, ' ')}`);
    check((await text(page, '#readout')).endsWith('mean (least\u2013most) of 2nd: 2 min 1 s'), `of which time the values are behind the end of the first run: ${await text(page, '#readout')}`);
    await page.evaluate('zoomTo(10 * DAY_S, 12 * DAY_S); drawNow()');
    same(await washes(), 'Load floating+pre-alarm high+changes too dense to be drawn,night+changes too dense to be drawn', 'legends behind the end of a run');
    const half = await open(writePage('half', makeRun({ change: (run) => ({ ...run, duration_s: 6.8 * 86400 }) })));
    await give(half, (run) => ({ ...run, series: { ...run.series, bucket_s: 900, rows: undefined } }));
    same(await half.evaluate('Math.max(...nightsInView(main).map(([, to]) => to)) / main.end'), 1, 'nights reach beyond the end of a run');
    same(await half.evaluate('Math.max(...energyBars(charts.at(-1).plot.energy).map(({ to }) => to)) / main.end'), 1, 'bars of energy reach beyond the end of a run');
    await half.evaluate('chooseCell(main.cells[0]); setCursor(300000)');
    check((await text(half, '#readout')).endsWith('mean (least\u2013most) of 2 min 1 s, 2nd: 15 min, cells: 8 min 4 s'), `of which times the values of two runs are: ${await text(half, '#readout')}`);
    await half.evaluate('setCursor(null); showWhole(); drawNow()');
    check(/here (8 min 4|16 min 8) s; 2nd: 15 min/.test(await text(half, '.help')), `of two runs the help says ${await text(half, '.help')}`);
    await half.close();
    const said = await page.evaluate(() => {
        const texts = [];
        const { fillText } = CanvasRenderingContext2D.prototype;
        CanvasRenderingContext2D.prototype.fillText = function (...parts) {
            texts.push(parts[0]);
            fillText.apply(this, parts);
        };
        picture();
        return texts.join(' ');
    });
    check(said.includes('Second run: '), 'PNG: the second run has no title');
    await page.click('#second-leave');
    same(await page.evaluate('dayText(0)'), '1 Mar', 'dates after the second run was removed');
    await page.close();
}

// At any zoom there are two ticks or more, each with a label of its own that overlaps none beside it, and one of them has the date where the view is short.
async function ticksAtAnyZoom() {
    const long = (run) => ({ ...run, duration_s: 7300 * 86400 });
    for (const [start, change, wholeS] of [['2026-03-01', long, 7300 * 86400], [undefined, long, 7300 * 86400], ['2026-03-01', (run) => run, 604800]]) {
        const path = writePage('ticks', makeRun({ start, change }));
        for (const width of [390, 1280]) {
            const page = await open(path, { width, height: 844 });
            const bad = await page.evaluate((wholeS) => {
                const found = [];
                const { u } = charts[0];
                for (let span = 2; span < wholeS; span *= 1.37) {
                    for (const from of [0, 0.3123 * wholeS, wholeS - span]) {
                        zoomTo(from, from + span);
                        drawNow();
                        const labels = u.axes[0]._values.map((label, at) => ({ label, x: u.valToPos(u.axes[0]._splits[at], 'x') })).filter(({ label }) => label);
                        u.ctx.font = u.axes[0].font[0];
                        const half = ({ label }) => u.ctx.measureText(label).width / uPlot.pxRatio / 2;
                        const overlap = labels.some((one, at) => at > 0 && labels[at - 1].x + half(labels[at - 1]) + 2 > one.x - half(one));
                        const isAlike = new Set(labels.map(({ label }) => label)).size < labels.length && labels.every(({ label }) => !/\d\d:\d\d/.test(label));
                        if (labels.length < 2 || overlap || isAlike) {
                            found.push(`${span.toFixed(0)} s from ${from.toFixed(0)}: ${labels.map((one) => `${one.label} at ${one.x.toFixed(0)} \u00b1 ${half(one).toFixed(0)}`).join(' | ')}`);
                        }
                    }
                }
                return found;
            }, wholeS);
            same(bad.length, 0, `views with poor ticks of ${wholeS} s at ${width}, such as ${bad.slice(0, 3).join('; ')}`);
            await page.close();
        }
    }
}

// A long run has years in its times; its last bar of energy ends with it; a record counts from its own start and its CSV has its edges.
async function longAndRecord() {
    const long = (run) => ({ ...run, duration_s: 7300 * 86400, energy: { ...run.energy, span_days: 31 } });
    const page = await open(writePage('long', makeRun({ start: '2026-03-01', change: long })), { width: 390, height: 844 });
    check((await page.$eval('#incident', (node) => node.options[1].text)).includes(' 2026 '), 'an incident of a long run has no year');
    same(await page.evaluate('spanName(31 * DAY_S, 235)'), '9 Feb 2046 to 23 Feb 2046', 'the last span of energy');
    same(await page.evaluate('main.end -= 0.7 * DAY_S, spanName(31 * DAY_S, 235)'), '9 Feb 2046 to 23 Feb 2046', 'the last span of energy of a run that ends within a day');
    await page.evaluate('main.end += 0.7 * DAY_S');
    const ticks = (from, to) => page.evaluate((from, to) => {
        zoomTo(from, to);
        drawNow();
        const { u } = charts[0];
        return u.axes[0]._values.filter(Boolean);
    }, from, to);
    check((await ticks(0, 7300 * 86400)).length >= 2, 'one tick in twenty years');
    check((await page.evaluate('charts.find(({ plot }) => plot.energy).u.axes[1]._values')).every((value) => value.length <= 5), 'labels of energy are too long for a phone');
    await page.close();
    const record = await open(writePage('record', makeRun({ change: (run) => ({ ...drop(run, 'totals', 'energy', 'daylight', 'thresholds'), kind: 'log', series: {} }) })));
    check(!(await text(record, '.help')).includes('band') && (await text(record, '.help')).includes('Drag to zoom in'), `the help of a record without a band says ${await text(record, '.help')}`);
    check(!(await text(record, '.panel.strip')).includes('pre-alarm high'), 'the legend of a record names what is drawn in plots that it has not');
    check((await text(record, '#footer')).includes('Times count from the start of the record'), `the footer of a record says ${await text(record, '#footer')}`);
    check((await record.evaluate('csvText()')).split('\n').some((line) => line.startsWith(`${CUT_S},0,`) && line.includes('atd_lost')), 'CSV: no edges of a record');
    await record.close();
}

// A run of the command: the page says what its data say.
async function ofTheCommand() {
    const run = JSON.parse(readFileSync(join(directory, 'run.json'), 'utf8'));
    const page = await open(join(directory, 'run.html'));
    same(await text(page, 'p.story'), run.story, 'story');
    same(await page.$('.banner') !== null, run.expectations.some((one) => one.met === false), 'banner');
    same((await page.$$('table.incidents tbody tr a')).length, run.incidents.length, 'incidents that are links');
    same((await page.$$('.panel')).length, 8, 'plots');
    await page.focus('#stack');
    const rows = await page.$$eval('table.incidents tbody tr', (all) => all.map((row) => row.querySelector('.text').innerText.replace(/ \d+ \S+ behind it not listed$/, '')));
    const choices = await page.$$eval('#incident option', (all) => all.slice(1).map((one) => one.text));
    const wanted = rows.map((row, at) => (run.incidents[at].kind === 'cut' ? 'cut: ' : '') + row);
    same(choices.map((choice) => choice.replace(/^.*?:\d\d:\d\d /, '')).join('\n'), wanted.join('\n'), "the chooser's words are the table's");
    const cuts = run.incidents.filter((one) => one.kind === 'cut');
    check(cuts.length === 2, `${cuts.length} cuts`);
    for (const incident of run.incidents) {
        await page.keyboard.press('n');
        await settle(page);
        const at = incident.cut_s ?? incident.from_s;
        same(await page.evaluate('cursorTime'), at, 'cursor at an incident');
        const row = run.series.rows.t_s.indexOf(at);
        const legend = await text(page, '.panel:nth-child(2) .legend');
        check(row >= 0 && legend.includes((run.series.rows.cell_min_mv[row] / 1000).toFixed(3)), `the lowest cell at ${at} s reads ${legend}`);
    }
    await page.evaluate('showWhole(); main.cells.forEach(chooseCell)');
    same((await page.evaluate('csvText()')).split('\n').length, readFileSync(join(directory, 'run.csv'), 'utf8').split('\n').length, 'lines of the CSV of the whole run');
    const numbers = (csv) => csv.trim().split('\n').slice(1).map((line) => line.split(',').map((value) => (value === '' || isNaN(value) ? value : Number(value))).join()).join('\n');
    same(numbers(await page.evaluate('csvText()')) === numbers(readFileSync(join(directory, 'run.csv'), 'utf8')), true, "the page's CSV is the command's");
    const low = run.totals.cell_mv_min;
    await page.evaluate((t) => setCursor(t), low.t_s);
    const legend = await text(page, '.panel:nth-child(2) .legend');
    check(legend.includes((low.mv / 1000).toFixed(3)) && legend.includes(`Lowest: battery ${low.battery} cell ${low.cell}`), `the lowest of the run reads ${legend}`);
    await page.evaluate('setCursor(null); showWhole(); drawNow()');
    check((await text(page, '.panel:nth-child(2) .legend')).includes(`${(low.mv / 1000).toFixed(3)}\u2013`), 'the plot of the whole run does not reach the lowest cell');
    await page.setViewport({ width: 390, height: 844 });
    check(await page.evaluate(() => document.documentElement.scrollWidth) <= 390, 'the page scrolls sideways on a phone');
    await page.close();
}

const drop = (run, ...keys) => Object.fromEntries(Object.entries(run).filter(([key]) => !keys.includes(key)));

async function missingParts() {
    const changes = {
        replay: (run) => ({ ...drop(run, 'totals', 'energy', 'daylight', 'thresholds', 'equipment', 'loads', 'findings'), kind: 'replay', series: {} }),
        rows: (run) => ({ ...run, series: { rows: run.series.rows } }),
        buckets: (run) => ({ ...run, series: drop(run.series, 'rows', 'cells') }),
        tick: (run) => ({ ...run, duration_s: 0.125, events: [], incidents: [], series: { bucket_s: 1, count: 1, buckets: { bus_mv: { min: [1], mean: [1], max: [1] } } } }),
        nonsense: (run) => ({ ...run, thresholds: 7, totals: [], energy: { span_days: -1 }, daylight: [null, {}], events: [null, {}, { t_s: 'x' }, { t_s: 5, what: 'new', text: 3 }], incidents: [{}, null],
            series: { bucket_s: 0, buckets: { bus_mv: { min: 'a', max: [null] }, soc_pct: { min: [null, 'x', 1e308], mean: [null], max: [NaN, 3, 1e309] } }, rows: { t_s: [5, 1] }, cells: { names: [3], min_mv: [[]], max_mv: 4 } } }),
        empty: (run) => ({ format: run.format, expectations: [], incidents: [], summary: [], loads: [] }),
    };
    for (const [name, change] of Object.entries(changes)) {
        const run = change(makeRun());
        const path = join(directory, `${name}.html`);
        writeFileSync(path, fillPage(root, template, { ...makeRun(), incidents: [], series: {} }).replace(/(<script type="application\/json" id="run">).*?(<\/script>)/s, (unused, before, after) => before + JSON.stringify(run).replace(/</g, '\\u003c') + after));
        const page = await open(path);
        await page.focus('#stack');
        for (const key of ['n', '+', 'ArrowRight', '0']) {
            await page.keyboard.press(key);
        }
        await settle(page);
        check(await page.$('.panel.strip') !== null, `${name}: no outputs`);
        same((await page.$$('.panel')).length > 1, !['replay', 'nonsense', 'empty'].includes(name), `${name}: other plots`);
        await page.close();
    }
}

async function opensFast() {
    const path = writePage('much', makeRun({ cells: 8, rows: 4000, events: 3000 }));
    const code = Buffer.byteLength(template);
    check(code <= CODE_BYTES_MAX, `the page's own code has ${code} bytes, more than ${CODE_BYTES_MAX}`);
    const page = await browser.newPage();
    const session = await page.createCDPSession();
    await session.send('Performance.enable', { timeDomain: 'threadTicks' }); // of the processor: another program may have it meanwhile
    const spent = async () => (await session.send('Performance.getMetrics')).metrics.find((one) => one.name === 'TaskDuration').value * 1000;
    const before = await spent();
    await page.goto(pathToFileURL(path).href);
    await settle(page);
    const opened = await spent();
    const took = opened - before;
    check(took > 0 && took < OPEN_MS_MAX, `the page opens in ${took.toFixed(0)} ms, more than ${OPEN_MS_MAX}`);
    for (let step = 0; step < 5; step++) {
        await page.evaluate('zoomBy(0.6, 300000)');
        await settle(page);
    }
    const redraw = (await spent() - opened) / 5;
    console.log(`page: opens ${(statSync(path).size / 1e6).toFixed(1)} MB in ${took.toFixed(0)} ms, a zoom takes ${redraw.toFixed(0)} ms; ${code} bytes of its own`);
    await page.close();
}

const tests = { ...Object.fromEntries(SIZES.flatMap(([width, height]) => ['light', 'dark'].map((theme) => [`seen ${width} ${theme}`, () => seen(width, height, theme)]))),
    bannerAndFold, pyramidKeepsSpikes, denseIsHatched, oftenIsNotAlways, rowsAndMeans, rowsAreReadLate, bandsAreTrue, longNames, nightsAreNamed, wheelAndDrag, phoneToolbar, touchZooms, keyboard, fragmentAndLinks, eventsTable, cellsAndEnergy, screenReader, pngAndCsv, compareRuns, withoutScript, paper, paperSaysWhatIsLeftOut, manyIncidents, otherRuns, ticksAtAnyZoom, longAndRecord, ofTheCommand,
    missingParts, opensFast };
try {
    for (const [name, test] of Object.entries(tests)) {
        if (wanted.length === 0 || wanted.includes(name)) {
            current = name;
            await test();
        }
    }
} catch (error) {
    check(false, error.stack);
} finally {
    await browser.close();
}
check(existsSync(join(directory, 'paper-true.pdf')) || wanted.length > 0, 'the tests were not run to the end');
console.log(`page: ${checks} checks`);
