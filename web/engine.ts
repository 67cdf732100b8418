/** Engine of a page: it does tasks in a worker of the page, or on the machine whose `monge serve` serves the page. */
import { type News, type PageFile, type Said, Waiting } from "../serve/tasks/task.ts";

/** Reports of a task to the page, and the signal that cancels it. */
export interface Watch {
  readonly signal?: AbortSignal;
  progress?(done: number, total: number): void;
  notice?(line: string): void;
}

/** Does tasks by their names, one after the other. */
export interface Engine<Tasks> {
  ask<N extends keyof Tasks & string>(name: N, asked: AskedOf<Tasks[N]>, watch?: Watch): Promise<AnswerOf<Tasks[N]>>;
}
type AskedOf<Task> = Task extends (asked: infer Asked, ...rest: never) => unknown ? Asked : never;
type AnswerOf<Task> = Task extends (...all: never) => Promise<infer Answer> ? Answer : never;

/** The message of a task that was cancelled. */
export const cancelled = "cancelled";

const isServed = document.documentElement.dataset["served"] !== undefined;

export function newEngine<Tasks>(): Engine<Tasks> {
  const send = isServed ? onServer : inWorker();
  return {
    ask: (name, asked, watch = {}) =>
      new Promise((resolve, reject) => {
        const listen = (news: News) => {
          if ("done" in news) watch.progress?.(news.done, news.total);
          else if ("notice" in news) watch.notice?.(news.notice);
          else if ("error" in news) reject(new Error(news.error));
          else resolve(news.answer as never);
        };
        send(name, asked, listen, watch.signal);
      }),
  };
}

type Send = (name: string, asked: unknown, listen: (news: News) => void, signal: AbortSignal | undefined) => void;

/** A task that is cancelled ends its worker; the next one begins another. */
function inWorker(): Send {
  const waiting = new Waiting();
  let worker: Worker | undefined;
  const end = (why: string) => {
    worker?.terminate();
    worker = undefined;
    waiting.end(why);
  };
  const begin = () => {
    const begun = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    begun.onmessage = ({ data }: MessageEvent<Said>) => waiting.hear(data);
    begun.onerror = ({ message }) => end(message || "the worker could not be loaded");
    return begun;
  };
  return (name, asked, listen, signal) => {
    worker ??= begin();
    signal?.addEventListener("abort", () => end(cancelled));
    worker.postMessage(waiting.add(name, asked, listen));
  };
}

/** A task runs for as long as the request is open. */
const onServer: Send = (name, asked, listen, signal) => {
  newsOf(name, asked, listen, signal).catch((error: Error) =>
    listen({ error: signal?.aborted ? cancelled : error.message }),
  );
};

async function newsOf(...[name, asked, listen, signal]: Parameters<Send>): Promise<void> {
  const body = JSON.stringify(asked);
  const request = { method: "POST", headers: { "content-type": "application/json" }, body };
  const answer = await reached(`../tasks/${name}`, { ...request, ...(signal && { signal }) });
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = `${rest}${part.value}`.split("\n");
    rest = lines.pop()!;
    for (const line of lines) listen(JSON.parse(line) as News);
  }
  // Heard after an answer it means nothing.
  listen({ error: unreached });
}

const unreached = "monge serve does not answer: is it still running?";

/** @throws with the words of the server where it refuses */
async function reached(address: string, request: RequestInit): Promise<Response> {
  const answer = await fetch(address, request).catch(() => {
    throw new Error(unreached);
  });
  if (!answer.ok) throw new Error(((await answer.json()) as { readonly message: string }).message);
  return answer;
}

let files = 0;

/** Takes in a file that was dropped: tasks know it from then on. */
export async function holdFile(name: string, content: Blob): Promise<PageFile> {
  if (!isServed) return { id: `page-${files++}`, name, content };
  const request = { method: "POST", headers: { "content-type": "application/octet-stream" }, body: content };
  return (await reached(`../files?name=${encodeURIComponent(name)}`, request)).json();
}

const addresses = new Map<string, string>();

/** Address of the bytes of a file. */
export function addressOf({ id, content }: PageFile): string {
  if (content === undefined) return `../files/${id}`;
  const address = addresses.get(id) ?? URL.createObjectURL(content);
  addresses.set(id, address);
  return address;
}

/** Forgets a file that the page does not show any more. */
export async function releaseFile({ id, content }: PageFile): Promise<void> {
  if (content === undefined) await reached(`../files/${id}`, { method: "DELETE" });
  else if (addresses.has(id)) URL.revokeObjectURL(addresses.get(id)!);
  addresses.delete(id);
}
