/** Pairs of clouds that sliced distances are judged on. */
import { type Rng, rng } from "../../engine/random/rng.ts";
import type { Cloud } from "../../wasserstein/measure/measure.ts";

/** A named pair. */
export interface Problem {
  readonly name: string;
  readonly x: Cloud;
  readonly y: Cloud;
}

type Draw = (stream: Rng, axis: number) => number;

function cloud(stream: Rng, count: number, dim: number, draw: Draw): Cloud {
  return { points: Float64Array.from({ length: count * dim }, (_, i) => draw(stream, i % dim)), count, dim };
}

function problem(name: string, count: number, dim: number, first: Draw, second: Draw): Problem {
  const stream = rng(23).split(name);
  return { name, x: cloud(stream, count, dim, first), y: cloud(stream, count, dim, second) };
}

/** Both clouds with their mean taken off. */
function centred({ name, x, y }: Problem): Problem {
  const move = ({ points, count, dim }: Cloud): Cloud => {
    const mean = new Float64Array(dim);
    for (const [i, v] of points.entries()) mean[i % dim]! += v / count;
    return { points: Float64Array.from(points, (v, i) => v - mean[i % dim]!), count, dim };
  };
  return { name, x: move(x), y: move(y) };
}

const normal: Draw = (stream) => stream.normal();
const uniform: Draw = (stream) => stream.uniform();

/** The four of the table of variances: n = 256. */
export const varianceProblems = (): Problem[] => [
  problem("N(0,I) vs N(1,1.3²I), d=10", 256, 10, normal, (s) => 1 + 1.3 * s.normal()),
  problem("uniform vs uniform³, d=5", 256, 5, uniform, (s) => s.uniform() ** 3),
  problem("uniform vs narrow peak, d=2", 256, 2, uniform, (s, k) => (k === 0 ? 0.8 : 0.3) + 0.05 * s.normal()),
  centred(problem("equal means, anisotropic, d=10", 256, 10, normal, (s, k) => (k < 5 ? 2 : 0.5) * s.normal())),
];

/** Those for max-slicing, with the order p. */
export const maxProblems = (): (Problem & { readonly p: number })[] => {
  const wide: Draw = (s, k) => (k === 0 ? 2 : 1) * s.normal();
  const peaks: Draw = (s) => (s.uniform() < 0.5 ? 0.25 : 0.75) + 0.05 * s.normal();
  const pairs = [
    problem("one axis of 10 shifted by 2", 256, 10, normal, (s, k) => (k === 3 ? 2 : 0) + s.normal()),
    problem("all of 10 axes shifted by 0.3", 256, 10, normal, (s) => 0.3 + s.normal()),
    problem("equal means, one of 5 axes doubled", 256, 5, normal, wide),
    problem("uniform vs two peaks on the diagonal, d=3", 256, 3, uniform, peaks),
  ];
  return [
    ...pairs.flatMap((one) => [1, 2].map((p) => ({ ...one, p }))),
    { ...problem("one axis of 100 shifted by 2", 256, 100, normal, (s, k) => (k === 3 ? 2 : 0) + s.normal()), p: 2 },
  ];
};
