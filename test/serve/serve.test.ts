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
import { OptionsError } from "../../engine/index.ts";
import { readField, writeField } from "../../io/index.ts";
import { inShort } from "../../pages/solution-parts.ts";
import { startServer } from "../../serve/index.ts";
import { problemFromJson, solve } from "../../solvers/index.ts";
import { writeUntrainedModel } from "../cli/model.ts";
import { commandLine } from "../cli/run.ts";
import { testData } from "../data.ts";
import { assert, none, refuses, test } from "../harness.ts";

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

const json = { "content-type": "application/json" };
const post = (task: string, body: object | string) =>
  ask(`${root}tasks/${task}`, {
    ...{ method: "POST", headers: json, body: typeof body === "string" ? body : JSON.stringify(body) },
  });
/** News of a task: what it ends with comes last. */
const newsOf = async (task: string, asked: object) => {
  const { status, text } = await post(task, asked);
  assert.is(status, 200, text);
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
};
const heat = {
  ...{ name: "heat", domain: { x: [0, 1], t: [0, 0.1] }, equations: ["u_t = u_xx"] },
  conditions: ["u = 0 on x", "u = sin(pi*x) at t = 0"],
};

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
  for (const headers of [{}, { host: `localhost:${port}` }, { origin: `http://127.0.0.1:${port}` }]) {
    const { status, headers: said } = await ask(root, { headers });
    assert.equal([status, said["location"]], [302, "solve/"]);
    assert.is((await ask(`${root}solve/`, { headers })).status, 200);
  }
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
    "solve/../page.js",
    "solve/%2e%2e/page.js",
    "//etc/passwd",
  ];
  for (const path of [...out, "files/0123456789abcdef", `files/${at("radar.nc")}`, "solve/worker.js"]) {
    const { status, text } = await ask(root + path);
    assert.is(status, 404, path);
    assert.not.match(text, /root:/);
  }
});

test("what is called otherwise or is too large is refused and not kept, and what is no grid is named", async () => {
  const grid = readFileSync(at("radar.nc"));
  const refused = async (status: number, words: RegExp, sent: ReturnType<typeof send>) => {
    const { status: found, text } = await sent;
    assert.is(found, status, text);
    assert.match(JSON.parse(text).message, words);
  };
  await refused(415, /notes\.txt ends in none of \.nc/, send("notes.txt", Buffer.from("hello")));
  await refused(413, /larger than 0 MB; start with a larger --limit/, send("large.nc", Buffer.alloc(400_000)));
  // Without its length told before.
  await refused(413, /larger than/, send("large.nc", Buffer.alloc(400_000), { "transfer-encoding": "chunked" }));
  await refused(415, /expected application\/octet-stream/, send("radar.nc", grid, { "content-type": "text/plain" }));
  assert.is((await post("solve", "x".repeat(1_100_000))).status, 413);
  assert.is((await post("solve", "{")).status, 400);
  assert.is((await post("destroy", {})).status, 404);
  assert.is((await post("toString", {})).status, 404);
  // Nothing of a name becomes part of a path.
  const taken = await send("../../etc/radar.nc", grid);
  assert.is(taken.status, 200, taken.text);
  const { id, name } = JSON.parse(taken.text);
  assert.is(name, "radar.nc");
  const { variables } = (await newsOf("open", { file: { id, name } })).at(-1)!.answer;
  assert.is(variables[0].times, 4);
  const notes = JSON.parse((await send("notes.nc", Buffer.from("hello, this is no grid"))).text);
  assert.match((await newsOf("open", { file: notes })).at(-1)!.error, /^notes\.nc: /);
  assert.is((await ask(`${root}files/${notes.id}`, { method: "DELETE" })).status, 200);
  assert.is((await ask(`${root}files/${notes.id}`)).status, 404);
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

test("gzip and zip are unpacked up to the limit of what may be dropped, and what unpacks is read", async () => {
  const open = async (name: string, body: Buffer) => {
    const { status, text } = await send(name, body);
    assert.is(status, 200, text);
    return (await newsOf("open", { file: JSON.parse(text) })).at(-1)!;
  };
  for (const [name, body] of [
    ["gzip.nc", gzipSync(new Uint8Array(2_000_000))],
    // It says the length of its last part alone.
    ["parts.nc", Buffer.concat([gzipSync(new Uint8Array(2_000_000)), gzipSync("CDF")])],
    ["zip.nc", zipOf(new Uint8Array(2_000_000))],
  ] as const) {
    assert.ok(body.length < 300_000);
    const { error } = await open(name, body);
    assert.is(error, `${name}: it unpacks to more than 0 MB; start \`monge serve\` with a larger --limit`);
  }
  assert.is((await open("packed.nc", gzipSync(readFileSync(at("radar.nc"))))).answer.variables[0].name, "pr");
  none(
    readdirSync(tmpdir()),
    (name) => name.startsWith(".monge-unpacked") && name.includes(`-${process.pid.toString(36)}-`),
  );
});

test("a solve ends with the estimate of the library and files that can be had", async () => {
  const asked = { problem: heat, seconds: 10, tolerance: 1e-3, columns: 1 };
  const { answer } = (await newsOf("solve", asked)).at(-1)!;
  const solution = await solve(problemFromJson(heat), {
    budget: { seconds: 10, tolerance: 1e-3 },
    seed: 1,
    threads: 1,
  });
  const sentence = /The estimated error is \S+ of/;
  assert.is(sentence.exec(answer.summary)![0], sentence.exec(inShort(solution))![0]);
  for (const [{ id, name }, start] of [
    [answer.files[0], /^.HDF/],
    [answer.files[1], /^x,t,u\r\n/],
  ] as const) {
    const file = await ask(`${root}files/${id}`);
    assert.is(file.headers["content-disposition"], `attachment; filename="${name}"`);
    assert.match(file.text, start);
  }
  // What is asked is checked before work starts.
  for (const [change, words] of [
    [{ seconds: -1 }, "solve: seconds is -1, expected a finite number > 0"],
    [{ problem: { ...heat, equations: ["u_t = u_xx +"] } }, /u_t = u_xx \+/],
    [{ problem: 3 }, "solve: problem is 3, expected an object"],
    [{ second: 3 }, /unknown option "second"/],
  ] as const)
    assert.match((await newsOf("solve", { ...asked, ...change })).at(-1)!.error, words);
});

/** A request whose connection the page closes. */
function opened(task: string, body: object) {
  const text = JSON.stringify(body);
  const sent = request({ host: "127.0.0.1", port, path: `${root}tasks/${task}`, method: "POST", headers: json });
  const begun = new Promise<void>((resolve, reject) => {
    sent.on("response", () => resolve());
    sent.on("error", reject);
  });
  sent.end(text);
  return { begun, close: () => sent.destroy() };
}

test("one task that takes long runs at a time, is cancelled by its page, and leaves what is quick alone", async () => {
  // A network on six axes, which uses all of its seconds.
  const cube = { name: "cube", domain: { "x1..x6": [-1, 1] }, equations: ["-lap(u) = 12"] };
  const problem = { ...cube, conditions: ["u = 6 - normsq(x)"] };
  const asked = { problem, seconds: 600, tolerance: 1e-12, columns: 1 };
  const first = opened("solve", asked);
  await first.begun;
  const second = await post("solve", asked);
  assert.is(second.status, 409);
  assert.match(JSON.parse(second.text).message, /^a solve has run for \d+ s; wait for it, or cancel it in its page$/);
  assert.ok((await newsOf("methods", {})).at(-1)!.answer.length > 2);
  first.close();
  const [last] = (await newsOf("solve", { ...asked, problem: heat, seconds: 10, tolerance: 1e-3 })).slice(-1);
  assert.match(last!.answer.summary, /estimated error/);
});

test("a picture of a solution that was given up for another one is refused", async () => {
  const plane = { ...heat, domain: { x: [0, 1], y: [0, 1], t: [0, 0.1] }, equations: ["u_t = lap(u)"] };
  const problem = {
    ...plane,
    conditions: ["u_n = 0 on x", "u_n = 0 on y", "u = exp(-40*((x-0.3)^2 + (y-0.4)^2)) at t = 0"],
  };
  const asked = { problem, seconds: 10, tolerance: 1e-2, columns: 1 };
  const { along } = (await newsOf("solve", asked)).at(-1)!.answer;
  assert.equal([along.axis, along.ends], ["t", [0, 0.1]]);
  assert.match((await newsOf("slice", { of: along.of, at: 0.05, columns: 1 })).at(-1)!.answer.svg, /^<svg/);
  assert.match((await newsOf("slice", { of: along.of, at: 3, columns: 1 })).at(-1)!.error, "t is 3; expected 0 to 0.1");
  await newsOf("solve", { ...asked, problem: heat });
  assert.match(
    (await newsOf("slice", { of: along.of, at: 0.05, columns: 1 })).at(-1)!.error,
    /given up for another one/,
  );
});

test("models of the folder are offered before the package's, refine by their own factor, and no other path is opened", async () => {
  const methods = (await newsOf("methods", {})).at(-1)!.answer as { id: string; text: string; factors: number[] }[];
  assert.match(methods[0]!.text, /^00001-train: trained on block means, 2 times finer/);
  assert.equal(
    methods.slice(1).map(({ id }) => id),
    ["pretrained", "rainfarm"],
  );
  const { text } = await send("radar.nc", readFileSync(at("radar.nc")));
  const file = JSON.parse(text);
  const asked = { file, variable: "pr", members: 2, seed: 1, times: [0, 1] };
  const { answer } = (await newsOf("refine", { ...asked, method: methods[0]!.id })).at(-1)!;
  assert.is(answer.name, "fine-radar.nc");
  const { variables } = (await newsOf("open", { file: answer })).at(-1)!.answer;
  assert.match(variables[0].text, /realization 2, y 64, x 64/);
  const named = { file, variable: "pr" };
  const forecast = { file: answer, variable: variables[0].name };
  const verified = (await newsOf("verify", { forecast, truth: named, regrid: true })).at(-1)!.answer;
  assert.ok(verified.lines.some((line: string) => /The CRPS, the error of the whole ensemble, is/.test(line)));
  // JSON has no NaN: bounds of an interval that is not known are left out.
  none(verified.rows.flatMap(Object.values), (one) => one === null);
  assert.match((await ask(`${root}files/${verified.page.id}`)).text, /<h2 id="how-good-it-is">/);
  for (const method of ["/etc/passwd", at("runs/00001-train")])
    assert.match((await newsOf("refine", { ...asked, method })).at(-1)!.error, /there is no such model; load the page/);
  // In the midst of the runtime's own code, too.
  const long = opened("refine", { ...asked, members: 64, method: methods[0]!.id });
  await long.begun;
  long.close();
  const one = (await newsOf("refine", { ...asked, method: "pretrained", factor: 2 })).at(-1)!;
  assert.match(one.error, /fine cells of 0.5 km, but it was trained for/);
  const gone = { id: "0123456789abcdef", name: "other.nc" };
  assert.is((await newsOf("open", { file: gone })).at(-1)!.error, "other.nc is not here any more; drop it again");
  assert.match(
    (await newsOf("map", { ...asked, variable: "rain", time: 0, members: 1, columns: 1, seed: undefined })).at(-1)!
      .error,
    /unknown option "times"/,
  );
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
  assert.match(await (await fetch(killed.url)).text(), /<title>Solve an equation – monge<\/title>/);
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
