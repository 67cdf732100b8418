/** Fields with a sea: what is missing stays missing, nothing else becomes so, and scores say what they are over. */

import { coarsen, type Field, readField, writeNetcdf } from "../../io/index.ts";
import { moreData } from "../data.ts";
import { assert, temporaryFolder, test } from "../harness.ts";
import { writeSyntheticRain } from "./data.ts";
import { writeUntrainedModel } from "./model.ts";
import { line, mongeDone } from "./run.ts";

const { at } = temporaryFolder(test);
const quick = ["--evaluations", "2", "--members", "2", "--threads", "1", "--interval", "86400"];
/** Rows and columns below a diagonal are sea. */
const isSea = (row: number, column: number) => row + column < 13;

function withSea(field: Field): Field {
  const [height, width] = field.shape.slice(-2) as [number, number];
  const values = field.values.map((v, i) => {
    return isSea(Math.floor((i % (height * width)) / width), i % width) ? Number.NaN : v;
  });
  return field.with({ values });
}

test.before(async () => {
  const whole = await writeSyntheticRain(at("whole.nc"), { days: 2, units: "mm" });
  await writeNetcdf(at("fine.nc"), withSea(whole));
  await writeNetcdf(at("coarse.nc"), withSea(coarsen(whole, 2)));
  await writeUntrainedModel(at("model.safetensors"), 2);
});

async function downscaled(input: string, ...more: readonly string[]) {
  const output = at(`out-${more.length}.nc`);
  const args = line`downscale ${at("model.safetensors")} ${input} -o ${output} --overwrite --missing propagate ${quick} ${more}`;
  const { stdout } = await mongeDone(...args);
  return { out: await readField(output), stdout };
}

test("the fine pixels of a missing coarse cell are missing, and no others", async () => {
  const { out } = await downscaled(at("coarse.nc"));
  for (const [i, v] of out.values.entries()) {
    const [row, column] = [Math.floor((i % 1024) / 32), i % 32];
    assert.is(Number.isNaN(v), isSea(Math.floor(row / 2), Math.floor(column / 2)), `${row}, ${column}`);
  }
});

test("of a fine field that is coarsened first, the pixels that were missing are missing, and no others; scores say so", async () => {
  const { out, stdout } = await downscaled(at("fine.nc"), "--coarsen", "--score", "--json");
  for (const [i, v] of out.values.entries())
    assert.is(Number.isNaN(v), isSea(Math.floor((i % 1024) / 32), i % 32), `pixel ${i}`);
  const { coverage } = JSON.parse(stdout);
  const there = 2 * (1024 - (13 * 14) / 2);
  assert.equal([coverage.times, coverage.cells, coverage.gaps.truth], [[2, 2], [there, there], 13 * 14]);
  const told = await downscaled(at("fine.nc"), "--coarsen", "--score");
  assert.match(told.stdout, /scored: 2 of 2 times, 1866 of 1866 values \(100\.0 %\)\n$/);
});

test("without gaps the scores are over all", async () => {
  const { stdout } = await downscaled(at("whole.nc"), "--coarsen", "--score");
  assert.match(stdout, /scored: 2 of 2 times, 2048 of 2048 values \(100\.0 %\)\n$/);
});

test("E-OBS, coarsened and drawn again, has its own cells: none of the land beyond whole blocks is lost, and its grid is its own", async () => {
  const path = moreData("pairs/eobs_iberia_pr.nc");
  if (path === undefined) return;
  const { out } = await downscaled(path, "--coarsen", "--time", "0:2");
  const input = await readField(path, { time: [0, 2] });
  assert.equal(out.shape.slice(-2), input.shape.slice(-2));
  const plane = 19 * 29;
  for (const [i, v] of out.values.entries()) {
    const time = Math.floor(i / (plane * (out.values.length / input.values.length)));
    assert.is(Number.isNaN(v), Number.isNaN(input.values[time * plane + (i % plane)]), `pixel ${i}`);
  }
  for (const dim of input.dims.slice(-2)) {
    const [own, given] = [out.coordinate(dim)!.values, input.coordinate(dim)!.values];
    assert.is(own.length, given.length);
    for (const [i, v] of own.entries()) assert.ok(Math.abs(v - given[i]!) < 1e-4, `${dim} ${i}: ${v}, ${given[i]}`);
  }
});

test("the coasts of E-OBS keep their share of valid cells", async () => {
  const path = moreData("pairs/eobs_iberia_pr.nc");
  if (path === undefined) return;
  const { out } = await downscaled(path, "--time", "0:3");
  const input = await readField(path, { time: [0, 3] });
  const share = (field: Field) => 1 - field.countMissing() / field.values.length;
  assert.is(share(out), share(input));
});

test.run();
