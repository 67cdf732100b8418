/**
 * A second thread that computes parts of what this one needs, from plain data: whoever comes first computes a part, and
 * both have its numbers. Results depend neither on whether there is a second thread nor on which one computes what.
 */
import { MessageChannel, type MessagePort, receiveMessageOnPort, workerData } from "../platform/threads.ts";
import { startThread } from "./thread.ts";

/** Makes an array of zeros for the numbers of a part. */
export type Allocate = (length: number) => Float64Array;

/** Parts of a computation. */
export interface Parts {
  readonly count: number;
  /** Earlier parts that one needs. */
  readonly after: (k: number) => readonly number[];
  /** True for a part that the first thread alone can compute. */
  readonly isOwn: (k: number) => boolean;
  /** Computes a part, in an array that `allocate` makes. */
  readonly make: (k: number, allocate: Allocate) => Float64Array;
  /** Takes the numbers of a part, whoever has computed it; those that it needs were taken before. */
  readonly take: (k: number, numbers: Float64Array) => void;
}

/** Computes parts in their order on this thread. */
export function computed({ count, make, take }: Omit<Parts, "after" | "isOwn">): void {
  for (let k = 0; k < count; k++)
    take(
      k,
      make(k, (length) => new Float64Array(length)),
    );
}

/** This thread with another one. */
export interface Team {
  /** Computes parts together. @param plan - plain data, of which the other one makes the same parts */
  share(plan: unknown, parts: Parts): void;
  /** Ends the other thread. */
  end(): Promise<void>;
}

/** Access of one thread of two to what both share. */
interface Membership {
  /** 0 of the thread that began. */
  readonly rank: 0 | 1;
  readonly control: Int32Array;
  readonly slots: Int32Array;
  readonly port: MessagePort;
}

/** Places in `control`: a count of events, whether the second thread is lost, and parts that each has taken. */
const [events, lost, taken] = [0, 1, 2];
/** Numbers of a slot (state, chunk, offset, length), and slots, which are used again and again. */
const [slotSize, slotCount] = [4, 1 << 16];
/** Numbers in an array that is shared as a whole. */
const chunkLength = 1 << 18;
/** Parts by which one may be behind, as it is at first, and milliseconds of silence after which it is lost. */
const [mostBehind, patience] = [4096, 30_000];

/**
 * Starts a second thread, whose module calls {@link inTeam}; until it has begun, this one computes all.
 *
 * @param base - `import.meta.url` of the module that starts it
 * @param name - of the thread's module beside that one, without its extension
 */
export function teamOfTwo(base: string, name: string): Team {
  const shared = (length: number) => new Int32Array(new SharedArrayBuffer(4 * length));
  const { port1, port2 } = new MessageChannel();
  const both = { control: shared(4), slots: shared(slotCount * slotSize) };
  const other: Membership = { rank: 1, ...both, port: port2 };
  const worker = startThread(base, name, { workerData: other, transferList: [port2] });
  worker.unref();
  worker.on("error", () => Atomics.store(both.control, lost, 1));
  const member = new Member({ rank: 0, ...both, port: port1 });
  return {
    share(plan, parts) {
      if (member.isLost) return computed(parts);
      port1.postMessage({ plan });
      member.share(parts);
    },
    async end() {
      port1.close();
      await worker.terminate();
    },
  };
}

/**
 * The program of a second thread: computes parts of all plans until it is ended. Where it fails, the first thread goes
 * on alone.
 */
export function inTeam<T>(partsOf: (plan: T) => Parts): void {
  const member = new Member(workerData as Membership);
  try {
    for (;;) member.share(partsOf(member.nextPlan() as T));
  } catch {
    member.lose();
  }
}

class Member {
  readonly #rank: 0 | 1;
  readonly #control: Int32Array;
  readonly #slots: Int32Array;
  readonly #port: MessagePort;
  readonly #plans: unknown[] = [];
  readonly #chunks = new Map<number, Float64Array>();
  /** Parts before the next ones. */
  #next = 0;
  /** Arrays of parts that the first thread alone computes, used again and again; chunks −1, −2 and so on. */
  readonly #lasting: Float64Array[] = [];
  readonly #free: number[] = [];
  #own: Float64Array = new Float64Array(0);
  #used = 0;
  #chunk = -1;

  constructor({ rank, control, slots, port }: Membership) {
    [this.#rank, this.#control, this.#slots, this.#port] = [rank, control, slots, port];
  }

  get isLost(): boolean {
    return Atomics.load(this.#control, lost) === 1;
  }

  lose(): void {
    Atomics.store(this.#control, lost, 1);
    this.#notify();
  }

  nextPlan(): unknown {
    for (let seen = this.#events(); this.#plans.length === 0; seen = this.#events())
      if (!this.#receive()) this.#wait(seen);
    return this.#plans.shift();
  }

  share(parts: Parts): void {
    const first = this.#next;
    this.#next += parts.count;
    this.#notify();
    const isBehind = () => Atomics.load(this.#control, taken + 1 - this.#rank) < first - mostBehind;
    for (let seen = this.#events(); isBehind() && !this.isLost; seen = this.#events()) this.#wait(seen);
    for (const old of [...this.#chunks.keys()].filter((chunk) => chunk >= 0).slice(0, -1)) this.#chunks.delete(old);
    const isTaken = new Uint8Array(parts.count);
    /** Of each part that the first thread alone computes: its array, and parts that still need it. */
    const arrays = new Int32Array(parts.count);
    const needed = new Int32Array(parts.count);
    for (let k = 0; k < parts.count; k++) for (const j of parts.after(k)) needed[j]!++;
    // The first begins with what it alone can compute, the second one at the end.
    const all = Array.from({ length: parts.count }, (_, k) => k);
    const open = this.#rank === 1 ? all.reverse() : [...all.filter(parts.isOwn), ...all.filter((k) => !parts.isOwn(k))];
    while (open.length > 0) {
      const [seen, before] = [this.#events(), open.length];
      for (let p = 0, made = false; p < open.length && !made; p++) {
        const k = open[p]!;
        const how = parts.after(k).every((j) => isTaken[j] === 1) && this.#handle(parts, k, first, arrays);
        if (!how) continue;
        isTaken[k] = 1;
        for (const j of parts.after(k)) if (--needed[j]! === 0 && arrays[j]! < 0) this.#free.push(arrays[j]!);
        open.splice(p--, 1);
        made = how === "made";
      }
      if (open.length === before) this.#wait(seen);
    }
    Atomics.store(this.#control, taken + this.#rank, this.#next);
    this.#notify();
  }

  /** Takes a part that is there, or computes it. @returns undefined where the other one is at it */
  #handle({ isOwn, make, take }: Parts, k: number, first: number, arrays: Int32Array): "taken" | "made" | undefined {
    const at = ((first + k) % slotCount) * slotSize;
    // States count on with each use of a slot.
    const empty = 2 * Math.floor((first + k) / slotCount);
    if (Atomics.load(this.#slots, at) === empty + 2) {
      const [chunk, offset, length] = this.#slots.subarray(at + 1, at + slotSize);
      take(k, this.#chunkOf(chunk!).subarray(offset!, offset! + length!));
      return "taken";
    }
    const isMine = this.#rank === 0 || !isOwn(k);
    const isFree = isMine && Atomics.compareExchange(this.#slots, at, empty, empty + 1) === empty;
    if (!isFree && !(this.#rank === 0 && this.isLost)) return undefined;
    let chunk = 0;
    const numbers = make(k, (length) => {
      if (isOwn(k)) {
        chunk = this.#freeArray(length);
        arrays[k] = chunk;
        return this.#lasting[-1 - chunk]!.subarray(0, length).fill(0);
      }
      const made = this.#allocate(length);
      chunk = this.#chunk;
      return made;
    });
    this.#slots.set([chunk, numbers.byteOffset / 8, numbers.length], at + 1);
    Atomics.store(this.#slots, at, empty + 2);
    this.#notify();
    take(k, numbers);
    return "made";
  }

  #allocate(length: number): Float64Array {
    if (this.#used + length > this.#own.length) {
      this.#own = new Float64Array(new SharedArrayBuffer(8 * Math.max(chunkLength, length)));
      [this.#used, this.#chunk] = [0, this.#chunk + 1];
      this.#port.postMessage({ chunk: this.#chunk, numbers: this.#own });
    }
    this.#used += length;
    return this.#own.subarray(this.#used - length, this.#used);
  }

  /** Number of an array that no part needs any more. */
  #freeArray(length: number): number {
    const found = this.#free.findIndex((chunk) => this.#lasting[-1 - chunk]!.length >= length);
    if (found >= 0) return this.#free.splice(found, 1)[0]!;
    const numbers = new Float64Array(new SharedArrayBuffer(8 * Math.ceil(1.25 * length)));
    const chunk = -this.#lasting.push(numbers);
    this.#port.postMessage({ chunk, numbers });
    return chunk;
  }

  #chunkOf(chunk: number): Float64Array {
    while (!this.#chunks.has(chunk)) this.#receive();
    return this.#chunks.get(chunk)!;
  }

  /** Reads a message of the other one. @returns false where there is none */
  #receive(): boolean {
    type Message = { readonly plan: unknown } | { readonly chunk: number; readonly numbers: Float64Array };
    const message = receiveMessageOnPort(this.#port)?.message as Message | undefined;
    if (message === undefined) return false;
    if ("chunk" in message) this.#chunks.set(message.chunk, message.numbers);
    else this.#plans.push(message.plan);
    return true;
  }

  #events(): number {
    return Atomics.load(this.#control, events);
  }

  #notify(): void {
    Atomics.add(this.#control, events, 1);
    Atomics.notify(this.#control, events);
  }

  #wait(seen: number): void {
    const how = Atomics.wait(this.#control, events, seen, patience);
    if (how === "timed-out" && this.#rank === 0) Atomics.store(this.#control, lost, 1);
  }
}
