/** Contents of a file, for a reader who chooses a variable and a time. */
import { inspect } from "../engine/text/inspect.ts";
import type { Dataset, LazyField } from "../io/dataset/index.ts";
import { fieldMaps } from "./field-maps.ts";

/** Variables of a file, and all that is in it. */
export interface DatasetContents {
  readonly variables: readonly {
    readonly name: string;
    readonly text: string;
    /** Number of times; 1 for a field without. */
    readonly times: number;
    readonly members: number;
  }[];
  /** The same in full, as `monge info` knows it. */
  readonly text: string;
}

/** A variable with its maps last. */
export const mapsOf = async (data: Dataset, name: string): Promise<LazyField> =>
  (await data.variable(name)).ungroup().mapsLast();

/** Contents of a file; without variables where none is on a grid. */
export async function contentsOf(data: Dataset): Promise<DatasetContents> {
  const variables = [];
  for (const name of data.dataVariables) {
    const field = await mapsOf(data, name);
    const { labels, members } = fieldMaps(field);
    const sizes = field.dims.map((dim, k) => `${dim} ${field.shape[k]}`).join(", ");
    const units = field.units ? `, ${field.units}` : "";
    variables.push({ name, text: `${name} (${sizes})${units}`, times: labels.length, members });
  }
  return { variables, text: data[inspect]() };
}
