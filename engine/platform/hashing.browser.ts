/** SHA-256, which a page itself has in promises alone, and random tokens. */
import { sha256 } from "@noble/hashes/sha2.js";
import { Buffer } from "./bytes.browser.ts";

export class Hash {
  readonly #hash = sha256.create();

  update(data: string | Uint8Array | ArrayBufferView): this {
    const bytes =
      typeof data === "string"
        ? new TextEncoder().encode(data)
        : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#hash.update(bytes);
    return this;
  }

  digest(): Buffer;
  digest(encoding: "hex"): string;
  digest(encoding?: "hex"): Buffer | string {
    const out = Buffer.from(this.#hash.digest().buffer);
    return encoding === undefined ? out : out.toString(encoding);
  }

  /** The end of a `pipeline`. */
  write(bytes: Uint8Array): void {
    this.update(bytes);
  }
  end(): void {}
}

export function createHash(algorithm: string): Hash {
  if (algorithm !== "sha256") throw new RangeError(`createHash: expected sha256, got ${algorithm}`);
  return new Hash();
}

export const randomBytes = (length: number): Buffer =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(length)).buffer);

/** Pages that came without encryption lack `crypto.randomUUID`. */
export function randomUUID(): string {
  const hex = randomBytes(16).toString("hex");
  const variant = ((Number.parseInt(hex[16]!, 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}
