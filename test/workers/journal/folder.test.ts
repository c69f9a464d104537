// The journal in a folder: what happens to it when disks fill, files are edited and folders go away.
import { appendFile, mkdir, readFile, rename, rm, stat, truncate, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { Unavailable } from "../../../src/shared/base/errors.ts";
import type { Journal } from "../../../src/workers/journal/journal.ts";
import { line, lines } from "./line.ts";
import { filesUnder, newFolder, newPrefix, opened } from "./support.ts";

/** A journal of three steps in one file. */
async function threeSteps(): Promise<{ journal: Journal; file: string; folder: string }> {
  const folder = await newFolder();
  const journal = await opened(folder, newPrefix());
  for (const each of lines(1, 3)) await journal.append(each);
  const [file = ""] = await filesUnder(folder, ".jsonl");
  return { journal, file, folder };
}

test("only the fleet's own user may read the journal", async () => {
  const { file } = await threeSteps();

  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(dirname(file))).mode & 0o777).toBe(0o700);
});

test("a line that somebody changed is told with its file and number", async () => {
  const { journal, file } = await threeSteps();

  await writeFile(file, (await readFile(file, "utf8")).replace("step 2", "step 9"));

  await expect(journal.read("main")).rejects.toThrow(`${file}, line 3, does not continue line 2`);
});

test("a line that somebody took out, or spoiled, is told with its file and number", async () => {
  const { journal, file } = await threeSteps();
  const [first, , third] = (await readFile(file, "utf8")).split("\n");

  await writeFile(file, `${first}\n${third}\n`);
  await expect(journal.read("main")).rejects.toThrow(`${file}, line 2, does not continue line 1`);

  await writeFile(file, `${first}\n?${third}\n`);
  await expect(journal.read("main")).rejects.toThrow(`${file}, line 2, is not a line of a journal`);
  await expect(journal.highest("main")).rejects.toThrow(file);
});

test("a file that was put under another account is not read as that account's", async () => {
  const { journal, file } = await threeSteps();

  await rename(dirname(file), join(dirname(dirname(file)), "account-other"));

  await expect(journal.read("other")).rejects.toThrow("line 1, belongs to another account");
  await expect(journal.highest("other")).rejects.toThrow("belongs to another account");
});

test("a last line torn by a crash is left out, and everything before it counts", async () => {
  const { journal, file } = await threeSteps();

  await truncate(file, (await stat(file)).size - 1);
  expect(await journal.read("main")).toEqual(lines(1, 2));
  expect(await journal.highest("main")).toEqual({ epoch: 1, seq: 2 });

  await appendFile(file, "\0\0\0");
  expect(await journal.read("main")).toEqual(lines(1, 2));
});

test("the highest step is found behind a line as large as a whole account, without reading the rest", async () => {
  const { journal, file } = await threeSteps();
  const slots = Array.from({ length: 20_000 }, (_, i) => ["HSET", "{t}:ledger:main:owner", String(i), "LEGACY"]);

  await journal.append(line(4, { step: "bind", writes: slots }));
  expect(await journal.highest("main")).toEqual({ epoch: 1, seq: 4 });

  await journal.append(line(5));
  const text = await readFile(file, "utf8");
  await writeFile(file, `unreadable\n${text.slice(text.indexOf("\n") + 1)}`);
  expect(await journal.highest("main")).toEqual({ epoch: 1, seq: 5 });
});

test("while a step cannot be kept nothing may be acted upon, and it is kept before the next one", async () => {
  const { journal, file, folder } = await threeSteps();
  const blocked = join(dirname(dirname(file)), "account-blocked");
  await writeFile(blocked, "a file where a folder must be");
  const step = (seq: number) => line(seq, { account: "blocked" });

  const [first, second] = await Promise.allSettled([journal.append(step(1)), journal.append(step(2))]);
  for (const { reason } of [first, second] as PromiseRejectedResult[]) {
    expect(reason).toBeInstanceOf(Unavailable);
    expect(reason.message).toMatch(/CERTFLEET_JOURNAL must be a folder/);
    expect(reason.message).toContain(folder);
  }
  await expect(journal.append(step(3))).rejects.toThrow(Unavailable);
  await expect(journal.highest("blocked")).rejects.toThrow(Unavailable);
  await journal.append(line(4));

  await rm(blocked);
  await journal.append(step(4));
  expect(await journal.read("blocked")).toEqual([1, 2, 3, 4].map(step));
  expect(await journal.read("main")).toEqual(lines(1, 4));
});

test("what failed is tried once more when the process ends", async () => {
  const { journal, file } = await threeSteps();
  const blocked = join(dirname(dirname(file)), "account-blocked");
  await writeFile(blocked, "");
  await expect(journal.append(line(1, { account: "blocked" }))).rejects.toThrow(Unavailable);

  await rm(blocked);
  await journal.close();

  expect(await journal.read("blocked")).toEqual([line(1, { account: "blocked" })]);
});

test("a place that cannot be a folder is refused at the start, with what to do", async () => {
  const folder = await newFolder();
  await writeFile(join(folder, "file"), "");

  await expect(opened(join(folder, "file"), "p")).rejects.toThrow(Unavailable);
  await expect(opened(join(folder, "file", "below"), "p")).rejects.toThrow(/file\/below.*CERTFLEET_JOURNAL/);
});

test("a journal that was deleted, or replaced, under a running process takes no step and is not taken for an empty one", async () => {
  const folder = await newFolder();
  const prefix = newPrefix();
  const journal = await opened(folder, prefix);
  await journal.append(line(1));

  await rm(folder, { recursive: true });
  await expect(journal.append(line(2))).rejects.toThrow(/was deleted/);
  await expect(journal.append(line(3))).rejects.toThrow(Unavailable);
  await expect(journal.highest("main")).rejects.toThrow(/no longer the journal/);

  await mkdir(folder);
  const replaced = await opened(folder, prefix);
  expect(replaced.id).not.toBe(journal.id);
  await expect(journal.append(line(4))).rejects.toThrow(/no longer the journal/);
  await expect(journal.read("main")).rejects.toThrow(Unavailable);
});
