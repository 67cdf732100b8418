/** Nothing leaves the machine: no command writes into the user's folders what nobody asked for, and none opens a connection. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readField, writeField } from "../io/index.ts";
import { commandLine } from "./cli/run.ts";
import { testData } from "./data.ts";
import { assert, temporaryFolder, test } from "./harness.ts";
import { skip, tool } from "./io/oracle.ts";
import { piece } from "./pieces.ts";

const { folder, at } = temporaryFolder(test);

const radar = await readField(testData("radar/fmi_20160928_cut.nc"), { variable: "pr" });
await writeField(at("fine.nc"), radar.isel({ time: [0, 6], y: [160, 224], x: [64, 128] }));
writeFileSync(at("heat.json"), JSON.stringify({ name: "heat", ...heat() }));

function heat() {
  return {
    domain: { x: [0, 1], t: [0, 0.1] },
    unknowns: ["u"],
    equations: ["u_t = u_xx"],
    conditions: [
      { type: "initial", equation: "u = sin(pi*x)" },
      { type: "dirichlet", equation: "u = 0", on: "x" },
    ],
  };
}

const traces = ["socket", "connect", "sendto", "sendmmsg"];
const canTrace = (() => {
  try {
    return tool("strace", "-f", "-o", at("probe"), "true") !== undefined;
  } catch {
    return false; // Tracing is not allowed here.
  }
})();

/** A process with an empty home and an empty temporary folder of its own, whose calls of the network are recorded. */
class Watched {
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly ended: Promise<number | null>;
  output = "";
  constructor(name: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.#folder = at(`watched-${name}`);
    for (const part of ["home", "tmp"]) mkdirSync(join(this.#folder, part), { recursive: true });
    // Where CI is set the runtime keeps quiet by itself.
    const { CI: _, ORT_DISABLE_TELEMETRY: __, XDG_CACHE_HOME: ___, ...inherited } = process.env;
    const own = { HOME: join(this.#folder, "home"), TMPDIR: join(this.#folder, "tmp") };
    const env = { ...inherited, ...own, MONGE_CACHE: "off", TSX_DISABLE_CACHE: "1", ...environment };
    const command = [process.execPath, ...args];
    const tracing = ["strace", "-f", "-qq", "--seccomp-bpf", "-e", `trace=${traces.join()}`];
    const traced = [...tracing, "-o", this.#trace, ...command];
    const [program, ...rest] = canTrace ? traced : command;
    this.#child = spawn(program!, rest, { env, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.output += text;
      });
    }
    this.ended = new Promise((resolve) => this.#child.once("close", resolve));
  }
  get #trace(): string {
    return join(this.#folder, "trace");
  }
  /** Waits for a pattern in what the process says. */
  async said(pattern: RegExp): Promise<RegExpMatchArray> {
    for (let tries = 0; tries < 600 && this.#child.exitCode === null; tries++) {
      const found = this.output.match(pattern);
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`never said ${pattern}: ${this.output}`);
  }
  /** The process itself is under strace, which passes no signal on. */
  interrupt(): void {
    const pid = this.#child.pid!;
    const inner = canTrace ? Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ")[0]) : pid;
    process.kill(inner, "SIGTERM");
  }
  get left(): string[] {
    return ["home", "tmp"].flatMap((part) => readdirSync(join(this.#folder, part), { recursive: true }).map(String));
  }
  /** Calls that reach beyond this process and its kernel, other than those of a server that listens. */
  get reached(): string[] {
    const lines = canTrace ? readFileSync(this.#trace, "utf8").split("\n") : [];
    // The loader of TypeScript asks for a pipe of its own in the temporary folder.
    const ofLoader = (line: string) => line.includes(`sun_path="${join(this.#folder, "tmp", "tsx-")}`);
    return lines.filter((line) => /connect\(|sa_family=AF_INET|SOCK_DGRAM/.test(line) && !ofLoader(line));
  }
}

const small = ["--threads", "1", "--seed", "1", "--quiet"];
const model = ["--channels", "8", "--batch", "2", "--steps", "2"];

test("doctor, solve, train and downscale leave an empty home and an empty temporary folder as they were, and open no socket", async () => {
  if (!canTrace) skip("strace is not installed or not allowed: sockets are not looked at");
  const few = ["--members", "1", "--evaluations", "2"];
  const downscale = ["downscale", at("runs"), at("fine.nc"), "-o", at("out.nc"), ...few];
  const commands: Readonly<Record<string, readonly string[]>> = {
    doctor: ["doctor", "--out", folder],
    solve: ["solve", at("heat.json"), "--steps", "1", ...small],
    train: ["train", "--data", at("fine.nc"), "--factor", "2", "--out", at("runs"), ...model, ...small],
    downscale: [...downscale, "--force", ...small],
  };
  for (const [name, args] of Object.entries(commands)) {
    const process = new Watched(name, [...commandLine, ...args]);
    const code = await process.ended;
    assert.ok(code === 0 || name === "solve", `${name}: ${process.output}`);
    assert.equal({ name, left: process.left, reached: process.reached }, { name, left: [], reached: [] });
  }
});

test("serve answers this machine alone and takes its temporary folder with it", async () => {
  const process = new Watched("serve", [...commandLine, "serve", "--runs", at("runs"), "--threads", "1"]);
  const [url] = await process.said(/http:\S+/);
  assert.is((await fetch(url)).status, 200);
  process.interrupt();
  await process.ended;
  assert.equal({ left: process.left, reached: process.reached }, { left: [], reached: [] });
});

const compiles = (body: string) => `
  const { compile, tf } = await import(${piece("engine")});
  const add = await compile((x) => [tf.add(x, 1)], [{ shape: [2] }]);
  console.log(Array.from((await add.run([Float32Array.of(1, 2)]))[0]).join());
  ${body}`;
const waits = "await new Promise((resolve) => setTimeout(resolve, 1500));";

test("a worker thread that loads the runtime first keeps it quiet for the whole process", async () => {
  writeFileSync(at("worker.mjs"), compiles(waits));
  const begin = `import("tsx/esm/api").then(({ register }) => { register(); return import(${JSON.stringify(at("worker.mjs"))}); })`;
  const main = `new (await import("node:worker_threads")).Worker(${JSON.stringify(begin)}, { eval: true })`;
  const process = new Watched("worker", ["--import", "tsx", "--input-type=module", "--eval", main]);
  assert.is(await process.ended, 0, process.output);
  assert.match(process.output, "2,3");
  assert.equal({ left: process.left, reached: process.reached }, { left: [], reached: [] });
});

test("where the user asks for it by ORT_DISABLE_TELEMETRY=0 the runtime writes its files, so that the tests above can fail", async () => {
  if (process.platform !== "linux") return skip("the runtime sends on Linux alone");
  try {
    tool("unshare", "-n", "true");
  } catch {
    return skip("no network namespace can be made, and without one a connection would be tried");
  }
  writeFileSync(at("loud.mjs"), compiles(waits));
  const loud = { ORT_DISABLE_TELEMETRY: "0", CI: "" };
  const alone = `["-n", process.execPath, "--import", "tsx", ${JSON.stringify(at("loud.mjs"))}]`;
  const begin = `require("node:child_process").spawnSync("unshare", ${alone}, { stdio: "inherit" })`;
  const own = new Watched("loud", ["--eval", begin], loud);
  await own.ended;
  assert.ok(
    own.left.some((path) => path.endsWith("deviceid")),
    `${own.left} ${own.output}`,
  );
});

test.run();
