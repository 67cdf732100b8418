/**
 * The explicit method of Dormand and Prince of order 8, whose steps formulas of orders 5 and 3 control, with its polynomial
 * of degree 7 in each step (Hairer, Nørsett and Wanner, Solving Ordinary Differential Equations I, II.5 and II.6).
 */
import { type Marched, nothing, type RadauOptions } from "../marching/radau.ts";
import type { Step } from "../marching/radau-stages.ts";

/** A system y′ = f(t, y) of several levels, each the derivative in time of the one before. */
export interface ExplicitSystem {
  /** Operations of an evaluation. */
  readonly work: number;
  /** f at a time, level by level, in new arrays. */
  rates(t: number, y: readonly Float64Array[]): readonly Float64Array[];
  /** Sets what is prescribed at a time, in place. */
  prescribe(t: number, y: readonly Float64Array[]): void;
  /** Root mean squares of each kind of a level. */
  sizes(level: Float64Array): number[];
}

const places = [
  ...[0, 0.05260015195876773, 0.0789002279381516, 0.1183503419072274, 0.2816496580927726, 1 / 3, 0.25, 4 / 13],
  ...[0.6512820512820513, 0.6, 6 / 7, 1, 1, 0.1, 0.2, 7 / 9],
];
/** Shares of stages before in each stage; the twelfth is the step's end, and three more are for its polynomial. */
const shares = [
  [],
  [0.05260015195876773],
  [0.0197250569845379, 0.0591751709536137],
  [0.02958758547680685, 0, 0.08876275643042054],
  [0.2413651341592667, 0, -0.8845494793282861, 0.924834003261792],
  [0.037037037037037035, 0, 0, 0.17082860872947386, 0.12546768756682242],
  [0.037109375, 0, 0, 0.17025221101954405, 0.06021653898045596, -0.017578125],
  [
    ...[0.03709200011850479, 0, 0, 0.17038392571223998, 0.10726203044637328, -0.015319437748624402],
    ...[0.008273789163814023],
  ],
  [
    ...[0.6241109587160757, 0, 0, -3.3608926294469414, -0.868219346841726, 27.59209969944671, 20.154067550477894],
    ...[-43.48988418106996],
  ],
  [
    ...[0.47766253643826434, 0, 0, -2.4881146199716677, -0.590290826836843, 21.230051448181193, 15.279233632882423],
    ...[-33.28821096898486, -0.020331201708508627],
  ],
  [
    ...[-0.9371424300859873, 0, 0, 5.186372428844064, 1.0914373489967295, -8.149787010746927, -18.52006565999696],
    ...[22.739487099350505, 2.4936055526796523, -3.0467644718982196],
  ],
  [
    ...[2.273310147516538, 0, 0, -10.53449546673725, -2.0008720582248625, -17.9589318631188, 27.94888452941996],
    ...[-2.8589982771350235, -8.87285693353063, 12.360567175794303, 0.6433927460157636],
  ],
  [
    ...[0.054293734116568765, 0, 0, 0, 0, 4.450312892752409, 1.8915178993145003, -5.801203960010585],
    ...[0.3111643669578199, -0.1521609496625161, 0.20136540080403034, 0.04471061572777259],
  ],
  [
    ...[0.056167502283047954, 0, 0, 0, 0, 0, 0.25350021021662483, -0.2462390374708025, -0.12419142326381637],
    ...[0.15329179827876568, 0.00820105229563469, 0.007567897660545699, -0.008298],
  ],
  [
    ...[0.03183464816350214, 0, 0, 0, 0, 0.028300909672366776, 0.053541988307438566, -0.05492374857139099, 0, 0],
    ...[-0.00010834732869724932, 0.0003825710908356584, -0.00034046500868740456, 0.1413124436746325],
  ],
  [
    ...[-0.42889630158379194, 0, 0, 0, 0, -4.697621415361164, 7.683421196062599, 4.06898981839711],
    ...[0.3567271874552811, 0, 0, 0, -0.0013990241651590145, 2.9475147891527724, -9.15095847217987],
  ],
];
/** Shares of stages in the differences to the formulas of order 3 and 5. */
const ofThird = [
  ...[-0.18980075407240762, 0, 0, 0, 0, 4.450312892752409, 1.8915178993145003, -5.801203960010585],
  ...[-0.4226823213237919, -0.1521609496625161, 0.20136540080403034, 0.02265179219836082],
];
const ofFifth = [
  ...[0.01312004499419488, 0, 0, 0, 0, -1.2251564463762044, -0.4957589496572502, 1.6643771824549864],
  ...[-0.35032884874997366, 0.3341791187130175, 0.08192320648511571, -0.022355307863886294],
];
/** Shares of stages in the last four parts of the polynomial. */
const ofPolynomial = [
  [
    ...[-8.428938276109013, 0, 0, 0, 0, 0.5667149535193777, -3.0689499459498917, 2.38466765651207, 2.117034582445028],
    ...[-0.871391583777973, 2.2404374302607883, 0.6315787787694688, -0.08899033645133331, 18.148505520854727],
    ...[-9.194632392478356, -4.436036387594894],
  ],
  [
    ...[10.427508642579134, 0, 0, 0, 0, 242.28349177525817, 165.20045171727028, -374.5467547226902],
    ...[-22.113666853125306, 7.733432668472264, -30.674084731089398, -9.332130526430229, 15.697238121770845],
    ...[-31.139403219565178, -9.35292435884448, 35.81684148639408],
  ],
  [
    ...[19.985053242002433, 0, 0, 0, 0, -387.0373087493518, -189.17813819516758, 527.8081592054236],
    ...[-11.57390253995963, 6.8812326946963, -1.0006050966910838, 0.7777137798053443, -2.778205752353508],
    ...[-60.19669523126412, 84.32040550667716, 11.99229113618279],
  ],
  [
    ...[-25.69393346270375, 0, 0, 0, 0, -154.18974869023643, -231.5293791760455, 357.6391179106141],
    ...[93.40532418362432, -37.45832313645163, 104.0996495089623, 29.8402934266605, -43.53345659001114],
    ...[96.32455395918828, -39.17726167561544, -149.72683625798564],
  ],
];

/** Parts of the polynomial beside its start. */
export const parts = 7;
/** Stages of a step, and of one with its polynomial. */
const [stages, stagesOfPolynomial] = [12, 16];
const [safety, shrink, growth] = [0.9, 0.2, 6];
/** Step, beside the interval, below which there is none; the first one; and the least size beside the largest of a level. */
const [leastStep, firstStep, leastSize] = [1e-12, 1e-3, 1e-3];
/** The most numbers that steps keep. */
const mostStored = 4e7;
/** Part of the work after which the whole is foretold. */
const foretold = 0.1;
/** Operations after which the clock is asked again. */
const betweenClocks = 2e5;

/** A step times the fastest rate at most: beyond, what rounding and grids leave in the fastest modes grows within a step. */
const stable = 7;
/** Rounds of the power method, whose pairs settle on it. */
const rounds = 24;

/** The fastest rate of a system that is linear beside a state, by the power method. */
function fastestRate(system: ExplicitSystem, t: number, y: readonly Float64Array[]): number {
  const norm = (v: readonly Float64Array[]) => Math.hypot(...v.map((level) => Math.hypot(...system.sizes(level))));
  const base = system.rates(t, y);
  let v = y.map((level) => level.map((_, i) => ((i * 7919) % 101) / 101 - 0.5));
  let [before, found] = [norm(v), 0];
  for (let k = 0; k < rounds; k++) {
    for (let pair = 0; pair < 2; pair++) {
      const moved = system.rates(
        t,
        y.map((level, j) => level.map((own, i) => own + v[j]![i]!)),
      );
      v = moved.map((level, j) => level.map((own, i) => own - base[j]![i]!));
    }
    const size = norm(v);
    if (!(size > 0 && Number.isFinite(size))) return 0;
    found = Math.sqrt(size / before);
    v = v.map((level) => level.map((own) => own / size));
    before = 1;
  }
  return found;
}

/** Marches from `begin` to `end`. */
export function dormandPrince(
  system: ExplicitSystem,
  [begin, end]: readonly [number, number],
  start: readonly Float64Array[],
  { tolerance, longest, mostWork, isOver }: Pick<RadauOptions, "tolerance" | "longest" | "mostWork" | "isOver">,
): Marched {
  const steps: Step[] = [];
  const largest = start.map((level) => system.sizes(level));
  let y: readonly Float64Array[] = start.map((level) => level.slice());
  let [t, h, work, asked] = [begin, firstStep * (end - begin), 0, 0];
  let first = system.rates(t, y);
  const stableStep = stable / fastestRate(system, t, y);
  const ended = (reason?: Marched["reason"]): Marched => ({ steps, until: t, work, ...(reason && { reason }) });
  while (t < end) {
    h = Math.min(h, longest(t), stableStep);
    if (t + 1.01 * h >= end) h = end - t;
    const expected = work > foretold * mostWork ? (work * (end - begin)) / (t - begin) : 0;
    const isFull = steps.length * (1 + parts) * y[0]!.length > mostStored;
    if (isFull || expected > mostWork || (work - asked > betweenClocks && isOver())) return ended("work");
    if (work - asked > betweenClocks) asked = work;
    if (h < leastStep * (end - begin) && t + h < end) return ended("collapse");
    const slopes = [first];
    const stageOf = (i: number) => y.map((level, j) => moved(level, h, shares[i]!, slopes, j));
    for (let i = 1; i < stages; i++) slopes.push(system.rates(t + places[i]! * h, stageOf(i)));
    work += stages * system.work;
    const next = stageOf(stages);
    const size = errorOf(next, slopes);
    if (!(size <= 1)) {
      h *= Number.isFinite(size) ? Math.max(shrink, safety * size ** -0.125) : shrink;
      continue;
    }
    const last = t + h >= end - leastStep * (end - begin) ? end : t + h;
    system.prescribe(last, next);
    slopes.push(system.rates(last, next));
    for (let i = stages + 1; i < stagesOfPolynomial; i++) slopes.push(system.rates(t + places[i]! * h, stageOf(i)));
    work += (stagesOfPolynomial - stages) * system.work;
    steps.push({
      t,
      h,
      start: [y[0]!],
      coefficients: [
        polynomialOf(
          y[0]!,
          next[0]!,
          slopes.map((own) => own[0]!),
          h,
        ),
      ],
    });
    first = slopes[stages]!;
    next.forEach((level, j) => {
      largest[j] = system.sizes(level).map((v, k) => Math.max(v, largest[j]![k]!));
    });
    [t, y] = [last, next];
    h *= Math.min(growth, safety * Math.max(size, 1e-12) ** -0.125);
  }
  return ended();

  /** The error of a step in units of the tolerance. */
  function errorOf(next: readonly Float64Array[], slopes: readonly (readonly Float64Array[])[]): number {
    let [fifth, third] = [0, 0];
    for (const [j, level] of next.entries()) {
      const now = system.sizes(level).map((v, k) => Math.max(v, largest[j]![k]!));
      const all = Math.max(...now, nothing);
      const zero = new Float64Array(level.length);
      const [a, b] = [ofFifth, ofThird].map((own) => system.sizes(moved(zero, h, own, slopes, j))) as [
        number[],
        number[],
      ];
      for (const [k, v] of now.entries()) {
        const tolerated = tolerance * Math.max(v, leastSize * all);
        fifth = Math.max(fifth, a[k]! / tolerated);
        third = Math.max(third, b[k]! / tolerated);
        if (!Number.isFinite(v)) return Number.NaN;
      }
    }
    return fifth === 0 ? 0 : (fifth * fifth) / Math.hypot(fifth, 0.1 * third);
  }
}

/** `from` with the stages' slopes of a level by their shares: four at a time, since memory is what it costs. */
function moved(
  from: Float64Array,
  h: number,
  shares: readonly number[],
  slopes: readonly (readonly Float64Array[])[],
  level: number,
): Float64Array {
  const out = new Float64Array(from.length);
  const own: number[] = [];
  for (let i = 0; i < shares.length; i++) if (shares[i] !== 0) own.push(i);
  let base = from;
  for (let i = 0; i < own.length; i += 4) {
    const [a, b, c, d] = [shareAt(i), shareAt(i + 1), shareAt(i + 2), shareAt(i + 3)];
    const [p, q, r, s] = [slopeAt(i), slopeAt(i + 1), slopeAt(i + 2), slopeAt(i + 3)];
    for (let k = 0; k < out.length; k++) out[k] = base[k]! + a * p[k]! + b * q[k]! + c * r[k]! + d * s[k]!;
    base = out;
  }
  return out;

  function shareAt(i: number): number {
    return i < own.length ? h * shares[own[i]!]! : 0;
  }

  function slopeAt(i: number): Float64Array {
    return slopes[own[i] ?? 0]![level]!;
  }
}

function polynomialOf(
  from: Float64Array,
  to: Float64Array,
  slopes: readonly Float64Array[],
  h: number,
): Float64Array[] {
  const [one, two, three] = [0, 1, 2].map(() => new Float64Array(from.length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const [first, last] = [slopes[0]!, slopes[stages]!];
  for (let k = 0; k < from.length; k++) {
    one[k] = to[k]! - from[k]!;
    two[k] = h * first[k]! - one[k]!;
    three[k] = one[k]! - h * last[k]! - two[k]!;
  }
  const rest = ofPolynomial.map((own) =>
    moved(
      new Float64Array(from.length),
      h,
      own,
      slopes.map((slope) => [slope]),
      0,
    ),
  );
  return [one, two, three, ...rest];
}

/** Powers of s and of 1 − s in each part of the polynomial. */
const powers = Array.from({ length: parts }, (_, k) => [1 + (k >> 1), (k + 1) >> 1] as const);

/** Factors of the start and of the parts of the polynomial in a derivative in time. */
export const weightsOfParts = (s: number, order: number, h: number): number[] => [
  order === 0 ? 1 : 0,
  ...powers.map(([p, q]) => derivative(s, p, q, order) / h ** order),
];

/** A derivative of sᵖ·(1 − s)^q. */
function derivative(s: number, p: number, q: number, order: number): number {
  if (order === 0) return s ** p * (1 - s) ** q;
  return (p > 0 ? p * derivative(s, p - 1, q, order - 1) : 0) - (q > 0 ? q * derivative(s, p, q - 1, order - 1) : 0);
}
