/** How fast is one step of a physics-informed network in double precision, against PyTorch's best of its ways? */
import { availableParallelism } from "node:os";
import { compile } from "../../engine/tensors/compile.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { constant } from "../../engine/tensors/trace.ts";
import { uniform64 } from "../inputs.ts";
import { type Bench, interleave, ours, resultOf } from "../measure.ts";
import { agreement, type Peer, type SharedTensor, startPeer } from "../peer.ts";
import type { Prepare, PrepareOptions } from "../prepared.ts";

const [points, width, depth] = [2000, 64, 4];
const widths = [2, ...new Array<number>(depth).fill(width), 1];

type Jet = [value: tf.Tensor, dx: tf.Tensor, dy: tf.Tensor, laplacian: tf.Tensor];

/**
 * tanh of a jet (z, ∂x, ∂y, Δ), with derivatives seeded by √2 so that a factor 2 vanishes: with h = tanh z, s = 1 − h²,
 * the result is (h, s∂x, s∂y, s(Δ − h(∂x² + ∂y²))). The derivatives of the first layer are rows [1, width], its
 * Laplacian is none.
 */
function tanhJet(z: tf.Tensor, dx: tf.Tensor, dy: tf.Tensor, laplacian?: tf.Tensor): Jet {
  const h = tf.tanh(z);
  const s = tf.sub(1, tf.square(h));
  const bend = tf.mul(h, tf.add(tf.square(dx), tf.square(dy)));
  const inner = laplacian ? tf.sub(laplacian, bend) : tf.neg(bend);
  return [h, tf.mul(s, dx), tf.mul(s, dy), tf.mul(s, inner)];
}

/** Mean square of Δu + u + f over a share of the points, times that share; four products a layer, nothing glued. */
function loss(x: tf.Tensor, f: tf.Tensor, p: readonly tf.Tensor[]): tf.Scalar {
  const times = (a: tf.Tensor, layer: number) => tf.matMul(a as tf.Tensor2D, p[2 * layer] as tf.Tensor2D);
  const biased = (a: tf.Tensor, layer: number) => tf.add(times(a, layer), p[2 * layer + 1]!);
  const seeds = tf.mul(p[0]!, constant(Math.SQRT2));
  let jet = tanhJet(biased(x, 0), tf.slice(seeds, [0, 0], [1, width]), tf.slice(seeds, [1, 0], [1, width]));
  for (let i = 1; i < depth; i++) {
    jet = tanhJet(biased(jet[0], i), times(jet[1], i), times(jet[2], i), times(jet[3], i));
  }
  // Δu + u needs one product at the output.
  const residual = tf.add(biased(tf.add(jet[0], jet[3]), depth), f);
  return tf.div(tf.sum(tf.square(residual)), points) as tf.Scalar;
}

/**
 * Loss and all parameter gradients. The points go through in `parts`, one after the other, so that the arrays of one
 * layer stay in the cache: the sums are the same.
 */
const step =
  (parts: number) =>
  (x: tf.Tensor, f: tf.Tensor, ...parameters: tf.Tensor[]): tf.Tensor[] => {
    const n = points / parts;
    const sums = Array.from({ length: parts }, (_, k) => {
      const [xk, fk] = [tf.slice(x, [k * n, 0], [n, 2]), tf.slice(f, [k * n, 0], [n, 1])];
      const { value, grads } = tf.valueAndGrads((...p: tf.Tensor[]) => loss(xk, fk, p))(parameters);
      return [value as tf.Tensor, ...grads];
    });
    return sums.reduce((total, part) => total.map((t, i) => tf.add(t, part[i]!)));
  };

async function prepare(parts: number, options: PrepareOptions) {
  const inputs: SharedTensor[] = [
    uniform64("points", [points, 2], -0.5, 0.5),
    uniform64("source", [points, 1], -0.5, 0.5),
    ...widths
      .slice(1)
      .flatMap((to, i) => [
        uniform64(`weight${i}`, [widths[i]!, to], -0.5, 0.5),
        uniform64(`bias${i}`, [to], -0.5, 0.5),
      ]),
  ];
  const arrays = inputs.map((t) => t.values as Float64Array);
  const compiled = await compile(step(parts), inputs, { precision: "float64", name: "pinn step", ...options });
  const into = compiled.outputs.map((o) => new Float64Array(o.shape.reduce((a, b) => a * b, 1)));
  return {
    inputs,
    run: () => compiled.run(arrays, { into }),
    value: () => into[0]![0]!,
    dispose: () => compiled.dispose(),
  };
}

export const preparePinnStep: Prepare = (options) => prepare(2, options);

export const pinnStep: Bench = {
  name: "pinn-step",
  question:
    "PINN step in float64 (2-64-64-64-64-1, 2000 points, Laplacian): loss and gradients, best of 1 and 2 threads each",
  async run({ threads, quick, say }) {
    const counts = [...new Set([1, Math.max(threads, Math.min(2, availableParallelism()))])];
    const mine = await Promise.all(
      counts.flatMap((n) => [1, 2, 4].map(async (parts) => ({ n, parts, ...(await prepare(parts, { threads: n })) }))),
    );
    const peers: Peer[] = [];
    for (const n of counts) {
      const peer = await startPeer("pinn_step.py", mine[0]!.inputs, { layers: depth + 1 }, n, say);
      if (peer) peers.push(peer);
    }
    const notes = await agreement(mine[0]!, peers[0]);
    const plural = (n: number, word: string) => `${n} ${word}${n > 1 ? "s" : ""}`;
    const timed = await interleave(
      [
        ...mine.map((m) => ours(`compiled, ${plural(m.parts, "part")}, ${plural(m.n, "thread")}`, m.run)),
        ...peers.flatMap((peer) => peer.variants.map((v) => peer.contender(v))),
      ],
      { turns: quick ? 2 : 12, runs: quick ? 2 : 4, settle: 1, drop: 4 },
      say,
    );
    for (const m of mine) await m.dispose();
    for (const peer of peers) await peer.close();
    // The peer's best may use our own tricks; how it is usually written is worth a line.
    const best = Math.min(...timed.timings.filter((t) => t.side === "ours").map((t) => t.min));
    for (const t of timed.timings) {
      if (t.side === "peer") notes.push(`ratio to ${t.label}: ${(t.min / best).toFixed(2)}`);
    }
    return [resultOf(pinnStep.name, timed, { goal: 1.5, notes })];
  },
};
