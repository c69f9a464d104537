// Whether the money journal takes lines, asked from time to time by whoever wants to know whether this process can buy.
import { access, constants, statfs } from "node:fs/promises";
import { isAbsolute, resolve } from "node:path";

/** A journal line has some kilobytes. */
const LEAST_BYTES = 1_000_000;

/** Why no purchase can be noted there, in words; null: it can. A second Redis is asked at each purchase, not here. */
export async function whyNotWritable(location: string): Promise<string | null> {
  if (/^[a-z+]+:/i.test(location)) return null;
  const folder = isAbsolute(location) ? location : resolve(location);
  try {
    await access(folder, constants.W_OK);
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize < LEAST_BYTES ? "the disk of the money journal is full" : null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return `the folder of the money journal cannot be written (${code ?? "unknown error"})`;
  }
}
