/** Paths as the system writes them. */
export { basename, dirname, extname, isAbsolute, join, parse, posix, resolve, sep, win32 } from "node:path";
export { fileURLToPath } from "node:url";
