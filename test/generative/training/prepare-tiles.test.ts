import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { OptionsError } from "../../../engine/errors.ts";
import { type FoundPiece, resolveTileOptions } from "../../../generative/data/tiles/find-tiles.ts";
import { type PreparationRun, preparedPieces } from "../../../generative/training/events/prepare-tiles.ts";
import type { SeenEvent } from "../../../generative/training/events/training-data.ts";
import { eventPlanOf, fittedChoices, openEvents } from "../../../generative/training/from-events.ts";
import { checkedChoices } from "../../../generative/training/plan.ts";
import { train } from "../../../generative/training/train.ts";
import { writeSyntheticRain } from "../../cli/data.ts";
import { assert, refuses, temporaryFolder, test } from "../../harness.ts";

const { at } = temporaryFolder(test);

const small = { seed: 3, steps: 1, batch: 2, crop: 16, tile: 32, threads: 1, network: { baseChannels: 8 } };
const files = ["a.nc", "b.nc", "c.nc"].map(at);
const damaged = at("d.nc");
test.before(async () => {
  for (const [n, path] of files.entries()) {
    await writeSyntheticRain(path, { days: 5 + 3 * n, units: "mm h-1", seed: n });
  }
  writeFileSync(damaged, readFileSync(files[0]!).subarray(0, 3000));
});

/** All that is prepared of three files and a damaged one, by how many pieces of threads, and the error at the end. */
async function prepared(run: Partial<PreparationRun>) {
  const { recorded } = await openEvents([...files, damaged], undefined);
  const choices = checkedChoices({ ...small, validate: { indices: [2, 4] }, every: 2 }, true);
  const plan = eventPlanOf(recorded, fittedChoices(recorded, choices, undefined));
  const seen: SeenEvent[] = [];
  let byThreads = 0;
  const what = { plan, part: "learned" as const, bytes: 3 * 32 * 32 * 4, tile: resolveTileOptions({ size: 32 }) };
  const pieces: FoundPiece[] = [];
  const onPiece = (byThread: boolean) => {
    if (byThread) byThreads++;
  };
  const how = { fields: undefined, readers: 1, signal: undefined, ...run, seen, onPiece };
  const error = await (async () => {
    for await (const piece of preparedPieces(what, how)) pieces.push(piece);
  })().catch((thrown: Error) => ({ ...thrown, name: thrown.name, message: thrown.message }));
  return { made: { pieces, seen, error }, byThreads };
}

test("two threads prepare what one does, in the same order and to the same bits, and end with the same error", async () => {
  const { made, byThreads } = await prepared({});
  assert.ok(made.pieces.length > 6 && made.pieces.some(({ places }) => places.length > 0));
  assert.is(made.seen.length, 3);
  assert.match(made.error!.message, /d\.nc/);
  assert.is(byThreads, 0);
  const two = await prepared({ readers: 2 });
  assert.equal(two.made, made);
  assert.ok(two.byThreads >= 1);
  // Too little memory for a thread to live; with less Node 24 ends the whole process.
  const dead = await prepared({ readers: 2, threadOptions: { resourceLimits: { maxOldGenerationSizeMb: 4 } } });
  assert.equal(dead.made, made);
  assert.is(dead.byThreads, 0);
});

test("the store that several threads fill has the bytes of the one that a single thread fills, and so has the model", async () => {
  const trained = async (readers: number) => {
    const { downscaler } = await train(files, { ...small, readers, tileStore: at(`tiles-${readers}`) });
    const { parameters } = downscaler!;
    await downscaler!.dispose();
    return parameters;
  };
  assert.equal(await trained(2), await trained(1));
  const [one, two] = [1, 2].map((readers) => onlyFile(at(`tiles-${readers}`)));
  assert.equal(two, one);
});

test("an abort ends the threads, leaves no store, and a number of threads that is none is refused by its flag", async () => {
  const stop = new AbortController();
  stop.abort(new Error("enough"));
  const begun = train(files, { ...small, readers: 2, tileStore: at("none"), signal: stop.signal });
  await refuses(begun, /enough/, Error);
  assert.equal(readdirSync(at("none")), []);
  for (const readers of [0, 1.5, 65])
    await refuses(train(files, { ...small, readers }), /readers is .*1 to 64/, OptionsError);
});

function onlyFile(path: string): Buffer {
  const names = readdirSync(path);
  assert.is(names.length, 1);
  return readFileSync(join(path, names[0]!));
}

test.run();
