/** The one check of a place to write to, before any work: nothing is lost there, and there is room. */

import { FormatError, OptionsError } from "../errors.ts";
import { existsSync, mkdirSync, realpathSync, rmdirSync, type Stats, statfsSync, statSync } from "../platform/files.ts";
import { dirname, join, resolve, sep } from "../platform/paths.ts";
import { bytesText } from "../text/number.ts";
import { explainWriteError, targetOf } from "./atomic-file.ts";
import { type Tidied, temporaryNames, tidyFolder } from "./temporary.ts";

/** A place to write to. */
export interface Output {
  readonly path: string;
  /** Option that names it, for messages. @defaultValue none */
  readonly option?: string;
  /** A folder is one that is replaced as a whole, such as a store. @defaultValue "file" */
  readonly kind?: "file" | "folder";
  /** True if what is there may be replaced. @defaultValue false */
  readonly overwrite?: boolean;
  /** With a folder: what is wrong with replacing that which is there; undefined if nothing. */
  readonly refuse?: (path: string) => string | undefined;
  /** Least size that it will have. @defaultValue unknown */
  readonly bytes?: number;
}

let ofCommand: readonly string[] = [];

/**
 * Names the inputs of the command that this process runs: from here on {@link checkOutputs} lets none of them be
 * written over, whatever it is given beside. A second call takes the place of the first.
 *
 * @param paths - files and stores; those that are not there do not count
 */
export function protectInputs(paths: readonly string[]): void {
  ofCommand = paths;
}

/**
 * Checks places to write to, all before the first is written: their folders are there, may be written in and have room;
 * none is an input, a folder around one, or inside one, be it by a link or a hard link; none is another one; what is
 * there is replaced only where that was asked for. What dead processes left in the folders is tidied first.
 *
 * @param inputs - all files and folders that are read, or belong to what is read; those that are not there do not count
 * @returns what was tidied
 * @throws OptionsError for an input, a name given twice, or a place that is taken; FormatError where it cannot be
 * written
 */
export function checkOutputs(outputs: readonly Output[], inputs: readonly string[]): Tidied {
  const removed: string[] = [];
  const restored: string[] = [];
  for (const folder of new Set(outputs.map(({ path }) => dirname(resolve(path))))) {
    const found = tidyFolder(folder);
    removed.push(...found.removed);
    restored.push(...found.restored);
  }
  const sources = new Places([...inputs, ...ofCommand].flatMap((path) => placeOf(path) ?? []));
  const seen = new Places([]);
  const folders = new Set<string>();
  for (const output of outputs) {
    checkPlace(output, folders);
    const own = placeOf(output.path) ?? futurePlace(output.path);
    const input = sources.same(own) ?? sources.around(own) ?? sources.inside(own);
    const said = shown(output);
    if (input !== undefined) {
      const what = input.path === output.path ? "it is" : `it is, is in, or holds ${input.path}, which is`;
      throw wrong(output, `${said}: ${what} an input or belongs to one, and is not written over; name another file`);
    }
    const twice = seen.same(own);
    if (twice !== undefined) throw wrong(output, `${said}: ${twice.path} is written already; name another file`);
    seen.add(own);
    checkTaken(output);
  }
  checkRoom(outputs);
  return { removed, restored };
}

/**
 * Checks a folder that files will be added to, made if it is missing: that it, or what will hold it, may be written in.
 * @throws FormatError where it cannot, or something else has its name
 */
export function checkFolder(path: string): void {
  let near = resolve(path);
  while (!existsSync(near) && dirname(near) !== near) near = dirname(near);
  if (!statSync(near).isDirectory()) {
    throw new FormatError(path, "output", `${near} is no folder`, "name a folder, or one that can be made");
  }
  writable(path, near);
  const { bavail, blocks } = statfsSync(near);
  if (blocks === 0 || bavail > 0) return;
  throw new FormatError(path, "output", `the disk of ${near} is full`, "free space there, or write elsewhere");
}

interface Place {
  readonly path: string;
  readonly real: string;
  readonly status: Stats | undefined;
}

const shown = ({ option, path }: Output) => (option === undefined ? path : `--${option} ${path}`);
const wrong = (output: Output, message: string) => new OptionsError(message, output.option ?? "output", output.path);

function placeOf(path: string): Place | undefined {
  const status = statSync(path, { throwIfNoEntry: false });
  return status && { path, real: realpathSync(path), status };
}

/** Real path of something that does not exist yet. */
function futurePlace(path: string): Place {
  const whole = resolve(path);
  return {
    path,
    real: resolve(realpathSync(dirname(whole)), whole.slice(dirname(whole).length + 1)),
    status: undefined,
  };
}

/** Places that are looked up by what they are: there may be as many inputs as outputs, and thousands of both. */
class Places {
  readonly #byName = new Map<string, Place>();
  readonly #byNode = new Map<string, Place>();

  constructor(places: readonly Place[]) {
    for (const place of places) this.add(place);
  }

  add(place: Place): void {
    this.#byName.set(place.real, place);
    if (place.status) this.#byNode.set(nodeOf(place.status), place);
  }

  /** The one that is the same, be it by a hard link. */
  same({ real, status }: Place): Place | undefined {
    return this.#byName.get(real) ?? (status && this.#byNode.get(nodeOf(status)));
  }

  /** The folder among them that a place lies in. */
  around({ real }: Place): Place | undefined {
    for (let at = dirname(real); ; at = dirname(at)) {
      const found = this.#byName.get(at);
      if (found?.status?.isDirectory()) return found;
      if (dirname(at) === at) return undefined;
    }
  }

  /** One of them that lies in a place. */
  inside({ real, status }: Place): Place | undefined {
    if (!status?.isDirectory()) return undefined;
    const start = real.endsWith(sep) ? real : real + sep;
    for (const [name, place] of this.#byName) if (name.startsWith(start)) return place;
    return undefined;
  }
}

const nodeOf = ({ dev, ino }: Stats) => `${dev} ${ino}`;

function checkPlace(output: Output, checked: Set<string>): void {
  const { path, kind = "file" } = output;
  const folder = dirname(resolve(path));
  if (kind === "file" && /[\\/]$/.test(path)) throw wrong(output, `${shown(output)}: it names a folder; name a file`);
  if (!existsSync(folder)) {
    throw wrong(output, `${shown(output)}: the folder ${folder} does not exist; create it first`);
  }
  if (!statSync(folder).isDirectory()) throw wrong(output, `${shown(output)}: ${folder} is no folder; check the path`);
  const place = kind === "file" ? dirname(resolve(targetOf(path))) : folder;
  if (!checked.has(place)) writable(path, place);
  checked.add(place);
}

/** By making something there: permissions alone say yes in folders of the system that take no files. */
function writable(path: string, folder: string): void {
  const probe = join(folder, temporaryNames("probe").fresh);
  try {
    mkdirSync(probe);
    rmdirSync(probe);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw explainWriteError(path, error);
    throw new FormatError(path, "output", `${folder} takes no files`, "choose a folder that you may write in");
  }
}

function checkTaken(output: Output): void {
  const { path, kind = "file", overwrite = false, refuse } = output;
  if (!existsSync(path)) return;
  const why = kind === "folder" ? refuse?.(path) : undefined;
  if (why !== undefined) throw wrong(output, `${shown(output)}: ${why}; name another, or remove it yourself`);
  if (overwrite) return;
  throw wrong(
    output,
    `${shown(output)}: it is there already; name another, or say that it may be replaced (\`overwrite: true\`)`,
  );
}

/** Everything that goes to one disk must fit there together. @throws FormatError where it does not */
export function checkRoom(outputs: readonly Output[]): void {
  const needs = new Map<number, number>();
  for (const { path, bytes = 0 } of outputs) {
    const folder = dirname(resolve(path));
    const { dev } = statSync(folder);
    const need = (needs.get(dev) ?? 0) + bytes;
    needs.set(dev, need);
    const { bavail, bsize, blocks } = statfsSync(folder);
    const free = bavail * bsize;
    if (blocks === 0 || need <= free) continue;
    const [asked, there] = [need, free].map(bytesText);
    const what = `it takes at least ${asked}, and the disk of ${folder} has ${there} left`;
    throw new FormatError(path, "output", what, "free space there, or write elsewhere");
  }
}
