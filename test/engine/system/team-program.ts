/** Parts that threads of a team compute alike. */
import type { Parts } from "../../../engine/system/index.ts";

/** What the parts are made of. */
export interface Round {
  /** With which the leaves begin. */
  readonly last: number;
  /** Parts that each thread has begun, where both are waited for. */
  readonly met: Int32Array | undefined;
  /** True where the second thread fails. */
  readonly fails: boolean;
}

/** Leaves, of which the first thread alone computes one. */
const leaves = 8;
const own = 5;

/** Sums over a binary tree of eight leaves. @param rank - of the thread */
export function sums({ last, met, fails }: Round, rank: 0 | 1, ended?: (sum: number) => void): Parts {
  const values: Float64Array[] = [];
  return {
    count: 2 * leaves - 1,
    after: (k) => (k < leaves ? [] : [2 * (k - leaves), 2 * (k - leaves) + 1]),
    isOwn: (k) => k === own,
    make(k, allocate) {
      if (rank === 1 && (fails || k === own)) throw new Error("as the test wants it");
      if (met && k < leaves && k !== own) {
        // Nobody goes on alone.
        if (Atomics.add(met, rank, 1) === 0) Atomics.notify(met, rank);
        Atomics.wait(met, 1 - rank, 0);
      }
      const numbers = allocate(2 + k);
      const [a, b] = [values[2 * (k - leaves)], values[2 * (k - leaves) + 1]];
      numbers[0] = k < leaves ? last + k / 7 : a![0]! + b![0]!;
      numbers.fill(k, 1);
      return numbers;
    },
    take(k, numbers) {
      if (numbers.length !== 2 + k || numbers[1] !== k) throw new Error(`part ${k} is another one`);
      values[k] = numbers;
      if (k === 2 * leaves - 2) ended?.(numbers[0]! / 9);
    },
  };
}
