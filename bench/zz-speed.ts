import { loadDownscaler } from "../generative/model/index.ts";
import { rng } from "../engine/random/rng.ts";
const model = await loadDownscaler("pretrained", { threads: 1 });
const side = Number(process.argv[2] ?? 64);
const noise = rng(1).normal(side * side);
const values = Float32Array.from({ length: side * side }, (_, i) => Math.max(0, noise[i]!));
const place = { interval: 300, grid: { units: "m", y: 4000, x: 4000 } } as const;
for (const [tiles, batch] of [[undefined, undefined], [[64, 16], 4], [[128, 16], 1], [[96, 16], 2], [[128, 16], 2], [[256, 16], 1], [[64, 8], 4], [[64, 16], 1]] as any) {
  await model.sample({ values: values.slice(0, 1024), height: 32, width: 32 }, { factor: 4, place, members: 1, evaluations: 2, ...(tiles && { tiles, batch }) });
  const t = process.cpuUsage(); const w = performance.now();
  await model.sample({ values, height: side, width: side }, { factor: 4, place, members: 2, evaluations: 8, ...(tiles && { tiles, batch }) });
  const { user } = process.cpuUsage(t);
  console.log(JSON.stringify(tiles), batch, (user / (side * side * 16 * 2)).toFixed(1), "us/px", ((performance.now() - w) / 1e3).toFixed(1), "s wall");
}
