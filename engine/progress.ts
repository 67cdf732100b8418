/** Options that work in parts has everywhere. */
export interface ProgressOptions {
  /** Called after each part with how much is done, of how much. @defaultValue none */
  readonly onProgress?: (done: number, total: number) => void;
}
