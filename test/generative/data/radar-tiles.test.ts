import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { rng } from "../../../engine/random/rng.ts";
import { measureNormalization } from "../../../generative/data/tiles/measure.ts";
import { cutTiles, cutTilesAt, type RainFrames } from "../../../generative/data/tiles/tiles.ts";
import { readField } from "../../../io/dataset/read.ts";
import { moreData, testData } from "../../data.ts";

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
const table = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../oracles/${name}.json`, import.meta.url), "utf8")) as Row[];

async function read(path: string, { file, factor, frames, height, width }: Row, limit: number): Promise<RainFrames> {
  const field = await readField(path, { variable: "pr" });
  assert.equal([...field.shape], [frames, height, width]);
  const values = new Float32Array(field.values).map((v) => v * factor);
  return { name: file, values, time: frames, height, width, limit };
}

async function hasTilesOf(row: Row, path: string, limit: number): Promise<void> {
  const event = await read(path, row, limit);
  const archive = await cutTiles([event], rng(1));
  const [found] = archive.events;
  assert.equal([found!.wetFound, found!.drierFound], [row.wet, row.drier]);
  if (row.places === undefined) {
    assert.equal([found!.wetKept, found!.drierKept], [row.wetKept, row.drierKept]);
    // Standard deviation of ln(1 + R) about the bilinear field: 0.13 over all events, less where rain is light; rates read
    // as sums of five minutes would give a tenth.
    const { sigmaData } = measureNormalization(archive, 4, rng(1));
    assert.ok(sigmaData > 0.04 && sigmaData < 0.3, `${sigmaData}`);
    return;
  }
  const places = row.places.map(([frame, top, left]) => ({ frame, row: top, column: left }));
  const held = cutTilesAt(event, places);
  assert.is(held.count, 32);
  const share = (n: number) => held.values.subarray(n * 4096, (n + 1) * 4096).filter((v) => v > 0).length / 4096;
  assert.ok(Array.from({ length: 26 }, (_, n) => share(n)).every((s) => s >= 0.1));
  assert.ok(Array.from({ length: 6 }, (_, n) => share(26 + n)).every((s) => s >= 0.01 && s < 0.1));
}

for (const row of table("radar-tiles-cut")) {
  test(`${row.file} has the tiles that numpy counts in its packed integers`, async () => {
    await hasTilesOf(row, testData(`radar/${row.file}`), row.file.startsWith("fmi_2016") ? 100 : 2500);
  });
}

// One training event and one held-out one of the whole archives; the rest would take longer, not test more.
for (const row of table("radar-tiles").filter(({ file }) => file.startsWith("mch_"))) {
  test(`${row.file}, whole, has the tiles that numpy counts in its packed integers`, async () => {
    const path = moreData(`radar/${row.file}`);
    if (path !== undefined) await hasTilesOf(row, path, 2500);
  });
}

test.run();
