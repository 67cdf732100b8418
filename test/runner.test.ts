// Own process: the runner listens to signals
/** Each refusal of the runner, proven on a folder made for it. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { assert, test } from "./harness.ts";
import { runScript } from "./script.ts";

const head = `import { test } from ${JSON.stringify(import.meta.resolve("uvu"))};\n`;
const good = `${head}test("one is one", () => {});\ntest("two is two", () => {});\ntest.run();\n`;

const fileOf = (text: string): string => `${head}test("x", () => { ${text} });\ntest.run();\n`;

interface Outcome {
  readonly code: number;
  readonly output: string;
  readonly last: string;
}

async function run(files: Readonly<Record<string, string>>, ...flags: string[]): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "monge-runner-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const { status, stdout, stderr } = await runScript("test/run.ts", ["--directory", folder, ...flags]);
    return { code: status, output: stdout + stderr, last: stdout.trimEnd().split("\n").at(-1)! };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("the totals of files add up, and all passing exits 0", async () => {
  const { code, last } = await run({ "a.test.mjs": good, "b.test.mjs": good });
  assert.is(last, "4 passed, 0 failed");
  assert.is(code, 0);
});

test("a file that fails, or that ends without its tests, is shown with its reason, and makes the run fail", async () => {
  const text = (body: string) => `${head}${body}\ntest.run();\n`;
  const broken = 'test("fine", () => {});\ntest("broken", () => { throw new Error("the moon fell"); });';
  // Of which uvu says nothing, and exits with 0.
  const hook = 'test.before(() => { throw new Error("no"); });\ntest("x", () => {});';
  const cases = [
    ["broken", text(broken), "1 passed, 1 failed", /1 of 2 did not pass[\s\S]*the moon fell/],
    ["forgets", `${head}test("never run", () => {});\n`, "0 passed, 1 failed", /is `test\.run\(\)` missing/],
    ["empty", text(""), "0 passed, 1 failed", /the file holds none/],
    ["waits", text('test("for ever", () => new Promise(() => {}));'), "0 passed, 1 failed", /never settles/],
    ["hook", text(hook), "0 passed, 1 failed", /^/],
    ["throws", 'throw new Error("at import");\n', "0 passed, 1 failed", /exited with 1[\s\S]*at import/],
    ["good", good, "2 passed", /^/],
  ] as const;
  const { code, last, output } = await run(Object.fromEntries(cases.map(([name, of]) => [`${name}.test.mjs`, of])));
  assert.is(last, "3 passed, 6 failed");
  assert.is(code, 1);
  const reports = output.split(/^(?:FAIL|ok {2}) {2}/m);
  for (const [name, , counts, reason] of cases) {
    const said = reports.find((one) => one.startsWith(`${name}.test.mjs  ${counts} `));
    assert.match(said ?? `nothing of ${name}: ${output}`, reason);
  }
});

test("a process that ends with a failure after its tests have passed is refused", async () => {
  const { code, last } = await run({ "a.test.mjs": `${good}process.on("exit", () => { process.exitCode = 3; });\n` });
  assert.is(last, "2 passed, 1 failed");
  assert.is(code, 1);
});

test("a file that runs too long, or leaves a handle open, is stopped with all its processes", async () => {
  const marker = `monge-runner-${process.pid}`;
  const text = `${head}import { spawn } from "node:child_process";
test("spins", async () => { spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)", "${marker}"], { stdio: "inherit" }); while (true); });
test.run();\n`;
  const files = { "a.test.mjs": text, "b.test.mjs": fileOf("setInterval(() => {}, 1000)") };
  const { code, last, output } = await run(files, "--timeout", "1");
  assert.match(last, /, 2 failed$/);
  assert.is(code, 1);
  assert.is(output.match(/stopped after 1 s/g)!.length, 4);
  const left = spawnSync("ps", ["-eo", "args"], { encoding: "utf8" });
  if (left.error) console.log("SKIP the check for orphans: no ps");
  else assert.not.match(left.stdout, marker);
});

test("a folder without test files, and a name that selects none, are refused", async () => {
  const empty = await run({ "notes.txt": "" });
  assert.is(empty.last, "0 passed, 1 failed");
  assert.is(empty.code, 1);
  const named = await run({ "a.test.mjs": good }, "zebra");
  assert.is(named.last, "0 passed, 1 failed");
  assert.match(named.output, "zebra");
  assert.is(named.code, 1);
});

test("a name that is a folder selects the tests in it, and files by their names where the folder holds none", async () => {
  const files = { "data/rain.txt": "", "data.test.mjs": good, "io/a.test.mjs": good, "other-io.test.mjs": good };
  assert.is((await run(files, "data")).last, "2 passed, 0 failed");
  const { last, output } = await run(files, "io");
  assert.is(last, "2 passed, 0 failed");
  assert.not.match(output, "other-io");
});

test("slow and GPU files, examples and benchmarks are skipped in sight, counted, and run when asked for", async () => {
  const names = ["a.test.mjs", "b.slow.test.mjs", "c.webgpu.test.mjs", "examples/d.test.mjs", "bench/e.test.mjs"];
  const files = Object.fromEntries(names.map((name) => [name, good]));
  const without = await run(files);
  assert.is(without.last, "2 passed, 0 failed, 4 skipped");
  assert.match(without.output, /skip {2}examples\/d\.test\.mjs {2}\(slow; run with --slow\)/);
  assert.match(without.output, "4 of 5 files wait for `npm run test:slow`");
  const all = await run(files, "--slow", "--webgpu");
  assert.is(all.last, "10 passed, 0 failed");
  assert.not.match(all.output, "wait");
});

test("SKIP lines are repeated and counted", async () => {
  const text = `${head}test("x", () => {});\ntest("y", () => console.log("SKIP no data here"));\ntest.run();\n`;
  const { last, output, code } = await run({ "a.test.mjs": text });
  assert.is(last, "2 passed, 0 failed, 1 skipped");
  assert.match(output, "SKIP no data here");
  assert.is(code, 0);
});

test("files share a process, which keeps neither environment nor directory of the one before; one that asks has its own", async () => {
  const say = 'console.log("SKIP", process.pid, process.env.LEFT ?? "none", process.cwd() === "/");';
  const { output } = await run(
    {
      "a.test.mjs": fileOf(`${say} process.env.LEFT = "left"; process.chdir("/");`),
      "b.test.mjs": fileOf(say),
      "c.test.mjs": `// Own process: to be alone\n${fileOf(say)}`,
    },
    "--jobs",
    "1",
  );
  const said = [...output.matchAll(/SKIP (\d+) (\w+) (\w+)$/gm)].map(([, ...parts]) => parts);
  assert.equal(
    said.map(([, left, moved]) => [left, moved]),
    Array(3).fill(["none", "false"]),
  );
  assert.is(said[0]![0], said[1]![0]);
  assert.is.not(said[1]![0], said[2]![0]);
});

test("output goes to the file that made it, and after a failure a new process runs the rest", async () => {
  const long = `console.log("a ".repeat(1e5)); console.error("from a"); throw new Error("a fell");`;
  const { output, last } = await run(
    { "a.test.mjs": fileOf(long), "b.test.mjs": fileOf('throw new Error("b fell")') },
    "--jobs",
    "1",
  );
  assert.is(last, "0 passed, 2 failed");
  const [, a = "", b = ""] = output.split(/^FAIL /m);
  assert.match(a, "from a");
  assert.match(a, "a fell");
  assert.not.match(b, "from a");
  assert.match(b, "b fell");
});

test("an unknown option is refused", async () => {
  const { last, code } = await run({ "a.test.mjs": good }, "--fast");
  assert.is(last, "0 passed, 1 failed");
  assert.is(code, 1);
});

test.run();
