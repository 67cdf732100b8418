import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createRun, openRun, readMetrics, recordToJson, writeAtomically } from "../../../engine/files/index.ts";
import { isMongeError, loadCheckpoint } from "../../../engine/index.ts";
import { assert, refuses, temporaryFolder, test } from "../../harness.ts";

const { folder } = temporaryFolder(test);

const modules = new URL("../../../engine/", import.meta.url);
const now = () => new Date(Date.UTC(2026, 10, 25, 1, 2, 3));
const json = (...path: string[]) => JSON.parse(readFileSync(join(...path), "utf8"));

/** A fresh empty folder. */
function fresh(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}

/** The error that `action` rejects with or throws. */
async function failure(action: () => unknown): Promise<unknown> {
  try {
    await action();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

const failsAs = async (kind: string, action: () => unknown) => {
  const error = await failure(action);
  assert.ok(isMongeError(error) && error.kind === kind, String(error));
};

/** Another Node process running `code` as a module. */
function child(code: string) {
  const args = ["--import", "tsx", "--input-type=module", "-e", code];
  return spawn(process.execPath, args, { cwd: new URL("..", modules), stdio: ["ignore", "pipe", "inherit"] });
}

test("writeAtomically replaces the content, in whichever form it is given", async () => {
  const path = join(fresh("forms"), "x.txt");
  await writeAtomically(path, "größe");
  assert.is(readFileSync(path, "utf8"), "größe");
  await writeAtomically(path, Uint8Array.of(104, 105));
  assert.is(readFileSync(path, "utf8"), "hi");
  // Who reads the old file meanwhile goes on reading the old content: nothing is written into it.
  const reader = openSync(path, "r");
  await writeAtomically(path, [Uint8Array.of(97), new Uint8Array(0), Uint8Array.of(98, 99)]);
  assert.is(readFileSync(path, "utf8"), "abc");
  assert.is(readFileSync(reader, "utf8"), "hi");
  closeSync(reader);
  await writeAtomically(path, "");
  assert.is(readFileSync(path, "utf8"), "");
  let seen = "";
  await writeAtomically(path, async (temporary) => {
    seen = temporary;
    assert.is(readFileSync(path, "utf8"), "");
    writeFileSync(temporary, "by hand");
  });
  assert.is(readFileSync(path, "utf8"), "by hand");
  assert.match(seen, /forms.\.x\.txt\.[0-9a-z-]+\.tmp$/);
  assert.equal(readdirSync(join(folder, "forms")), ["x.txt"]);
});

test("a failure at any stage leaves the old content and no temporary file", async () => {
  const path = join(fresh("failures"), "x.txt");
  await writeAtomically(path, "old");
  const broken = new Error("disk on fire");
  function* pieces() {
    yield Uint8Array.of(110);
    throw broken;
  }
  const failing = async (temporary: string) => {
    writeFileSync(temporary, "ne");
    throw broken;
  };
  assert.is(await failure(() => writeAtomically(path, pieces())), broken);
  assert.is(await failure(() => writeAtomically(path, failing)), broken);
  // The writer forgot to write.
  assert.match(String(await failure(() => writeAtomically(path, async () => {}))), /ENOENT/);
  assert.is(readFileSync(path, "utf8"), "old");
  assert.equal(readdirSync(join(folder, "failures")), ["x.txt"]);
  // The rename fails: a folder is in the way.
  mkdirSync(join(folder, "failures", "taken"));
  assert.match(
    String(await failure(() => writeAtomically(join(folder, "failures", "taken"), "new"))),
    /it is a folder/,
  );
  assert.equal(readdirSync(join(folder, "failures")).sort(), ["taken", "x.txt"]);
});

test("a process killed while it writes leaves the whole old file or a whole new one", async () => {
  const path = join(fresh("killed"), "x.bin");
  const size = 8_000_000;
  await writeAtomically(path, Buffer.alloc(size, 65));
  const code = `import { writeAtomically } from ${JSON.stringify(new URL("files/atomic-file.ts", modules).href)};
    for (let i = 0; ; i++) {
      console.log(i);
      await writeAtomically(${JSON.stringify(path)}, Buffer.alloc(${size}, 66 + (i % 20)));
    }`;
  for (const delay of [0, 3, 11]) {
    const writer = child(code);
    await once(writer.stdout, "data");
    await new Promise((resolve) => setTimeout(resolve, delay));
    writer.kill("SIGKILL");
    await once(writer, "exit");
    const content = readFileSync(path);
    assert.is(content.length, size);
    assert.ok(content.every((byte) => byte === content[0]));
  }
});

const settings = { seed: 7, device: "cpu", precision: "float64" };

test("a run's folder tells how to repeat it, what happened and how it ended", async () => {
  const root = join(folder, "runs");
  const options = { sampler: { kind: "uniform", points: 2000 }, nu: 0.01, tolerance: Infinity, activation: Math.tanh };
  const run = await createRun({ root, name: "burgers", options, ...settings }, now);
  assert.is(run.directory, join(root, "00001-burgers"));
  const stored = json(run.directory, "options.json");
  assert.equal(stored.options, { ...options, tolerance: "Infinity", activation: "[function tanh]" });
  assert.equal([stored.name, stored.seed, stored.device, stored.precision], ["burgers", 7, "cpu", "float64"]);
  assert.is(stored.startedAt, "2026-11-25T01:02:03.000Z");
  assert.equal(stored.versions, {
    monge: json(fileURLToPath(new URL("../package.json", modules))).version,
    node: process.versions.node,
  });

  run.log({ step: 1, loss: 0.5 });
  run.log({ step: 2, loss: NaN, weights: Float32Array.of(1, 2) });
  const time = { loggedAt: "2026-11-25T01:02:03.000Z" };
  assert.equal(await readMetrics(run.directory), [
    { step: 1, loss: 0.5, ...time },
    { step: 2, loss: "NaN", weights: [1, 2], ...time },
  ]);
  const path = await run.checkpoint({ step: 2, tensors: { w: { shape: [1], data: Float64Array.of(3) } }, state: "s" });
  assert.is((await loadCheckpoint(path)).state, "s");

  await run.finish({ status: "converged", relativeL2: 1e-9 });
  const { "monge-sha256": checksum, ...ended } = json(run.directory, "result.json");
  assert.equal(ended, { finishedAt: "2026-11-25T01:02:03.000Z", result: { status: "converged", relativeL2: 1e-9 } });
  assert.is(checksum, createHash("sha256").update(JSON.stringify(ended)).digest("hex"));
  assert.equal(readdirSync(run.directory).sort(), ["checkpoints", "metrics.jsonl", "options.json", "result.json"]);
});

test("a finished run stays as it is", async () => {
  const run = await createRun({ root: join(folder, "final"), name: "a", options: {}, ...settings }, now);
  assert.equal(await readMetrics(run.directory), []);
  await run.finish({ status: "budget" });
  await failsAs("domain", () => run.finish({ status: "converged" }));
  await failsAs("domain", () => run.log({ step: 1 }));
  await failsAs("domain", () => openRun(run.directory));
  assert.is(json(run.directory, "result.json").result.status, "budget");
});

/** What a run records of git that begins in a folder. */
async function recordedGit(where: string): Promise<unknown> {
  const before = process.cwd();
  process.chdir(where);
  try {
    const run = await createRun({ root: join(folder, "git"), name: "a", options: {}, ...settings });
    return json(run.directory, "options.json").git;
  } finally {
    process.chdir(before);
  }
}

/** Git in a repository of its own; undefined where it is not installed. */
function repositoryAt(repository: string): ((...args: string[]) => string) | undefined {
  const user = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", repository, ...user, ...args], { encoding: "utf8", stdio: "pipe" }).trim();
  try {
    git("init", "--quiet");
    return git;
  } catch {
    console.log("SKIP git is not installed");
    return undefined;
  }
}

test("the recorded commit is right for packed references, a detached head, branches of branches and work trees", async () => {
  const repository = fresh("references");
  const git = repositoryAt(repository);
  if (git === undefined) return;
  git("commit", "--quiet", "--allow-empty", "-m", "x");
  const first = git("rev-parse", "HEAD");
  git("checkout", "--quiet", "-b", "a/b");
  git("commit", "--quiet", "--allow-empty", "-m", "y");
  const second = git("rev-parse", "HEAD");
  assert.equal(await recordedGit(repository), { commit: second });
  git("pack-refs", "--all");
  assert.equal(await recordedGit(repository), { commit: second });
  const tree = join(folder, "work-tree");
  git("worktree", "add", "--quiet", tree, first);
  assert.equal(await recordedGit(tree), { commit: first });
  git("-C", tree, "checkout", "--quiet", "-b", "c");
  assert.equal(await recordedGit(tree), { commit: first });
  git("checkout", "--quiet", first);
  assert.equal(await recordedGit(repository), { commit: first });
  writeFileSync(join(repository, ".git/HEAD"), "ref: refs/../../outside\n");
  assert.is(await recordedGit(repository), null);
});

test("no program that a repository names is run", async () => {
  const repository = fresh("hostile");
  const git = repositoryAt(repository);
  if (git === undefined) return;
  git("commit", "--quiet", "--allow-empty", "-m", "x");
  const script = join(repository, "x.sh");
  writeFileSync(script, `#!/bin/sh\ntouch ${join(repository, "ran")}\n`, { mode: 0o755 });
  git("config", "core.fsmonitor", script);
  assert.equal(Object.keys((await recordedGit(repository)) as object), ["commit"]);
  assert.is(existsSync(join(repository, "ran")), false);
});

test("a run whose folder is removed says so, and does not make it again", async () => {
  const root = fresh("removed");
  for (const write of ["log", "checkpoint", "finish"] as const) {
    const run = await createRun({ root, name: "a", options: {}, ...settings });
    rmSync(run.directory, { recursive: true });
    const written = async () => {
      if (write === "log") run.log({ step: 1 });
      if (write === "checkpoint") await run.checkpoint({ step: 1, tensors: new Map() });
      if (write === "finish") await run.finish({});
    };
    await refuses(written(), /the run's folder is gone/);
    assert.is(existsSync(run.directory), false);
  }
});

test("numbers go on from the highest, past gaps, foreign files, abandoned claims and 99999", async () => {
  const root = fresh("numbers");
  const next = async () =>
    (await createRun({ root, name: "n", options: {}, ...settings }, now)).directory.slice(root.length + 1);
  writeFileSync(join(root, "00900.txt"), "");
  mkdirSync(join(root, "00007-old"));
  assert.is(await next(), "00008-n");
  mkdirSync(join(root, ".claim-00009"));
  assert.is(await next(), "00010-n");
  mkdirSync(join(root, "99999-many"));
  assert.equal([await next(), await next()], ["100000-n", "100001-n"]);
  assert.equal(
    readdirSync(root).filter((name) => name.startsWith(".")),
    [".claim-00009"],
  );
});

test("runs created at the same time by several processes get different numbers", async () => {
  const root = join(folder, "race");
  const code = (who: number) => `import { createRun } from ${JSON.stringify(new URL("files/run.ts", modules).href)};
    const root = ${JSON.stringify(root)};
    for (let i = 0; i < 10; i++) {
      await Promise.all([0, 1].map((k) => createRun({ root, name: "p${who}-" + i + "-" + k, options: {}, seed: 7, device: "cpu", precision: "float64" })));
    }`;
  const exits = [1, 2, 3].map((who) => once(child(code(who)), "exit"));
  for (const exit of exits) assert.is((await exit)[0], 0);
  const names = readdirSync(root);
  assert.is(names.length, 60);
  assert.is(new Set(names.map((name) => name.slice(0, 5))).size, 60);
  assert.is(new Set(names.map((name) => name.slice(6))).size, 60);
  assert.ok(names.every((name) => existsSync(join(root, name, "options.json"))));
});

test("a name that is no plain folder name is refused before anything is made", async () => {
  const root = join(folder, "names");
  for (const name of ["", "../up", "a/b", ".hidden", "-flag", "a b", "x".repeat(101)]) {
    await failsAs("options", () => createRun({ root, name, options: {}, ...settings }));
  }
  assert.not.ok(existsSync(root));
});

test("an interrupted run goes on in its own folder, and a line cut by the crash is left out", async () => {
  const run = await createRun({ root: join(folder, "resume"), name: "r", options: {}, ...settings }, now);
  run.log({ step: 1 });
  appendFileSync(join(run.directory, "metrics.jsonl"), '{"step": 2, "lo');
  const steps = async () => (await readMetrics(run.directory)).map(({ step }) => step);
  assert.equal(await steps(), [1]);
  await failsAs("domain", () => openRun(run.directory, now));
  run.close();
  const resumed = await openRun(run.directory, now);
  assert.is(resumed.directory, run.directory);
  resumed.log({ step: 2 });
  assert.equal(await steps(), [1, 2]);
  resumed.close();
  const again = await openRun(run.directory, now);
  again.log({ step: 3 });
  assert.equal(await steps(), [1, 2, 3]);
  await failsAs("format", () => openRun(join(folder, "resume")));
});

test("metrics that are damaged in the middle are refused, with the line", async () => {
  const run = await createRun({ root: join(folder, "damage"), name: "d", options: {}, ...settings }, now);
  for (const line of ["oops", "3", "[1]", "null"]) {
    writeFileSync(join(run.directory, "metrics.jsonl"), `{"step":1}\n${line}\n{"step":3}\n`);
    const error = await failure(() => readMetrics(run.directory));
    assert.match(String(error), /metrics\.jsonl: line 2 is no JSON object/);
  }
});

test("records keep what JSON would lose: non-finite numbers, typed arrays, maps, names of functions", () => {
  const record = {
    numbers: [NaN, -Infinity, 1.5, -0],
    array: Float64Array.of(0.1, NaN),
    map: new Map([["k", new Map([["l", 1]])]]),
    f: function relu() {},
    missing: undefined,
    date: new Date(0),
  };
  assert.is(
    recordToJson(record),
    '{"numbers":["NaN","-Infinity",1.5,0],"array":[0.1,"NaN"],"map":{"k":{"l":1}},"f":"[function relu]","date":"1970-01-01T00:00:00.000Z"}',
  );
});

test.run();
