/** Server of the pages on this machine: a token in the address, a fixed table of answers, tasks in processes. */
import { randomBytes } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { defined } from "../engine/defined.ts";
import { FileStore, type StoredFile } from "./file-store.ts";
import { type Admitted, admitted } from "./guard.ts";
import { HttpError } from "./http-error.ts";
import { pageFiles } from "./page-files.ts";
import { RunningTasks } from "./running.ts";

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
  /** Threads of a task. */
  readonly threads: number;
}

/** A server that listens. */
export interface Served {
  /** With the token: whoever knows it may use the pages. */
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
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
} as const;

/** Most bytes of what is asked in JSON. */
const mostAsked = 1 << 20;

/** Starts. @throws an error of the system where the port is taken */
export async function startServer({ runs, port, limit, threads }: ServeOptions): Promise<Served> {
  const pages = pageFiles();
  const token = randomBytes(18).toString("base64url");
  const store = new FileStore(limit);
  const tasks = new RunningTasks(store, { folder: store.folder, threads, limit, ...defined({ runs }) });
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => fail(request, response, error));
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "", url = "", headers } = request;
    const asked = admitted({ method, url, headers }, { port: (server.address() as AddressInfo).port, token });
    if ("status" in asked) throw new HttpError(asked.status, asked.why);
    const begin = (type: string, more = {}) => response.writeHead(200, { ...secured, "content-type": type, ...more });
    const [, kind, ...names] = asked.path.split("/");
    const rest = names.join("/");
    const page = pages.get(asked.path.slice(1));
    if (method === "GET" && asked.path === "/") response.writeHead(302, { ...secured, location: "solve/" }).end();
    else if (method === "GET" && page) begin(page.type).end(page.content);
    else if (method === "POST" && asked.path === "/files") {
      needs(request, "application/octet-stream");
      const { id, name } = await receive(store, asked, request);
      begin("application/json").end(JSON.stringify({ id, name }));
    } else if (method === "GET" && kind === "files") sendFile(store.get(rest), begin);
    else if (method === "DELETE" && kind === "files") {
      await store.drop(store.get(rest));
      begin("application/json").end("{}");
    } else if (method === "POST" && kind === "tasks") {
      await tasks.answer(rest, await jsonOf(request), response, () => begin("application/x-ndjson").flushHeaders());
    } else throw new HttpError(404, "no such page");
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
      await tasks.close();
      store.close();
    },
  };
}

const receive = (store: FileStore, { query }: Admitted, request: IncomingMessage): Promise<StoredFile> =>
  store.receive(query.get("name") ?? "", Number(request.headers["content-length"] ?? 0), request);

/** Kinds of content that a form of another page cannot send without asking first. */
function needs(request: IncomingMessage, type: string): void {
  const given = request.headers["content-type"]?.split(";")[0];
  if (given !== type) throw new HttpError(415, `expected ${type}, got ${given ?? "nothing"}`);
}

async function jsonOf(request: IncomingMessage): Promise<unknown> {
  needs(request, "application/json");
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += (part as Buffer).length;
    if (bytes > mostAsked) throw new HttpError(413, `what is asked is longer than ${mostAsked} bytes`);
    parts.push(part as Buffer);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch {
    throw new HttpError(400, "what is asked is no JSON");
  }
}

function sendFile({ path, name }: StoredFile, begin: (type: string, more: object) => ServerResponse): void {
  const response = begin("application/octet-stream", {
    "content-length": statSync(path).size,
    // Nothing of the name but letters that need no escape.
    "content-disposition": `attachment; filename="${name.replaceAll(/[^\w.-]/g, "_")}"`,
  });
  createReadStream(path).pipe(response);
}

function fail(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  const status = error instanceof HttpError ? error.status : 500;
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
