/** Access to the page's server: this machine's browser, at this address, with the token, from this very page. */
import { timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** Requests that a server accepts. */
export interface Guard {
  readonly port: number;
  readonly token: string;
}

/** Parts of a request that are checked. */
export interface RequestParts {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** A refusal: the status, and why in a line. */
export interface Refusal {
  readonly status: number;
  readonly why: string;
}

/** The path behind the token. */
export interface Admitted {
  readonly path: string;
  readonly query: URLSearchParams;
}

const methods = ["GET", "POST", "DELETE"];

/**
 * Names of other hosts are refused, so that no foreign name can be made to point here (DNS rebinding); so are requests
 * that a page of another origin makes, and those without the token.
 */
export function admitted({ method, url, headers }: RequestParts, { port, token }: Guard): Admitted | Refusal {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (!hosts.includes(headers.host ?? "")) return { status: 403, why: "another host" };
  const { origin } = headers;
  if (origin !== undefined && !hosts.some((host) => origin === `http://${host}`)) {
    return { status: 403, why: "another origin" };
  }
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") return { status: 403, why: "another site" };
  if (!methods.includes(method)) return { status: 405, why: "another method" };
  // The raw path: `new URL` would take `..` out of it before it is looked at.
  const [raw, query = ""] = url.split("?", 2) as [string, string?];
  const [, given = "", ...rest] = raw.split("/");
  if (!isSame(given, token))
    return { status: 403, why: "no token, or another one: open the address that monge serve printed" };
  const path = `/${rest.join("/")}`;
  if (!/^\/[\w./-]*$/.test(path) || path.split("/").includes("..")) return { status: 404, why: "no such page" };
  return { path, query: new URLSearchParams(query) };
}

function isSame(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
