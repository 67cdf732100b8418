/** NetCDF-4 files that HDF5 refuses, as they come from a broken copy or a broken disk. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Field, openGrid, writeNetcdf } from "../../../io/index.ts";
import { assert } from "../../harness.ts";

/** One sound file, and two that are refused: one when it is opened, one when its groups are listed. */
export interface Damaged {
  readonly sound: string;
  readonly refused: readonly string[];
}

/** Writes them into a folder. */
export async function damagedFiles(folder: string): Promise<Damaged> {
  const sound = join(folder, "sound.nc");
  const field = new Field({
    name: "pr",
    dims: ["y", "x"],
    shape: [3, 4],
    values: Float32Array.from({ length: 12 }, (_, i) => i / 4),
    units: "mm",
    coordinates: [],
  });
  await writeNetcdf(sound, field);
  const bytes = readFileSync(sound);
  const cut = join(folder, "cut.nc");
  writeFileSync(cut, bytes.subarray(0, bytes.length / 2));
  const inner = join(folder, "inner.nc");
  for (let at = bytes.indexOf("OHDR"); at < bytes.length; at++) {
    writeFileSync(inner, Buffer.concat([bytes.subarray(0, at), Buffer.alloc(8, 0xfe), bytes.subarray(at + 8)]));
    if (/structure cannot be read/.test(await outcome(inner))) return { sound, refused: [cut, inner] };
  }
  throw new Error("no damage of the structure was found");
}

async function outcome(path: string): Promise<string> {
  try {
    (await openGrid(path)).close();
    return "opened";
  } catch (error) {
    return String(error);
  }
}

/** Opens refused files `times` times, then the sound one. */
export async function openMany({ sound, refused }: Damaged, times: number): Promise<void> {
  const held = await openGrid(sound);
  for (let i = 0; i < times; i++) {
    const path = refused[i % refused.length]!;
    const said = await outcome(path);
    assert.match(said, /truncated or damaged|structure cannot be read/, `opening ${i}`);
  }
  assert.is(await outcome(sound), "opened", `after ${times} refused files`);
  const after = await openGrid(sound);
  const expected = Float32Array.from({ length: 12 }, (_, i) => i / 4);
  for (const source of [held, after]) {
    assert.equal(await source.read("pr"), expected);
    source.close();
  }
}
