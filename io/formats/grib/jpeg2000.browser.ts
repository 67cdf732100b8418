/** Pages do not read JPEG 2000. */
import { GribProblem } from "./message.ts";

export function loadJpeg2000(): Promise<void> {
  return Promise.resolve();
}

export function unpackJpeg2000(): Float64Array {
  throw new GribProblem("its values are packed as JPEG 2000, which pages do not read", true);
}
