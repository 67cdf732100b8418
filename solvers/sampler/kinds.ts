/** All kinds of samplers: one row each holds what the rest of the system knows of it. */
import { DomainError, OptionsError, ShapeError } from "../../engine/errors.ts";
import { ownKind } from "../own-kind.ts";
import { adversarial, startAdversarial } from "./adversarial.ts";
import { gaussianMixture, startGaussianMixture } from "./gaussian-mixture.ts";
import type { ActiveSampler, OwnSampler, PointSet, SampleContext, Sampler, SamplingDomain } from "./sampler.ts";
import { sobol, startEven, uniform } from "./uniform.ts";

/** A kind of sampler. */
export interface SamplerKind<S extends Sampler = Sampler, O = never> {
  /** Describes one: checks options and fills in defaults; takes also what it made, so that plain data can be checked. */
  readonly make: (options: O) => S;
  /** Sets one to work. Its state, saved and restored, is that of the {@link ActiveSampler}. */
  readonly start: (sampler: S, domain: SamplingDomain) => ActiveSampler;
  /** Its names on the command line, with the options that each stands for. */
  readonly names: Readonly<Record<string, O>>;
  /** Those of the names that take `--cells`, as the option `shape`. @defaultValue none */
  readonly onCells?: readonly string[];
}

const row = <S extends Sampler, O>(kind: SamplerKind<S, O>): SamplerKind<S, O> => kind;

/** The rows. A new sampler is a file of its own and a row here. */
const rows = {
  adversarial: row({
    make: adversarial,
    start: startAdversarial,
    names: { adversarial: {} },
    onCells: ["adversarial"],
  }),
  gaussianMixture: row({ make: gaussianMixture, start: startGaussianMixture, names: { "gaussian-mixture": {} } }),
  sobol: row({ make: () => sobol(), start: startEven, names: { sobol: {} } }),
  uniform: row({ make: () => uniform(), start: startEven, names: { uniform: {} } }),
};

/** The samplers of this package, by kind. */
export const samplerKinds = rows as unknown as Readonly<Record<string, SamplerKind<Sampler, object>>>;

/** A sampler of this package, or one that is handed in. */
export type AnySampler = Sampler | OwnSampler;

/**
 * Sees that a sampler can be had.
 *
 * @throws OptionsError where the kind is unknown and no `start` is handed in, or an option is out of range
 */
export function checkSampler(sampler: AnySampler): void {
  if (!ownKind("sampler", sampler, "start", Object.keys(rows))) samplerKinds[sampler.kind]!.make(sampler);
}

/**
 * Sets a {@link Sampler} to work on a domain.
 *
 * @param sampler - as made by `uniform()`, `adversarial()` and so on, also after a trip through JSON; or one of your own. What
 * your own draws is checked on every round
 * @throws OptionsError where the kind is unknown, an option is out of range, or the sampler does not work on such a domain
 */
export function start(sampler: AnySampler, domain: SamplingDomain): ActiveSampler {
  if (ownKind("sampler", sampler, "start", Object.keys(rows))) {
    return checkedSampler(sampler.kind, (sampler as OwnSampler).start(domain));
  }
  const { make, start: begin } = samplerKinds[sampler.kind]!;
  return begin(make(sampler), domain);
}

/** Names of samplers on the command line. */
export const samplerNames: readonly string[] = Object.values(samplerKinds).flatMap(({ names }) => Object.keys(names));

/** Names that take cells. */
export const namesOnCells: readonly string[] = Object.values(samplerKinds).flatMap(({ onCells = [] }) => onCells);

/** The sampler of a name on the command line, with more options. @throws OptionsError where there is none of that name */
export function namedSampler(name: string, options: object = {}): Sampler {
  for (const { names, make } of Object.values(samplerKinds)) {
    if (Object.hasOwn(names, name)) return make({ ...options, ...names[name] });
  }
  throw new OptionsError(`there is no sampler "${name}", only ${samplerNames.join(", ")}`, "sampler", name);
}

/** The name of a sampler on the command line: the one whose options it has; the kind of one that was handed in. */
export function samplerName(sampler: Sampler): string {
  const names = samplerKinds[sampler.kind]?.names ?? {};
  const has = (options: object) =>
    Object.entries(options).every(([key, value]) => (sampler as unknown as Record<string, unknown>)[key] === value);
  return Object.keys(names).find((name) => has(names[name]!)) ?? sampler.kind;
}

const methods = ["draw", "density", "state", "restore", "report"] as const;

/** @throws OptionsError where a method is missing */
export function checkedSampler(kind: string, sampler: ActiveSampler): ActiveSampler {
  for (const name of methods) {
    if (typeof sampler?.[name] === "function") continue;
    const message = `sampler "${kind}": what start() gives has no ${name}(); it needs ${methods.join(", ")}`;
    throw new OptionsError(message, "sampler", name);
  }
  return {
    draw: async (context) => checkSet(kind, await sampler.draw(context), context),
    density: (points) => sampler.density(points),
    state: () => sampler.state(),
    restore: (tensors) => sampler.restore(tensors),
    report: () => sampler.report(),
    dispose: () => sampler.dispose?.(),
  };
}

/**
 * @throws ShapeError where the three lists do not belong together, or there are no points or too many
 * @throws DomainError where a number is not finite, a weight negative, or a point outside
 */
function checkSet(kind: string, set: PointSet, { domain, count }: SampleContext): PointSet {
  const d = domain.dimension;
  const n = set.weights.length;
  const where = `sampler "${kind}": draw`;
  if (set.points.length !== n * d) throw new ShapeError(`${where}: points`, [n, d], [set.points.length]);
  if (set.density.length !== n) throw new ShapeError(`${where}: density`, [n], [set.density.length]);
  if (n < 1 || n > count) throw new ShapeError(`${where}: weights`, `1 to ${count} points`, [n]);
  for (const name of ["points", "weights", "density"] as const) {
    const values = set[name];
    const bad = values.findIndex((v) => !Number.isFinite(v) || (name !== "points" && v < 0));
    if (bad >= 0) {
      const expected = name === "points" ? "finite numbers" : "finite numbers ≥ 0";
      throw new DomainError(`${where}: ${name}[${bad}] is ${values[bad]}, expected ${expected}`, values[bad]);
    }
  }
  const outside = domain.contains(set.points).findIndex((inside) => inside !== 1);
  if (outside >= 0) {
    const place = set.points.subarray(outside * d, (outside + 1) * d).join(", ");
    throw new DomainError(`${where}: point ${outside} at (${place}) is outside the domain`, outside);
  }
  return set;
}
