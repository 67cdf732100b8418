/** Paths with slashes. */
import { heldRoot, wholePath } from "./held-files.ts";

export const sep = "/";

export const isAbsolute = (path: string): boolean => path.startsWith("/");

export function join(...parts: readonly string[]): string {
  const text = parts.filter((part) => part !== "").join("/");
  const names: string[] = [];
  for (const name of text.split("/")) {
    if (name === ".." && names.length > 0 && names.at(-1) !== "..") names.pop();
    else if (name !== "" && name !== "." && !(name === ".." && isAbsolute(text))) names.push(name);
  }
  const body = names.join("/");
  const end = text.endsWith("/") ? "/" : "";
  if (!isAbsolute(text)) return (body || ".") + end;
  return body === "" ? "/" : `/${body}${end}`;
}

export function resolve(...parts: readonly string[]): string {
  let path = heldRoot;
  for (const part of parts) if (part !== "") path = isAbsolute(part) ? part : `${path}/${part}`;
  return wholePath(path);
}

/** Without the slashes at its end, but for the first sign. */
function trimmed(path: string): string {
  let end = path.length;
  while (end > 1 && path[end - 1] === "/") end--;
  return path.slice(0, end);
}

export function dirname(path: string): string {
  const whole = trimmed(path);
  const at = whole.lastIndexOf("/");
  return at < 0 ? "." : trimmed(whole.slice(0, at)) || "/";
}

export function basename(path: string, ending = ""): string {
  const name = trimmed(path).slice(trimmed(path).lastIndexOf("/") + 1);
  return ending !== "" && name !== ending && name.endsWith(ending) ? name.slice(0, -ending.length) : name;
}

export function extname(path: string): string {
  const name = basename(path);
  const at = name.lastIndexOf(".");
  return at <= 0 || name === ".." ? "" : name.slice(at);
}

export function parse(path: string) {
  const [base, ext] = [basename(path), extname(path)];
  const dir = base === path ? "" : dirname(path);
  return { root: isAbsolute(path) ? "/" : "", dir, base, ext, name: base.slice(0, base.length - ext.length) };
}

export const fileURLToPath = (url: string | URL): string => decodeURIComponent(new URL(url).pathname);

export const posix = { basename, dirname, extname, isAbsolute, join, parse, resolve, sep };
/** No page runs on paths of Windows. */
export const win32 = posix;
