/**
 * Data-set conditioning: rain of one radar is not that of another, and a network that is not given the data set
 * mixes them. Each name has a channel that is 1 in images of its archive and 0 in the others.
 */
import { OptionsError } from "../../engine/errors.ts";
import type { Channel } from "./channel.ts";

/** More would not fit the largest network. */
const MOST = 61;
/** Begins the names of channels of archives, so that none is that of a variable. */
const ARCHIVE = "archive ";

/** The channel of an archive. */
export const archiveChannel = (name: string): Channel => ({
  name: `${ARCHIVE}${name}`,
  role: "archive",
  transform: { kind: "linear" },
  mean: 0,
  deviation: 1,
  range: [0, 1],
});

/** The archive of a channel of its role. */
const archiveOf = ({ name }: Channel): string => name.slice(ARCHIVE.length);

/** Value of a channel in data of an archive. */
export const isArchive = (channel: Channel, archive: string | undefined): 0 | 1 =>
  archiveOf(channel) === archive ? 1 : 0;

/** The archives that a model knows, in the order of their channels; undefined where there are none. */
export function archivesOf({ channels }: { readonly channels: readonly Channel[] }): readonly string[] | undefined {
  const names = channels.filter(({ role }) => role === "archive").map(archiveOf);
  return names.length === 0 ? undefined : names;
}

/** Names of archives, and which of them each image is from. */
export interface ArchivesOf {
  readonly names: readonly string[];
  /** Index of the archive of each image. */
  readonly of: ArrayLike<number>;
}

/**
 * The archive of each event, or of each source of fields.
 *
 * @param archives - `true`: each is one of its own, named as its file without folder and ending; or a name for each
 * @param events - their files or names
 * @param known - archives that a model to start from was given. @defaultValue the events' own
 * @param each - of the events, in messages
 * @throws OptionsError where names do not fit the events, or distinguish nothing
 */
export function archivesOfEvents(
  archives: true | readonly string[],
  events: readonly string[],
  known?: readonly string[],
  each: "event" | "source" = "event",
): readonly string[] {
  const names = archives === true ? events.map(nameOfEvent) : archives;
  const fail = (has: string, hint: string): never => {
    throw new OptionsError(`train: \`archives\` has ${has}; ${hint}`, "archives", archives);
  };
  if (names.length !== events.length) fail(`${names.length} names`, `expected ${events.length}, one for each ${each}`);
  if (names.some((name) => name.trim() === "")) fail("an empty name", "give each archive a name");
  if (known) {
    const strange = names.find((name) => !known.includes(name));
    const hint = `what is gone on from knows ${known.join(", ")}; give the name of one for each ${each}`;
    if (strange !== undefined) fail(`"${strange}"`, hint);
    return names;
  }
  const different = archiveList(names).length;
  if (different < 2) fail(`one archive alone (${names[0]})`, "there is nothing to distinguish: leave it out");
  if (different > MOST) fail(`${different} archives`, `expected at most ${MOST}: give one name to several ${each}s`);
  return names;
}

const nameOfEvent = (event: string): string =>
  event
    .replace(/^\d+:/, "")
    .replace(/^.*[/\\]/, "")
    .replace(/(?<=.)\.[^.]*$/, "");

/** The different names, in the order of the channels. */
export const archiveList = (archives: readonly string[]): readonly string[] => [...new Set(archives)];

/**
 * The number of the archive that an input is said to be from; undefined where a model knows of none.
 *
 * @throws OptionsError where none is named, or one that the model does not know
 */
export function archiveIndex(
  caller: string,
  names: readonly string[] | undefined,
  archive: string | undefined,
): number | undefined {
  if (names === undefined) {
    if (archive === undefined) return undefined;
    const text = `${caller}: archive is "${archive}", but the model was trained without archives; leave it out`;
    throw new OptionsError(text, "archive", archive);
  }
  const at = archive === undefined ? -1 : names.indexOf(archive);
  if (at >= 0) return at;
  const known = `the model knows ${names.join(", ")}`;
  const has = archive === undefined ? "`archive` is missing" : `there is no archive "${archive}"`;
  throw new OptionsError(
    `${caller}: ${has}; ${known}; name the one whose rain the input is most like`,
    "archive",
    archive,
  );
}
