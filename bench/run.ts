/** `npm run bench -- [NAME…] [--json] [--threads N] [--quick] [--sizes] [--row ROW]… [--processor]`: runs benchmarks; lists them when no name is given. */
import { parseArgs } from "node:util";
import { chores } from "./chores.ts";
import { compileTime } from "./engine/compile-time.ts";
import { compiledVsEager } from "./engine/compiled-vs-eager.ts";
import { gpuStep } from "./engine/gpu-step.ts";
import { pinnStep } from "./engine/pinn-step.ts";
import { residualBlock } from "./engine/residual-block.ts";
import { sampler } from "./engine/sampler.ts";
import { trainingRun } from "./engine/training-run.ts";
import { unetStep } from "./engine/unet-step.ts";
import { ioRaster } from "./io/raster.ts";
import { ioRead } from "./io/read.ts";
import { ioRegrid } from "./io/regrid.ts";
import { ioWrite } from "./io/write.ts";
import { describeMachine } from "./machine.ts";
import type { Bench, Result } from "./measure.ts";
import { narrowFeatures } from "./narrow-features/record.ts";
import { copyPeak, productPeak } from "./peak.ts";
import { solverCost, solverStep } from "./solver-step.ts";
import { exactTransport } from "./wasserstein/exact.ts";
import { gridSpeed } from "./wasserstein/grid.ts";
import { largeClouds } from "./wasserstein/large.ts";
import { wassersteinLine } from "./wasserstein/line.ts";
import { transportRows } from "./wasserstein/rows.ts";
import { sinkhornNewton, sinkhornOnline, sinkhornSpeed } from "./wasserstein/sinkhorn.ts";
import { slicedSpeed } from "./wasserstein/sliced.ts";
import { slicedEstimators } from "./wasserstein/sliced-estimators.ts";

const engine: readonly Bench[] = [
  residualBlock,
  unetStep,
  compiledVsEager,
  pinnStep,
  sampler,
  trainingRun,
  compileTime,
];
const wasserstein: readonly Bench[] = [
  wassersteinLine,
  slicedSpeed,
  slicedEstimators,
  sinkhornSpeed,
  sinkhornNewton,
  sinkhornOnline,
  exactTransport,
  gridSpeed,
  transportRows,
  largeClouds,
];
const solvers: readonly Bench[] = [solverStep, solverCost];
const io: readonly Bench[] = [ioRaster, ioRead, ioWrite, ioRegrid];
const gpu: readonly Bench[] = [gpuStep];
const groups: Readonly<Record<string, readonly Bench[]>> = { engine, wasserstein, solvers, io, gpu };
const all = [...new Set([...Object.values(groups).flat(), chores, narrowFeatures])];

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

function summary(r: Result): string {
  const number = (v: number) => v.toPrecision(4);
  if (r.ratio === null) return `  ${r.name}: ${number(r.ours)} ${r.unit} (median ${number(r.oursMedian)})`;
  const goal = r.goal === null ? "" : `, goal ${r.goal}`;
  return (
    `  ${r.name}: ours ${number(r.ours)}, peer ${number(r.peer!)} ${r.unit}; ratio ${r.ratio.toFixed(2)}` +
    ` (of medians ${r.ratioOfMedians!.toFixed(2)})${goal}`
  );
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: "boolean" },
      quick: { type: "boolean" },
      processor: { type: "boolean" },
      sizes: { type: "boolean" },
      row: { type: "string", multiple: true },
      threads: { type: "string", default: "1" },
    },
  });
  if (values.processor) process.env["BENCH_CLOCK"] = "processor";
  const threads = Number(values.threads);
  const chosen = [...new Set(positionals.flatMap((name) => groups[name] ?? all.filter((b) => b.name === name)))];
  const unknown = positionals.filter((name) => !groups[name] && !all.some((b) => b.name === name));
  if (unknown.length > 0 || !(Number.isInteger(threads) && threads >= 1)) {
    say(
      unknown.length > 0 ? `unknown benchmark ${unknown.join(", ")}` : `--threads is ${values.threads}, expected ≥ 1`,
    );
    return 2;
  }
  if (chosen.length === 0) {
    say(
      "npm run bench -- NAME… [--json] [--threads N] [--quick] [--sizes] [--row ROW]… [--processor]\n\nengine, wasserstein, solvers, io, gpu: groups of the following",
    );
    for (const bench of all) say(`  ${bench.name.padEnd(20)} ${bench.question}`);
    return 0;
  }
  const machine = await describeMachine();
  say(
    Object.entries(machine)
      .map(([key, value]) => `${key} ${value}`)
      .join(", "),
  );
  const report: Record<string, unknown> = {};
  const peaks = chosen.some((bench) => engine.includes(bench))
    ? {
        product32: await productPeak({ threads }),
        product64: await productPeak({ threads, double: true }),
        copy: copyPeak(),
      }
    : undefined;
  if (peaks) {
    say(
      `measured peak, ${threads} thread${threads > 1 ? "s" : ""}: products of float32 ${peaks.product32.toFixed(0)} and of float64 ` +
        `${peaks.product64.toFixed(0)} GFLOP/s; copies ${peaks.copy.toFixed(1)} GB/s`,
    );
  }
  for (const bench of chosen) {
    say(
      `\n${bench.name}: ${bench.question}; ${threads} thread${threads > 1 ? "s" : ""}${values.processor ? ", processor time" : ""}`,
    );
    for (const result of await bench.run({
      threads,
      quick: values.quick ?? false,
      sizes: values.sizes ?? false,
      ...(values.row && { rows: values.row }),
      say,
    })) {
      for (const note of result.notes) say(`  note  ${note}`);
      say(summary(result));
      if (peaks && result.gflops) {
        const share = (100 * result.gflops) / peaks.product32;
        say(`    ${result.gflops.toFixed(0)} GFLOP/s, ${share.toFixed(0)} % of the measured peak`);
      }
      report[result.name] = { ...result, threads };
    }
  }
  if (values.json)
    process.stdout.write(`${JSON.stringify({ machine, ...(peaks && { peaks }), ...report }, undefined, 2)}\n`);
  return 0;
}

process.exitCode = await main();
