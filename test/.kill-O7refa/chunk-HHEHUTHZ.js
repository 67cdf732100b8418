import {
  isPlainObject
} from "./chunk-O6FHBCA2.js";
import {
  recordToJson
} from "./chunk-JYSZMQVP.js";
import {
  writeAtomically
} from "./chunk-72SAAEYX.js";
import {
  BackendError,
  DomainError,
  FormatError,
  OptionsError,
  ShapeError,
  isMongeError
} from "./chunk-Y46VEHZ7.js";

// engine/files/sealed-json.ts
import { createHash as createHash2 } from "node:crypto";
import { readFile } from "node:fs/promises";

// engine/files/json-keys.ts
var MOST_DEPTH = 500;
function isTooDeep(json) {
  let depth = 0;
  const marks = /["{}[\]]/g;
  for (let mark = marks.exec(json); mark !== null; mark = marks.exec(json)) {
    if (mark[0] === '"') marks.lastIndex = endOfText(json, mark.index);
    else depth += /[{[]/.test(mark[0]) ? 1 : -1;
    if (depth > MOST_DEPTH) return true;
  }
  return false;
}
function repeatedKey(json) {
  const open2 = [];
  const marks = /["{}[\]]/g;
  for (let mark = marks.exec(json); mark !== null; mark = marks.exec(json)) {
    const begin = mark.index;
    if (mark[0] === "{") open2.push(/* @__PURE__ */ new Set());
    else if (mark[0] === "[") open2.push(void 0);
    else if (mark[0] !== '"') open2.pop();
    else {
      const end = endOfText(json, begin);
      marks.lastIndex = end;
      if (!isKey(json, end)) continue;
      const key = JSON.parse(json.slice(begin, end));
      const keys = open2.at(-1);
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return void 0;
}
function endOfText(json, begin) {
  let end = json.indexOf('"', begin + 1);
  while (end >= 0) {
    let escapes = 0;
    while (json[end - 1 - escapes] === "\\") escapes++;
    if (escapes % 2 === 0) return end + 1;
    end = json.indexOf('"', end + 1);
  }
  return json.length;
}
function isKey(json, from) {
  let at = from;
  while (/\s/.test(json[at] ?? "")) at++;
  return json[at] === ":";
}

// engine/files/seal.ts
import { createHash } from "node:crypto";
var sealKey = "monge-sha256";
var blankSeal = "0".repeat(64);
var marked = (digits) => `"${sealKey}":"${digits}"`;
function seal(head, rest) {
  const at = find(head, marked(blankSeal));
  const hash = createHash("sha256").update(head);
  for (const piece of rest) hash.update(piece);
  head.set(new TextEncoder().encode(marked(hash.digest("hex"))), at);
}
function isIntact(bytes, headLength, digits) {
  const at = find(bytes.subarray(0, headLength), marked(digits));
  if (!/^[0-9a-f]{64}$/.test(digits) || at < 0) return false;
  const begin = at + marked("").length - 1;
  const hash = createHash("sha256").update(bytes.subarray(0, begin)).update(blankSeal);
  return hash.update(bytes.subarray(begin + digits.length)).digest("hex") === digits;
}
function find(bytes, text) {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(text);
}

// engine/files/sealed-json.ts
function sealedJson(record) {
  const plain = JSON.parse(recordToJson(record));
  return `${JSON.stringify({ ...plain, [sealKey]: hashOf(plain) }, null, 2)}
`;
}
async function readSealedJson(path, kind) {
  const fail = (message, hint = kind.hint, cause) => {
    throw new FormatError(path, kind.format, message, hint, { cause });
  };
  const bytes = await readFile(path).catch((error) => {
    if (error.code === "ENOENT") return fail("there is no such file");
    throw error;
  });
  let text;
  let value;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    value = JSON.parse(text);
  } catch (cause) {
    return fail("this is not JSON", kind.hint, cause);
  }
  if (!isPlainObject(value)) return fail("this is no record: it is not a JSON object");
  if (isTooDeep(text)) return fail("its objects and lists are nested hundreds deep, which no record's are");
  const twice = repeatedKey(text);
  if (twice !== void 0) return fail(`it has the field ${JSON.stringify(twice.slice(0, 60))} twice`);
  const { [sealKey]: digits, ...record } = value;
  const other = Object.keys(record).find((name) => !kind.fields.includes(name));
  if (other !== void 0) return fail(`it has a field ${JSON.stringify(other.slice(0, 60))} that means nothing here`);
  if (Object.hasOwn(value, sealKey) && digits !== hashOf(record)) {
    const way = `take another copy; after a change on purpose remove the field ${sealKey}`;
    return fail("its checksum is not that of its content: it was damaged or changed after it was written", way);
  }
  return record;
}
function hashOf(plain) {
  return createHash2("sha256").update(JSON.stringify(plain)).digest("hex");
}

// engine/files/safetensors.ts
import { open } from "node:fs/promises";
import { endianness } from "node:os";
var ARRAYS = {
  F64: Float64Array,
  F32: Float32Array,
  I64: BigInt64Array,
  U64: BigUint64Array,
  I32: Int32Array,
  U32: Uint32Array,
  I16: Int16Array,
  U16: Uint16Array,
  I8: Int8Array,
  U8: Uint8Array
};
var SIZES = {
  F64: 8,
  I64: 8,
  U64: 8,
  F32: 4,
  I32: 4,
  U32: 4,
  F16: 2,
  BF16: 2,
  I16: 2,
  U16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1
};
var METADATA = "__metadata__";
var MAX_HEADER = 1e8;
var MAX_READ = 2 ** 30;
var FORMAT = "safetensors";
var BROKEN_SEAL = [
  "its checksum is not that of its content: it was damaged or changed after it was written",
  `take another copy; after a change on purpose write it without the metadata ${sealKey}`
];
async function writeSafetensors(path, tensors, metadata = {}) {
  await writeAtomically(path, encodeSafetensors(tensors, metadata));
}
function encodeSafetensors(tensors, metadata = {}) {
  requireLittleEndian();
  for (const [name, text] of Object.entries(metadata)) {
    if (typeof text !== "string") {
      throw new OptionsError(`writeSafetensors: metadata ${JSON.stringify(name)} is not text`, name, text);
    }
    if (name === sealKey) {
      throw new OptionsError(`writeSafetensors: metadata ${name} is the checksum's; choose another name`, name, text);
    }
  }
  const entries = [...tensors instanceof Map ? tensors : new Map(Object.entries(tensors))];
  const named = entries.map(([name, tensor]) => ({ name, tensor, type: typeOf(name, tensor) }));
  named.sort((a, b) => SIZES[b.type] - SIZES[a.type] || (a.name < b.name ? -1 : 1));
  const header = [[METADATA, { [sealKey]: blankSeal, ...metadata }]];
  const pieces = [];
  let offset = 0;
  for (const { name, tensor, type } of named) {
    const { data, shape } = tensor;
    header.push([name, { dtype: type, shape, data_offsets: [offset, offset + data.byteLength] }]);
    pieces.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const head = new Uint8Array(8 + 8 * Math.ceil(json.length / 8)).fill(32);
  head.set(json, 8);
  new DataView(head.buffer).setBigUint64(0, BigInt(head.length - 8), true);
  seal(head, pieces);
  return [head, ...pieces];
}
async function readSafetensors(path) {
  const handle = await open(path, "r");
  try {
    const { size } = await handle.stat();
    const bytes = await room(handle, size, path);
    for (let at = 0; at < size; ) {
      const { bytesRead } = await handle.read(bytes, at, Math.min(MAX_READ, size - at), at);
      if (bytesRead === 0) throw bad(path, `the file shrank to ${at} bytes while it was read`, "read it again");
      at += bytesRead;
    }
    return decodeSafetensors(bytes, path);
  } finally {
    await handle.close();
  }
}
async function room(handle, size, path) {
  const start = new Uint8Array(Math.min(8, size));
  await handle.read(start, 0, start.length, 0);
  headerLength(start, size, path);
  try {
    return new Uint8Array(size);
  } catch (cause) {
    throw bad(path, `${size} bytes are more than fit in memory`, "this is not a model or checkpoint of monge", cause);
  }
}
function decodeSafetensors(bytes, path) {
  requireLittleEndian();
  const { header, dataStart } = parseHeader(bytes, path);
  const dataLength = bytes.length - dataStart;
  const tensors = /* @__PURE__ */ new Map();
  const spans = [];
  let metadata = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === METADATA) {
      if (!isTextRecord(entry)) throw bad(path, `${METADATA} is not a map from text to text`, "write it anew");
      const { [sealKey]: digits, ...rest } = entry;
      if (digits !== void 0 && !isIntact(bytes, dataStart, digits)) throw bad(path, ...BROKEN_SEAL);
      metadata = rest;
      continue;
    }
    const { type, shape, begin, end } = parseEntry(path, name, entry, dataLength);
    spans.push({ name, begin, end });
    tensors.set(name, { type, shape, data: readValues(bytes, dataStart + begin, end - begin, type) });
  }
  spans.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const { name, begin, end } of spans) {
    if (begin !== covered) {
      const how = begin < covered ? "overlaps the tensor before it" : "leaves a gap before it";
      throw bad(path, `tensor ${show(name)} at bytes ${begin}\u2013${end} ${how}`, "the header is damaged");
    }
    covered = end;
  }
  if (covered !== dataLength) {
    throw bad(path, `${dataLength - covered} bytes after the last tensor`, "the file or its header is damaged");
  }
  return { tensors, metadata };
}
function parseHeader(bytes, path, size = bytes.length) {
  const length = headerLength(bytes, size, path);
  const damaged = "the file is damaged or of another format";
  let header;
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, 8 + length));
    header = JSON.parse(text);
  } catch (cause) {
    throw bad(path, "the header is not JSON", damaged, cause);
  }
  if (!isPlainObject(header)) throw bad(path, "the header is not a JSON object", damaged);
  if (isTooDeep(text)) throw bad(path, "the header is nested hundreds deep", damaged);
  const twice = repeatedKey(text);
  if (twice !== void 0) throw bad(path, `the header names ${show(twice)} twice`, damaged);
  return { header, dataStart: 8 + length };
}
function headerLength(start, size, path) {
  if (start.length < 8) throw bad(path, `${start.length} bytes where the header's length takes 8`, "it is truncated");
  const length = Number(new DataView(start.buffer, start.byteOffset, 8).getBigUint64(0, true));
  if (length > MAX_HEADER) {
    throw bad(path, `a header of ${length} bytes, above ${MAX_HEADER}`, "this is not a safetensors file");
  }
  if (8 + length > size) throw bad(path, `a header of ${length} bytes in a file of ${size}`, "it is truncated");
  return length;
}
function parseEntry(path, name, entry, dataLength) {
  const what = `tensor ${show(name)}`;
  if (!isPlainObject(entry)) throw bad(path, `${what} is not described by an object`, "the header is damaged");
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== "string" || !Object.hasOwn(SIZES, dtype)) {
    throw bad(path, `${what} has element type ${show(dtype)}`, `known: ${Object.keys(SIZES).join(" ")}`);
  }
  const type = dtype;
  if (!isCounts(shape)) throw bad(path, `${what} has shape ${show(shape)}`, "the header is damaged");
  const size = shape.reduce((product, n) => product * n, SIZES[type]);
  if (!(isCounts(offsets) && offsets.length === 2 && offsets[0] <= offsets[1])) {
    throw bad(path, `${what} has data_offsets ${show(offsets)}`, "the header is damaged");
  }
  const [begin, end] = offsets;
  if (end > dataLength) {
    throw bad(path, `${what} ends at byte ${end} of ${dataLength} bytes of data`, "the file is truncated");
  }
  if (end - begin !== size) {
    throw bad(path, `${what} has ${end - begin} bytes where ${type}[${shape}] takes ${size}`, "the header is damaged");
  }
  return { type, shape, begin, end };
}
function readValues(bytes, start, length, type) {
  const size = SIZES[type];
  const at = bytes.byteOffset + start;
  const aligned = bytes.buffer instanceof ArrayBuffer && at % size === 0;
  const buffer = aligned ? bytes.buffer : bytes.slice(start, start + length).buffer;
  const offset = aligned ? at : 0;
  const count = length / size;
  if (type === "BOOL") return new Uint8Array(buffer, offset, count);
  if (type === "BF16" || type === "F16") {
    const widen = type === "BF16" ? widenBfloat16 : widenFloat16;
    return widen(new Uint16Array(buffer, offset, count));
  }
  return new ARRAYS[type](buffer, offset, count);
}
function widenBfloat16(halves) {
  return new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer);
}
function widenFloat16(halves) {
  return Float32Array.from(halves, (half) => {
    const sign = half & 32768 ? -1 : 1;
    const exponent = half >>> 10 & 31;
    const fraction = half & 1023;
    if (exponent === 31) return fraction ? NaN : sign * Infinity;
    return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
  });
}
function typeOf(name, { shape, data }) {
  if (name === METADATA) {
    throw new OptionsError(`writeSafetensors: no tensor can be called ${METADATA}; choose another name`, "name", name);
  }
  for (const [type, array] of Object.entries(ARRAYS)) {
    if (!(data instanceof array)) continue;
    if (!(isCounts(shape) && shape.reduce((product, n) => product * n, 1) === data.length)) {
      throw new ShapeError(`writeSafetensors: ${JSON.stringify(name)}`, shape, [data.length]);
    }
    return type;
  }
  throw new OptionsError(`writeSafetensors: ${JSON.stringify(name)} is no supported typed array`, "data", data);
}
function requireLittleEndian() {
  if (endianness() !== "LE") {
    throw new BackendError("safetensors: files are little-endian, which this machine is not; use another", "cpu");
  }
}
function bad(path, message, hint, cause) {
  return new FormatError(path, FORMAT, message, hint, { cause });
}
function show(value) {
  const json = JSON.stringify(value) ?? "nothing";
  return json.length > 80 ? `${json.slice(0, 77)}...` : json;
}
function isTextRecord(value) {
  return isPlainObject(value) && Object.values(value).every((text) => typeof text === "string");
}
function isCounts(value) {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

// engine/files/checkpoint.ts
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";

// engine/files/plain-metadata.ts
function plainMetadata(path, metadata, { key, format, writer }) {
  const fail = (message, hint, cause) => {
    throw new FormatError(path, format, message, hint, { cause });
  };
  const json = Object.hasOwn(metadata, key) ? metadata[key] : void 0;
  if (json === void 0) return fail(`no metadata "${key}"`, `give a file written by ${writer}`);
  const other = Object.keys(metadata).find((name) => name !== key);
  if (other !== void 0) {
    return fail(
      `metadata ${JSON.stringify(other.slice(0, 60))} beside "${key}"`,
      "the file is damaged, or was changed"
    );
  }
  let value;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    return fail(`metadata "${key}" is not JSON`, "the file is damaged", cause);
  }
  if (!isPlainObject(value)) return fail(`metadata "${key}" is no JSON object`, "the file is damaged");
  if (isTooDeep(json)) return fail(`metadata "${key}" is nested hundreds deep`, "the file is damaged, or was changed");
  const twice = repeatedKey(json);
  if (twice !== void 0) return fail(`metadata "${key}" has ${JSON.stringify(twice)} twice`, "the file is damaged");
  return value;
}

// engine/files/checkpoint.ts
var FOLDER = "checkpoints";
var FILE = /^step-(\d{8,})\.safetensors$/;
var STATE_KEY = "monge";
async function saveCheckpoint(directory, { step, tensors, state = null }) {
  if (!(Number.isSafeInteger(step) && step >= 0)) {
    throw new DomainError(`saveCheckpoint: step is ${step}; a non-negative integer is needed`, step);
  }
  const folder = join(directory, FOLDER);
  await mkdir(folder, { recursive: true });
  const path = join(folder, `step-${String(step).padStart(8, "0")}.safetensors`);
  await writeSafetensors(path, tensors, { [STATE_KEY]: recordToJson({ step, state }) });
  return path;
}
async function loadCheckpoint(path) {
  const { tensors, metadata } = await readSafetensors(path);
  const { step, state } = plainMetadata(path, metadata, {
    key: STATE_KEY,
    format: "checkpoint",
    writer: "saveCheckpoint"
  });
  if (!(Number.isSafeInteger(step) && step >= 0)) {
    const hint = "give a file written by saveCheckpoint";
    throw new FormatError(path, "checkpoint", `its step is ${JSON.stringify(step) ?? "missing"}`, hint);
  }
  return { step, tensors, state };
}
async function loadLatestCheckpoint(directory, load) {
  const [newest, ...older] = await checkpointsOf(directory);
  if (newest === void 0) return void 0;
  try {
    return await load(newest);
  } catch (cause) {
    if (!isMongeError(cause)) throw cause;
    const what = cause.message.startsWith(newest) ? cause.message.slice(newest.length + 2) : cause.message;
    const before = await firstSound(older, load);
    const hint = before === void 0 ? "no older checkpoint is sound: start anew" : `remove that file, and the run goes on from the one before it, ${before}`;
    throw new FormatError(newest, "checkpoint", `the newest checkpoint is damaged (${what})`, hint, { cause });
  }
}
async function loadCheckpoints(directory) {
  return Promise.all((await checkpointsOf(directory)).map(loadCheckpoint));
}
async function latestCheckpoint(directory) {
  return (await checkpointsOf(directory))[0];
}
async function checkpointsOf(directory) {
  const names = await readdir(join(directory, FOLDER)).catch((error) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const stepOf = (name) => Number(FILE.exec(name)?.[1]);
  const found = names.filter((name) => FILE.test(name)).sort((a, b) => stepOf(b) - stepOf(a));
  return found.map((name) => join(directory, FOLDER, name));
}
async function firstSound(paths, load) {
  for (const path of paths) {
    try {
      await load(path);
      return path;
    } catch (error) {
      if (!isMongeError(error)) throw error;
    }
  }
  return void 0;
}

// engine/files/run-lock.ts
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join as join2 } from "node:path";
var lockName = ".lock";
var held = /* @__PURE__ */ new Map();
var cleaning = false;
function lockFolder(folder, what = folder) {
  const path = join2(folder, lockName);
  const owner = { pid: process.pid, began: beginOf(process.pid), host: hostname(), token: randomUUID() };
  const aside = `${path}.${owner.token}.tmp`;
  writeFileSync(aside, JSON.stringify(owner), { flag: "wx" });
  try {
    acquire(path, aside, what);
  } finally {
    rmSync(aside, { force: true });
  }
  held.set(path, owner.token);
  if (!cleaning) process.on("exit", releaseAll);
  cleaning = true;
  return {
    release() {
      if (held.get(path) !== owner.token) return;
      held.delete(path);
      const now = ownerOf(path);
      if (now?.token === owner.token) rmSync(path, { force: true });
    }
  };
}
function releaseAll() {
  for (const path of held.keys()) rmSync(path, { force: true });
}
function busy(what, path, { pid, host }) {
  const here = host === hostname();
  const who = here ? pid === process.pid ? "this process" : `process ${pid}` : `process ${pid} on ${host}`;
  const way = here ? "wait for it, or stop it" : `wait for it; if it has ended, remove ${path} (another machine's processes cannot be seen from here)`;
  return new DomainError(`${what} is being written by ${who}; ${way}`, pid);
}
function tryLink(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}
var nobody = { pid: -1, began: null, host: hostname(), token: "unreadable" };
function ownerOf(path) {
  let text;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return void 0;
    throw error;
  }
  try {
    const owner = JSON.parse(text);
    const { pid, began, host, token } = isPlainObject(owner) ? owner : {};
    const named = Number.isSafeInteger(pid) && pid > 0 && typeof host === "string" && /^[0-9a-f-]{36}$/.test(String(token));
    if (named && (began === null || typeof began === "string")) return { pid, began, host, token };
  } catch {
  }
  return nobody;
}
function acquire(path, aside, what) {
  while (!tryLink(aside, path)) {
    const other = ownerOf(path);
    if (other === void 0) continue;
    if (isAlive(other)) throw busy(what, path, other);
    const replacing = `${path}.${other.token}`;
    acquire(replacing, aside, what);
    try {
      if (ownerOf(path)?.token !== other.token) continue;
      const next = `${aside}.next`;
      linkSync(aside, next);
      renameSync(next, path);
      return;
    } finally {
      rmSync(replacing, { force: true });
    }
  }
}
function isAlive({ pid, began, host }) {
  if (host !== hostname()) return true;
  if (pid <= 0 || !isRunning(pid)) return false;
  const now = beginOf(pid);
  return began === null || now === null || now === began;
}
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
function beginOf(pid) {
  if (process.platform === "linux") {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
      const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
      return `${readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim()} ${ticks}`;
    } catch {
      return null;
    }
  }
  const { status, stdout } = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
  return status === 0 && stdout.trim() !== "" ? stdout.trim() : null;
}

// engine/files/run.ts
import { execFile } from "node:child_process";
import { appendFileSync, existsSync, readFileSync as readFileSync2 } from "node:fs";
import { mkdir as mkdir2, readdir as readdir2, readFile as readFile2, rmdir } from "node:fs/promises";
import { arch, cpus, platform } from "node:os";
import { basename, dirname, join as join3 } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
var RECORD = "options.json";
var METRICS = "metrics.jsonl";
var RESULT = "result.json";
var NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
var NO_COMMIT = 128;
var NUMBERED = /^(\d{5,})-/;
var Run = class {
  /** The run's folder. */
  directory;
  #now;
  #lock;
  /** Prefer {@link createRun} and {@link openRun}. */
  constructor(directory, now, lock) {
    this.directory = directory;
    this.#now = now;
    this.#lock = lock;
  }
  /** Lets other processes, or {@link openRun}, go on with the run; also done by {@link finish} and at the process's end. */
  close() {
    this.#lock.release();
  }
  /**
   * Append one line to `metrics.jsonl`: the record, and the time as `loggedAt` (ISO 8601, UTC). The line is in the file
   * when this returns.
   *
   * @throws DomainError if the run is finished
   */
  log(record) {
    this.#requireUnfinished("Run.log");
    appendFileSync(join3(this.directory, METRICS), `${recordToJson({ ...record, loggedAt: this.#now() })}
`);
  }
  /** Save a checkpoint in the run's folder; see {@link saveCheckpoint}. @returns its path */
  checkpoint(checkpoint) {
    return saveCheckpoint(this.directory, checkpoint);
  }
  /**
   * Write `result.json`, `{ finishedAt, result }`, and so end the run.
   *
   * @throws DomainError if the run is finished already
   */
  async finish(result) {
    this.#requireUnfinished("Run.finish");
    await writeAtomically(join3(this.directory, RESULT), sealedJson({ finishedAt: this.#now(), result }));
    this.close();
  }
  #requireUnfinished(caller) {
    if (existsSync(join3(this.directory, RESULT))) {
      throw new DomainError(`${caller}: ${this.directory} is finished; create another run`, this.directory);
    }
  }
};
async function createRun(options) {
  const { root, name, seed = null, device = null, precision = null, repository = process.cwd() } = options;
  const now = options.now ?? (() => /* @__PURE__ */ new Date());
  if (!NAME.test(name)) {
    throw new OptionsError(
      `createRun: name is ${JSON.stringify(name)}; use 1 to 100 letters, digits, ".", "_", "-", a letter or digit first`,
      "name",
      name
    );
  }
  const record = {
    name,
    startedAt: now(),
    seed,
    device,
    precision,
    options: options.options,
    versions: { monge: mongeVersion(), node: process.versions.node, ...options.versions },
    machine: { platform: platform(), arch: arch(), cpu: cpus()[0]?.model ?? null, cores: cpus().length },
    git: await gitCommit(repository),
    command: process.argv
  };
  const text = sealedJson(record);
  await mkdir2(root, { recursive: true });
  const directory = await claimDirectory(root, name);
  const lock = lockFolder(directory, `the run ${directory}`);
  await writeAtomically(join3(directory, RECORD), text);
  return new Run(directory, now, lock);
}
async function openRun(directory, options = {}) {
  const now = options.now ?? (() => /* @__PURE__ */ new Date());
  if (!existsSync(join3(directory, RECORD))) {
    throw new FormatError(directory, "run", "no options.json in it", "give a folder that createRun made");
  }
  const lock = lockFolder(directory, `the run ${directory}`);
  if (existsSync(join3(directory, RESULT))) {
    lock.release();
    throw new DomainError(`openRun: ${directory} is finished; create another run from its checkpoint`, directory);
  }
  const metrics = join3(directory, METRICS);
  const text = existsSync(metrics) ? readFileSync2(metrics, "utf8") : "";
  const separator = text === "" || text.endsWith("\n") ? "" : "\n";
  appendFileSync(metrics, `${separator}${recordToJson({ resumedAt: now() })}
`);
  return new Run(directory, now, lock);
}
async function readRunOptions(directory) {
  const path = join3(directory, RECORD);
  const hint = "it is damaged, or no record of a run: start another run, or put a copy of the file back";
  const record = await readSealedJson(path, {
    format: "run",
    hint,
    fields: ["name", "startedAt", "seed", "device", "precision", "options", "versions", "machine", "git", "command"]
  });
  if (!Object.hasOwn(record, "options")) throw new FormatError(path, "run", 'its field "options" is missing', hint);
  return record["options"];
}
async function readMetrics(directory) {
  const path = join3(directory, METRICS);
  if (!existsSync(path)) return [];
  const lines = (await readFile2(path, "utf8")).split("\n");
  const parsed = lines.map(parseRecord);
  const last = lines.length - 1;
  return parsed.flatMap((record, i) => {
    const cut = i === last || parsed[i + 1]?.resumedAt !== void 0;
    if (record === void 0 && !cut) {
      throw new FormatError(path, "metrics", `line ${i + 1} is no JSON object`, "mend or remove that line");
    }
    return record === void 0 || "resumedAt" in record ? [] : [record];
  });
}
function parseRecord(line) {
  try {
    const value = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : void 0;
  } catch {
    return void 0;
  }
}
async function claimDirectory(root, name) {
  for (let number = highest(await readdir2(root)) + 1; ; number++) {
    const label = String(number).padStart(5, "0");
    const claim = join3(root, `.claim-${label}`);
    if (!await makeExclusively(claim)) continue;
    try {
      if (highest(await readdir2(root)) >= number) continue;
      const directory = join3(root, `${label}-${name}`);
      await mkdir2(directory);
      return directory;
    } finally {
      await rmdir(claim);
    }
  }
}
function highest(names) {
  return names.reduce((most, entry) => Math.max(most, Number(NUMBERED.exec(entry)?.[1] ?? 0)), 0);
}
async function makeExclusively(path) {
  try {
    await mkdir2(path);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}
async function gitCommit(folder) {
  const git = async (...args) => (await promisify(execFile)("git", ["-C", folder, ...args])).stdout.trim();
  try {
    const commit = await git("rev-parse", "HEAD");
    return { commit, dirty: await git("status", "--porcelain", "--untracked-files=no") !== "" };
  } catch (error) {
    const { code } = error;
    if (code === "ENOENT" || code === NO_COMMIT) return null;
    throw error;
  }
}
function mongeVersion() {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join3(folder, "package.json")) && basename(folder) !== "") folder = dirname(folder);
  const manifest = JSON.parse(readFileSync2(join3(folder, "package.json"), "utf8"));
  return manifest.version;
}

// engine/finite.ts
function notFinite(tensors, among = () => true) {
  const entries = tensors instanceof Map ? tensors : Object.entries(tensors);
  for (const [name, { data }] of entries) {
    if (!(data instanceof Float32Array || data instanceof Float64Array) || !among(name)) continue;
    const at = data.findIndex((v) => !Number.isFinite(v));
    if (at >= 0) return `tensor ${JSON.stringify(name)} holds ${data[at]} at position ${at}`;
  }
  return void 0;
}

export {
  sealedJson,
  readSealedJson,
  plainMetadata,
  METADATA,
  writeSafetensors,
  readSafetensors,
  parseHeader,
  headerLength,
  parseEntry,
  notFinite,
  saveCheckpoint,
  loadCheckpoint,
  loadLatestCheckpoint,
  loadCheckpoints,
  latestCheckpoint,
  lockFolder,
  createRun,
  openRun,
  readRunOptions,
  readMetrics
};
