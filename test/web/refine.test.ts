/** The page that refines rain, built and run in headless Chromium without a network. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { buildPage } from "../../.ci/web.ts";
import { downscale, pretrained } from "../../generative/index.ts";
import { coarsen, openDataset, readField, writeField } from "../../io/index.ts";
import { testData } from "../data.ts";
import { assert, close, test } from "../harness.ts";
import { pageOf, text } from "./page-server.ts";

const withPage = pageOf(test, "refine");
const radar = fileURLToPath(new URL("../../models/rain.nc", import.meta.url));
const isNarrow = "document.documentElement.scrollWidth <= innerWidth";
const shown = (id: string) => `!document.querySelector("#${id}").hidden`;

test("rain is refined by the package's model with Node's numbers, verified, and handed out as NetCDF", () =>
  withPage(async (tab) => {
    await tab.evaluate('document.querySelector("#example").click()');
    await tab.until(`${shown("refine")} && document.querySelector("#map").naturalWidth > 100`, 60);
    await tab.evaluate('document.querySelector("#refine-start").click()');
    await tab.until(shown("fine-shown"), 120);
    console.log(`four members of 64 × 64 cells, four times finer: ${await text(tab, "#refine-note")}`);
    await tab.until('document.querySelector("#fine-map").naturalWidth > 100', 60);
    const read = 'fetch(document.querySelector("#netcdf").href).then((r) => r.arrayBuffer()).then((b) => b.byteLength)';
    assert.ok((await tab.evaluate<number>(read)) > 1e5);
    await tab.until('!document.querySelector("#verify-start").disabled');
    await tab.evaluate('document.querySelector("#verify-start").click()');
    await tab.until(shown("scores-shown"), 60);
    assert.match(await text(tab, "#sentences"), /The CRPS, the error of the whole ensemble, is/);
    const scores = await tab.evaluate<Record<string, number>>(
      'Object.fromEntries([...document.querySelectorAll("#scores tr")].map((r) => [r.cells[0].textContent, Number(r.cells[1].textContent)]))',
    );
    await tab.evaluate('document.querySelectorAll("details").forEach((one) => (one.open = true))');
    await tab.width(360);
    assert.ok(await tab.evaluate<boolean>(isNarrow), "scores on a telephone");
    const rain = await readField(radar);
    const model = await pretrained();
    const drawn = await downscale(model, coarsen(rain, 4), { factor: 4, members: 4, seed: 1, missing: "propagate" });
    await model.dispose();
    const { verify } = await import("../../verification/index.ts");
    const found = await verify(drawn, rain, { seed: 0 });
    close(scores["crps"]! / found.scores.crps, 1, 1e-3);
    close(scores["spreadSkill"]! / found.scores.spreadSkill, 1, 1e-3);
  }));

test("a file of the reader's is shown, refined by RainFARM, and the task is cancelled", () =>
  withPage(async (tab) => {
    await tab.choose("#file", radar);
    await tab.until(shown("refine"), 60);
    assert.match(await text(tab, "#contents"), /256/);
    await tab.evaluate(
      'document.querySelector("#method").value = "rainfarm"; document.querySelector("#factor").value = "2"',
    );
    await tab.evaluate('document.querySelector("#refine-start").click()');
    await tab.until(shown("fine-shown"), 60);
    await tab.evaluate(
      'document.querySelector("#method").value = "pretrained"; document.querySelector("#refine-start").click()',
    );
    await tab.until(shown("refine-cancel"));
    await tab.evaluate('document.querySelector("#refine-cancel").click()');
    await tab.until('document.querySelector("#refine-note").textContent === "cancelled"');
    assert.not(await tab.evaluate<boolean>('document.querySelector("#refine-start").disabled'));
  }));

const folder = mkdtempSync(join(tmpdir(), "monge-refine-test-"));
test.after(() => rmSync(folder, { recursive: true }));

test("a GeoTIFF and a GRIB file are shown and refined as what they hold", async () => {
  const tiff = join(folder, "radar.tif");
  await writeField(tiff, (await readField(radar)).isel({ y: [0, 64], x: [0, 64] }));
  const grib = testData("corpus/other/mrms_PrecipRate_20190610-000000_cut.grib2");
  for (const path of [tiff, grib])
    await withPage(async (tab) => {
      await tab.choose("#file", path);
      await tab.until(`${shown("refine")} && document.querySelector("#map").naturalWidth > 100`, 60);
      const largest = /largest value (\S+)/.exec(await text(tab, "#map-text"))![1];
      const field = (await openDataset(path)).dataVariables[0]!;
      const { values } = await readField(path, { variable: field });
      let most = 0;
      for (const value of values) if (value > most) most = value;
      close(Number(largest) / most, 1, 5e-3);
      await tab.evaluate(
        'document.querySelector("#method").value = "rainfarm"; document.querySelector("#refine-start").click()',
      );
      await tab.until(`${shown("fine-shown")} || ${shown("problem")}`, 90);
      assert.is(await text(tab, "#problem"), "");
    });
});

test("the page with the model and its runtime has at most 16 MB, packed as a server sends it", async () => {
  await buildPage("refine", folder);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const bytes = files.map((file) => gzipSync(readFileSync(join(file.parentPath, file.name))).length);
  const sum = bytes.reduce((a, b) => a + b, 0);
  console.log(`${(sum / 1e6).toFixed(1)} MB`);
  assert.ok(sum <= 16e6);
});

test("nothing leaves the page: a request to another address is refused by its content security policy", () =>
  withPage(async (tab) => {
    const directive = await tab.evaluate<string>(`new Promise((resolve) => {
      addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective));
      fetch("https://example.org/", { method: "POST", body: "rain" }).catch(() => {});
    })`);
    assert.is(directive, "connect-src");
  }, /Content Security Policy/));

test("what is no grid is refused in words", () =>
  withPage(async (tab) => {
    await tab.choose("#file", fileURLToPath(import.meta.url));
    await tab.until(shown("problem"), 30);
    assert.match(await text(tab, "#problem"), /refine\.test\.ts/);
  }));

test("the page fits a telephone", () =>
  withPage(async (tab) => {
    await tab.width(360);
    await tab.evaluate('document.querySelector("#example").click()');
    await tab.until(`${shown("refine")} && document.querySelector("#map").naturalWidth > 100`, 60);
    assert.ok(await tab.evaluate<boolean>(isNarrow));
  }));

test.run();
