/** The line search of Moré and Thuente (ACM TOMS 20, 1994, 286–307, doi 10.1145/192115.192132) for strong Wolfe conditions. */

/** Value and slope along the line. */
export interface LinePoint {
  readonly step: number;
  readonly value: number;
  readonly slope: number;
}

export interface LineSearchOptions {
  /** c₁ of sufficient decrease, f(α) ≤ f(0) + c₁·α·f′(0). */
  readonly decrease: number;
  /** c₂ of curvature, |f′(α)| ≤ c₂·|f′(0)|. */
  readonly curvature: number;
  /** Evaluations at most. */
  readonly evaluations: number;
}

/** `wolfe`: both conditions hold; `decrease`: rounding ends the search at a lower point; `none`: no lower point found. */
export interface LineSearchResult<P extends LinePoint> {
  readonly kind: "wolfe" | "decrease" | "none";
  /** Undefined for "none". */
  readonly point: P | undefined;
  /** True where any point had a finite value. */
  readonly finite: boolean;
}

/** Relative width of the bracket below which values differ by rounding only. */
const WIDTH = 1e-15;
/** Factors of extrapolation before a bracket is found. */
const [LEAST, MOST] = [1.1, 4];

/**
 * Searches along a line on which f′(0) < 0. Where `evaluate` is not finite the step is taken back towards the best
 * point, and never beyond again.
 *
 * @param start - the point of step 0
 * @param first - first trial step > 0
 */
export async function searchLine<P extends LinePoint>(
  evaluate: (step: number) => Promise<P>,
  start: LinePoint,
  first: number,
  options: LineSearchOptions,
): Promise<LineSearchResult<P>> {
  const { decrease, curvature, evaluations } = options;
  const test = decrease * start.slope;
  const bracket: Bracket = { best: start, other: start, closed: false };
  let ceiling = 1e20;
  let [low, high] = [0, first + MOST * first];
  let [width, before] = [ceiling, 2 * ceiling];
  let stage: 1 | 2 = 1;
  let step = first;
  let lowest: P | undefined;
  let finite = false;
  const ended = (): LineSearchResult<P> => ({ kind: lowest ? "decrease" : "none", point: lowest, finite });
  for (let count = 0; count < evaluations; count++) {
    const point = await evaluate(step);
    if (!Number.isFinite(point.value) || !Number.isFinite(point.slope)) {
      const best = bracket.best.step;
      ceiling = best + 0.99 * (step - best);
      const back = best + 0.1 * (step - best);
      if (back === best || back === step) return ended();
      step = back;
      high = Math.min(high, ceiling);
      continue;
    }
    finite = true;
    const enough = point.value <= start.value + step * test;
    if (enough && Math.abs(point.slope) <= -curvature * start.slope) return { kind: "wolfe", point, finite };
    if (point.value < start.value && !(lowest && lowest.value <= point.value)) lowest = point;
    if (bracket.closed && (step <= low || step >= high || high - low <= WIDTH * high)) return ended();
    if (step === ceiling && enough && point.slope <= test) return ended();
    if (stage === 1 && enough && point.slope >= 0) stage = 2;
    // Until a point with enough decrease and positive slope is seen, the line c₁·f′(0)·α is taken away from f.
    const tilt = stage === 1 && point.value <= bracket.best.value && !enough ? test : 0;
    step = nextStep(bracket, point, tilt, Math.max(low, 0), Math.min(high, ceiling));
    if (bracket.closed) {
      const [a, b] = [bracket.best.step, bracket.other.step];
      if (Math.abs(b - a) >= 0.66 * before) step = a + 0.5 * (b - a);
      before = width;
      width = Math.abs(b - a);
      [low, high] = [Math.min(a, b), Math.max(a, b)];
    } else {
      const forward = step - bracket.best.step;
      [low, high] = [step + LEAST * forward, step + MOST * forward];
    }
    step = Math.min(Math.max(step, 0), ceiling);
    if (bracket.closed && (step <= low || step >= high || high - low <= WIDTH * high)) return ended();
  }
  return ended();
}

/** The best point so far, and the other end of the interval that holds a minimum once it is closed. */
interface Bracket {
  best: LinePoint;
  other: LinePoint;
  closed: boolean;
}

/** Minimum of the cubic through two points, seen from `a`; `sign` picks the root. */
function cubic(a: LinePoint, b: LinePoint, sign: 1 | -1, clip: boolean): { ratio: number; gamma: number } {
  const theta = (3 * (a.value - b.value)) / (b.step - a.step) + a.slope + b.slope;
  const scale = Math.max(Math.abs(theta), Math.abs(a.slope), Math.abs(b.slope));
  const under = (theta / scale) ** 2 - (a.slope / scale) * (b.slope / scale);
  const gamma = sign * scale * Math.sqrt(clip ? Math.max(0, under) : under);
  return { ratio: (gamma - a.slope + theta) / (gamma - a.slope + gamma + b.slope), gamma };
}

/**
 * The next trial step, by the four cases of §4 of the paper, and the updated bracket. Values are compared after the line
 * `tilt`·α is taken away.
 */
function nextStep(bracket: Bracket, raw: LinePoint, tilt: number, low: number, high: number): number {
  const tilted = (p: LinePoint): LinePoint => ({
    step: p.step,
    value: p.value - tilt * p.step,
    slope: p.slope - tilt,
  });
  const [x, y, p] = [tilted(bracket.best), tilted(bracket.other), tilted(raw)];
  const opposite = p.slope * Math.sign(x.slope) < 0;
  const secant = () => p.step + (p.slope / (p.slope - x.slope)) * (x.step - p.step);
  let next: number;
  if (p.value > x.value) {
    // Higher value: a minimum lies between. The cubic's if it is closer to the best point, else halfway to the parabola's.
    const c = x.step + cubic(x, p, p.step < x.step ? -1 : 1, false).ratio * (p.step - x.step);
    const chord = (x.value - p.value) / (p.step - x.step) + x.slope;
    const q = x.step + (x.slope / chord / 2) * (p.step - x.step);
    next = Math.abs(c - x.step) < Math.abs(q - x.step) ? c : c + (q - c) / 2;
    bracket.closed = true;
  } else if (opposite) {
    const c = p.step + cubic(p, x, p.step > x.step ? -1 : 1, false).ratio * (x.step - p.step);
    const q = secant();
    next = Math.abs(c - p.step) > Math.abs(q - p.step) ? c : q;
    bracket.closed = true;
  } else if (Math.abs(p.slope) < Math.abs(x.slope)) {
    const { ratio, gamma } = cubic(p, x, p.step > x.step ? -1 : 1, true);
    const far = p.step > x.step ? high : low;
    const c = ratio < 0 && gamma !== 0 ? p.step + ratio * (x.step - p.step) : far;
    const q = secant();
    const nearer = Math.abs(c - p.step) < Math.abs(q - p.step);
    if (bracket.closed) {
      const limit = p.step + 0.66 * (y.step - p.step);
      next = nearer ? c : q;
      next = p.step > x.step ? Math.min(limit, next) : Math.max(limit, next);
    } else {
      next = Math.min(Math.max(nearer ? q : c, low), high);
    }
  } else if (bracket.closed) {
    next = p.step + cubic(p, y, p.step > y.step ? -1 : 1, false).ratio * (y.step - p.step);
  } else {
    next = p.step > x.step ? high : low;
  }
  if (p.value > x.value) {
    bracket.other = raw;
  } else {
    if (opposite) bracket.other = bracket.best;
    bracket.best = raw;
  }
  return next;
}
