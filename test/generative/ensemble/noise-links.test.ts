import { OptionsError } from "../../../engine/index.ts";
import type { NoiseLink } from "../../../generative/diffusion/index.ts";
import { allOfFile, cellMap, type LinkOptions, noiseInTime } from "../../../generative/ensemble/index.ts";
import { Field, type LazyField, lazyField } from "../../../io/index.ts";
import { assert, axis, equalBy, evenly, test } from "../../harness.ts";

const [rows, columns] = [24, 32];

/** Rain that moves one row down and two columns to the right a time; times in minutes. */
function film(minutes: readonly number[]): LazyField {
  const values = new Float32Array(minutes.length * rows * columns);
  for (const [t, m] of minutes.entries()) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const [v, u] = [y - m / 5, x - (2 * m) / 5];
        values[(t * rows + y) * columns + x] = Math.max(0, Math.sin(v) * Math.cos(u / 2) + Math.sin(u / 3 + v / 2));
      }
    }
  }
  const line = (name: string, n: number) => axis(name, evenly(n));
  return lazyField(
    new Field({
      ...{ name: "pr", units: "mm h-1", dims: ["time", "y", "x"], shape: [minutes.length, rows, columns], values },
      coordinates: [
        {
          ...{ name: "time", dims: ["time"], values: Float64Array.from(minutes) },
          attributes: { units: "minutes since 2020-01-01", standard_name: "time" },
        },
        { ...line("y", rows), attributes: { axis: "Y" } },
        { ...line("x", columns), attributes: { axis: "X" } },
      ],
    }),
  );
}

const options = (field: LazyField, more: Partial<LinkOptions> = {}): LinkOptions => ({
  ...{
    coherence: "measured",
    measured: { step: 300, share: 0, still: 0, moving: 0.5 },
    cell: 4,
    origin: [0, 0],
    whole: undefined,
    onNotice: undefined,
  },
  async map(position) {
    const { values } = await allOfFile(field, { maps: true }).isel({ time: position }).load();
    return cellMap(values, rows, columns, 1);
  },
  ...more,
});

/** The links of the only part. */
async function linksAt(field: LazyField, o: LinkOptions, place: readonly number[]): Promise<readonly NoiseLink[]> {
  const parts = await noiseInTime(field, o)(place);
  equalBy(parts, ({ share }) => share, [1]);
  return parts[0]!.links;
}

/** Without motions, which are compared by their first values. */
const plain = (links: readonly NoiseLink[]) =>
  links.map(({ frame, correlation, motion }) => [
    frame,
    Number(correlation.toFixed(6)),
    motion?.down.at(400),
    motion?.right.at(400),
  ]);

const regular = film([0, 5, 10, 15, 20, 25, 30, 35]);

test("links reach back while a fiftieth of the noise is left, along a motion in pixels", async () => {
  const links = await linksAt(regular, options(regular), [7]);
  equalBy(links, ({ frame }) => frame, [6, 5, 4, 3, 2, 1]);
  const [first] = links;
  const middle = 12 * columns + 16;
  assert.ok(Math.abs(first!.motion!.down[middle]! - 4) < 1 && Math.abs(first!.motion!.right[middle]! - 8) < 1.5);
  assert.equal(await linksAt(regular, options(regular), [0]), []);
});

test("a part of the times, and a part of the map, have the links of the whole", async () => {
  const all = plain(await linksAt(regular, options(regular), [5]));
  const late = regular.isel({ time: [4, 8] });
  assert.equal(plain(await linksAt(late, options(late, { whole: regular }), [1])), all);
  const corner = regular.isel({ y: [8, 20], x: [4, 30] });
  assert.equal(plain(await linksAt(corner, options(corner), [5])), all);
  const single = regular.isel({ time: 5 });
  assert.equal(plain(await linksAt(single, options(regular, { whole: regular }), [])), all);
});

test("the correlation falls with the time between, in steps of training", async () => {
  const gaps = film([0, 5, 10, 25, 30, 35]);
  const still = { map: undefined };
  const of = async (more: Partial<LinkOptions>) =>
    (await linksAt(gaps, options(gaps, more), [5])).map((l) => l.correlation);
  assert.equal((await of(still)).slice(0, 3), [0.5, 0.5, 0.125]);
  const measured = { step: 600, share: 1, still: 0.25, moving: 0 };
  assert.equal((await of({ measured })).slice(0, 3), [0.5, 0.5, 0.125]);
});

test("times that do not go on end the chain, and without links noise is that of its time", async () => {
  const restart = film([0, 5, 10, 0, 5, 10]);
  equalBy(await linksAt(restart, options(restart, { map: undefined }), [4]), (l) => l.frame, [3]);
});

test("a model without a measurement draws times independently, and says so once", async () => {
  const told: string[] = [];
  const links = noiseInTime(regular, options(regular, { measured: undefined, onNotice: (line) => told.push(line) }));
  assert.equal([await links([3]), told], [[], ["times are drawn independently: the model has no measured coherence"]]);
  assert.throws(
    () => noiseInTime(regular, options(regular, { coherence: 0.6 as unknown as "measured" })),
    (e: Error) => e instanceof OptionsError && /coherence is 0\.6; expected "measured"/.test(e.message),
  );
});

test.run();
