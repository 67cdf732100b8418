import { compile } from "../engine/compile.ts";
import { tf } from "../engine/tensor.ts";
import { rng } from "../engine/rng.ts";
import { unet } from "../generative/diffusion/unet.ts";
import { compiledDenoiser } from "../generative/diffusion/denoiser.ts";
import { unetCase } from "./engine/unet-program.ts";
import { toHalf } from "../engine/half.ts";
const v = [0, -0, 1, -2, 65504, 65519, 65520, 1e-8, 2 ** -24, 2 ** -25, 1.5 * 2 ** -25, 6.1e-5, 2 ** -14, 0.1, 1 / 3, 2047.5, 2049, 2051, NaN, Infinity, 1 - 2 ** -12, 1 - 2 ** -11];
console.log([...toHalf(v)].map((x) => x.toString(16)).join(" "));
const { network, parameters } = unetCase(4, 32);
const x = rng(1).normal(new Float32Array(4 * 32 * 32)); const c = rng(2).normal(new Float32Array(4 * 32 * 32 * 2));
let ref: Float32Array | undefined;
for (const o of [{}, { storage: "float16" }, { device: "webgpu" }, { device: "webgpu", storage: "float16" }] as any[]) {
  try {
    const d = compiledDenoiser(network, parameters, 0.13, o); const f = await d.forShape(4, 32, 32);
    const t0 = process.cpuUsage();
    const y = Float32Array.from(await f(x, c, 0.5)); const t = process.cpuUsage(t0);
    if (!ref) ref = y; const rms = Math.hypot(...ref) / Math.sqrt(ref.length);
    let m = 0, s = 0; y.forEach((q, i) => { m = Math.max(m, Math.abs(q - ref![i]!)); s += (q - ref![i]!) ** 2; });
    console.log(JSON.stringify(o), "max diff", m, "rms diff", Math.sqrt(s / y.length), "rms of field", rms, "cpu ms", (t.user + t.system) / 1000);
    await d.dispose();
  } catch (e: any) { console.log(JSON.stringify(o), e.name, e.message.slice(0, 600)); }
}
process.exit(0);
