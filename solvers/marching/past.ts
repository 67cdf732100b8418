/** Unknowns at earlier times, as delays ask for them: in the steps so far, and in the one that is being made. */
import { Mismatch } from "./evolution-form.ts";
import { coefficientsOf, componentAt, type Stages, type Step } from "./radau-stages.ts";

/** Share of a step, and of the time so far, by which a place may lie beyond its own time, as a vanishing delay errs. */
const [beyondStep, beyondTime] = [0.1, 1e-7];

/** Rounding of a place, beside the times that it is made of. */
const rounding = 64 * Number.EPSILON;

/** A step that is being made. */
interface Moving extends Pick<Step, "t" | "h"> {
  readonly y: readonly Float64Array[];
  readonly stages: Stages;
}

/** The past of a march without space: one component an unknown. */
export class Past {
  #begin = 0;
  #steps: readonly Step[] = [];
  #now: Step | undefined;
  #moving: Moving | undefined;
  /** Largest distance of a place beyond its own time in the last round of stages. */
  #beyond = 0;
  #disturbance: { readonly by: number; readonly steps: readonly Step[] } | undefined;

  /** Begins a march. @param steps - that the march adds to */
  begin(t: number, start: readonly Float64Array[], steps: readonly Step[]): void {
    this.#begin = t;
    this.#steps = steps;
    const still = start.map((level) => [0, 1, 2].map(() => new Float64Array(level.length)));
    this.#moving = undefined;
    this.#now = { t, h: 1, start, coefficients: still };
  }

  /** Takes the stages at which the equations are evaluated next. */
  move(moving: Moving): void {
    this.#moving = moving;
    this.#now = undefined;
    this.#beyond = 0;
  }

  /** @throws Mismatch where an accepted step asked for later times */
  accept({ t, h }: Step): void {
    if (this.#beyond > Math.max(beyondStep * h, beyondTime * (t + h - this.#begin)))
      throw new Mismatch("it asks for unknowns at later times");
  }

  /** Values with a share of a disturbance, step by step, from now on. */
  disturb(by: number, steps: readonly Step[]): void {
    this.#disturbance = by === 0 ? undefined : { by, steps };
  }

  /** A derivative of an unknown at a place in time, of which a row at its own time t asks; NaN before the start. */
  value(unknown: number, order: number, place: number, t: number): number {
    if (this.#begin - place > rounding * Math.max(Math.abs(t), Math.abs(place))) return Number.NaN;
    this.#beyond = Math.max(this.#beyond, place - t);
    const now = this.#current();
    if (place >= now.t || this.#steps.length === 0) return at(now, undefined, unknown, order, Math.max(place, now.t));
    const index = stepAt(this.#steps, place);
    const inSteps = (steps: readonly Step[]) =>
      at(steps[index]!, steps[index - 1], unknown, order, Math.max(place, this.#begin));
    const { by, steps } = this.#disturbance ?? { by: 0, steps: [] };
    return inSteps(this.#steps) + (index < steps.length ? by * inSteps(steps) : 0);
  }

  #current(): Step {
    if (this.#now === undefined) {
      const { t, h, y, stages } = this.#moving!;
      this.#now = { t, h, start: y, coefficients: coefficientsOf(y, stages) };
    }
    return this.#now;
  }
}

/** A derivative in a step: of the polynomial of the highest order up to it. */
function at(step: Step, before: Step | undefined, unknown: number, order: number, t: number): number {
  const level = Math.min(order, step.start.length - 1);
  return componentAt(step, before, { unknown, level, order: order - level }, (t - step.t) / step.h);
}

/** The step that a time belongs to: the last one that begins before it. */
export function stepAt(steps: readonly Step[], t: number): number {
  let [low, high] = [0, steps.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (steps[middle]!.t <= t) low = middle;
    else high = middle - 1;
  }
  return low;
}
