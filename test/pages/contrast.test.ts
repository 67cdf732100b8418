/** Pages can be read in light and in dark, by the contrast that WCAG asks for; pictures, which are white, are dimmed in the dark. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRun } from "../../engine/files/index.ts";
import { rng } from "../../engine/index.ts";
import { Field } from "../../io/index.ts";
import { ensemblePage, solutionPage, trainingPage } from "../../pages/index.ts";
import { mlp, pde, solve } from "../../solvers/index.ts";
import { verify } from "../../verification/index.ts";
import { type FaintTexts, faintTexts, tabsOf } from "../browser.ts";
import { assert, temporaryFolder, test } from "../harness.ts";

const { folder } = temporaryFolder(test);
const withTab = tabsOf(test);

async function ofSolve(): Promise<string> {
  const bump = pde({
    name: "bump",
    domain: { x: [-1, 1], y: [-1, 1] },
    equations: "-lap(u) = source",
    manufactured: "exp(-4*(x^2+y^2))",
    conditions: "exact",
  });
  const small = { network: mlp({ depth: 1, width: 6 }), points: 60, boundaryPoints: 20, stepsPerRound: 2 };
  const solution = await solve(bump, { ...small, budget: { steps: 6 }, runs: join(folder, "solves") });
  await solution.dispose();
  return solutionPage(solution.run!);
}

async function ofTraining(): Promise<string> {
  const run = await createRun({
    ...{ root: join(folder, "runs"), name: "train", options: { steps: 3 } },
    ...{ seed: 0, device: "cpu", precision: "float64" },
  });
  for (let step = 1; step <= 3; step += 1) await run.log({ step, loss: 1 / step, crps: 0.5 / step });
  return trainingPage(run.directory);
}

async function ofForecast(): Promise<string> {
  const field = (seed: number, members: number) =>
    new Field({
      name: "total_precipitation_amount_accumulated_over_one_whole_day_of_the_model",
      dims: ["time", "realization", "y", "x"],
      shape: [3, members, 8, 8],
      values: Float32Array.from(rng(seed).normal(3 * members * 64), (z) => Math.max(0, 5 * z)),
      units: "mm",
    });
  const [forecast, truth] = [field(1, 3), field(2, 1).isel({ realization: 0 })];
  const verification = await verify(forecast, truth, {
    bootstrap: { seed: 1, draws: 100, tooFew: "none" },
    seed: 1,
    interval: 86400,
  });
  return ensemblePage(forecast, { truth, verification });
}

for (const [name, make] of Object.entries({ solve: ofSolve, training: ofTraining, forecast: ofForecast })) {
  test(`the page of a ${name} has texts that stand out from what is behind them, in light and in dark`, async () => {
    const path = join(folder, `${name}.html`);
    writeFileSync(path, await make());
    await withTab(async (tab) => {
      for (const [dark, paper] of [
        [false, "rgb(255, 255, 255)"],
        [true, "rgb(22, 24, 27)"],
      ] as const) {
        await tab.dark(dark);
        await tab.open(`file://${path}`);
        await tab.evaluate(`document.querySelectorAll("details").forEach((e) => { e.open = true; })`);
        const seen = await tab.evaluate<FaintTexts>(faintTexts);
        assert.equal(seen.found, []);
        assert.ok(seen.count > 10, `${seen.count}`);
        assert.is(seen.paper, paper);
        assert.is(seen.dimmed, dark);
      }
      // The measure itself sees grey on grey.
      await tab.evaluate(`document.querySelector("h1").style.color = "#555"`);
      assert.match((await tab.evaluate<FaintTexts>(faintTexts)).found.join(), /^2\.\d\d H1/);
      assert.equal(tab.complaints, []);
    });
  });
}

test("links of a page lead to their places, and tables are saved whole", async () => {
  const path = join(folder, "links.html");
  writeFileSync(path, await ofForecast());
  await withTab(async (tab) => {
    await tab.width(390);
    await tab.open(`file://${path}`);
    assert.is(await tab.evaluate("document.documentElement.scrollWidth"), 390, "a long name is wrapped");
    const links = await tab.evaluate<string[]>(`[...document.querySelectorAll("nav a")].map((e) => e.hash)`);
    assert.equal(links, ["#in-short", "#maps", "#how-good-it-is", "#diagrams", "#all-scores"]);
    for (const hash of links) {
      await tab.evaluate(`document.querySelector("nav a[href='${hash}']").click()`);
      const place = await tab.evaluate<{ hash: string; top: number; bottom: number }>(
        `({ hash: location.hash, top: document.querySelector("${hash}").getBoundingClientRect().top, bottom: innerHeight })`,
      );
      assert.is(place.hash, hash);
      assert.ok(place.top >= -1 && place.top < place.bottom, `${hash} stands at ${place.top}`);
    }
    // The address of a table holds it: with a name for the file, and a row for each score of the page.
    const saved = await tab.evaluate<{ name: string; text: string; rows: string[] }>(
      `(() => { const a = document.querySelector("a[download]"); return { name: a.download, text: atob(a.href.split(",")[1]), rows: [...document.querySelectorAll("tbody th")].map((e) => e.textContent) }; })()`,
    );
    assert.is(saved.name, "scores.csv");
    for (const score of ["crps", "mae", "rmse"])
      assert.ok(saved.rows.includes(score) && saved.text.includes(`all,${score},`));
    // Every picture and every control has a name for those who do not see it.
    const nameless = await tab.evaluate<string[]>(
      `[...document.querySelectorAll("img, input, a, [role=region]")].filter((e) => !(e.alt || e.labels?.length || e.getAttribute("aria-label") || e.textContent.trim())).map((e) => e.outerHTML.slice(0, 80))`,
    );
    assert.equal(nameless, []);
    assert.equal(tab.complaints, []);
  });
});

test.run();
