/** In a browser the sliders and the pointer tell what the files hold; without scripts all maps are there. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { OptionsError } from "../../engine/index.ts";
import { Field } from "../../io/index.ts";
import { ensemblePage } from "../../pages/index.ts";
import { htmlPage } from "../../report/index.ts";
import { tabsOf } from "../browser.ts";
import { assert, evenly, temporaryFolder, test, throws } from "../harness.ts";
import { over } from "../io/fields.ts";

const { folder } = temporaryFolder(test);
const withTab = tabsOf(test);

const [days, members] = [3, 2];
/** Values that tell where they are: day, member, row from the south and column; a missing one at the lower left. */
const value = (day: number, member: number, row: number, column: number) =>
  row === 0 && column === 0 ? Number.NaN : 0.5 + 40 * day + 20 * member + 1.25 * row + 0.125 * column;
function field(side: number, ensemble: boolean, of: typeof value, northFirst = false): Field {
  const latitudes = Array.from({ length: side }, (_, i) => 40 + (8 / side) * (i + 0.5));
  const values: number[] = [];
  for (let day = 0; day < days; day += 1)
    for (let member = 0; member < (ensemble ? members : 1); member += 1)
      for (let i = 0; i < side; i += 1)
        for (let j = 0; j < side; j += 1) values.push(of(day, member, northFirst ? side - 1 - i : i, j));
  const longitudes = Array.from({ length: side }, (_, j) => 10 + (8 / side) * (j + 0.5));
  return over(
    {
      time: [[0, 1, 2], "days since 2003-06-01"],
      ...(ensemble && { realization: [evenly(members), "1"] as const }),
      lat: [northFirst ? latitudes.toReversed() : latitudes, "degrees_north"],
      lon: [longitudes, "degrees_east"],
    },
    {
      values: Float32Array.from(values),
      units: "mm",
      attributes: { standard_name: "lwe_thickness_of_precipitation_amount" },
    },
  );
}
const forecast = field(8, true, value);
// North first, to see that rows are told from coordinates; and a coarse input of 4 × 4.
const truth = field(8, false, (day, _, row, column) => value(day, 0, row, column) + 1, true);
const input = field(4, false, (day, _, row, column) => 100 * day + 10 * row + column);
const html = await ensemblePage(forecast, { truth, input, times: 3, members: 2 });
const path = join(folder, "page.html");
writeFileSync(path, html);

/** What the reader sees: heading, the titles with their values, what the cursor's sliders say. */
const seen = `({
  time: [...document.querySelectorAll(".time")].filter((e) => e.checkVisibility()).map((e) => e.querySelector("h3").textContent),
  told: [...document.querySelectorAll(".panels figcaption")].filter((e) => e.checkVisibility()).map((e) => e.textContent),
  at: [...document.querySelectorAll(".maps output")].map((e) => e.textContent),
  reading: document.querySelector(".reading").textContent,
  crosses: [...document.querySelectorAll(".cross")].filter((e) => e.checkVisibility()).map((e) => { const c = e.getBoundingClientRect(), p = e.parentNode.getBoundingClientRect(); return [(c.x + c.width / 2 - p.x) / p.width, (c.y + c.height / 2 - p.y) / p.height]; }),
  over: document.documentElement.scrollWidth - innerWidth,
})`;
interface Seen {
  readonly time: readonly string[];
  readonly told: readonly string[];
  readonly at: readonly string[];
  readonly reading: string;
  readonly crosses: readonly (readonly [number, number])[];
  readonly over: number;
}
const digits = (v: number) => (Number.isNaN(v) ? "missing" : String(Number(v.toPrecision(3))).replace("-", "−"));
/** What must be told at a place, from the formulas of the fields. */
function expected(day: number, member: number, row: number, column: number): readonly string[] {
  const [a, b] = [value(day, 0, row, column), value(day, 1, row, column)];
  const middle = (a + b) / 2;
  return [
    `member ${member}: ${digits([a, b][member]!)}`,
    `mean of 2: ${digits(middle)}`,
    `truth: ${digits(a + 1)}`,
    `spread: ${digits(Math.hypot(a - middle, b - middle))}`,
    `mean − truth: ${digits(middle - a - 1)}`,
    `input: ${digits(100 * day + 10 * Math.floor(row / 2) + Math.floor(column / 2))}`,
  ];
}

test("sliders by keys and the pointer show one time and member, and tell the values of all maps at one place", async () => {
  await withTab(async (tab) => {
    // Values are unpacked once they are asked for.
    const told = (values: readonly string[]) =>
      tab.until(
        `document.querySelector(".reading").textContent === ${JSON.stringify(`${values.join("; ")} (mm)`)}`,
        20,
      );
    for (const width of [390, 1440]) {
      await tab.width(width);
      await tab.open(`file://${path}`);
      await told(expected(2, 0, 4, 4));
      const first = await tab.evaluate<Seen>(seen);
      assert.equal(first.time, ["2003-06-03"]);
      assert.equal(first.told, expected(2, 0, 4, 4));
      assert.equal(first.at, ["2003-06-03", "0", "14.5", "44.5"]);
      assert.ok(first.over <= 0, `${first.over} px too wide at ${width}`);
      // The numbers of the colour bar have their own size on a telephone, too.
      const bar = `[...document.querySelectorAll(".legend img")].find((e) => e.width > 0)`;
      assert.ok((await tab.evaluate<number>(`(${bar}).width / (${bar}).naturalWidth`)) > 0.99);
      // By keys alone: a day back, the other member, a column to the right, a row to the south.
      for (const [name, key] of [
        ["time", "ArrowLeft"],
        ["member", "ArrowRight"],
        ["x", "ArrowRight"],
        ["y", "ArrowLeft"],
      ] as const) {
        await tab.evaluate(`document.getElementById("maps-1-${name}").focus()`);
        await tab.press(key);
      }
      await told(expected(1, 1, 3, 5));
      const moved = await tab.evaluate<Seen>(seen);
      assert.equal(moved.time, ["2003-06-02"]);
      assert.equal(moved.told, expected(1, 1, 3, 5));
      assert.equal(moved.at, ["2003-06-02", "1", "15.5", "43.5"]);
      assert.is(moved.reading, `${expected(1, 1, 3, 5).join("; ")} (mm)`);
      assert.is(await tab.evaluate(`document.getElementById("maps-1-x").getAttribute("aria-valuetext")`), "15.5");
      // The cross stands at the same place of every map: at 5.5 of 8 columns.
      assert.is(moved.crosses.length, 6);
      // The pointer, over the truth: its cross follows, and the cursor's sliders with it.
      const shown = ".time:not([hidden]) figure[data-title=truth]";
      const place = await tab.evaluate<string>(`document.querySelector("${shown}").dataset.place`);
      const [left, top, wide, high] = place.split(" ").map((share) => Number(share) / 100) as [
        number,
        number,
        number,
        number,
      ];
      await tab.hover(`${shown} .plot`, [left + (2.5 / 8) * wide, top + (1.3 / 8) * high]);
      await told(expected(1, 1, 6, 2));
      const pointed = await tab.evaluate<Seen>(seen);
      assert.equal(pointed.told, expected(1, 1, 6, 2));
      const [across, down] = pointed.crosses[2]!;
      assert.ok(Math.abs(across - left - (2.5 / 8) * wide) < 0.01, `${across}`);
      assert.ok(Math.abs(down - top - (1.5 / 8) * high) < 0.01, `${down}`);
      // A missing cell is called so, and does not take the others along.
      await tab.hover(`${shown} .plot`, [left + 0.01 * wide, top + 0.99 * high]);
      await told(expected(1, 1, 0, 0));
      assert.equal((await tab.evaluate<Seen>(seen)).told, expected(1, 1, 0, 0));
    }
    assert.equal(tab.complaints, []);
  });
});

test("a click on a map draws its place along the times: every member, their mean, truth and input", async () => {
  await withTab(async (tab) => {
    await tab.width(390);
    await tab.open(`file://${path}`);
    assert.is(await tab.evaluate(`document.querySelector(".course").checkVisibility()`), false);
    const plot = `.time:not([hidden]) figure[data-title=truth] .plot`;
    const [left, top, wide, high] = (
      await tab.evaluate<string>(`document.querySelector("${plot}").parentNode.dataset.place`)
    )
      .split(" ")
      .map((share) => Number(share) / 100) as [number, number, number, number];
    await tab.hover(plot, [left + (2.5 / 8) * wide, top + (1.3 / 8) * high]);
    await tab.evaluate(`document.querySelector("${plot}").click()`);
    await tab.until(`document.querySelectorAll(".course title").length === 5`, 20);
    // Row 6 from the south and column 2, of all days.
    const along = (of: (day: number) => number) => [0, 1, 2].map((day) => digits(of(day))).join(", ");
    assert.equal(await tab.evaluate(`[...document.querySelectorAll(".course title")].map((e) => e.textContent)`), [
      `member 0: ${along((day) => value(day, 0, 6, 2))}`,
      `member 1: ${along((day) => value(day, 1, 6, 2))}`,
      `mean of 2: ${along((day) => (value(day, 0, 6, 2) + value(day, 1, 6, 2)) / 2)}`,
      `truth: ${along((day) => value(day, 0, 6, 2) + 1)}`,
      `input: ${along((day) => 100 * day + 31)}`,
    ]);
    assert.is(
      await tab.evaluate(`document.querySelector(".course figcaption").textContent`),
      "Along time at 12.5, 46.5, in mm: mean of 2 in colour, truth solid, input dashed, members thin",
    );
    // The line of the largest values, the input's, ends at the top.
    const line = `document.querySelector(".course .line2").getBBox()`;
    assert.ok(Math.abs((await tab.evaluate<number>(`${line}.y`)) - 20) < 0.1);
    assert.ok((await tab.evaluate<number>("document.documentElement.scrollWidth - innerWidth")) <= 0);
    assert.equal(tab.complaints, []);
  });
});

test("Play runs through the times and stops, and what is printed is what is chosen, without sliders", async () => {
  await withTab(async (tab) => {
    await tab.open(`file://${path}`);
    const day = `document.getElementById("maps-1-time").value`;
    const start = await tab.evaluate<string>(day);
    await tab.evaluate(`document.querySelector(".plays").focus(), document.querySelector(".plays").click()`);
    await tab.until(`${day} !== "${start}" && document.querySelector(".plays").textContent === "Stop"`, 20);
    await tab.evaluate(`document.querySelector(".plays").click()`);
    assert.is(await tab.evaluate(`document.querySelector(".plays").textContent`), "Play");
    const stopped = await tab.evaluate<string>(`document.querySelector(".time:not([hidden]) h3").textContent`);
    await tab.printed(true);
    const printed = await tab.evaluate<Seen>(seen);
    assert.equal(printed.time, [stopped]);
    assert.is(printed.told.length, 6, "one member of two");
    const controls = `[...document.querySelectorAll("input, button, nav, .cross")].filter((e) => e.checkVisibility()).length`;
    assert.is(await tab.evaluate(controls), 0);
    assert.equal(tab.complaints, []);
  });
});

test("without scripts every map of every time and member is seen, and no slider", async () => {
  await withTab(async (tab) => {
    await tab.scripts(false);
    await tab.open(`file://${path}`);
    const shown = await tab.evaluate<readonly number[]>(
      `[".panels img", ".legend img", "input"].map((s) => [...document.querySelectorAll(s)].filter((e) => e.checkVisibility()).length)`,
    );
    assert.equal(shown, [days * (members + 5), days, 0]);
  });
});

test("of larger maps the page keeps one cell in some, says so, and tells the kept ones as they are", async () => {
  const side = 600;
  const one = new Field({
    name: "height",
    dims: ["y", "x"],
    shape: [side, side],
    values: Float32Array.from({ length: side * side }, (_, i) => i / 1000),
    units: "m",
  });
  const large = await ensemblePage(one);
  assert.not.match(large, /one cell in/);
  const many = await ensemblePage(
    new Field({
      ...one,
      dims: ["time", "y", "x"],
      shape: [4, side, side],
      values: Float32Array.from({ length: 4 * side * side }, (_, i) => i / 1000),
    }),
  );
  assert.match(many, /shows the value of one cell in 2 along each side/);
  writeFileSync(path, many);
  await withTab(async (tab) => {
    await tab.open(`file://${path}`);
    await tab.until(`document.querySelector(".reading").textContent !== ""`);
    // Row 300 from below is row 299 from above; the kept ones are 298 and column 300.
    assert.is(
      await tab.evaluate(`document.querySelector(".reading").textContent`),
      `height: ${digits((3 * side * side + 298 * side + 300) / 1000)} (m)`,
    );
    assert.equal(tab.complaints, []);
  });
});

test("maps without a time are refused", () => {
  throws(
    () => htmlPage({ title: "x", sections: [{ heading: "a", parts: [{ kind: "maps", times: [] }] }] }),
    OptionsError,
    /no maps to show/,
  );
});

test.run();
