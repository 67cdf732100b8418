/** Bytes that flow from one place to another, piece by piece, as far as the library lets them. */

/** A step on the way of pieces, with what becomes of them, or their end. */
interface Step {
  /** Pieces that one piece becomes; a place where they end has none. */
  pass?(piece: Uint8Array): Iterable<Uint8Array>;
  /** Pieces that are left when all have come. */
  rest?(): Iterable<Uint8Array>;
  write?(piece: Uint8Array): void;
  end?(): void;
}

type Done = (error?: Error | null, piece?: Uint8Array) => void;

export class Transform implements Step {
  readonly #transform: (piece: never, encoding: string, done: Done) => void;
  constructor({ transform }: { readonly transform: (piece: never, encoding: string, done: Done) => void }) {
    this.#transform = transform;
  }
  pass(piece: Uint8Array): Iterable<Uint8Array> {
    const pieces: Uint8Array[] = [];
    this.#transform(piece as never, "", (error, made) => {
      if (error) throw error;
      if (made) pieces.push(made);
    });
    return pieces;
  }
}

export const Readable = { from: <T>(pieces: Iterable<T>): Iterable<T> => pieces };

/** Sends all pieces through the steps. */
export async function pipeline(source: Iterable<Uint8Array>, ...steps: readonly Step[]): Promise<void> {
  const send = (piece: Uint8Array, from: number): void => {
    const step = steps[from];
    if (step?.pass === undefined) step?.write?.(piece);
    else for (const next of step.pass(piece)) send(next, from + 1);
  };
  try {
    for (const piece of source) send(piece, 0);
    steps.forEach((step, i) => {
      for (const piece of step.rest?.() ?? []) send(piece, i + 1);
    });
  } finally {
    steps.at(-1)?.end?.();
  }
}
