/**
 * Tiles that are decoded and cut by one thread and by several: time of the clock and of processors, and whether the stores are equal.
 *
 * `node --import tsx --conditions=source bench/preparing.ts [--files 4] [--frames 24] [--readers 1,2,1,2]`
 *
 * Files are NetCDF-4 of showers on 1024 x 1024 cells, deflated.
 */
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { hashSources } from "../generative/data/sources.ts";
import { syntheticPairs } from "../generative/synthetic/index.ts";
import { takeTiles } from "../generative/training/events/take-tiles.ts";
import { eventPlanOf, fittedChoices, openEvents } from "../generative/training/from-events.ts";
import { rng } from "../index.ts";
import { writeField } from "../io/dataset/index.ts";
import { Field } from "../io/field/index.ts";
import { describeMachine } from "./machine.ts";

const { values: asked } = parseArgs({
  options: {
    files: { type: "string", default: "4" },
    frames: { type: "string", default: "24" },
    readers: { type: "string", default: "1,2,1,2" },
  },
});

const SIDE = 1024;
const folder = mkdtempSync(join(tmpdir(), "preparing-"));

async function write(path: string, frames: number, seed: number): Promise<void> {
  const { values: showers } = syntheticPairs({ seed, times: 8, height: 256, width: 256 }).fine;
  const values = new Float32Array(frames * SIDE * SIDE);
  for (let frame = 0; frame < frames; frame++) {
    for (let patch = 0; patch < 16; patch++) {
      if ((patch * 7 + frame) % 5 > 1) continue;
      const day = (patch + 3 * frame) % 8;
      const [top, left] = [256 * (patch >> 2), 256 * (patch & 3)];
      for (let row = 0; row < 256; row++) {
        const from = (day * 256 + row) * 256;
        values.set(Float32Array.from(showers.subarray(from, from + 256)), (frame * SIDE + top + row) * SIDE + left);
      }
    }
  }
  const along = (name: string, n: number, step: number, attributes: Readonly<Record<string, string>>) => ({
    ...{ name, dims: [name], attributes },
    values: Float64Array.from({ length: n }, (_, i) => i * step),
  });
  const place = (name: string) =>
    along(name, SIDE, 1000, { units: "m", standard_name: `projection_${name}_coordinate` });
  const time = along("time", frames, 300, { units: "seconds since 2000-01-01", standard_name: "time" });
  const coordinates = [time, place("y"), place("x")];
  const shape = [frames, SIDE, SIDE];
  await writeField(
    path,
    new Field({ name: "pr", dims: ["time", "y", "x"], shape, values, units: "mm h-1", coordinates }),
  );
}

const paths = Array.from({ length: Number(asked.files) }, (_, n) => join(folder, `${n}.nc`));
for (const [n, path] of paths.entries()) await write(path, Number(asked.frames), n);
const onDisk = paths.reduce((sum, path) => sum + statSync(path).size, 0);
console.log(JSON.stringify(await describeMachine()));
const values = (paths.length * Number(asked.frames) * SIDE * SIDE * 4) / 1e9;
console.log(`${values.toFixed(2)} GB of values in ${paths.length} files of ${(onDisk / 1e6).toFixed(0)} MB`);
const opened = await openEvents(paths, undefined);
const plan = eventPlanOf(opened.recorded, fittedChoices(opened.recorded, {}, undefined));
const hashes = await hashSources({ paths: plan.data, given: [] });
for (const [n, readers] of asked.readers.split(",").map(Number).entries()) {
  const store = join(folder, `tiles-${n}`);
  const [began, before] = [performance.now(), process.cpuUsage()];
  const how = { plan, hashes, store, readers, fields: undefined, signal: undefined, unchanged: () => {} };
  const { tiles } = await takeTiles({ part: "learned", rng: rng(1) }, how);
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - began) / 1e3;
  if ("close" in tiles) tiles.close();
  const [file] = readdirSync(store);
  const hash = createHash("sha256")
    .update(readFileSync(join(store, file!)))
    .digest("hex");
  const peak = process.resourceUsage().maxRSS / 1024;
  console.log(
    `${readers} readers: ${seconds.toFixed(1)} s, ${((user + system) / 1e6).toFixed(1)} s of processors, ${tiles.count} tiles, store ${hash.slice(0, 12)}, peak so far ${peak.toFixed(0)} MB`,
  );
}
rmSync(folder, { recursive: true });
