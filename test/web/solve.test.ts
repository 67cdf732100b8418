/** The page that solves equations, built and run in headless Chromium without a network. */
import { inShort } from "../../pages/solution-parts.ts";
import { problemFromJson, solve } from "../../solvers/index.ts";
import type { Tab } from "../browser.ts";
import { assert, test } from "../harness.ts";
import { pageOf, text } from "./page-server.ts";

const withPage = pageOf(test, "solve");
const choose = (name: string) =>
  `{ const box = document.querySelector("#example"); box.value = ${JSON.stringify(name)}; box.dispatchEvent(new Event("change")); }`;
const isSolved = (count: number) => `document.querySelector("#answer").dataset.count === "${count}"`;

for (const name of ["Heat in a rod", "A boundary layer", "A plate with a round hole"])
  test(`the page solves "${name}" as the library does in Node, and hands out its problem, files and link`, () =>
    withPage(async (tab, url) => {
      // Seconds enough on a busy machine: both end by the tolerance.
      await tab.evaluate('document.querySelector("#seconds").value = "60"');
      await tab.evaluate(choose(name));
      await tab.until(isSolved(1), 90);
      const json = await tab.evaluate<string>('fetch(document.querySelector("#json").href).then((r) => r.text())');
      const solution = await solve(problemFromJson(JSON.parse(json)), {
        budget: { seconds: 60, tolerance: 1e-3 },
        seed: 1,
        threads: 1,
      });
      assert.is(await tab.evaluate('document.querySelector("#answer").dataset.status'), "solved");
      assert.match(await text(tab, "#facts"), /estimated error/);
      const sentence = /The estimated error is \S+ of/;
      assert.equal(sentence.exec(await text(tab, "#summary"))![0], sentence.exec(inShort(solution))![0]);
      assert.match(await text(tab, "#tried"), solution.report.method!.at(-1)!);
      const start =
        'fetch(document.querySelector("#netcdf").href).then((r) => r.arrayBuffer()).then((b) => [...new Uint8Array(b, 1, 3)])';
      assert.equal(await tab.evaluate(start), [0x48, 0x44, 0x46]);
      assert.ok(await tab.evaluate<boolean>('document.querySelector("#picture").naturalWidth > 300'));
      const hash = await tab.evaluate<string>("location.hash");
      await tab.open(`${url}index.html${hash}`);
      await tab.until(isSolved(1), 90);
      assert.match(await text(tab, "#summary"), /The estimated error is/);
    }));

test("a slider moves through time of a problem in the plane, in colours that all moments share", () =>
  withPage(async (tab) => {
    await tab.evaluate(choose("Heat in a square plate"));
    await tab.until(isSolved(1), 60);
    const drawn = async (at: string) => {
      await tab.evaluate(
        `{ const s = document.querySelector("#at"); s.value = "${at}"; s.dispatchEvent(new Event("input")); }`,
      );
      await tab.until(`/^Map of the solution at t = ${at}$/.test(document.querySelector("#slice").alt)`);
      assert.is(await text(tab, "#where"), `t = ${at}`);
      return decodeURIComponent(await tab.evaluate<string>('document.querySelector("#slice").src'));
    };
    const [first, last] = [await drawn("0"), await drawn("0.1")];
    const [raster, ticks] = [/href="[^"]+"/, />(0\.\d+|1)</g];
    assert.not.equal(raster.exec(first)![0], raster.exec(last)![0]);
    const labels = (svg: string) => [...svg.matchAll(ticks)].map((found) => found[1]);
    assert.equal(labels(first), labels(last));
    assert.match(await text(tab, "#axis"), /^t$/);
  }));

test("the solution is handed out as a table with the values that its formula has", () =>
  withPage(async (tab) => {
    await tab.evaluate(choose("Heat in a rod"));
    await tab.until(isSolved(1), 60);
    const table = await tab.evaluate<string>('fetch(document.querySelector("#table").href).then((r) => r.text())');
    const [header, ...rows] = table
      .trim()
      .split("\r\n")
      .map((line) => line.split(","));
    assert.equal(header, ["x", "t", "u"]);
    assert.is(rows.length, 161 ** 2);
    const errors = rows.map((row) => {
      const [x, t, u] = row.map(Number) as [number, number, number];
      return Math.abs(u - Math.exp(-(Math.PI ** 2) * t) * Math.sin(Math.PI * x));
    });
    // The tolerance that the page asks for.
    assert.ok(Math.max(...errors) < 1e-3, `${Math.max(...errors)}`);
    assert.ok(await tab.evaluate<boolean>('document.querySelector("#along").hidden'));
  }));

test("the box of examples says that a text was edited, and names the example again", () =>
  withPage(async (tab) => {
    const box = () => tab.evaluate<string>('document.querySelector("#example").value');
    const type = (value: string) =>
      tab.evaluate(
        `{ const f = document.querySelector("#constants"); f.value = "${value}"; f.dispatchEvent(new Event("input")); }`,
      );
    assert.is(await box(), "Heat in a rod");
    await type("k = 2");
    assert.is(await box(), "");
    await type("k = 1");
    assert.is(await box(), "Heat in a rod");
  }));

for (const [what, hash] of [
  ["a list", btoa("[1]")],
  ["null", btoa("null")],
  ["numbers for texts", btoa('{"equations":1}')],
  ["no JSON", "abc"],
] as const)
  test(`a link that holds ${what} is refused in words, and the page shows an example`, () =>
    withPage(async (tab, url) => {
      await tab.open(`${url}index.html?${what}#${hash}`);
      assert.match(await text(tab, "#problem"), /^this link .*: .+; .*write the problem into the fields$/);
      assert.is(await tab.evaluate('document.querySelector("#example").value'), "Heat in a rod");
    }));

/** Fills in a problem of six axes, and solves it. */
async function solveOnSixAxes(tab: Tab, seconds: number): Promise<void> {
  for (const [name, value] of Object.entries({
    equations: "-lap(u) = 12",
    domain: "x1..x6: -1, 1",
    conditions: "u = 6 - normsq(x)",
    constants: "",
    seconds,
  }))
    await tab.evaluate(`document.querySelector("#${name}").value = ${JSON.stringify(String(value))}`);
  await tab.evaluate('document.querySelector("#solve").click()');
}

test("more axes than elements take are solved by a network", () =>
  withPage(async (tab) => {
    await solveOnSixAxes(tab, 6);
    await tab.until(isSolved(1), 90);
    assert.match(await text(tab, "#tried"), /taken: mlp/);
  }));

test("what cannot be read is named, and nothing runs", () =>
  withPage(async (tab) => {
    await tab.evaluate('document.querySelector("#domain").value = "x: 0"; document.querySelector("#solve").click()');
    assert.is(await text(tab, "#problem"), 'domain: "x: 0"; write a line for each axis, such as x: -1, 1');
    await tab.evaluate(choose("A boundary layer"));
    await tab.evaluate(
      'document.querySelector("#equations").value = "u_xx = snh(x)"; document.querySelector("#solve").click()',
    );
    await tab.until('/snh/.test(document.querySelector("#problem").textContent)', 30);
    assert.ok(await tab.evaluate<boolean>('document.querySelector("#cancel").hidden'));
  }));

test("a solve is cancelled by Escape, and begun by Control and Enter", () =>
  withPage(async (tab) => {
    await tab.evaluate(choose("Waves in a guide"));
    await tab.until('!document.querySelector("#cancel").hidden');
    await tab.evaluate('document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }))');
    assert.is(await text(tab, "#note"), "cancelled");
    await tab.evaluate('document.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true }))');
    assert.not(await tab.evaluate<boolean>('document.querySelector("#cancel").hidden'));
    await tab.evaluate('document.querySelector("#cancel").click()');
    assert.ok(await tab.evaluate<boolean>('document.querySelector("#answer").hidden'));
  }));

test("after a cancelled solve the answer before it stays, below its own formula", () =>
  withPage(async (tab) => {
    await tab.evaluate(choose("A boundary layer"));
    await tab.until(isSolved(1), 60);
    const formula = await text(tab, "#understood");
    const isBusy = () => tab.evaluate<boolean>('document.querySelector("#answer").hasAttribute("aria-busy")');
    await solveOnSixAxes(tab, 60);
    assert.ok(await isBusy());
    await tab.until('/^(?:[3-9]|\\d\\d) of 60 s/.test(document.querySelector("#note").textContent)', 30);
    await tab.evaluate('document.querySelector("#cancel").click()');
    assert.not(await isBusy());
    assert.is(await text(tab, "#understood"), formula);
  }));

test("names are completed by keys, and sliders change constants and solve", () =>
  withPage(async (tab) => {
    await tab.evaluate(
      `{ const f = document.querySelector("#equations"); f.value = "u_t = u_"; f.selectionStart = f.selectionEnd = 8; f.dispatchEvent(new Event("input")); f.focus(); }`,
    );
    assert.match(await text(tab, "#names"), "u_xx");
    for (const key of ["ArrowDown", "Tab"])
      await tab.evaluate(
        `document.querySelector("#equations").dispatchEvent(new KeyboardEvent("keydown", { key: "${key}" }))`,
      );
    assert.is(await tab.evaluate('document.querySelector("#equations").value'), "u_t = u_xx");
    assert.is(await text(tab, "#sliders output"), "1");
    await tab.evaluate(
      `{ const s = document.querySelector("#sliders input"); s.value = "-0.5"; s.dispatchEvent(new Event("input")); s.dispatchEvent(new Event("change")); }`,
    );
    assert.is(await tab.evaluate('document.querySelector("#constants").value'), "k = 0.316");
    assert.is(await text(tab, "#sliders output"), "0.316");
    await tab.until(isSolved(1), 60);
  }));

test("the page fits a telephone", () =>
  withPage(async (tab) => {
    await tab.width(360);
    await tab.evaluate(choose("Gray and Scott's reaction"));
    await tab.until(isSolved(1), 60);
    assert.ok(await tab.evaluate<boolean>("document.documentElement.scrollWidth <= innerWidth"));
  }));

test.run();
