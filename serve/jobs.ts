/** Work that takes time: one piece at once, watched while it runs, ended on request. */
import { randomBytes } from "node:crypto";
import { isMongeError } from "../engine/errors.ts";
import { HttpError } from "./http-error.ts";

/** State of a job as a page receives it. */
export interface JobState {
  readonly status: "running" | "done" | "failed" | "cancelled";
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  /** Since it began. */
  readonly seconds: number;
  /** Numbers that grow, such as [seconds, residual]; a listener gets what is new. */
  readonly trail: readonly (readonly number[])[];
  /** Points of the last round, (x, y) one after the other. */
  readonly points: readonly number[];
  /** Result; null until the job has ended. */
  readonly result: unknown;
  /** Why it failed; empty where it did not. */
  readonly error: string;
}

/** Reports of a job. */
export interface JobReports {
  readonly signal: AbortSignal;
  progress(stage: string, done: number, total: number): void;
  /** Of a solve. */
  round(at: readonly number[], points: readonly number[]): void;
  /** Keeps a page to be opened. */
  page(html: string): void;
}

type Listener = (state: JobState) => void;

/** Request. */
export interface JobAsked {
  readonly kind: "downscale" | "verify" | "solve";
  /** As the page asked: a page that is loaded while the work runs shows it again. */
  readonly asked: unknown;
}

const nouns = { downscale: "a downscaling", verify: "a verification", solve: "a solve" } as const;

/** A piece of work. */
export class Job {
  readonly id: string = randomBytes(8).toString("hex");
  readonly about: JobAsked;
  page: string | undefined;
  readonly #controller = new AbortController();
  readonly #began = performance.now();
  readonly #listeners = new Set<Listener>();
  readonly ended: Promise<void>;
  #trail: (readonly number[])[] = [];
  #state: Omit<JobState, "trail" | "seconds"> = {
    ...{ status: "running", stage: "starting", done: 0, total: 1, points: [], result: null, error: "" },
  };

  constructor(about: JobAsked, work: (reports: JobReports) => Promise<unknown>) {
    this.about = about;
    const { signal } = this.#controller;
    const reports: JobReports = {
      signal,
      progress: (stage, done, total) => this.#report({ stage, done, total }, []),
      round: (at, points) => this.#report({ points }, [at]),
      page: (html) => {
        this.page = html;
      },
    };
    // Begins when the caller has the job.
    this.ended = Promise.resolve()
      .then(() => work(reports))
      .then(
        (result) => this.#report({ status: "done", result }, []),
        (error: unknown) => {
          const status = signal.aborted ? "cancelled" : "failed";
          const known = isMongeError(error) || error instanceof HttpError;
          const text = error instanceof Error ? error.message : String(error);
          this.#report({ status, error: signal.aborted ? "" : known ? text : `unexpected error: ${text}` }, []);
        },
      );
  }

  get isRunning(): boolean {
    return this.#state.status === "running";
  }

  get state(): JobState {
    return this.#snapshot(this.#trail);
  }

  cancel(): void {
    this.#controller.abort(new Error("cancelled"));
  }

  /** Calls with the state so far, then with each change. @returns a function that stops it */
  listen(listener: Listener): () => void {
    listener(this.state);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #snapshot(trail: JobState["trail"]): JobState {
    return { ...this.#state, trail, seconds: (performance.now() - this.#began) / 1e3 };
  }

  #report(change: Partial<JobState>, more: JobState["trail"]): void {
    this.#state = { ...this.#state, ...change };
    this.#trail = [...this.#trail, ...more];
    for (const listener of this.#listeners) listener(this.#snapshot(more));
  }
}

/** Most pieces of work that are remembered. */
const mostJobs = 50;

/** The work of one server. */
export class Jobs {
  readonly #jobs = new Map<string, Job>();

  /** The running job, if there is one. */
  get running(): Job | undefined {
    return [...this.#jobs.values()].find(({ isRunning }) => isRunning);
  }

  /** @throws HttpError 409 while another one runs, with what it is and how to end it */
  start(about: JobAsked, work: (reports: JobReports) => Promise<unknown>): Job {
    const other = this.running;
    if (other !== undefined) {
      const { stage, done, total, seconds } = other.state;
      const what = `${nouns[other.about.kind]} has run for ${Math.round(seconds)} s (${stage} ${Math.round(done)}/${Math.round(total)})`;
      throw new HttpError(409, `${what}; wait for it, or load the page again, which shows it, and press Cancel`);
    }
    const job = new Job(about, work);
    const [oldest] = this.#jobs.keys();
    if (this.#jobs.size >= mostJobs) this.#jobs.delete(oldest!);
    this.#jobs.set(job.id, job);
    return job;
  }

  /** @throws HttpError 404 */
  get(id: string): Job {
    const found = this.#jobs.get(id);
    if (found === undefined) throw new HttpError(404, "there is no such work");
    return found;
  }

  /** Ends what runs, and waits for it. */
  async close(): Promise<void> {
    for (const job of this.#jobs.values()) if (job.isRunning) job.cancel();
    await Promise.all([...this.#jobs.values()].map(({ ended }) => ended));
  }
}
