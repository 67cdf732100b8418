/** Members that are drawn after their own field of the time before, which are measured against the library's model. */
import { filmOf, frameOf, type MapMotion, moved } from "../../../bench/previous-field/film.ts";
import { archiveOf, trainPrevious } from "../../../bench/previous-field/models.ts";
import { rng } from "../../../engine/index.ts";
import { blockMean } from "../../../engine/numerics/index.ts";
import { Field } from "../../../io/index.ts";
import { assert, test } from "../../harness.ts";

const side = 64;
const region = { top: 0, left: 0, height: side, width: side };

/** Motion by the same pixels everywhere. */
function even(down: number, right: number): MapMotion {
  const cells = (side / 4) ** 2;
  return {
    down: new Float32Array(cells).fill(down / 4),
    right: new Float32Array(cells).fill(right / 4),
    columns: side / 4,
  };
}

test("a map moves by whole pixels as it is, and nothing is known where rain comes in", () => {
  const rain = Float32Array.from(rng(1).normal(new Float32Array(side * side)), Math.exp);
  const along = moved(rain, region, even(1, -2), region, 0.5);
  for (let y = 0, i = 0; y < side; y++) {
    for (let x = 0; x < side; x++, i++) {
      const [row, column] = [y - 1, x + 2];
      // Interpolation asks for the next row and column, too.
      if (row < 0 || row + 1 >= side || column + 1 >= side) assert.ok(Number.isNaN(along[i]!), `${y}, ${x}`);
      else assert.is(along[i], Math.fround(Math.log1p(rain[row * side + column]! / 0.5)));
    }
  }
});

/** Texture of single pixels under showers of some cells, two pixels to the right each time. */
function drifting(): Field {
  const [times, width] = [8, 128];
  const texture = rng(3).normal(new Float32Array(width * width));
  const showers = (y: number, x: number) => 2.5 + Math.sin(x / 9) + Math.cos(y / 13 + x / 40);
  const values = Float32Array.from({ length: times * width * width }, (_, i) => {
    const [t, y, x] = [Math.floor(i / width ** 2), Math.floor(i / width) % width, i % width];
    const from = x - 2 * t;
    return showers(y, from) * Math.exp(texture[y * width + ((from + width) % width)]!);
  });
  return new Field({ name: "pr", units: "mm h-1", dims: ["time", "y", "x"], shape: [times, width, width], values });
}

test("rain that only moves is drawn as it was where the field before is given, and conserves block means", async () => {
  const film = filmOf(drifting());
  const { right } = film.motion(3);
  assert.ok(Math.abs(right[right.length / 2 + 16]! - 0.5) < 0.15, `moves by ${right[right.length / 2 + 16]} cells`);
  const recipe = { seed: 1, steps: 120, batch: 4, crop: 16, network: { baseChannels: 8 }, masked: 0.2, noise: 0 };
  const model = await trainPrevious(await archiveOf(film), recipe);
  const truth = frameOf(film.field, 5);
  const coarse = blockMean(truth, 1, 128, 128, 4);
  const moment = { region: film.map, coarse, time: 5, noise: [] };
  const options = { seed: 4, members: 2, evaluations: 4 };
  const before = moved(frameOf(film.field, 4), film.map, film.motion(5), film.map, model.unit);
  const error = (drawn: Float32Array) => {
    let sum = 0;
    for (const [i, v] of truth.entries()) {
      sum += (Math.log1p(v) - (Math.log1p(drawn[i]!) + Math.log1p(drawn[truth.length + i]!)) / 2) ** 2;
    }
    return sum;
  };
  const alone = await model.draw(moment, options);
  const given = await model.draw(moment, options, before);
  const each = await model.draw(moment, options, [before, before]);
  assert.equal(each, given);
  assert.ok(error(given) < 0.7 * error(alone), `${error(given)} with the field before, ${error(alone)} without`);
  for (const [i, mean] of blockMean(given, 2, 128, 128, 4).entries()) {
    const wanted = coarse[i % coarse.length]!;
    assert.ok(Math.abs(mean - wanted) <= 1e-5 * wanted, `${mean} for ${wanted}`);
  }
  await model.dispose();
});

test.run();
