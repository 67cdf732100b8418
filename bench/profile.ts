/**
 * `node --import tsx bench/profile.ts NAME [--threads N] [--runs N] [--shapes]`: where the time of a benchmark's program
 * goes, operator by operator, from ONNX Runtime's profiler; products and convolutions against the machine's measured peak.
 */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { preparePinnStep } from "./engine/pinn-step.ts";
import { prepareResidualBlock } from "./engine/residual-block.ts";
import { prepareSampler } from "./engine/sampler.ts";
import { prepareUnetStep } from "./engine/unet-step.ts";
import { describeMachine } from "./machine.ts";
import { productPeak } from "./peak.ts";
import type { Prepare } from "./prepared.ts";

const programs: Readonly<Record<string, { readonly prepare: Prepare; readonly double?: boolean }>> = {
  "residual-block": { prepare: prepareResidualBlock },
  "unet-step-32": { prepare: prepareUnetStep(32) },
  "unet-step-64": { prepare: prepareUnetStep(64) },
  "pinn-step": { prepare: preparePinnStep, double: true },
  sampler: { prepare: prepareSampler },
};

interface ProfileEvent {
  readonly cat?: string;
  readonly name: string;
  readonly dur: number;
  readonly args: {
    readonly op_name?: string;
    readonly input_type_shape?: readonly Readonly<Record<string, readonly number[]>>[];
    readonly output_type_shape?: readonly Readonly<Record<string, readonly number[]>>[];
  };
}

interface Row {
  readonly operator: string;
  ms: number;
  count: number;
  flops: number;
}

const shapesOf = (list: ProfileEvent["args"]["input_type_shape"]): (readonly number[])[] =>
  (list ?? []).map((entry) => Object.values(entry)[0] ?? []);
const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Floating-point operations of a product or convolution, 0 for anything else. */
function flopsOf(event: ProfileEvent): number {
  const inputs = shapesOf(event.args.input_type_shape);
  const [a, b] = inputs;
  const out = shapesOf(event.args.output_type_shape)[0];
  if (!a || !b || !out) return 0;
  if (/MatMul$|^Gemm$/.test(event.args.op_name ?? "")) {
    // Of the four axes of the two factors two meet: rows · columns · inner = √(|A| |B| |C|) for every transposition.
    const matrix = (shape: readonly number[]) => product(shape.slice(-2));
    return 2 * product(out.slice(0, -2)) * Math.sqrt(matrix(a) * matrix(b) * matrix(out));
  }
  if (/^(Fused)?Conv$/.test(event.args.op_name ?? "")) return 2 * product(out) * product(b.slice(1));
  return 0;
}

async function profile(name: string, threads: number, runs: number, shapes: boolean): Promise<void> {
  const { prepare, double = false } = programs[name]!;
  const folder = await mkdtemp(join(tmpdir(), "monge-profile-"));
  try {
    const program = await prepare({ threads, profile: join(folder, "profile") });
    for (let k = 0; k < runs; k++) await program.run();
    await program.dispose();
    const [file] = await readdir(folder);
    const events = JSON.parse(await readFile(join(folder, file!), "utf8")) as ProfileEvent[];
    const modelRuns = events.filter((e) => e.name === "model_run").length;

    // Of each node the fastest of its runs: on a shared machine the others measure the neighbours.
    const nodes = new Map<string, { best: number; event: ProfileEvent }>();
    for (const event of events) {
      if (event.cat !== "Node" || !event.name.endsWith("_kernel_time")) continue;
      const key = `${event.name} ${JSON.stringify(event.args.output_type_shape)}`;
      const seen = nodes.get(key);
      if (!seen || event.dur < seen.best) nodes.set(key, { best: event.dur, event });
    }
    const rows = new Map<string, Row>();
    for (const { best, event } of nodes.values()) {
      const operator = event.args.op_name ?? "?";
      const key = shapes ? `${operator} ${JSON.stringify(shapesOf(event.args.input_type_shape))}` : operator;
      const row = rows.get(key) ?? { operator: key, ms: 0, count: 0, flops: 0 };
      row.ms += best / 1000;
      row.count++;
      row.flops += flopsOf(event);
      rows.set(key, row);
    }
    const total = [...rows.values()].reduce((sum, row) => sum + row.ms, 0);
    const top = await productPeak({ threads, double });
    const print = (line: string) => process.stdout.write(`${line}\n`);
    print(`${name}: ${total.toFixed(2)} ms in ${nodes.size} nodes (fastest of ${modelRuns} runs for each node)`);
    print(
      `measured peak: ${top.toFixed(0)} GFLOP/s (the faster of products of 512² and 1024² matrices, ${double ? "float64" : "float32"})\n`,
    );
    print("| operator | ms | nodes | share | GFLOP/s | of peak |\n|---|---|---|---|---|---|");
    for (const row of [...rows.values()].sort((a, b) => b.ms - a.ms).slice(0, shapes ? 40 : 20)) {
      const rate = row.flops / row.ms / 1e6;
      const speed = row.flops > 0 ? `${rate.toFixed(1)} | ${((100 * rate) / top).toFixed(0)} %` : "– | –";
      print(
        `| ${row.operator} | ${row.ms.toFixed(2)} | ${row.count} | ${((100 * row.ms) / total).toFixed(1)} % | ${speed} |`,
      );
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: "string", default: "1" },
    runs: { type: "string", default: "10" },
    shapes: { type: "boolean", default: false },
  },
});
const [name] = positionals;
if (name === undefined || !programs[name]) {
  process.stderr.write(`profile.ts NAME, one of: ${Object.keys(programs).join(", ")}\n`);
  process.exitCode = 2;
} else {
  process.stderr.write(`${JSON.stringify(await describeMachine())}\n`);
  await profile(name, Number(values.threads), Number(values.runs), values.shapes);
}
