/** Scores of the pretrained model on archives of the development, as they are recorded. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { aboutInput, MethodScores } from "./judge.ts";

export const developmentRecord = fileURLToPath(new URL("../../research/pretrained/development.json", import.meta.url));

/** One case: what its input is like, and scores by method. */
export interface Case {
  readonly about: ReturnType<typeof aboutInput> & { readonly interval: number; readonly spacing: number };
  readonly methods: Record<string, MethodScores & { microseconds?: number }>;
}

/** By archive and factor. */
export type Recorded = Record<string, Record<string, Case>>;

export const readRecord = (path: string): Recorded => (existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {});
