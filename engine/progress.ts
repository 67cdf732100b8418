/** Options that long work has everywhere. */
export interface ProgressOptions {
  /** Called after each part with how much is done, of how much. @defaultValue none */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Options of work that may have something to say. */
export interface NoticeOptions {
  /** Called with informational messages: what was not checked, left out, set to 0, or forced. @defaultValue none */
  readonly onNotice?: (line: string) => void;
}
