// A folder of the operator's with words, gone with the test.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** @param files path inside the folder → its words */
export async function ownWords(files: Record<string, string>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "templates-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  for (const [name, words] of Object.entries(files)) {
    await mkdir(join(directory, dirname(name)), { recursive: true });
    await writeFile(join(directory, name), words);
  }
  return directory;
}
