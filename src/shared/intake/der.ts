// Elements of DER (X.690), one behind the other, in the one form that nearly every program writes.

/** Thrown at the first byte that is written otherwise. */
export const OTHERWISE = new Error("not as nearly every program writes it");

interface Element {
  tag: number;
  content: Buffer;
  whole: Buffer;
}

/** Takes one element after the other: definite lengths in their shortest form, tags of one byte. */
export class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  end(): void {
    if (!this.isAtEnd()) throw OTHERWISE;
  }

  tag(): number | undefined {
    return this.#bytes[this.#at];
  }

  /** What was not read yet. */
  rest(): Buffer {
    return this.#bytes.subarray(this.#at);
  }

  next(): Element {
    const bytes = this.#bytes;
    const began = this.#at;
    const tag = bytes[began] ?? 0;
    let length = bytes[began + 1] ?? 0x80;
    let from = began + 2;
    if (length >= 0x80) {
      const count = length - 0x80;
      if (count < 1 || count > 2 || from + count > bytes.length) throw OTHERWISE;
      length = bytes.readUIntBE(from, count);
      if (length < (count === 1 ? 0x80 : 0x100)) throw OTHERWISE;
      from += count;
    }
    const to = from + length;
    if (to > bytes.length) throw OTHERWISE;
    this.#at = to;
    return { tag, content: bytes.subarray(from, to), whole: bytes.subarray(began, to) };
  }

  element(tag: number): Element {
    const found = this.next();
    if (found.tag !== tag) throw OTHERWISE;
    return found;
  }

  take(tag: number): Buffer {
    return this.element(tag).content;
  }

  /** The content of an element that nothing stands behind. */
  only(tag: number): Reader {
    const content = this.take(tag);
    this.end();
    return new Reader(content);
  }
}
