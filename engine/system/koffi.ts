/** Only this file imports koffi, which calls functions of native libraries. It is an optional dependency. */
import { createRequire } from "../platform/native.ts";

/** A library that koffi has opened. */
export interface NativeLibrary {
  func(definition: string): (...args: unknown[]) => unknown;
}

/** koffi, as far as it is used. `load(null)` opens what the process itself is linked with (Linux and macOS). */
interface Koffi {
  load(path: string | null): NativeLibrary;
}

const require = createRequire(import.meta.url);

/** @returns undefined where koffi is not installed */
export function koffi(): Koffi | undefined {
  try {
    return require("koffi") as Koffi;
  } catch {
    return undefined;
  }
}
