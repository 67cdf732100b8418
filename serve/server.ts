/** The page's server: this machine alone, a token in the address, a fixed table of answers. */
import { randomBytes } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { isMongeError } from "../engine/errors.ts";
import { answersOf, type Site } from "./answers.ts";
import { FileStore } from "./file-store.ts";
import { admitted } from "./guard.ts";
import { HttpError } from "./http-error.ts";
import { type JobState, Jobs } from "./jobs.ts";
import { Models } from "./rain.ts";

/** Milliseconds in which a client may send the rest of a body that is refused. */
const LINGER = 2000;

/** Options of {@link startServer}. */
export interface ServeOptions {
  /** Folder of runs, a run or a model, offered to downscale with. @defaultValue none */
  readonly runs?: string;
  /** 0 for a free one. */
  readonly port: number;
  /** Most bytes of a file that is dropped. */
  readonly limit: number;
  /** Threads of a model. */
  readonly threads: number;
}

/** A server that listens. */
export interface Served {
  /** With the token: whoever knows it may use the page. */
  readonly url: string;
  /** Folder of dropped and made files until `close`. */
  readonly folder: string;
  /** Ends what runs and removes what was dropped. */
  close(): Promise<void>;
}

const secured = {
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
} as const;
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** Of pages that hold all they show. */
const pagePolicy =
  "sandbox allow-scripts allow-downloads; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Starts. @throws an error of the system where the port is taken */
export async function startServer({ runs, port, limit, threads }: ServeOptions): Promise<Served> {
  const token = randomBytes(18).toString("base64url");
  const [store, jobs] = [new FileStore(limit), new Jobs()];
  const site: Site = { store, jobs, models: new Models(runs), threads };
  const answers = answersOf(site);
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => fail(request, response, error));
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "", url = "", headers } = request;
    const asked = admitted({ method, url, headers }, { port: (server.address() as AddressInfo).port, token });
    if ("status" in asked) throw new HttpError(asked.status, asked.why);
    for (const [allowed, pattern, handler] of answers) {
      const match = allowed === method ? pattern.exec(asked.path) : null;
      if (match === null) continue;
      return send(response, await handler({ id: match[1] ?? "", query: asked.query, request }));
    }
    throw new HttpError(404, "no such page");
  };
  server.requestTimeout = 600_000;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", resolve);
    });
  } catch (error) {
    store.close();
    throw error;
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${token}/`,
    folder: store.folder,
    async close() {
      server.close();
      server.closeAllConnections();
      await jobs.close();
      store.close();
    },
  };
}

/** Response. */
export type Answer =
  | { readonly kind: "text"; readonly type: string; readonly text: string }
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "page"; readonly html: string }
  | { readonly kind: "file"; readonly path: string; readonly name: string }
  | { readonly kind: "events"; listen(listener: (state: JobState) => void): () => void };

function send(response: ServerResponse, answer: Answer): void {
  const head = (type: string, more = {}) =>
    response.writeHead(200, { ...secured, "content-security-policy": policy, "content-type": type, ...more });
  switch (answer.kind) {
    case "text":
      head(`${answer.type}; charset=utf-8`).end(answer.text);
      return;
    case "json":
      head("application/json").end(JSON.stringify(answer.value));
      return;
    case "page":
      head("text/html; charset=utf-8", { "content-security-policy": pagePolicy }).end(answer.html);
      return;
    case "file": {
      // Nothing of the name but letters that need no escape.
      const name = answer.name.replaceAll(/[^\w.-]/g, "_");
      head("application/octet-stream", {
        "content-length": statSync(answer.path).size,
        "content-disposition": `attachment; filename="${name}"`,
      });
      createReadStream(answer.path).pipe(response);
      return;
    }
    case "events": {
      head("text/event-stream");
      const stop = answer.listen((state) => {
        response.write(`data: ${JSON.stringify(state)}\n\n`);
        if (state.status !== "running") response.end();
      });
      response.on("close", stop);
    }
  }
}

function fail(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  const known = error instanceof HttpError;
  const status = known ? error.status : isMongeError(error) ? 422 : 500;
  const message = error instanceof Error ? error.message : String(error);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const answer = () => {
    response.writeHead(status, { ...secured, "content-type": "application/json", connection: "close" });
    response.end(JSON.stringify({ message }));
    response.on("finish", () => request.destroy());
  };
  if (request.complete || request.destroyed) {
    answer();
    return;
  }
  // Many clients read no answer before they have sent all. What comes of a refused body is thrown away, for a while.
  const waits = setTimeout(answer, LINGER);
  request.resume().on("end", () => {
    clearTimeout(waits);
    answer();
  });
}
