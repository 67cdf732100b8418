/** The pages that `monge serve` serves, in headless Chromium: tasks are done by processes of this machine. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readField, writeField } from "../../io/index.ts";
import { startServer } from "../../serve/index.ts";
import { type Tab, tabsOf } from "../browser.ts";
import { assert, test } from "../harness.ts";
import { skip } from "../io/oracle.ts";

const folder = mkdtempSync(join(tmpdir(), "monge-served-pages-"));
const served = await startServer({ port: 0, limit: 3e6, threads: 1 });
const withTab = tabsOf(test);
test.after(async () => {
  await served.close();
  rmSync(folder, { recursive: true });
});

/** Runs something with a served page, on which nothing may go wrong. */
const withPage = (name: "solve" | "refine", use: (tab: Tab) => Promise<void>) =>
  withTab(async (tab) => {
    await tab.open(`${served.url}${name}/`);
    await use(tab);
    assert.equal(tab.complaints, []);
  });
const text = (tab: Tab, selector: string) => tab.evaluate<string>(`document.querySelector("${selector}").textContent`);
const choose = (name: string) =>
  `{ const box = document.querySelector("#example"); box.value = ${JSON.stringify(name)}; box.dispatchEvent(new Event("change")); }`;
const shown = (id: string) => `!document.querySelector("#${id}").hidden`;

/** Numbers of this process's own ones that do tasks. */
const taskProcesses = (): string[] =>
  readdirSync("/proc").filter((name) => {
    try {
      const parent = /\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, "utf8"))?.[1];
      return Number(parent) === process.pid && /task-process/.test(readFileSync(`/proc/${name}/cmdline`, "utf8"));
    } catch {
      return false; // No process, or one that has ended since.
    }
  });

test("the served page solves an example with its estimate, and hands out the solution", () =>
  withPage("solve", async (tab) => {
    assert.match(await text(tab, "header"), /Computed by monge serve/);
    await tab.evaluate(choose("Heat in a rod"));
    await tab.until('document.querySelector("#answer").dataset.count === "1"', 60);
    assert.match(await text(tab, "#summary"), /The estimated error is \S+ of/);
    assert.ok(await tab.evaluate<boolean>('document.querySelector("#picture").naturalWidth > 300'));
    const start =
      'fetch(document.querySelector("#netcdf").href).then((r) => r.arrayBuffer()).then((b) => [...new Uint8Array(b, 1, 3)])';
    assert.equal(await tab.evaluate(start), [0x48, 0x44, 0x46]);
  }));

test("a solve that the served page cancels ends its process, and the next one is solved", () =>
  withPage("solve", async (tab) => {
    if (!existsSync("/proc/self/stat")) return skip("no /proc tells of processes");
    const before = taskProcesses();
    const cube = { equations: "-lap(u) = 12", domain: "x1..x6: -1, 1", conditions: "u = 6 - normsq(x)", constants: "" };
    for (const [name, value] of Object.entries({ ...cube, seconds: "600" }))
      await tab.evaluate(`document.querySelector("#${name}").value = ${JSON.stringify(value)}`);
    await tab.evaluate('document.querySelector("#solve").click()');
    await tab.until('/^[1-9]\\d* of 600 s/.test(document.querySelector("#note").textContent)', 60);
    const own = taskProcesses();
    assert.ok(own.length > 0);
    await tab.evaluate('document.querySelector("#cancel").click()');
    assert.is(await text(tab, "#note"), "cancelled");
    // The process of a solve before was given to this one.
    const isOver = () => taskProcesses().length < Math.max(own.length, before.length);
    for (let tries = 0; tries < 200 && !isOver(); tries++) await new Promise((resolve) => setTimeout(resolve, 50));
    assert.ok(isOver(), `${taskProcesses()} of ${own} still run`);
    await tab.evaluate(choose("A boundary layer"));
    await tab.until('document.querySelector("#answer").dataset.count === "1"', 60);
  }));

test("the served page refines a file by RainFARM and hands out the members, whose total is the file's", async () => {
  const path = join(folder, "rain.nc");
  const radar = await readField(fileURLToPath(new URL("../../models/rain.nc", import.meta.url)));
  const lead = Object.fromEntries(radar.dims.slice(0, -2).map((dim) => [dim, [0, 1] as const]));
  await writeField(path, radar.isel({ ...lead, y: [0, 32], x: [0, 32] }));
  await withPage("refine", async (tab) => {
    await tab.choose("#file", path);
    await tab.until(shown("refine"), 60);
    const values = { method: "rainfarm", factor: "2", members: "2" };
    for (const [id, value] of Object.entries(values))
      await tab.evaluate(`document.querySelector("#${id}").value = "${value}"`);
    await tab.evaluate('document.querySelector("#refine-start").click()');
    await tab.until(`${shown("fine-shown")} || ${shown("problem")}`, 60);
    assert.is(await text(tab, "#problem"), "");
    const bytes = await tab.evaluate<string>(
      'fetch(document.querySelector("#netcdf").href).then((r) => r.arrayBuffer()).then((b) => btoa(Array.from(new Uint8Array(b), (c) => String.fromCharCode(c)).join("")))',
    );
    writeFileSync(join(folder, "fine.nc"), Buffer.from(bytes, "base64"));
    const members = await readField(join(folder, "fine.nc"));
    assert.equal(members.shape.slice(-3), [2, 64, 64]);
    const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, v) => total + v, 0);
    const whole = sum((await readField(path)).values);
    assert.ok(Math.abs(sum(members.values) / (2 * 4 * whole) - 1) < 1e-4, `${sum(members.values)} ${whole}`);
  });
});

test.run();
