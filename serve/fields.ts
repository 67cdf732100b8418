/** Files as the page shows them: what they hold, and maps of it. */
import { FormatError, isMongeError } from "../engine/errors.ts";
import { type Dataset, type LazyField, openDataset } from "../io/dataset/index.ts";
import { contentsOf, type DatasetContents, mapsOf } from "../pages/dataset-contents.ts";
import { fieldMaps } from "../pages/field-maps.ts";
import { type FileStore, megabytes, raiseLimit, type StoredFile } from "./file-store.ts";
import { HttpError } from "./http-error.ts";

/** Content of a file. */
export interface Description extends DatasetContents {
  readonly id: string;
  readonly name: string;
}

/**
 * Opens a file for as long as something is done with it; links out of it are not followed.
 *
 * @throws HttpError 413 where it unpacks to more than may be dropped
 */
export async function opened<T>(store: FileStore, kept: StoredFile, use: (data: Dataset) => Promise<T>): Promise<T> {
  const data = await openDataset([kept.path], { maxUnpackedBytes: store.limit }).catch((error: unknown) => {
    if (!(error instanceof FormatError) || !error.hint.includes("maxUnpackedBytes")) throw error;
    throw new HttpError(413, `${kept.name} unpacks to more than ${megabytes(store.limit)}; ${raiseLimit}`);
  });
  try {
    return await use(data);
  } finally {
    data.close();
  }
}

/** A variable with its maps last. */
export async function variableOf(data: Dataset, name: string): Promise<LazyField> {
  if (!data.dataVariables.includes(name)) throw new HttpError(404, `there is no variable ${name}`);
  return mapsOf(data, name);
}

/**
 * Content of a file.
 *
 * @throws HttpError 415 where it is no grid
 */
export async function describe(store: FileStore, kept: StoredFile): Promise<Description> {
  try {
    return await opened(store, kept, async (data) => {
      const { variables, text } = await contentsOf(data);
      if (variables.length === 0) throw new HttpError(415, `${kept.name} holds no variable on a grid`);
      return { id: kept.id, name: kept.name, variables, text };
    });
  } catch (error) {
    if (!isMongeError(error)) throw error;
    // Its name is the user's, not that of our copy.
    throw new HttpError(415, error.message.replaceAll(kept.path, kept.name));
  }
}

/** Maps of a variable. */
export interface MapAsked {
  readonly variable: string;
  readonly time: number;
  readonly members: number;
  /** Maps in a row. */
  readonly columns: number;
}

/** Maps of one time. */
export function drawMap(store: FileStore, kept: StoredFile, { variable, time, members, columns }: MapAsked) {
  return opened(store, kept, async (data) => {
    const maps = fieldMaps(await variableOf(data, variable));
    if (time >= maps.labels.length) throw new HttpError(404, `there are ${maps.labels.length} times`);
    return { label: maps.labels[time]!, ...(await maps.draw(time, { members, columns })) };
  });
}
