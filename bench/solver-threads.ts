/**
 * Two threads of a steady solve by elements: wall and processor seconds with one and with two, to the same result, bit for bit.
 *
 * `node --import tsx --conditions=source bench/solver-threads.ts [--only NAME,…] [--repeats 3]`
 *
 * Problems are those of `solver-reach/problems.ts` with numbers to develop on; each is solved on so many meshes, in a process of its own, in turns with one and two threads. The least wall time of
 * the repeats counts. The compiler of the JavaScript engine has threads of its own, which take a second core with one thread as well.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { pde } from "../equations/problem/index.ts";
import { solveByElementsOn } from "../solvers/elements/index.ts";
import { drawnFor, reachKinds } from "./solver-reach/problems.ts";
import { markdown } from "./tables/page.ts";

/** Meshes of each problem. */
const meshes: Readonly<Record<string, number>> = {
  ...{ outflow: 11, interior: 12, helmholtz: 5, kovasznay: 6, "cavity-100": 11, plate: 4 },
};

interface Run {
  readonly wall: number;
  readonly processor: number;
  readonly elements: number;
  readonly bits: string;
}

async function once(name: string, threads: number): Promise<Run> {
  const found = reachKinds.flatMap(({ problems }) => problems).find((problem) => problem.name === name)!;
  const problem = pde({ name, ...drawnFor(found, "threads").spec });
  const clock = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
  const [began, used] = [performance.now(), clock()];
  const solved = (await solveByElementsOn(threads, problem, {
    clock,
    tolerance: 0,
    seconds: Number.POSITIVE_INFINITY,
    meshes: meshes[name]!,
  }))!;
  const [wall, processor] = [(performance.now() - began) / 1000, (clock() - used) / 1000];
  const bits = createHash("sha256").update(solved.pieces.coefficients).digest("hex");
  return { wall, processor, elements: solved.course.at(-1)!.elements, bits };
}

const text = { type: "string" } as const;
const { values } = parseArgs({ options: { only: text, repeats: text, once: text, threads: text } });
if (values.once !== undefined) {
  console.log(JSON.stringify(await once(values.once, Number(values.threads))));
} else {
  const file = fileURLToPath(import.meta.url);
  const run = (name: string, threads: number): Run => {
    const args = ["--import", "tsx", "--conditions=source", file, "--once", name, "--threads", `${threads}`];
    return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })) as Run;
  };
  console.error(
    `${cpus()[0]?.model}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}`,
  );
  const rows = [
    ["problem", "elements", "wall, one thread", "two", "ratio", "processor, one thread", "two", "same bits"],
  ];
  for (const name of values.only?.split(",") ?? Object.keys(meshes)) {
    const runs = Array.from({ length: Number(values.repeats ?? 3) }, () => [run(name, 1), run(name, 2)] as const);
    const least = (of: "wall" | "processor", k: 0 | 1) => Math.min(...runs.map((pair) => pair[k][of]));
    const [one, two] = [least("wall", 0), least("wall", 1)];
    const isSame = new Set(runs.flat().map(({ bits }) => bits)).size === 1;
    const seconds = [one, two, least("processor", 0), least("processor", 1)].map((s) => `${s.toFixed(1)} s`);
    const ratio = (one / two).toFixed(2);
    rows.push([
      name,
      `${runs[0]![0].elements}`,
      seconds[0]!,
      seconds[1]!,
      ratio,
      seconds[2]!,
      seconds[3]!,
      `${isSame}`,
    ]);
    console.error(rows.at(-1)!.join("  "));
  }
  console.log(markdown(rows));
}
