/** Two processes never write into one run, and what a killed one left behind stops nobody. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { findUnfinished } from "../../../engine/files/find-run.ts";
import { createRun, openRun } from "../../../engine/files/run.ts";
import { beginOf, lockFolder, lockName } from "../../../engine/files/run-lock.ts";
import { DomainError, OptionsError } from "../../../engine/index.ts";
import { mlp, pde, solve } from "../../../solvers/index.ts";
import { assert, refuses, temporaryFolder, test } from "../../harness.ts";

const { folder: root } = temporaryFolder(test);
const folderOf = (name: string): string => {
  const folder = join(root, name);
  mkdirSync(folder);
  return folder;
};

const source = new URL("../../../engine/files/run-lock.ts", import.meta.url).href;
/** Another process that runs `code` with `lockFolder`. */
const child = (code: string): ChildProcess =>
  spawn(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "-e", `import { lockFolder } from ${JSON.stringify(source)}; ${code}`],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
const isBusy = (pattern: RegExp) => (e: unknown) => e instanceof DomainError && pattern.test(e.message);
const token = "00000000-0000-4000-8000-000000000000";

test("a folder that a living process has is refused to others by its number, and free when that one is killed or ends", async () => {
  const folder = folderOf("living");
  for (const end of ["SIGKILL", "SIGTERM", undefined] as const) {
    const last = end === undefined ? "process.stdin; setTimeout(() => {}, 1000)" : "setInterval(() => {}, 1e6)";
    const other = child(`lockFolder(${JSON.stringify(folder)}); console.log("held"); ${last}`);
    await once(other.stdout!, "data");
    assert.throws(
      () => lockFolder(folder, "the run"),
      isBusy(new RegExp(`the run is being written by process ${other.pid}`)),
    );
    if (end !== undefined) other.kill(end);
    await once(other, "exit");
    lockFolder(folder).release();
  }
  assert.equal(readdirSync(folder), []);
});

test("this process, too, has a folder once, and a lock given back twice does not free another's", () => {
  const folder = folderOf("own");
  const first = lockFolder(folder);
  assert.throws(() => lockFolder(folder), isBusy(/this process/));
  first.release();
  const second = lockFolder(folder);
  first.release();
  assert.throws(() => lockFolder(folder), isBusy(/this process/));
  second.release();
  assert.equal(readdirSync(folder), []);
});

test("a lock of a number that is in use again, of no process, or that cannot be read is stale; one of another machine holds", () => {
  const folder = folderOf("stale");
  const path = join(folder, lockName);
  const gone = spawnSync(process.execPath, ["-e", ""]).pid;
  const stale = [
    { pid: process.pid, began: "another moment", host: hostname(), token },
    { pid: gone, began: null, host: hostname(), token },
    { pid: -1, began: null, host: hostname(), token },
    { pid: 1, began: 5, host: hostname(), token },
    { pid: process.pid, began: null, host: hostname(), token: "../../x" },
    {},
    null,
  ];
  if (beginOf(process.pid) === null) stale.shift();
  for (const text of [...stale.map((owner) => JSON.stringify(owner)), "", "{"]) {
    writeFileSync(path, text);
    lockFolder(folder).release();
  }
  writeFileSync(path, JSON.stringify({ pid: process.pid, began: beginOf(process.pid), host: hostname(), token }));
  assert.throws(() => lockFolder(folder), isBusy(/this process/));
  writeFileSync(path, JSON.stringify({ pid: gone, began: null, host: "elsewhere", token }));
  assert.throws(() => lockFolder(folder), isBusy(/on elsewhere.*if it has ended, remove .*\.lock/));
});

test("a run that was killed before it had options is removed by the next one, and --resume says so; one that begins is left", async () => {
  const runs = folderOf("unbegun");
  const { pid: gone } = spawnSync("true");
  const begin = (name: string, owner: object): string => {
    const folder = join(runs, name);
    mkdirSync(folder);
    writeFileSync(join(folder, lockName), JSON.stringify({ began: null, host: hostname(), token, ...owner }));
    return folder;
  };
  const killed = begin("00001-killed", { pid: gone });
  writeFileSync(join(killed, ".options.json.tmp"), "{");
  begin("00002-beginning", { pid: process.pid });
  begin("00003-elsewhere", { pid: gone, host: "elsewhere" });
  writeFileSync(join(begin("00004-full", { pid: gone }), "notes.txt"), "mine");
  await refuses(
    findUnfinished(killed),
    /00001-killed was ended before it began; start anew, which removes it/,
    OptionsError,
  );
  const run = await createRun({ root: runs, name: "next", options: {}, seed: 0, device: "cpu", precision: "float64" });
  run.close();
  assert.equal(readdirSync(runs).sort(), ["00002-beginning", "00003-elsewhere", "00004-full", "00005-next"]);
});

test("of many processes that find one stale lock, and then each other's, never two hold the folder at once", async () => {
  const folder = folderOf("race");
  const log = join(root, "race.log");
  writeFileSync(log, "");
  const gone = spawnSync(process.execPath, ["-e", ""]).pid;
  writeFileSync(join(folder, lockName), JSON.stringify({ pid: gone, began: null, host: hostname(), token }));
  // Each holds the folder as often as it can, and half of them die with it in their hands.
  const code = (who: number) => `import { appendFileSync } from "node:fs";
    for (let i = 0, held = 0; held < 8 && i < 1e5; i++) {
      let lock;
      try { lock = lockFolder(${JSON.stringify(folder)}); } catch (e) { if (e.kind !== "domain") throw e; await new Promise((r) => setTimeout(r, 1)); continue; }
      held++;
      appendFileSync(${JSON.stringify(log)}, "+${who}\\n");
      if (${who % 2} && held === 8) process.kill(process.pid, "SIGKILL");
      appendFileSync(${JSON.stringify(log)}, "-${who}\\n");
      lock.release();
    }`;
  const exits = Array.from({ length: 4 }, (_, who) => once(child(code(who)), "exit"));
  await Promise.all(exits);
  const lines = readFileSync(log, "utf8").trim().split("\n");
  assert.ok(lines.filter((line) => line.startsWith("+")).length >= 30, `${lines.length} lines`);
  for (const [i, line] of lines.entries()) {
    if (!line.startsWith("+")) continue;
    const next = lines[i + 1];
    // After the last word of one that died comes another's first.
    assert.ok(next === undefined || next === `-${line.slice(1)}` || next.startsWith("+"), `${line} ${next}`);
    if (next?.startsWith("+")) assert.is(Number(line.slice(1)) % 2, 1, `${line} ${next}`);
  }
});

test("a run is one process's until it is closed or finished; solving and marching into a folder in use is refused", async () => {
  const run = await createRun({ root, name: "n", options: {}, seed: 0, device: "cpu", precision: "float64" });
  const again = () => openRun(run.directory);
  await refuses(again(), /the run .*00001-n is being written by this process/, DomainError);
  run.close();
  const second = await again();
  await second.finish({});
  assert.not.ok(readdirSync(run.directory).includes(lockName));

  const problem = pde({
    name: "transport",
    domain: { x: [0, 1], t: [0, 1] },
    equations: "u_t = -u_x",
    conditions: [
      { type: "initial", equation: "u = sin(x)" },
      { type: "dirichlet", equation: "u = sin(-t)", on: "x = 0" },
    ],
  });
  const options = { network: mlp({ width: 3, depth: 1 }), points: 20, budget: { steps: 4 } };
  const stopped = await solve(problem, { ...options, runs: root, signal: AbortSignal.abort() });
  const lock = lockFolder(stopped.run!);
  await refuses(solve(problem, { ...options, resume: stopped.run! }), /is being written by/, DomainError);
  lock.release();
  assert.is((await solve(problem, { ...options, resume: stopped.run! })).status, "budget");
});

test.run();
