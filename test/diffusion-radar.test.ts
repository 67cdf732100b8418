import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { rng } from "../engine/rng.ts";
import { measureNormalization } from "../generative/archive/conditions.ts";
import { cutTiles, cutTilesAt, type RainFrames } from "../generative/archive/tiles.ts";
import { readField } from "../io/read.ts";

// Counts and places found by numpy on the packed integers: test/oracles/radar_tiles.py.
interface Row {
  readonly file: string;
  readonly factor: number;
  readonly step: number;
  readonly frames: number;
  readonly height: number;
  readonly width: number;
  readonly wet: number;
  readonly drier: number;
  readonly wetKept: number;
  readonly drierKept: number;
  readonly places?: readonly (readonly [number, number, number])[];
}
const table = JSON.parse(readFileSync(new URL("./oracles/radar-tiles.json", import.meta.url), "utf8")) as Row[];
const folder = new URL("../../shared/data/radar/", import.meta.url);

async function read({ file, factor, frames, height, width }: Row, limit: number): Promise<RainFrames> {
  const field = await readField(fileURLToPath(new URL(file, folder)), { variable: "pr" });
  assert.equal([...field.shape], [frames, height, width]);
  const values = new Float32Array(field.values).map((v) => v * factor);
  return { name: file, values, time: frames, height, width, limit };
}

// One training event and one held-out one; the rest would take longer, not test more.
const files = ["mch_20150515.nc", "mch_20160711.nc"];
for (const row of table.filter(({ file }) => files.includes(file))) {
  if (!existsSync(new URL(row.file, folder))) {
    console.log(`SKIP radar tiles of ${row.file}: no ${folder.pathname}`);
    continue;
  }
  test(`${row.file} has the tiles that numpy counts in its packed integers`, async () => {
    const event = await read(row, 2500);
    const archive = await cutTiles([event], rng(1));
    const [found] = archive.events;
    assert.equal([found!.wetFound, found!.drierFound], [row.wet, row.drier]);
    if (row.places === undefined) {
      assert.equal([found!.wetKept, found!.drierKept], [row.wetKept, row.drierKept]);
      // Standard deviation of ln(1 + R) about the bilinear field: 0.13 over all events; a unit error would show.
      const { sigmaData } = measureNormalization(archive, 4, rng(1));
      assert.ok(sigmaData > 0.08 && sigmaData < 0.25, `${sigmaData}`);
      return;
    }
    const places = row.places.map(([frame, top, left]) => ({ frame, row: top, column: left }));
    const held = cutTilesAt(event, places);
    assert.is(held.count, 32);
    const share = (n: number) => held.values.subarray(n * 4096, (n + 1) * 4096).filter((v) => v > 0).length / 4096;
    assert.ok(Array.from({ length: 26 }, (_, n) => share(n)).every((s) => s >= 0.1));
    assert.ok(Array.from({ length: 6 }, (_, n) => share(26 + n)).every((s) => s >= 0.01 && s < 0.1));
  });
}

test.run();
