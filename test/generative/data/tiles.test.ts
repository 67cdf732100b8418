import { readFileSync } from "node:fs";
import { DomainError, MongeError, rng } from "../../../engine/index.ts";
import { blockMean } from "../../../engine/numerics/index.ts";
import {
  cutTiles,
  cutTilesAt,
  measureNormalization,
  type RainFrames,
  tilesOf,
} from "../../../generative/data/index.ts";
import { conditionsOf } from "../../../generative/model/index.ts";
import { readField } from "../../../io/index.ts";
import { moreData, testData } from "../../data.ts";
import { assert, close, refuses, test, throws } from "../../harness.ts";

/** 2 frames of 3 x 2 whole tiles of 8 pixels, with a rest at the border that belongs to no tile. */
function frames(paint: (tile: number, pixel: number) => number): RainFrames {
  const [time, height, width] = [2, 27, 20];
  const values = new Float32Array(time * height * width).fill(50);
  for (let frame = 0; frame < time; frame++) {
    for (let row = 0; row < 24; row++) {
      for (let column = 0; column < 16; column++) {
        const tile = frame * 6 + Math.floor(row / 8) * 2 + Math.floor(column / 8);
        values[(frame * height + row) * width + column] = paint(tile, (row % 8) * 8 + (column % 8));
      }
    }
  }
  return { name: "event", values, shape: [time, height, width] };
}

const options = { size: 8 };

test("tiles are sorted into wet, drier, dry, cluttered and gappy, at the documented limits", async () => {
  // 64 pixels a tile: 10 % is 6.4, 1 % is 0.64.
  const wetPixels = [7, 6, 1, 0, 64, 64, 64, 64, 64, 64, 64, 64];
  const event = frames((tile, pixel) => {
    if (tile === 5 && pixel === 63) return Number.NaN;
    if (tile === 6 && pixel === 0) return 200.5;
    if (tile === 7 && pixel === 0) return 200;
    return pixel < wetPixels[tile]! ? 0.1 : 0.0999;
  });
  const archive = await cutTiles([event], rng(1), options);
  const [found] = archive.events;
  // Wet: 0, 4, 7, 8, 9, 10, 11; drier: 1, 2 of which one for every four wet ones is kept.
  assert.equal([found!.wetFound, found!.drierFound, found!.wetKept, found!.drierKept], [7, 2, 7, 1]);
  assert.is(archive.count, 8);
  assert.ok(archive.values.every((v) => v === 0 || v >= Math.fround(0.1)));
  assert.is(archive.values.length, 8 * 64);
});

test("a tile holds exactly the pixels of its place, rates below 0.1 set to 0", async () => {
  const stream = rng(2);
  const event = frames(() => 0.3 * stream.uniform());
  const archive = await cutTiles([event], rng(1), options);
  for (const [n, { frame, row, column }] of archive.events[0]!.places.entries()) {
    for (let y = 0; y < 8; y++) {
      for (let x = 0; x < 8; x++) {
        const rate = event.values[(frame * 27 + row + y) * 20 + column + x]!;
        assert.is(archive.values[n * 64 + y * 8 + x], rate < Math.fround(0.1) ? 0 : rate);
      }
    }
  }
  const again = cutTilesAt(event, archive.events[0]!.places, options);
  assert.equal(again.values, archive.values);
});

test("the choice depends on the seed and the event's name, not on the other events, and obeys the limit", async () => {
  const stream = rng(3);
  const event = frames(() => 5 * stream.uniform());
  const places = async (events: RainFrames[], seed: number) => {
    const { events: found } = await cutTiles(events, rng(seed), options);
    return found.find((e) => e.name === "event")!.places;
  };
  const alone = await places([{ ...event, limit: 5 }], 1);
  assert.is(alone.length, 4); // 80 % of 5, and no drier tiles to add
  const limited = { ...event, limit: 5 };
  assert.equal(await places([{ ...event, name: "other" }, limited], 1), alone);
  assert.not.equal(await places([limited], 2), alone);
});

test("frames without a usable tile, places outside and gaps are refused", async () => {
  const [dry, gaps] = [frames(() => 0), frames(() => Number.NaN)];
  await refuses(cutTiles([dry], rng(1), options), /no tile/, DomainError);
  throws(() => cutTilesAt(dry, [{ frame: 0, row: 20, column: 0 }], options), MongeError, /inside/);
  throws(() => cutTilesAt(gaps, [{ frame: 0, row: 0, column: 0 }], options), MongeError, /has a gap/);
});

test("conditions are the standardised logarithms of bilinear and block-constant rain", () => {
  const coarse = Float32Array.of(0, 4);
  const constants = { factor: 4, sigmaData: 1, conditionMean: 0.5, conditionStd: 2 };
  const { background, condition } = conditionsOf(coarse, 1, 1, 2, constants);
  // Half-pixel centres: between the cell centres at 1.5 and 5.5 the value rises linearly from 0 to 4.
  const bilinear = [0, 0, 0.5, 1.5, 2.5, 3.5, 4, 4];
  for (let i = 0; i < 32; i++) {
    close(background[i]!, Math.log1p(bilinear[i % 8]!), 1e-6);
    close(condition[2 * i]!, (Math.log1p(bilinear[i % 8]!) - 0.5) / 2, 1e-6);
    close(condition[2 * i + 1]!, (Math.log1p(i % 8 < 4 ? 0 : 4) - 0.5) / 2, 1e-6);
  }
});

test("in the unit c conditions are logarithms of 1 + R/c, and without one they have the bits of the unit 1", () => {
  const coarse = Float32Array.of(0, 0.1, 4, 70);
  const constants = { factor: 2, sigmaData: 1, conditionMean: 0, conditionStd: 1 };
  const { background, condition } = conditionsOf(coarse, 1, 2, 2, { ...constants, unit: 0.3 });
  const plain = conditionsOf(coarse, 1, 2, 2, constants);
  assert.equal(conditionsOf(coarse, 1, 2, 2, { ...constants, unit: 1 }), plain);
  for (const [i, u] of background.entries()) {
    close(u, Math.log1p(Math.expm1(plain.background[i]!) / 0.3), 1e-5);
    const block = coarse[2 * (i >> 3) + ((i & 3) >> 1)]!;
    close(condition[2 * i + 1]!, Math.log1p(block / 0.3), 1e-5);
  }
});

test("the measured unit is the lower quartile of what is wet, in two digits, and the constants are those of that unit", () => {
  // A quarter of the pixels is dry; the wet ones are 0.011, 0.022, …: their lower quartile is 0.011 (1 + 191/4).
  const values = Float32Array.from({ length: 256 }, (_, i) => (i % 4 === 0 ? 0 : 0.011 * (i - Math.floor(i / 4))));
  const archive = tilesOf(values, 16);
  const measured = measureNormalization(archive, 4, rng(1), "measured");
  assert.is(measured.unit, 0.54);
  assert.equal(measureNormalization(archive, 4, rng(1), 0.54), measured);
  const byUnit = values.map((v) => v / 0.54);
  const scaled = tilesOf(byUnit, 16);
  const { unit, ...plain } = measureNormalization(scaled, 4, rng(1));
  assert.is(unit, undefined);
  close(measured.sigmaData, plain.sigmaData, 1e-5);
  close(measured.conditionMean, plain.conditionMean, 1e-5);
  assert.throws(() => measureNormalization(archive, 4, rng(1), 0), /unit is 0; expected mm\/h above 0/);
  const dry = tilesOf(new Float32Array(256), 16);
  assert.throws(() => measureNormalization(dry, 4, rng(1), "measured"), /no tile has rain/);
});

test("measured constants standardise the tiles they were measured on", () => {
  const stream = rng(6);
  const values = Float32Array.from({ length: 4 * 256 }, () => Math.max(0, Math.expm1(2 * stream.normal())));
  const archive = tilesOf(values, 16);
  const constants = measureNormalization(archive, 4, rng(1));
  const { background, condition } = conditionsOf(blockMean(values, 4, 16, 16, 4), 4, 4, 4, constants);
  const moments = (v: number[]) => {
    const mean = v.reduce((a, b) => a + b, 0) / v.length;
    return [mean, Math.sqrt(v.reduce((a, b) => a + (b - mean) ** 2, 0) / (v.length - 1))] as const;
  };
  const first = moments([...condition].filter((_, i) => i % 2 === 0));
  close(first[0], 0, 1e-5);
  close(first[1], 1, 1e-5);
  close(moments([...values].map((r, i) => Math.log1p(r) - background[i]!))[1], constants.sigmaData, 1e-5);
});

// Counts and places found by numpy on the packed integers: test/oracles/radar_tiles.py.
interface Row
  extends Record<
    "factor" | "step" | "frames" | "height" | "width" | "wet" | "drier" | "wetKept" | "drierKept",
    number
  > {
  readonly file: string;
  readonly places?: readonly (readonly [number, number, number])[];
}
const radarTable = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../oracles/${name}.json`, import.meta.url), "utf8")) as Row[];

async function read(path: string, { file, factor, frames, height, width }: Row, limit: number): Promise<RainFrames> {
  const field = await readField(path, { variable: "pr" });
  assert.equal([...field.shape], [frames, height, width]);
  const values = new Float32Array(field.values).map((v) => v * factor);
  return { name: file, values, shape: [frames, height, width], limit };
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

for (const row of radarTable("radar-tiles-cut")) {
  test(`${row.file} has the tiles that numpy counts in its packed integers`, async () => {
    await hasTilesOf(row, testData(`radar/${row.file}`), row.file.startsWith("fmi_2016") ? 100 : 2500);
  });
}

// One training event and one held-out one of the whole archives; the rest would take longer, not test more.
for (const row of radarTable("radar-tiles").filter(({ file }) => file.startsWith("mch_"))) {
  test(`${row.file}, whole, has the tiles that numpy counts in its packed integers`, async () => {
    const path = moreData(`radar/${row.file}`);
    if (path !== undefined) await hasTilesOf(row, path, 2500);
  });
}

test.run();
