// Writes a backup: a tar of parts with its manifest at the end, compressed, and encrypted for those who may read it. Streams:
// nothing is held but the part in hand.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as WebStream } from "node:stream/web";
import { createGzip } from "node:zlib";
import { Encrypter } from "age-encryption";
import { Header } from "tar";
import { MANIFEST, type Manifest } from "./manifest.ts";

const BLOCK = 512;

export interface ArchiveWriter {
  /** `bytes` of `content`, no more and no less. @throws Error where there are fewer */
  add: (path: string, bytes: number, content: AsyncIterable<Buffer> | readonly Buffer[]) => Promise<void>;
  /** Writes the manifest behind all parts, and resolves when the sink has everything. */
  end: (about: Omit<Manifest, "parts">) => Promise<Manifest>;
  /** Nothing that was begun is ended: the sink is destroyed. */
  abort: (error: Error) => void;
}

/**
 * @param recipients `age1…`; empty: not encrypted
 * @param count      is told of the bytes that leave for the sink
 * @throws Error a recipient that age does not know
 */
export async function archiveWriter(
  sink: Writable,
  recipients: readonly string[],
  count: (bytes: number) => void = () => undefined,
): Promise<ArchiveWriter> {
  const tar = createGzip({ level: 6 });
  const encrypter = recipients.length > 0 ? new Encrypter() : undefined;
  for (const recipient of recipients) encrypter?.addRecipient(recipient);
  const out = encrypter
    ? Readable.fromWeb((await encrypter.encrypt(Readable.toWeb(tar) as never)) as unknown as WebStream)
    : tar;
  // Stdout stays open: it is not ours.
  const written = pipeline(out, counting(count), sink, { end: sink !== process.stdout });
  let failed: Error | undefined;
  written.catch((error: Error) => {
    failed = error;
    tar.destroy();
  });
  const parts: Manifest["parts"] = [];

  async function write(chunk: Buffer): Promise<void> {
    if (failed) throw failed;
    if (tar.write(chunk)) return;
    await Promise.race([once(tar, "drain"), written]); // the sink ends early only by failing
  }

  async function add(path: string, bytes: number, content: AsyncIterable<Buffer> | readonly Buffer[]): Promise<void> {
    await write(headerOf(path, bytes));
    const hash = createHash("sha256");
    let sum = 0;
    for await (const chunk of content) {
      sum += chunk.length;
      hash.update(chunk);
      await write(chunk);
    }
    if (sum !== bytes)
      throw new Error(`${path} has ${sum} bytes instead of ${bytes}: it was changed while it was copied`);
    if (bytes % BLOCK > 0) await write(Buffer.alloc(BLOCK - (bytes % BLOCK)));
    parts.push({ path, bytes, sha256: hash.digest("hex") });
  }

  return {
    add,
    async end(about) {
      const manifest = { ...about, parts: [...parts] };
      const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
      await add(MANIFEST, text.length, [text]);
      await write(Buffer.alloc(2 * BLOCK));
      tar.end();
      await written;
      return manifest;
    },
    abort(error) {
      tar.destroy(error);
      sink.destroy(error);
    },
  };
}

function counting(count: (bytes: number) => void) {
  return async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      count(chunk.length);
      yield chunk;
    }
  };
}

function headerOf(path: string, size: number): Buffer {
  const header = new Header({ path, size, mode: 0o600, type: "File", mtime: new Date(), uid: 0, gid: 0 });
  const block = Buffer.alloc(BLOCK);
  if (header.encode(block, 0)) throw new Error(`${path} is too long a name for a part of a backup`);
  return block;
}
