/** All kinds of networks: one row each holds what the rest of the system knows of it. */

import { among, type Check, list, record, text } from "../../engine/checks.ts";
import { OptionsError } from "../../engine/errors.ts";
import { isDeepStrictEqual } from "../../engine/platform/values.ts";
import { dataOf, ownKind } from "../own-kind.ts";
import { checkFeatures } from "./features.ts";
import { mlp, mlpChecks, mlpProgram, periodicMlp } from "./mlp.ts";
import type { Box, Network, NetworkProgram, OwnNetwork } from "./network.ts";
import { type Sum, sum, sumProgram } from "./sum.ts";

/** A kind of network; the kind is also its name on the command line. */
export interface NetworkKind<N extends Network = Network, O = never> {
  /**
   * Describes one: checks options and fills in defaults; takes also what it made, so that plain data can be checked.
   */
  readonly make: (options: O) => N;
  /** Compiles nothing yet. */
  readonly program: (network: N, box: Box, unknowns: number) => NetworkProgram;
  /** Its size in words. */
  readonly describe: (network: N) => string;
  /** Tells what is wrong with one that was saved. Absurd sizes are wrong before anything of them is made. */
  readonly saved: Check;
  /** @throws OptionsError where it does not fit the axes */
  readonly check?: (network: N, axes: readonly string[]) => void;
  /** The same network, periodic in some axes. @defaultValue it cannot be */
  readonly periodicIn?: (network: N, axes: readonly number[]) => N;
}

const row = <N extends Network, O>(kind: NetworkKind<N, O>): NetworkKind<N, O> => kind;

/** The rows. A new network is a file of its own and a row here. */
const rows = {
  mlp: row({
    make: mlp,
    program: mlpProgram,
    describe: ({ depth, width, activation, scale }) => `${depth} x ${width} (${activation}, scale ${scale}`,
    saved: record(mlpChecks),
    check: checkFeatures,
    periodicIn: periodicMlp,
  }),
  sum: row<Sum, Sum>({
    make: sum,
    program: (network, box, unknowns): NetworkProgram =>
      sumProgram(network.parts.map((part) => networkProgram(part, box, unknowns))),
    describe: ({ parts }): string =>
      parts.map((part) => `${part.kind} ${networkKinds[part.kind]!.describe(part)})`).join(" + "),
    saved: (value, at) => record({ kind: among("sum"), parts: list(partCheck, 1) })(value, at),
    check: ({ parts }, axes) => {
      for (const part of parts) checkNetwork(part, axes);
    },
    periodicIn: ({ parts, ...rest }, axes): Sum => ({
      ...rest,
      parts: parts.map((part) => periodicNetwork(part, axes) as typeof part),
    }),
  }),
};

/** The networks of this package, by kind. */
export const networkKinds = rows as unknown as Readonly<Record<string, NetworkKind<Network, object>>>;

/** Names of all networks. */
export const networkNames: readonly string[] = Object.keys(rows);

/** Names of those that the command line can make: sums come about. */
export const networkChoices: readonly string[] = ["mlp"];

/** A network of this package, as plain data. */
export type KnownNetwork = ReturnType<(typeof rows)[keyof typeof rows]["make"]>;

/** A network of this package, or one that is handed in. */
export type AnyNetwork = KnownNetwork | OwnNetwork;

const isOwn = (network: AnyNetwork): network is OwnNetwork => ownKind("network", network, "program", networkNames);

/** True where a network is one of this package. */
export const isKnownNetwork = (network: AnyNetwork): network is KnownNetwork => !isOwn(network);

/**
 * Sees that a network can be had, on axes where these are known.
 *
 * @throws OptionsError where the kind is unknown and no `program` is handed in, an option is out of range, or does
 *   not fit the axes
 */
export function checkNetwork(network: AnyNetwork, axes?: readonly string[]): void {
  if (isOwn(network)) return;
  const { make, check } = networkKinds[network.kind]!;
  make(network);
  if (axes) check?.(network, axes);
}

/** The program of a network on a box with `unknowns` outputs. @throws OptionsError as {@link checkNetwork} */
export function networkProgram(network: AnyNetwork, box: Box, unknowns: number): NetworkProgram {
  if (!isOwn(network)) {
    const { make, program } = networkKinds[network.kind]!;
    return program(make(network), box, unknowns);
  }
  const program = network.program(box, unknowns);
  const { size } = program;
  if (Number.isInteger(size) && size >= 1) return program;
  throw new OptionsError(
    `network "${network.kind}": its size is ${size}, expected a whole number ≥ 1`,
    "network",
    size,
  );
}

/** The same network, periodic in some axes; itself where it cannot be. */
export function periodicNetwork(network: AnyNetwork, axes: readonly number[]): AnyNetwork {
  if (isOwn(network)) return network.periodicIn?.(axes) ?? network;
  return (networkKinds[network.kind]!.periodicIn?.(network, axes) ?? network) as KnownNetwork;
}

/** Kind and size in words. */
export function describeNetwork(network: AnyNetwork, parameters: number): string {
  if (isOwn(network)) return `${network.kind} (${parameters} parameters)`;
  const size = networkKinds[network.kind]!.describe(network);
  return network.kind === "sum"
    ? `${size}, ${parameters} parameters`
    : `${network.kind} ${size}, ${parameters} parameters)`;
}

/** A part of a sum: a network of this package. */
const partCheck: Check = (value, at) =>
  among(...networkNames)((value as { readonly kind?: unknown } | null)?.kind, `${at}.kind`) ?? networkCheck(value, at);

/** Tells what is wrong with a network as plain data; of one that is not of this package only its kind is known. */
export const networkCheck: Check = (value, at) => {
  const kind = (value as { readonly kind?: unknown } | null)?.kind;
  if (typeof kind !== "string") return text(kind, `${at}.kind`);
  return networkNames.includes(kind) ? networkKinds[kind]!.saved(value, at) : undefined;
};

/**
 * The network that a file names: one of this package, or the one that is handed in for it.
 *
 * @param where - begins the message
 * @throws OptionsError where the kind is unknown and nothing is handed in, or what is handed in has another kind or
 *   other options
 */
export function savedNetwork(where: string, saved: Network, given: AnyNetwork | undefined): AnyNetwork {
  if (given === undefined) {
    if (networkNames.includes(saved.kind)) return saved as KnownNetwork;
    const way = `hand the object in, as it was given to solve: { network: yours }`;
    throw new OptionsError(
      `${where} has a network of the kind "${saved.kind}", which this package has not; ${way}`,
      "network",
      saved.kind,
    );
  }
  const [was, is] = [dataOf(saved), dataOf(given)];
  if (isDeepStrictEqual(was, is)) return given;
  throw new OptionsError(
    `${where} has the network ${JSON.stringify(was)}, but ${JSON.stringify(is)} is handed in; give the one that was solved with`,
    "network",
    is,
  );
}
