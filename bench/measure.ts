/** Interleaved timing of ours and the peer's programs, and what is said about it. Nothing here asserts. */

/** One program under the clock. */
export interface Contender {
  readonly label: string;
  readonly side: "ours" | "peer";
  /** Times in ms of `runs` runs, after `settle` runs that do not count. */
  time(settle: number, runs: number): Promise<number[]>;
}

/** Minimum and median of one contender's times, ms. */
export interface Timing {
  readonly label: string;
  readonly side: "ours" | "peer";
  readonly min: number;
  readonly median: number;
  readonly count: number;
}

/** The answer of one benchmark. `ratio` above 1: ours is faster by that factor. */
export interface Result {
  readonly name: string;
  readonly unit: string;
  /** From the fastest run. */
  readonly ours: number;
  /** Of our products and convolutions in GFLOP/s, where their operations were counted. */
  readonly gflops?: number;
  readonly peer: number | null;
  readonly ratio: number | null;
  readonly oursMedian: number;
  readonly peerMedian: number | null;
  readonly ratioOfMedians: number | null;
  readonly goal: number | null;
  readonly timings: readonly Timing[];
  readonly notes: readonly string[];
}

/** How a benchmark was asked to run. */
export interface BenchOptions {
  readonly threads: number;
  /** Few repetitions: shows that it works, not how fast. */
  readonly quick: boolean;
  /** Smaller inputs too, for how time grows. @defaultValue false */
  readonly sizes?: boolean;
  /** Only these rows, of benchmarks that have rows. @defaultValue all */
  readonly rows?: readonly string[];
  /** Human lines. */
  readonly say: (line: string) => void;
}

export interface Bench {
  readonly name: string;
  readonly question: string;
  run(options: BenchOptions): Promise<Result[]>;
}

/**
 * Milliseconds by the wall, or of this process's processor time with `BENCH_CLOCK=processor` (`--processor`), which other work on the
 * machine disturbs less; peers that speak through peers/answer.py read the same variable.
 */
export function now(): number {
  if (process.env["BENCH_CLOCK"] !== "processor") return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** A contender of our own: an asynchronous function under this process's clock. */
export function ours(label: string, run: () => Promise<unknown>): Contender {
  return contender("ours", label, run);
}

/** A peer that lives in this process. */
export function inProcessPeer(label: string, run: () => Promise<unknown>): Contender {
  return contender("peer", label, run);
}

function contender(side: "ours" | "peer", label: string, run: () => Promise<unknown>): Contender {
  return {
    side,
    label,
    async time(settle, runs) {
      const times: number[] = [];
      for (let k = 0; k < settle + runs; k++) {
        const start = now();
        await run();
        if (k >= settle) times.push(now() - start);
      }
      return times;
    },
  };
}

export interface TurnOptions {
  /** Turns of each contender. */
  readonly turns: number;
  /** Timed runs in a turn. @defaultValue 1 */
  readonly runs?: number;
  /** Untimed runs before them, which refill the caches that the other side used. @defaultValue 0 */
  readonly settle?: number;
  /** A contender slower than this multiple of its side's best in the warm-up is dropped, visibly. @defaultValue 2 */
  readonly drop?: number;
}

/**
 * Warms every contender up, then lets them run in turn: ours, peer, ours, peer, so that both see the same machine.
 * Of each side, only contenders near that side's best in the warm-up go on.
 */
export async function interleave(
  contenders: readonly Contender[],
  options: TurnOptions,
  say: (line: string) => void,
): Promise<{ timings: Timing[]; notes: string[] }> {
  const { turns, runs = 1, settle = 0, drop = 2 } = options;
  const notes: string[] = [];
  const warm: { contender: Contender; best: number }[] = [];
  for (const one of contenders) {
    // One run alone first: a program that is hopeless here must not run again.
    const [first] = await one.time(0, 1);
    const leader = Math.min(...warm.filter((w) => w.contender.side === one.side).map((w) => w.best));
    const hopeless = first! > 10 * drop * leader;
    const best = hopeless ? first! : Math.min(first!, ...(await one.time(0, first! < 1000 ? 2 : 1)));
    warm.push({ contender: one, best });
  }
  const near = warm.filter(({ contender, best }) => {
    const bestOfSide = Math.min(...warm.filter((w) => w.contender.side === contender.side).map((w) => w.best));
    if (best <= drop * bestOfSide) return true;
    notes.push(`${contender.label}: ${best.toFixed(1)} ms in the warm-up, dropped`);
    return false;
  });
  const times = new Map<Contender, number[]>(near.map(({ contender }) => [contender, []]));
  for (let turn = 0; turn < turns; turn++) {
    for (const [one, list] of times) list.push(...(await one.time(settle, runs)));
  }
  const timings = [...times].map(([{ label, side }, list]) => {
    const sorted = list.sort((a, b) => a - b);
    return { label, side, min: sorted[0]!, median: sorted[sorted.length >> 1]!, count: sorted.length };
  });
  for (const t of timings) {
    say(
      `  ${t.side.padEnd(5)} ${t.label.padEnd(44)} min ${t.min.toFixed(2)} ms, median ${t.median.toFixed(2)} ms (${t.count})`,
    );
  }
  return { timings, notes };
}

/**
 * Best of ours against best of the peer's.
 *
 * @param rate - turns ms into the unit that is printed; a rate (more is better) keeps the ratio's sense
 */
export function resultOf(
  name: string,
  { timings, notes }: { readonly timings: readonly Timing[]; readonly notes: readonly string[] },
  options: {
    readonly goal?: number;
    readonly unit?: string;
    readonly rate?: (ms: number) => number;
    readonly notes?: readonly string[];
    /** Floating-point operations of products and convolutions in a run. */
    readonly flops?: number;
  } = {},
): Result {
  const { goal = null, unit = "ms", rate = (ms) => ms, flops } = options;
  const best = (side: "ours" | "peer", key: "min" | "median"): number | null => {
    const values = timings.filter((t) => t.side === side).map((t) => t[key]);
    return values.length > 0 ? Math.min(...values) : null;
  };
  const [mine, mineMedian] = [best("ours", "min")!, best("ours", "median")!];
  const [peer, peerMedian] = [best("peer", "min"), best("peer", "median")];
  return {
    name,
    unit,
    ours: rate(mine),
    ...(flops !== undefined && { gflops: flops / mine / 1e6 }),
    peer: peer === null ? null : rate(peer),
    ratio: peer === null ? null : peer / mine,
    oursMedian: rate(mineMedian),
    peerMedian: peerMedian === null ? null : rate(peerMedian),
    ratioOfMedians: peerMedian === null ? null : peerMedian / mineMedian,
    goal,
    timings,
    notes: [...notes, ...(options.notes ?? [])],
  };
}
