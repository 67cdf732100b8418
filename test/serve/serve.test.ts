/** The page's server lets in this page alone, takes grids alone, and does in a browser what it promises. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readField, writeField } from "../../io/index.ts";
import { typedProblem } from "../../serve/equations.ts";
import { startServer } from "../../serve/index.ts";
import { chromium, type FaintTexts, faintTexts, withTab } from "../browser.ts";
import { writeUntrainedModel } from "../cli/model.ts";
import { cli } from "../cli/run.ts";
import { testData } from "../data.ts";
import { skip } from "../io/oracle.ts";

const folder = mkdtempSync(join(tmpdir(), "monge-serve-test-"));
const at = (name: string) => join(folder, name);
// Real radar: four times of 32 × 32 km, and their means over blocks of 2 × 2.
const whole = await readField(testData("radar/fmi_20160928_cut.nc"), { variable: "pr" });
const truth = whole.isel({ time: [0, 4], y: [200, 232], x: [64, 96] });
await writeField(at("radar.nc"), truth);
mkdirSync(at("runs/00001-train"), { recursive: true });
await writeUntrainedModel(at("runs/00001-train/model.safetensors"), 2);
const served = await startServer({ runs: at("runs"), limit: 300_000 });
const { port, pathname: root } = new URL(served.url);
test.after(async () => {
  await served.close();
  rmSync(folder, { recursive: true });
});

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/** As any program could ask: the path as it is written, any header. */
const ask = (path: string, { method = "GET", headers = {}, body }: Asked = {}) =>
  new Promise<{ status: number; text: string; headers: Readonly<Record<string, unknown>> }>((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, method, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      response.on("end", () => resolve({ status: response.statusCode!, text, headers: response.headers }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
const binary = { "content-type": "application/octet-stream" };
const send = (name: string, body: Buffer, headers = {}) =>
  ask(`${root}files?name=${encodeURIComponent(name)}`, { method: "POST", headers: { ...binary, ...headers }, body });

test("it answers this machine's names with the token, and no other host, origin, site, method or token", async () => {
  assert.is((await ask(root)).status, 200);
  assert.is((await ask(root, { headers: { host: `localhost:${port}` } })).status, 200);
  assert.is((await ask(root, { headers: { origin: `http://127.0.0.1:${port}` } })).status, 200);
  for (const [status, path, asked] of [
    [403, root, { headers: { host: "rebound.example" } }],
    [403, root, { headers: { host: `127.0.0.1:${Number(port) + 1}` } }],
    [403, root, { headers: { origin: "http://elsewhere.example" } }],
    [403, root, { headers: { origin: "null" } }],
    [403, root, { headers: { "sec-fetch-site": "cross-site" } }],
    [403, "/", {}],
    [403, `/${"A".repeat(root.length - 2)}/`, {}],
    [403, `${root.slice(0, -2)}/`, {}],
    [405, root, { method: "PUT" }],
    [405, root, { method: "OPTIONS" }],
  ] as const) {
    const { status: found, text } = await ask(path, asked);
    assert.is(found, status, `${path} ${JSON.stringify(asked)}`);
    assert.not.match(text, /<html|[\w-]{24}/);
  }
});

test("no path leads out of its table of answers", async () => {
  const out = [
    "../../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "files/../app.js",
    "files/%2e%2e/app.js",
    "//etc/passwd",
  ];
  for (const path of [...out, "files/0123456789abcdef", `files/${at("radar.nc")}`, "jobs/0123456789abcdef/page"]) {
    const { status, text } = await ask(root + path);
    assert.is(status, 404, path);
    assert.not.match(text, /root:/);
  }
});

test("what is no grid, is called otherwise, or is too large is refused and not kept", async () => {
  const grid = readFileSync(at("radar.nc"));
  const refused = async (status: number, words: RegExp, sent: ReturnType<typeof send>) => {
    const { status: found, text } = await sent;
    assert.is(found, status, text);
    assert.match(JSON.parse(text).message, words);
  };
  await refused(415, /notes\.txt ends in none of \.nc/, send("notes.txt", Buffer.from("hello")));
  await refused(415, /^notes\.nc: /, send("notes.nc", Buffer.from("hello, this is no grid")));
  await refused(413, /larger than 0 MB; start with a larger --limit/, send("large.nc", Buffer.alloc(400_000)));
  // Without its length told before.
  await refused(413, /larger than/, send("large.nc", Buffer.alloc(400_000), { "transfer-encoding": "chunked" }));
  await refused(415, /expected application\/octet-stream/, send("radar.nc", grid, { "content-type": "text/plain" }));
  const json = { method: "POST", headers: { "content-type": "application/json" } };
  assert.is((await ask(`${root}problem`, { ...json, body: "x".repeat(70_000) })).status, 413);
  assert.is((await ask(`${root}problem`, { ...json, body: "{" })).status, 400);
  assert.is((await ask(`${root}jobs/downscale`, { ...json, body: "{}" })).status, 400);
  // Nothing of a name becomes part of a path.
  const taken = await send("../../etc/radar.nc", grid);
  assert.is(taken.status, 200, taken.text);
  const { id, name, variables } = JSON.parse(taken.text);
  assert.is(name, "radar.nc");
  assert.equal(variables[0].times.length, 4);
  const back = await ask(`${root}files/${id}`);
  assert.is(back.headers["content-disposition"], 'attachment; filename="radar.nc"');
  assert.is(Number(back.headers["content-length"]), grid.length);
});

test("lines become the problem that JSON says, and a wrong line is named", () => {
  const typed = { constants: "nu = 0.01/pi", unknowns: "", manufactured: "", equations: "u_t + u*u_x = nu*u_xx" };
  const conditions = "u = -sin(pi*x) at t = 0\nu = 0 on x = -1; u_n = 0 on x = 1";
  const problem = typedProblem({ ...typed, domain: "x: -1, 1\nt in [0, 1]", conditions });
  assert.equal(
    problem.conditions.map(({ kind, text }) => [kind, text]),
    [
      ["initial", "u = -sin(pi*x)"],
      ["dirichlet", "u = 0"],
      ["neumann", "u_n = 0"],
    ],
  );
  assert.ok(Math.abs(problem.constants["nu"]! - 0.01 / Math.PI) < 1e-15);
  const refused = (change: Partial<Parameters<typeof typedProblem>[0]>, words: RegExp) =>
    assert.throws(() => typedProblem({ ...typed, domain: "x: -1, 1\nt: 0, 1", conditions, ...change }), words);
  refused({ domain: "x from 0 to 1" }, /domain: "x from 0 to 1"; write a line for each axis/);
  refused({ conditions: "u is zero at the wall" }, /conditions: "u is zero at the wall"; write for instance/);
  refused({ constants: "nu" }, /constants: "nu"; write name = number/);
});

test("in a browser a radar file is seen, refined, judged against itself and saved, and an equation is solved", async () => {
  if (chromium === undefined) return skip("no Chromium is installed");
  const shots = process.env["MONGE_SCREENSHOTS"];
  await withTab(async (tab) => {
    const shoot = async (name: string) => {
      for (const width of shots === undefined ? [] : [390, 1440]) {
        await tab.width(width);
        writeFileSync(join(shots!, `${name}-${width}.png`), await tab.screenshot());
      }
    };
    const click = (id: string) => tab.evaluate(`document.getElementById("${id}").click()`);
    const set = (id: string, value: string, event = "change") =>
      tab.evaluate(
        `{ const e = document.getElementById("${id}"); e.value = ${JSON.stringify(value)}; e.dispatchEvent(new Event("${event}")); }`,
      );
    const text = (id: string) => tab.evaluate<string>(`document.getElementById("${id}").textContent`);
    const narrow = async () => {
      await tab.width(390);
      assert.ok((await tab.evaluate<number>("document.documentElement.scrollWidth - innerWidth")) <= 0, "too wide");
    };
    await tab.width(390);
    await tab.open(served.url);
    await tab.choose("#file", at("radar.nc"));
    await tab.until(`$("map").naturalWidth > 0 && $("model").options.length > 3`);
    assert.match(await text("map-text"), /^Maps of 2016-09-28 15:45:00: field; largest value [\d.]+ mm\/h/);
    const first = await tab.evaluate<string>(`$("map").src`);
    await set("time", "2", "input");
    await tab.until(`$("time-label").textContent === "2016-09-28 15:55:00"`);
    assert.is.not(await tab.evaluate(`$("map").src`), first);
    // The model of the folder, untrained: two members of two times.
    assert.match(
      await tab.evaluate<string>(`$("model").options[0].textContent`),
      /^00001-train: diffusion, trained on block means, 2 times finer/,
    );
    for (const [id, value] of Object.entries({ members: "2", evaluations: "2", from: "1", to: "2" }))
      await set(id, value);
    await click("downscale-start");
    await tab.until(`$("fine-map").naturalWidth > 0`);
    assert.match(await text("downscale-note"), /^done after/);
    assert.match(await text("fine-text"), /member 0, member 1, mean of 2, spread/);
    const link = await tab.evaluate<string>(`$("fine-download").href`);
    const saved = Buffer.from(
      await tab.evaluate<string>(
        `fetch(${JSON.stringify(link)}).then((r) => r.arrayBuffer()).then((b) => btoa(Array.from(new Uint8Array(b), (v) => String.fromCharCode(v)).join("")))`,
      ),
      "base64",
    );
    writeFileSync(at("fine.nc"), saved);
    const fine = await readField(at("fine.nc"));
    assert.equal(fine.shape, [2, 2, 64, 64]);
    // Long work is cancelled.
    for (const [id, value] of Object.entries({ members: "64", evaluations: "200" })) await set(id, value);
    await click("downscale-start");
    await tab.until(`/downscaling/.test($("downscale-note").textContent)`);
    await click("downscale-cancel");
    await tab.until(`/^cancelled/.test($("downscale-note").textContent)`);
    // A forecast on the truth's grid by means over cells.
    await tab.choose("#truth", at("radar.nc"));
    await tab.until(`!$("verify-start").disabled`);
    await tab.evaluate(`$("regrid").checked = true`);
    await click("verify-start");
    await tab.until(`!$("scores-shown").hidden`);
    assert.match(await text("coverage"), /^2 times, 2048 of 2048 cells; in mm/);
    assert.match(await text("scores"), /crps/);
    const page = await tab.evaluate<string>(`fetch($("verify-page").href).then((r) => r.text())`);
    assert.match(page, /<h2 id="how-good-it-is">/);
    await shoot("rain");
    await narrow();
    // The other tab, by the keyboard.
    await tab.evaluate(`$("tab-rain").dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight" }))`);
    assert.equal(await tab.evaluate(`[$("rain").hidden, $("equation").hidden]`), [true, false]);
    await set("equations", "u_t = u_xx +");
    await click("understand");
    await tab.until(`!$("problem").hidden`);
    assert.match(await text("problem"), /u_t = u_xx \+/);
    await set("equations", "u_t = u_xx");
    // On a busy machine the first steps take seconds.
    await set("seconds", "12");
    await set("method", "network");
    await click("solve-start");
    await tab.until(`!$("solution-shown").hidden && $("solution-map").naturalWidth > 0`, 120);
    assert.is(await tab.evaluate(`$("understood").querySelectorAll("mtr").length`), 3);
    assert.match(await text("residual-text"), /^residual [\de.-]+ after \d+ rounds or trials$/);
    assert.match(await text("points-text"), /^400 of the points/);
    assert.match(await text("solution-text"), /^status \w+, residual [\de.-]+/);
    assert.match(await tab.evaluate<string>(`fetch($("solution-page").href).then((r) => r.text())`), /<math /);
    assert.match(await tab.evaluate<string>(`$("solution-download").href`), /files\/[0-9a-f]{16}$/);
    await shoot("equation");
    await narrow();
    // By itself: random features are watched as they are tried, and what is thought to be off is told of each unknown.
    await set("method", "auto");
    await set("unknowns", "u v");
    await set("equations", "u_t = u_xx\nv_t = v_xx");
    await set("conditions", "u = sin(pi*x) at t = 0\nv = sin(2*pi*x) at t = 0\nu = 0 on x\nv = 0 on x");
    await tab.evaluate(`$("solution-shown").hidden = true, $("residual-text").textContent = ""`);
    await click("solve-start");
    await tab.until(`!$("solution-shown").hidden && /trials$/.test($("residual-text").textContent)`, 120);
    assert.match(await text("residual-text"), /^residual [\de.-]+ after \d+ rounds or trials$/);
    assert.match(await text("points-text"), /^\d{2,3} of the points/);
    const facts = () =>
      tab.evaluate<string[]>(
        `[...$("estimate").children].map((e) => [...e.children].map((c) => c.textContent).join(": "))`,
      );
    const told = (await facts()).join("\n");
    assert.match(told, /^estimated error: [\de−.]+ \(relative L2, by .+\)$/m);
    assert.match(told, /^estimated error of u, beside its own size: [\de−.]+$/m);
    assert.match(told, /^estimated error of v, beside its own size: [\de−.]+$/m);
    assert.match(told, /^estimated error at the last moment, beside what is there then: [\de−.]+$/m);
    assert.match(told, /^estimated error of slopes, beside all of them: [\de−.]+$/m);
    assert.is(await tab.evaluate(`$("advice").hidden`), true);
    // A steep start and a second: what should not be believed says so, with a way out.
    await set("equations", "u_t + u*u_x = 0.0001*u_xx\nv_t + u*v_x = 0.0001*v_xx");
    await set("conditions", "u = -sin(6*pi*x) at t = 0\nv = sin(9*pi*x) at t = 0\nu = 0 on x\nv = 0 on x");
    await set("seconds", "1");
    await click("solve-start");
    await tab.until(`$("solution-shown").hidden`);
    await tab.until(`!$("solution-shown").hidden`, 120);
    assert.match(await text("solution-text"), /^status doubtful, residual [\de.-]+$/);
    assert.match((await facts())[0]!, /^estimated error: (unknown|[\de−.]+)/);
    assert.match(await text("advice"), /^Do not believe it: .+/);
    assert.is(await tab.evaluate(`$("advice").hidden`), false);
    await shoot("doubtful");
    // Both tabs can be read in light and in dark, where pictures are dimmed.
    for (const [dark, paper] of [
      [false, "rgb(255, 255, 255)"],
      [true, "rgb(22, 24, 27)"],
    ] as const) {
      await tab.dark(dark);
      for (const name of ["rain", "equation"]) {
        await click(`tab-${name}`);
        const seen = await tab.evaluate<FaintTexts>(faintTexts);
        assert.equal(seen.found, [], `${name}, ${dark ? "dark" : "light"}`);
        assert.ok(seen.count > 20, `${seen.count}`);
        assert.is(seen.paper, paper);
        assert.is(seen.dimmed, dark);
        if (dark) await shoot(`${name}-dark`);
      }
    }
    const nameless = await tab.evaluate<string[]>(
      `[...document.querySelectorAll("input, select, textarea, button, a[href]")].filter((e) => !(e.labels?.length || e.textContent.trim() || e.getAttribute("aria-label"))).map((e) => e.outerHTML)`,
    );
    assert.equal(nameless, []);
    // Chromium tells of the refused problem; nothing else went wrong.
    assert.equal(
      tab.complaints.filter((line) => !/status of 422/.test(line)),
      [],
    );
  });
});

test("monge serve prints its address, answers, and goes with Ctrl-C", async () => {
  const child = spawn(process.execPath, ["--import", "tsx", cli, "serve", "--quiet"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const url = await new Promise<string>((resolve) => child.stdout.once("data", (text) => resolve(String(text).trim())));
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/[\w-]{24}\/$/);
  assert.match(await (await fetch(url)).text(), /<title>monge<\/title>/);
  child.kill("SIGINT");
  assert.is(await ended, 0);
});

test("closing ends what runs and leaves nothing behind", async () => {
  const other = await startServer();
  const { port: own, pathname } = new URL(other.url);
  const answer = await fetch(`http://127.0.0.1:${own}${pathname}files?name=radar.nc`, {
    ...{ method: "POST", headers: binary, body: readFileSync(at("radar.nc")) },
  });
  assert.is(answer.status, 200);
  await other.close();
  assert.ok(!existsSync(other.folder));
});

test.run();
