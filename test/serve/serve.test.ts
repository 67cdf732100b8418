/** The page's server lets in this page alone, takes grids alone, and does in a browser what it promises. */
import { spawn } from "node:child_process";
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync, gzipSync } from "node:zlib";
import { OptionsError } from "../../engine/errors.ts";
import { packaged } from "../../generative/model/index.ts";
import { coarsen, readField, writeField } from "../../io/index.ts";
import { typedProblem } from "../../serve/equations.ts";
import { drawMap } from "../../serve/fields.ts";
import { FileStore } from "../../serve/file-store.ts";
import { HttpError } from "../../serve/http-error.ts";
import { startServer } from "../../serve/index.ts";
import { chromium, type FaintTexts, faintTexts, tabsOf } from "../browser.ts";
import { writeUntrainedModel } from "../cli/model.ts";
import { commandLine } from "../cli/run.ts";
import { testData } from "../data.ts";
import { assert, equalBy, none, refuses, test } from "../harness.ts";
import { skip } from "../io/oracle.ts";

const withTab = tabsOf(test);
const folder = mkdtempSync(join(tmpdir(), "monge-serve-test-"));
const at = (name: string) => join(folder, name);
// Real radar: four times of 32 × 32 km, and their means over blocks of 2 × 2.
const whole = await readField(testData("radar/fmi_20160928_cut.nc"), { variable: "pr" });
const truth = whole.isel({ time: [0, 4], y: [200, 232], x: [64, 96] });
await writeField(at("radar.nc"), truth);
mkdirSync(at("runs/00001-train"), { recursive: true });
await writeUntrainedModel(at("runs/00001-train/model.safetensors"), 2);
const free = { port: 0, limit: 300_000, threads: 1 };
const served = await startServer({ ...free, runs: at("runs") });
const { port, pathname: root } = new URL(served.url);
test.after(async () => {
  await served.close();
  rmSync(folder, { recursive: true });
});

interface RequestParts {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/** As any program could ask: the path as it is written, any header. */
const ask = (path: string, { method = "GET", headers = {}, body }: RequestParts = {}) =>
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

test("a client that sends its whole body before it reads is told that the body is too large", async () => {
  const body = Buffer.alloc(16 << 20);
  const head = [
    `POST ${root}files?name=large.nc HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    "content-type: application/octet-stream",
    `content-length: ${body.length}`,
  ];
  const said = await new Promise<string>((resolve, reject) => {
    let text = "";
    const socket = connect(Number(port), "127.0.0.1", () => {
      socket.pause();
      socket.write(`${head.join("\r\n")}\r\n\r\n`);
      socket.write(body, (error) => (error ? reject(error) : socket.resume()));
    });
    socket.setEncoding("utf8").on("data", (part: string) => {
      text += part;
    });
    socket.on("error", reject).on("close", () => resolve(text));
  });
  assert.match(said, /^HTTP\/1\.1 413 /);
  assert.match(said, /start with a larger --limit/);
});

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

/** A zip of one member, laid out as PKWARE's APPNOTE 4.3 says. */
function zipOf(content: Uint8Array): Buffer {
  const [name, packed] = [Buffer.from("a.nc"), deflateRawSync(content)];
  const short = (...values: readonly number[]) => Buffer.from(Uint16Array.from(values).buffer);
  const long = (...values: readonly number[]) => Buffer.from(Uint32Array.from(values).buffer);
  const common = [short(20, 0, 8, 0, 0), long(0, packed.length, content.length), short(name.length, 0)];
  const local = Buffer.concat([Buffer.from("PK\x03\x04"), ...common, name, packed]);
  const listed = Buffer.concat([Buffer.from("PK\x01\x02\x14\0"), ...common, Buffer.alloc(14), name]);
  const end = Buffer.concat([
    Buffer.from("PK\x05\x06"),
    short(0, 0, 1, 1),
    long(listed.length, local.length),
    short(0),
  ]);
  return Buffer.concat([local, listed, end]);
}

test("gzip and zip are unpacked up to the limit of what may be dropped, each time anew", async () => {
  const grid = readFileSync(at("radar.nc"));
  for (const [name, body] of [
    ["gzip.nc", gzipSync(new Uint8Array(2_000_000))],
    // It says the length of its last part alone.
    ["parts.nc", Buffer.concat([gzipSync(new Uint8Array(2_000_000)), gzipSync("CDF")])],
    ["zip.nc", zipOf(new Uint8Array(2_000_000))],
  ] as const) {
    assert.ok(body.length < 300_000);
    const { status, text } = await send(name, body);
    assert.is(status, 413, text);
    assert.is(JSON.parse(text).message, `${name} unpacks to more than 0 MB; start with a larger --limit`);
  }
  // What fits, and no longer does.
  const { text } = await send("packed.nc", gzipSync(grid));
  const { id } = JSON.parse(text);
  assert.is((await ask(`${root}files/${id}/map?variable=pr`)).status, 200);
  const large = new FileStore(1e6);
  try {
    const path = large.place(".nc");
    writeFileSync(path, gzipSync(new Uint8Array(2_000_000)));
    const map = { variable: "pr", time: 0, members: 1, columns: 1 };
    for (const again of [1, 2]) {
      const kept = large.adopt(path, `grown${again}.nc`);
      await refuses(drawMap(large, kept, map), new RegExp(`^grown${again}\\.nc unpacks to more than 1 MB`), HttpError);
    }
  } finally {
    large.close();
  }
  none(
    readdirSync(tmpdir()),
    (name) => name.startsWith(".monge-unpacked") && name.includes(`-${process.pid.toString(36)}-`),
  );
});

test("a page that is loaded while something runs is told what, and how to end it", async () => {
  const post = (body: object, kind = "solve") =>
    ask(`${root}jobs/${kind}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const running = async () => JSON.parse((await ask(`${root}jobs`)).text);
  assert.is(await running(), null);
  const problem = {
    equations: "u_t = u_xx",
    domain: "x: 0, 1\nt: 0, 1",
    conditions: "u = sin(pi*x) at t = 0\nu = 0 on x",
  };
  const asked = { problem, seconds: "600", network: true };
  const { id } = JSON.parse((await post(asked)).text);
  assert.equal(await running(), { id, kind: "solve", asked });
  const second = await post(asked);
  assert.is(second.status, 409);
  assert.match(
    JSON.parse(second.text).message,
    /^a solve has run for \d+ s \(\w+ \d+\/\d+\); wait for it, or load the page again, which shows it, and press Cancel$/,
  );
  assert.is((await ask(`${root}jobs/${id}`, { method: "DELETE" })).status, 200);
  const events = (await ask(`${root}jobs/${id}/events`)).text;
  // What was found until then is shown as well, where there is something.
  assert.match(events, /"status":"cancelled"|"status":"done".*"status":"aborted"/);
  assert.is(await running(), null);
});

test("the model of the package is offered after those of the folder, and refines by the factor that is chosen", async () => {
  const models = JSON.parse((await ask(`${root}models`)).text) as { id: string; text: string }[];
  assert.match(models[0]!.text, /^00001-train/);
  assert.ok(models.some(({ id, text }) => id === "pretrained-2" && text === "the model of the package, 2 times finer"));
  await writeField(at("coarse.nc"), coarsen(await readField(packaged("rain.nc")), 16));
  const refine = async (name: string) => {
    const { id: file, variables } = JSON.parse((await send(name, readFileSync(at(name)))).text);
    const asked = {
      file,
      variable: variables[0].name,
      model: "pretrained-2",
      members: "1",
      seed: "1",
      evaluations: "2",
    };
    const started = await ask(`${root}jobs/downscale`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...asked, from: "0", to: "0", others: [] }),
    });
    assert.is(started.status, 200, started.text);
    return (await ask(`${root}jobs/${JSON.parse(started.text).id}/events`)).text;
  };
  assert.match(await refine("coarse.nc"), /"status":"done"/);
  assert.match(await refine("radar.nc"), /fine cells of 0.5 km, but it was trained for/);
});

test("without a folder for temporary files, the server and what unpacks say so", async () => {
  const before = process.env["TMPDIR"];
  writeFileSync(at("packed.nc.gz"), gzipSync(readFileSync(at("radar.nc"))));
  process.env["TMPDIR"] = at("nowhere");
  try {
    const words = /nowhere: there is no such folder for temporary files; let TMPDIR name a folder/;
    await refuses(startServer(free), words, OptionsError);
    await refuses(readField(at("packed.nc.gz")), words, OptionsError);
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  }
});

test("lines become the problem that JSON says, and a wrong line is named", () => {
  const typed = { constants: "nu = 0.01/pi", unknowns: "", manufactured: "", equations: "u_t + u*u_x = nu*u_xx" };
  const conditions = "u = -sin(pi*x) at t = 0\nu = 0 on x = -1; u_n = 0 on x = 1";
  const problem = typedProblem({ ...typed, domain: "x: -1, 1\nt in [0, 1]", conditions });
  equalBy(problem.conditions, ({ kind, text }) => [kind, text], [
    ["initial", "u = -sin(pi*x)"],
    ["dirichlet", "u = 0"],
    ["neumann", "u_n = 0"],
  ]);
  assert.ok(Math.abs(problem.constants["nu"]! - 0.01 / Math.PI) < 1e-15);
  const refused = (change: Partial<Parameters<typeof typedProblem>[0]>, words: RegExp) =>
    assert.throws(() => typedProblem({ ...typed, domain: "x: -1, 1\nt: 0, 1", conditions, ...change }), words);
  refused({ domain: "x from 0 to 1" }, /domain: "x from 0 to 1"; write a line for each axis/);
  refused({ conditions: "u is zero at the wall" }, /conditions: "u is zero at the wall"; write for instance/);
  refused({ constants: "nu" }, /constants: "nu"; write name = number/);
  refused({ domain: "x: 0," }, /domain: "x: 0,"; write a line for each axis/);
  // Names are words, not patterns.
  refused({ unknowns: "(u" }, /\(u/);
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
      /^00001-train: trained on block means, 2 times finer/,
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
    // Solved in six seconds, or in a minute where a busy machine does not come to what is looked for.
    const solved = async (isSeen: () => Promise<boolean>) => {
      for (const seconds of ["6", "60"]) {
        await set("seconds", seconds);
        await tab.evaluate(`$("solution-shown").hidden = true`);
        await click("solve-start");
        await tab.until(`!$("solution-shown").hidden && $("solution-map").naturalWidth > 0`, 180);
        if (await isSeen()) return;
      }
    };
    await set("method", "network");
    await solved(async () => /rounds/.test(await text("residual-text")));
    assert.is(await tab.evaluate(`$("understood").querySelectorAll("mtr").length`), 3);
    assert.match(await text("residual-text"), /^residual [\de.-]+ after \d+ rounds or trials$/);
    assert.match(await text("points-text"), /^400 of the points/);
    assert.match(await text("solution-text"), /^status \w+, residual [\de.-]+/);
    assert.match(await tab.evaluate<string>(`fetch($("solution-page").href).then((r) => r.text())`), /<math /);
    assert.match(await tab.evaluate<string>(`$("solution-download").href`), /files\/[0-9a-f]{16}$/);
    await shoot("equation");
    await narrow();
    // With the default settings these two are marched, and the estimated error is shown for each unknown.
    await set("method", "auto");
    await set("unknowns", "u v");
    await set("equations", "u_t = u_xx\nv_t = v_xx");
    await set("conditions", "u = sin(pi*x) at t = 0\nv = sin(2*pi*x) at t = 0\nu = 0 on x\nv = 0 on x");
    const facts = () =>
      tab.evaluate<string[]>(
        `[...$("estimate").children].map((e) => [...e.children].map((c) => c.textContent).join(": "))`,
      );
    await solved(async () => /at the last moment/.test((await facts()).join()));
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
    const lead = await tab.evaluate<string>(`fetch($("solution-page").href).then((r) => r.text())`);
    assert.match(lead, /Do not rely on this solution: .+ Status doubtful after/);
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
    // Printed, there is nothing to press, drop or draw.
    await tab.printed(true);
    const controls = `[...document.querySelectorAll("button, progress, .drop, [type=range]")].filter((e) => e.checkVisibility()).length`;
    assert.is(await tab.evaluate(controls), 0);
    await tab.printed(false);
    // A page that is loaded again shows what runs, as it was asked for, and cancels it.
    await set("equations", "u_t = 2*u_xx\nv_t = 3*v_xx");
    await set("seconds", "600");
    await set("method", "network");
    await click("solve-start");
    await tab.until(`/^solving/.test($("solve-note").textContent)`);
    await tab.open(served.url);
    await tab.until(`/^solving/.test($("solve-note").textContent)`);
    assert.equal(
      await tab.evaluate(`[$("rain").hidden, $("equations").value, $("seconds").value, $("method").value]`),
      [...[true, "u_t = 2*u_xx\nv_t = 3*v_xx", "600", "network"]],
    );
    await click("solve-cancel");
    await tab.until(`/^(?:done|cancelled)/.test($("solve-note").textContent)`);
    await click("tab-rain");
    await tab.choose("#file", at("radar.nc"));
    await tab.until(`$("map").naturalWidth > 0 && $("model").options.length > 3`);
    for (const [id, value] of Object.entries({ members: "64", evaluations: "200", to: "2" })) await set(id, value);
    await click("downscale-start");
    await tab.until(`/^downscaling/.test($("downscale-note").textContent)`);
    await tab.open(served.url);
    await tab.until(`/^downscaling/.test($("downscale-note").textContent) && $("model").options.length > 3`);
    await tab.until(`$("members").value === "64" && $("evaluations").value === "200"`);
    await click("downscale-cancel");
    await tab.until(`/^cancelled/.test($("downscale-note").textContent)`);
    const nameless = await tab.evaluate<string[]>(
      `[...document.querySelectorAll("input, select, textarea, button, a[href]")].filter((e) => !(e.labels?.length || e.textContent.trim() || e.getAttribute("aria-label"))).map((e) => e.outerHTML)`,
    );
    assert.equal(nameless, []);
    // Chromium tells of the refused problem; nothing else went wrong.
    none(tab.complaints, (line) => !/status of 422/.test(line));
  });
});

test("monge serve prints its address, answers, tidies after one that was killed, and goes when its terminal does", async () => {
  const temporary = at("temporary");
  for (const name of [temporary, at("kept")]) mkdirSync(name);
  writeFileSync(at("kept/notes.txt"), "mine");
  const start = async () => {
    const child = spawn(process.execPath, [...commandLine, "serve", "--quiet"], {
      ...{ stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, TMPDIR: temporary } },
    });
    const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve(code ?? signal)));
    const url = await new Promise<string>((resolve) =>
      child.stdout!.once("data", (text) => resolve(String(text).trim())),
    );
    const end = (signal: NodeJS.Signals) => {
      child.kill(signal);
      return ended;
    };
    return { url, end };
  };
  const folders = () => readdirSync(temporary).filter((name) => name.startsWith(".monge-serve"));
  const killed = await start();
  assert.match(killed.url, /^http:\/\/127\.0\.0\.1:\d+\/[\w-]{24}\/$/);
  assert.match(await (await fetch(killed.url)).text(), /<title>monge<\/title>/);
  assert.is(await killed.end("SIGKILL"), "SIGKILL");
  const [dead] = folders();
  assert.ok(dead !== undefined && folders().length === 1);
  // As if the dead one had left a link, and another user a folder.
  const as = (digits: string) => dead.replace(/[0-9a-f]{8}\.tmp$/, `${digits}.tmp`);
  symlinkSync(at("kept"), join(temporary, as("00000000")));
  const root = process.getuid?.() === 0;
  if (root) {
    mkdirSync(join(temporary, as("11111111")));
    chownSync(join(temporary, as("11111111")), 4711, 4711);
  }
  const next = await start();
  assert.is(folders().includes(dead) || folders().includes(as("00000000")), false);
  assert.is(folders().includes(as("11111111")), root);
  assert.is(readFileSync(at("kept/notes.txt"), "utf8"), "mine");
  assert.is(await next.end("SIGHUP"), 0);
  assert.equal(folders(), root ? [as("11111111")] : []);
});

test("closing ends what runs and leaves nothing behind", async () => {
  const other = await startServer(free);
  const { port: own, pathname } = new URL(other.url);
  const answer = await fetch(`http://127.0.0.1:${own}${pathname}files?name=radar.nc`, {
    ...{ method: "POST", headers: binary, body: readFileSync(at("radar.nc")) },
  });
  assert.is(answer.status, 200);
  await other.close();
  assert.ok(!existsSync(other.folder));
});

test.run();
