/** Values of variables that are still in their files. */
import type { Attributes, FieldValues, Slab } from "../storage/source.ts";

/** Source of the decoded values of a whole variable. */
export interface VariableStore {
  readonly dims: readonly string[];
  readonly shape: readonly number[];
  /** Sizes of the storage chunks, where the file is chunked. */
  readonly chunks: readonly number[] | undefined;
  readonly target: "float32" | "float64";
  /** Values of a slab, row-major. */
  read(slab: Slab): Promise<FieldValues>;
  /**
   * Looks whether what was read is as it was: files are looked at with every reading, the many files of a store here.
   * @throws FormatError where it changed while it was read
   */
  check?(): void;
}

/** A coordinate that changes with time; it is read together with the values. */
export interface LateCoordinate {
  readonly name: string;
  readonly attributes: Attributes;
  readonly store: VariableStore;
}
