/** Answers of the page's server: a row for each address. */
import type { IncomingMessage } from "node:http";
import { solveJob, typedProblem, understood } from "./equations.ts";
import { describe, drawMap } from "./fields.ts";
import type { FileStore } from "./file-store.ts";
import { pageHtml, style } from "./front/page.ts";
import { script } from "./front/script.ts";
import { HttpError } from "./http-error.ts";
import type { JobAsked, Jobs } from "./jobs.ts";
import { downscaleJob, type Models, verifyJob } from "./rain.ts";
import type { Answer } from "./server.ts";
import { Wanted } from "./wanted.ts";

/** State of a server. */
export interface Site {
  readonly store: FileStore;
  readonly jobs: Jobs;
  readonly models: Models;
  readonly threads: number;
}

interface Query {
  readonly id: string;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
}

type Row = readonly [method: string, path: RegExp, answer: (asked: Query) => Answer | Promise<Answer>];

/** Most bytes of what is asked in JSON. */
const mostAsked = 64 << 10;

const id = "([0-9a-f]{16})";
const text = (type: string, content: string) => () => ({ kind: "text", type, text: content }) as const;
const json = (value: unknown) => ({ kind: "json", value }) as const;

export function answersOf({ store, jobs, models, threads }: Site): readonly Row[] {
  return [
    ["GET", /^\/$/, text("text/html", pageHtml)],
    ["GET", /^\/app\.js$/, text("text/javascript", script)],
    ["GET", /^\/app\.css$/, text("text/css", style)],
    ["GET", /^\/models$/, async () => json(await models.list())],
    [
      "POST",
      /^\/files$/,
      async ({ query, request }) => {
        needs(request, "application/octet-stream");
        const length = Number(request.headers["content-length"] ?? 0);
        const kept = await store.receive(query.get("name") ?? "", length, request);
        try {
          return json(await describe(store, kept));
        } catch (error) {
          await store.drop(kept);
          throw error;
        }
      },
    ],
    ["GET", new RegExp(`^/files/${id}$`), (asked) => ({ kind: "file", ...store.get(asked.id) })],
    ["GET", new RegExp(`^/files/${id}/about$`), async (asked) => json(await describe(store, store.get(asked.id)))],
    [
      "GET",
      new RegExp(`^/files/${id}/map$`),
      async ({ id: file, query }) => {
        const wanted = new Wanted(Object.fromEntries(query));
        return json(
          await drawMap(store, store.get(file), {
            variable: wanted.text("variable"),
            time: wanted.whole("time", 0, 1e9, 0),
            members: wanted.whole("members", 1, 8, 4),
            columns: wanted.whole("columns", 1, 8, 3),
          }),
        );
      },
    ],
    ["POST", /^\/problem$/, async ({ request }) => json(understood(typedProblem((await asked(request)).problem())))],
    [
      "POST",
      /^\/jobs\/(downscale|verify|solve)$/,
      async ({ id: kind, request }) => {
        const wanted = await asked(request);
        const about: JobAsked = { kind: kind as JobAsked["kind"], asked: wanted.values };
        if (kind === "solve") {
          const problem = typedProblem(wanted.problem());
          const budget = {
            seconds: wanted.number("seconds", 1, 3600, 20),
            seed: wanted.whole("seed", 0, 2 ** 31, 0),
            network: wanted.flag("network"),
          };
          return json({ id: jobs.start(about, (reports) => solveJob(store, problem, budget, reports)).id });
        }
        if (kind === "verify") {
          const asked = {
            ...{ forecast: wanted.named("forecast"), truth: wanted.named("truth") },
            ...{ thresholds: wanted.numbers("thresholds"), regrid: wanted.flag("regrid") },
            interval: wanted.has("interval") ? wanted.number("interval", 1, 1e9, 1) : undefined,
            rain: wanted.has("rain") ? wanted.text("rain") === "yes" : undefined,
          };
          return json({ id: jobs.start(about, (reports) => verifyJob(store, asked, reports)).id });
        }
        const first = wanted.whole("from", 0, 1e9, 0);
        const drawn = {
          ...{ file: wanted.text("file"), variable: wanted.text("variable"), model: wanted.text("model") },
          ...{ members: wanted.whole("members", 1, 64, 4), seed: wanted.whole("seed", 0, 2 ** 31, 0) },
          evaluations: wanted.has("evaluations") ? wanted.whole("evaluations", 1, 1000, 16) : undefined,
          times: [first, wanted.whole("to", first, 1e9, first)] as const,
          others: wanted.list("others"),
        };
        return json({ id: jobs.start(about, (reports) => downscaleJob(store, models, drawn, threads, reports)).id });
      },
    ],
    [
      "GET",
      /^\/jobs$/,
      () => {
        const { running } = jobs;
        return json(running === undefined ? null : { id: running.id, ...running.about });
      },
    ],
    [
      "GET",
      new RegExp(`^/jobs/${id}/events$`),
      (asked_) => {
        const job = jobs.get(asked_.id);
        return { kind: "events", listen: (listener) => job.listen(listener) };
      },
    ],
    [
      "GET",
      new RegExp(`^/jobs/${id}/page$`),
      (asked_) => {
        const { page } = jobs.get(asked_.id);
        if (page === undefined) throw new HttpError(404, "there is no page of this work");
        return { kind: "page", html: page };
      },
    ],
    [
      "DELETE",
      new RegExp(`^/jobs/${id}$`),
      (asked_) => {
        jobs.get(asked_.id).cancel();
        return json({});
      },
    ],
  ];
}

/** Kinds of content that a form of another page cannot send without asking first. */
function needs(request: IncomingMessage, type: string): void {
  const given = request.headers["content-type"]?.split(";")[0];
  if (given !== type) throw new HttpError(415, `expected ${type}, got ${given ?? "nothing"}`);
}

async function asked(request: IncomingMessage): Promise<Wanted> {
  needs(request, "application/json");
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += (part as Buffer).length;
    if (bytes > mostAsked) throw new HttpError(413, `what is asked is longer than ${mostAsked} bytes`);
    parts.push(part as Buffer);
  }
  let value: unknown;
  try {
    value = JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch {
    throw new HttpError(400, "what is asked is no JSON");
  }
  return new Wanted(value);
}
