/** What is written in the benchmark of writers; as a program of its own, prints the memory that a write takes. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rng } from "../../engine/random/rng.ts";
import { createNetcdf, Field, type NetcdfOptions } from "../../io/index.ts";

/** One way to write. */
export interface WriteCase {
  readonly name: string;
  readonly options: NetcdfOptions;
}

export const writeCases: readonly WriteCase[] = [
  { name: "write-netcdf4-deflate", options: { compression: 4, shuffle: false } },
  { name: "write-netcdf4-shuffle", options: { compression: 4, shuffle: true } },
];

const [maps, height, width] = [40, 200, 250];

/** Maps of rain over part of the area, different from one another; written over and over. */
export function rainMaps() {
  const noise = rng(11).uniform(maps * height * width);
  const values = new Float32Array(noise.length);
  for (let i = 0; i < values.length; i++) {
    const [t, y, x] = [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width];
    const front = Math.sin(x / 17 + t / 5) + Math.cos(y / 23 - t / 9) + 0.3 * noise[i]!;
    values[i] = front > 0.8 ? (front - 0.8) * (1 + noise[(i * 7) % noise.length]!) : 0;
  }
  return { name: "maps", shape: [maps, height, width], values };
}

/** Writes `steps` maps, one at a time. */
export async function writeRain(
  path: string,
  { values }: { readonly values: Float32Array },
  steps: number,
  options: NetcdfOptions,
): Promise<void> {
  const line = (n: number, first: number) => Float64Array.from({ length: n }, (_, i) => first + i);
  const day = (step: number) =>
    new Field({
      name: "pr",
      dims: ["time", "lat", "lon"],
      shape: [1, height, width],
      values: values.subarray((step % maps) * height * width, ((step % maps) + 1) * height * width),
      units: "mm day-1",
      coordinates: [
        { name: "time", dims: ["time"], values: line(1, step), attributes: { units: "days since 2000-01-01" } },
        { name: "lat", dims: ["lat"], values: line(height, 0), attributes: { units: "degrees_north" } },
        { name: "lon", dims: ["lon"], values: line(width, 0), attributes: { units: "degrees_east" } },
      ],
    });
  const writer = await createNetcdf(path, day(0), options);
  for (let step = 0; step < steps; step++) await writer.append(day(step));
  await writer.close();
}

/** Resident memory, MB. */
const resident = () => Math.round(process.memoryUsage.rss() / 2 ** 20);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [name, steps] = process.argv.slice(2);
  const folder = mkdtempSync(join(tmpdir(), "monge-bench-"));
  const { options } = writeCases.find((one) => one.name === name)!;
  // A small file first, which loads what is loaded once.
  await writeRain(join(folder, "x.nc"), rainMaps(), 2, options);
  const before = resident();
  let peak = before;
  const watch = setInterval(() => {
    peak = Math.max(peak, resident());
  }, 5);
  await writeRain(join(folder, "x.nc"), rainMaps(), Number(steps), options);
  clearInterval(watch);
  rmSync(folder, { recursive: true });
  process.stdout.write(`${JSON.stringify({ before, peak: Math.max(peak, resident()) })}\n`);
}
