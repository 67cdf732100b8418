/** Progress of long work. */
export interface WorkProgress {
  /** Parts that are done. */
  readonly done: number;
  /** Parts that there are. */
  readonly total: number;
}

/** Options that long work has everywhere. */
export interface ProgressOptions {
  /** Called after each part. @defaultValue none */
  readonly onProgress?: (progress: WorkProgress) => void;
}

/** Options of work that may have something to say. */
export interface NoticeOptions {
  /** Called with informational messages: what was not checked, left out, set to 0, or forced. @defaultValue none */
  readonly onNotice?: (line: string) => void;
}
