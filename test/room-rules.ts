/**
 * The rooms of the house as functions from sources to complaints: which rooms a floor has, which way imports run between
 * them, and that other floors come in by the door. `structure-rules.ts` keeps the floors themselves in order.
 */
import { importsOf, type Source } from "./structure-rules.ts";

/** Rooms of each floor from the ground up: a room may use those before it. */
export const rooms: Readonly<Record<string, readonly string[]>> = {
  engine: ["platform", "text", "system", "numerics", "random", "files", "tensors", "training", "rows", "doctor"],
  wasserstein: ["measure", "line", "exact", "sinkhorn", "sliced", "images", "grid", "term"],
  io: ["storage", "field", "formats", "dataset", "rain", "resample", "regrid", "stations", "profiles"],
  verification: ["scores", "significance", "tally", "matching", "climate", "transport", "series", "sheets"],
  generative: [
    "synthetic",
    "diffusion",
    "model",
    "data",
    "ensemble",
    "baselines",
    "training",
    "sampling",
    "calibration",
    "sharded",
  ],
  equations: ["expression", "domain", "mesh", "problem"],
  solvers: [
    "constants",
    "elements",
    "jet",
    "marching",
    "conservation",
    "spectral",
    "evolution",
    "curved",
    "mixed",
    "network",
    "residual",
    "flow",
    "sampler",
    "optimizer",
    "solution",
    "solve",
    "features",
    "automatic",
  ],
};

const floorOf = (path: string): string => path.split("/")[0]!;

/** The room of a file, as `floor/room`; undefined for the floor's own files and for floors without rooms. */
export function roomOf(path: string): string | undefined {
  const [floor, room, ...rest] = path.split("/");
  return rest.length > 0 && rooms[floor!]?.includes(room!) ? `${floor}/${room}` : undefined;
}

/** Imports from a room into one that comes after it on the same floor. */
export function upwards(sources: readonly Source[]): string[] {
  return sources.flatMap(importsOf).flatMap(({ from, target, relative }) => {
    const [here, there] = [roomOf(from), relative ? roomOf(target) : undefined];
    if (here === undefined || there === undefined || here === there || floorOf(from) !== floorOf(target)) return [];
    const order = rooms[floorOf(from)]!;
    const place = (room: string): number => order.indexOf(room.split("/")[1]!);
    return place(there) < place(here) ? [] : [`${from} imports ${target}, which stands above it`];
  });
}

/** Imports from another floor that do not come in by a door, the `index.ts` of a floor or of one of its rooms. */
export function aroundDoors(sources: readonly Source[]): string[] {
  return sources.flatMap(importsOf).flatMap(({ from, target, relative }) => {
    const floor = floorOf(target);
    // Files of the engine are imported by name: its index loads tensors.
    // Methods of papers are built of the parts of the library's own.
    if (from.startsWith("examples/papers/") && floor === "wasserstein") return [];
    if (!relative || floor === "engine" || rooms[floor] === undefined || floorOf(from) === floor) return [];
    const room = roomOf(target);
    const isDoor = target === `${floor}/index.ts` || (room !== undefined && target === `${room}/index.ts`);
    return isDoor ? [] : [`${from} imports ${target}, not a door`];
  });
}

/** What may be had of the engine beside its door, which loads TensorFlow.js: half a second for each test. */
const lightFiles = ["engine/errors.ts", "engine/random/rng.ts"];
const isLight = (target: string): boolean =>
  lightFiles.includes(target) || /^engine\/(?:files|numerics|random|system)\/index\.ts$/.test(target);

/** Imports by tests from files of the engine, where its door exports all their names. */
export function besideEngine(sources: readonly Source[], exported: ReadonlySet<string>): string[] {
  return sources.flatMap(importsOf).flatMap(({ from, target, names }) => {
    const beside = floorOf(target) === "engine" && target !== "engine/index.ts" && !isLight(target);
    return beside && names.length > 0 && names.every((name) => exported.has(name)) ? [`${from} imports ${target}`] : [];
  });
}

/** A line by which a test says why it imports what no door exports. */
export const inside = /^\/\/ Inside: \S/m;

/** Tests that do not come in by a door, of those that say why or do not; and those that say why they do and do come in by one. */
export function aroundInTests(sources: readonly Source[]) {
  const [around, through] = [true, false].map((is) => sources.filter((one) => aroundDoors([one]).length > 0 === is));
  return {
    said: around!.filter(({ text }) => inside.test(text)).map(({ path }) => path),
    unsaid: around!.filter(({ text }) => !inside.test(text)).map(({ path }) => path),
    needless: through!.filter(({ text }) => inside.test(text)).map(({ path }) => path),
  };
}

/** Folders of a floor that are no room of it, and rooms without a folder. */
export function unlistedRooms(paths: readonly string[]): string[] {
  return Object.entries(rooms).flatMap(([floor, listed]) => {
    const found = new Set(
      paths.filter((p) => floorOf(p) === floor && p.split("/").length > 2).map((p) => p.split("/")[1]!),
    );
    return [
      ...[...found].filter((room) => !listed.includes(room)).map((room) => `${floor}/${room} is no room of the list`),
      ...listed.filter((room) => !found.has(room)).map((room) => `${floor}/${room} is empty`),
    ];
  });
}
