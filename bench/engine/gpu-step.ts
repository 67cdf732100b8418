/** How fast is a training step on a GPU, does every operator stay there, and what does PyTorch take on the same one? */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isMongeError } from "../../engine/errors.ts";
import { type Bench, interleave, ours, type Result, resultOf } from "../measure.ts";
import { productPeak } from "../peak.ts";
import { startPeer } from "../peer.ts";
import { unetCase, unetStepFlops } from "./unet-program.ts";
import { unetTrainer } from "./unet-step.ts";

const batch = 16;

/** Operators of one step by who ran them, from ONNX Runtime's profile. */
async function providers(device: "webgpu" | "cuda", size: number, count: number): Promise<Map<string, string[]>> {
  const folder = await mkdtemp(join(tmpdir(), "monge-gpu-"));
  try {
    const program = unetTrainer(count, size, { threads: 1, device, resident: true, profile: join(folder, "profile") });
    const trainer = await program.compile();
    await trainer.step(program.inputs);
    await trainer.dispose();
    const [file] = await readdir(folder);
    const events = JSON.parse(await readFile(join(folder, file!), "utf8")) as {
      readonly name: string;
      readonly args?: { readonly provider?: string; readonly op_name?: string };
    }[];
    const by = new Map<string, string[]>();
    for (const { name, args } of events) {
      if (!name.endsWith("_kernel_time") || !args?.provider) continue;
      by.set(args.provider, [...(by.get(args.provider) ?? []), args.op_name ?? "?"]);
    }
    return by;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export const gpuStep: Bench = {
  name: "gpu-step",
  question:
    "training step of the default U-Net on webgpu and cuda, where they are, against PyTorch on cuda; who runs each operator",
  async run({ threads, quick, say }) {
    const results: Result[] = [];
    for (const device of ["webgpu", "cuda"] as const) {
      try {
        const by = await providers(device, quick ? 16 : 32, quick ? 2 : batch);
        for (const [provider, names] of by) {
          const own = provider.toLowerCase().includes(device);
          say(
            `  ${device}: ${names.length} operators by ${provider}${own ? "" : `: ${[...new Set(names)].join(", ")}`}`,
          );
        }
        for (const size of quick ? [16] : [32, 64]) {
          const count = quick ? 2 : batch;
          const program = unetTrainer(count, size, { threads, device, resident: true });
          const trainer = await program.compile();
          const peerOptions = { ...program.peerOptions, device: "cuda" };
          const peer =
            device === "cuda" ? await startPeer("unet.py", program.shared, peerOptions, threads, say) : undefined;
          const others = peer?.variants.map((v) => peer.contender(v)) ?? [];
          const run = () => trainer.step(program.inputs);
          const timed = await interleave([ours(device, run), ...others], { turns: quick ? 1 : 10 }, say);
          await trainer.dispose();
          await peer?.close();
          const flops = unetStepFlops(unetCase(count, size));
          const result = resultOf(`${gpuStep.name}-${device}-${size}`, timed, { flops });
          const [rate, peak] = [result.gflops!, await productPeak({ threads, device, ...(quick && { sizes: [128] }) })];
          say(
            `    ${rate.toFixed(0)} GFLOP/s of ${peak.toFixed(0)} in a large product, ${((100 * rate) / peak).toFixed(0)} %`,
          );
          results.push(result);
        }
      } catch (error) {
        if (!isMongeError(error) || error.kind !== "backend") throw error;
        say(`  SKIP  ${device}: ${error.message}`);
      }
    }
    return results;
  },
};
