// Reads a backup: decrypts and unpacks it as a stream, and checks every part against the manifest.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as WebStream } from "node:stream/web";
import { createGunzip } from "node:zlib";
import { Decrypter } from "age-encryption";
import { Parser, type ReadEntry } from "tar";
import { Refused } from "../../shared/base/errors.ts";
import { FORMAT, MANIFEST, type Manifest, manifestSchema } from "./manifest.ts";

const AGE = "age-encryption.org/v1";

export interface BackupFile {
  path: string;
  /** `AGE-SECRET-KEY-1…`; empty where the file is not encrypted. */
  identities: readonly string[];
}

/** Calls `use` for each part, one after the other; a part that it leaves unread is passed over. @throws Refused the file is damaged, or no key opens it */
export async function readParts(
  file: BackupFile,
  use: (path: string, content: AsyncIterable<Buffer>) => Promise<void>,
): Promise<void> {
  const gunzip = createGunzip();
  const parser = new Parser({ strict: true });
  let failed: Error | undefined;
  let turn: Promise<void> = Promise.resolve();
  parser.on("entry", (entry: ReadEntry) => {
    turn = turn
      .then(() => use(entry.path, entry as unknown as AsyncIterable<Buffer>))
      .catch((error: Error) => {
        failed ??= error;
      })
      .finally(() => entry.resume());
  });
  const unpacked = new Promise<void>((resolve, reject) => parser.once("end", resolve).once("error", reject));
  try {
    const plain = await decrypted(file);
    await Promise.all([pipeline(plain, gunzip, parser as unknown as NodeJS.WritableStream), unpacked]);
  } catch (error) {
    unpacked.catch(() => undefined);
    throw failed ?? asDamaged(error, file.path);
  }
  await turn;
  if (failed) throw failed;
}

/**
 * Reads the whole file and writes nothing: every part is there, and is what it was.
 * @throws Refused saying what is wrong with the file
 */
export async function verifyBackup(file: BackupFile): Promise<Manifest> {
  const found = new Map<string, string>();
  let text: string | undefined;
  await readParts(file, async (path, content) => {
    const hash = createHash("sha256");
    const chunks: Buffer[] = [];
    for await (const chunk of content) {
      hash.update(chunk);
      if (path === MANIFEST) chunks.push(chunk);
    }
    if (path === MANIFEST) text = Buffer.concat(chunks).toString("utf8");
    else found.set(path, hash.digest("hex"));
  });
  if (text === undefined) throw new Refused(`${file.path} is no whole backup of Certfleet: its manifest is missing`);
  const manifest = readManifest(text, file.path);
  for (const { path, sha256 } of manifest.parts) {
    const is = found.get(path);
    if (is !== sha256)
      throw new Refused(`${file.path}: ${path} ${is ? "is not what was written" : "is missing"}. Take another backup`);
    found.delete(path);
  }
  const [strange] = found.keys();
  if (strange !== undefined) throw new Refused(`${file.path}: ${strange} is not in its manifest. Take another backup`);
  return manifest;
}

function readManifest(text: string, path: string): Manifest {
  const read: unknown = JSON.parse(text);
  const { format } = read as { format?: unknown };
  if (typeof format === "number" && format > FORMAT)
    throw new Refused(`${path} was made by a later version of Certfleet: restore it with that version`);
  const parsed = manifestSchema.safeParse(read);
  if (!parsed.success) throw new Refused(`${path}: its manifest cannot be read. Take another backup`);
  return parsed.data;
}

async function decrypted({ path, identities }: BackupFile): Promise<Readable> {
  const isSecret = (await firstBytes(path)).startsWith(AGE);
  if (!isSecret) return createReadStream(path);
  if (identities.length === 0)
    throw new Refused(`${path} is encrypted: name the file with the key, --identity key.txt`);
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  const source = Readable.toWeb(createReadStream(path)) as unknown as ReadableStream<Uint8Array>;
  try {
    return Readable.fromWeb((await decrypter.decrypt(source)) as unknown as WebStream);
  } catch (error) {
    if (error instanceof Error && /no identity matched/i.test(error.message))
      throw new Refused(`${path} is encrypted for other keys than those of --identity`, { cause: error });
    throw error;
  }
}

async function firstBytes(path: string): Promise<string> {
  try {
    const handle = await open(path, "r");
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(AGE.length), 0, AGE.length, 0);
      return buffer.toString("latin1", 0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new Refused(`${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown error"})`);
  }
}

function asDamaged(error: unknown, path: string): unknown {
  if (error instanceof Refused || !(error instanceof Error)) return error;
  return new Refused(`${path} is no whole backup of Certfleet, or is damaged: ${error.message}. Take another one`, {
    cause: error,
  });
}
