/** One pass over the points against compiled graphs, on random networks, equations and numbers of points. Skipped without the machine's BLAS. */
import { type Rng, rng } from "../../../engine/index.ts";
import { systemBlas } from "../../../engine/system/index.ts";
import {
  call,
  coordinate,
  data,
  type Expression,
  laplacian,
  number,
  partial,
} from "../../../equations/expression/index.ts";
import { mlp, sum } from "../../../solvers/index.ts";
import { networkProgram } from "../../../solvers/network/index.ts";
import {
  fusedRows,
  leastSquaresProgram,
  type Model,
  parameterCount,
  type RowGroup,
} from "../../../solvers/residual/index.ts";
import { assert, test } from "../../harness.ts";

const blas = systemBlas();
const unless = blas ? test : test.skip;
if (!blas) console.log("SKIP one pass over the points: koffi or a library is missing");

/** Draws by name, so that one more draw moves no other. */
class Draws {
  readonly #rng: Rng;
  #count = 0;
  constructor(seed: Rng) {
    this.#rng = seed;
  }
  share(): number {
    return this.#rng.split(`${this.#count++}`).uniform(1)[0]!;
  }
  whole(least: number, most: number): number {
    return least + Math.floor(this.share() * (most - least + 1));
  }
  of<T>(all: readonly T[]): T {
    return all[this.whole(0, all.length - 1)]!;
  }
}

/** A layer or a sum of networks; some layers are narrower than a product of the library, some odd. */
function networkOf(draws: Draws, dimension: number) {
  const perceptron = () =>
    mlp({
      depth: draws.whole(1, 4),
      width: draws.of([1, 2, 3, 4, 5, 8, 8, 13]),
      ...(draws.share() < 0.2 && { fourier: [new Array<number>(dimension).fill(1)] }),
      ...(draws.share() < 0.2 && { squares: true }),
    });
  const kind = draws.share();
  return kind < 0.6 ? perceptron() : sum({ parts: Array.from({ length: draws.whole(2, 3) }, perceptron) });
}

/** A formula of the unknowns, their derivatives, coordinates and data whose values stay moderate. */
function formulaOf(draws: Draws, unknowns: number, dimension: number, depth: number): Expression {
  const below = () => formulaOf(draws, unknowns, dimension, depth - 1);
  if (depth === 0) {
    const order = new Array<number>(dimension).fill(0);
    for (let k = draws.whole(0, 2); k > 0; k--) order[draws.whole(0, dimension - 1)]!++;
    const unknown = draws.whole(0, unknowns - 1);
    return draws.of<() => Expression>([
      () => partial(unknown, order),
      () => partial(unknown, order),
      () =>
        laplacian(
          unknown,
          order.map((_, axis) => axis),
          dimension,
        ),
      () => coordinate(draws.whole(0, dimension - 1)),
      () => number(draws.share() - 0.5),
      () => data("source"),
    ])();
  }
  const bounded = () => call("tanh", below());
  return draws.of<() => Expression>([
    () => call(draws.of(["add", "sub", "min", "max"] as const), below(), below()),
    () => call("mul", bounded(), below()),
    () => call("div", below(), call("add", number(2), call("square", below()))),
    () => call(draws.of(["exp", "sin", "cos"] as const), bounded()),
    () => call("if", below(), below(), below()),
    () => call(draws.of(["abs", "neg", "square", "tanh"] as const), below()),
    () => call("pow", bounded(), number(draws.of([2, 3]))),
    () => call(draws.of(["sqrt", "log"] as const), call("add", number(1.5), call("square", bounded()))),
  ])();
}

function problemOf(seed: number) {
  const draws = new Draws(rng(seed));
  const [dimension, unknowns] = [draws.whole(1, 3), draws.whole(1, 2)];
  const box = { low: new Array<number>(dimension).fill(-1), high: new Array<number>(dimension).fill(1.5) };
  const model: Model = {
    ...{ dimension, network: networkProgram(networkOf(draws, dimension), box, unknowns) },
    ansatz: draws.share() < 0.5 ? [{ lift: call("exp", coordinate(0)), distance: coordinate(dimension - 1) }] : [],
    ...{ constants: {}, trainable: [] },
  };
  const groups = Array.from({ length: draws.whole(1, 3) }, (_, i): RowGroup => {
    // Each sees the network: what does not is for graphs.
    const residuals = Array.from({ length: draws.whole(1, 2) }, () =>
      call("add", partial(0, new Array<number>(dimension).fill(0)), formulaOf(draws, unknowns, dimension, 3)),
    );
    return { name: `group ${i}`, count: draws.of([1, 2, 3, 4, 5, 7, 127, 129, 260]), residuals, data: ["source"] };
  });
  const points = groups.map(({ count }, i) => ({
    points: rng(seed)
      .split(`points ${i}`)
      .uniform(count * dimension)
      .map((v) => 2.5 * v - 1),
    rootWeights: rng(seed).split(`weights ${i}`).uniform(count),
    data: rng(seed).split(`data ${i}`).uniform(count),
  }));
  return { model, groups, points, theta: Float64Array.from(model.network.initial(rng(seed).split("theta"))) };
}

const largest = (a: Float64Array) => a.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
const apart = (a: Float64Array, b: Float64Array) => {
  assert.is(a.length, b.length);
  return a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i]!)), 0) / Math.max(1, largest(b));
};

/** How many of them have a pass. */
async function compared(seeds: readonly number[]): Promise<number> {
  let passes = 0;
  for (const seed of seeds) {
    const { model, groups, points, theta } = problemOf(seed);
    const pass = fusedRows(model, groups, blas!);
    if (!pass) continue;
    passes++;
    const graph = leastSquaresProgram(model, groups);
    graph.setPoints(points);
    pass.setPoints(points);
    const expected = await graph.linearize(theta);
    const [first, alone, again] = Array.from({ length: 3 }, () => new Float64Array(graph.rows)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    pass.residual(theta, alone);
    const jacobian = pass.jacobian(theta, first).jacobian.slice();
    assert.ok(apart(first, expected.rows) < 1e-12, `rows of ${seed}: ${apart(first, expected.rows)}`);
    assert.equal(alone, first, `rows alone of ${seed}`);
    assert.ok(apart(jacobian, expected.jacobian) < 1e-12, `Jacobian of ${seed}: ${apart(jacobian, expected.jacobian)}`);
    assert.is(jacobian.length, graph.rows * parameterCount(model));
    // Other threads and what was left in memory change no bit.
    blas!.useThreads(2);
    pass.residual(
      theta.map((v) => 2 * v),
      again,
    );
    assert.equal(pass.jacobian(theta, again).jacobian, jacobian, `Jacobian of ${seed} again`);
    assert.equal(again, first, `rows of ${seed} again`);
    blas!.useThreads(1);
    await graph.dispose();
  }
  return passes;
}

const seeds = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);

unless(
  "rows and Jacobian in one pass are those of the graph for random networks, equations and numbers of points",
  async () => {
    const passes = await compared(seeds(0, Number(process.env["MONGE_RANDOM_PASSES"] ?? 24)));
    assert.ok(passes >= 12, `${passes} of them have a pass`);
  },
);

test.run();
