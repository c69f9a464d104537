// What purchase workers count on, whichever place the journal is kept in.

import { test as base, describe, expect, inject } from "vitest";
import { openJournal } from "../../../src/workers/journal/open.ts";
import { line, lines } from "./line.ts";
import { newFolder, newPrefix, opened } from "./support.ts";

const places = [
  { kind: "a shared folder", newLocation: newFolder },
  { kind: "a second Redis", newLocation: async () => inject("redisUrl") },
];

describe.each(places)("in $kind", ({ newLocation }) => {
  const test = base.extend("place", async () => ({ location: await newLocation(), prefix: newPrefix() }));

  test("processes that start at the same time share one journal", async ({ place: { location, prefix } }) => {
    const journals = await Promise.all(Array.from({ length: 8 }, () => opened(location, prefix)));

    expect(new Set(journals.map(({ id }) => id)).size).toBe(1);
  });

  test("what one process kept is read by all, in the ledger's order", async ({ place: { location, prefix } }) => {
    const [one, other] = [await opened(location, prefix), await opened(location, prefix)];

    await one.append(line(2));
    await other.append(line(3));
    await other.append(line(1));
    await one.append(
      line(1, {
        epoch: 2,
        reference: "",
        writes: [
          ["DEL", "key"],
          ["SET", "ключ", "two\nlines\u2028"],
        ],
      }),
    );

    const all = [...lines(1, 3), expect.objectContaining({ epoch: 2, seq: 1 })];
    expect(await one.read("main")).toEqual(all);
    expect(await other.read("main")).toEqual(all);
    expect((await one.read("main")).at(-1)?.writes.at(-1)).toEqual(["SET", "ключ", "two\nlines\u2028"]);
  });

  test("the highest step counts, whoever wrote it and however late it came", async ({
    place: { location, prefix },
  }) => {
    const [one, other] = [await opened(location, prefix), await opened(location, prefix)];
    expect(await one.highest("main")).toBeUndefined();

    await one.append(line(900, { epoch: 1 }));
    await other.append(line(12, { epoch: 2 }));
    await other.append(line(9, { epoch: 2 }));

    expect(await one.highest("main")).toEqual({ epoch: 2, seq: 12 });
  });

  test("a rebuild asks only for what the ledger has lost", async ({ place: { location, prefix } }) => {
    const journal = await opened(location, prefix);
    await Promise.all([...lines(8, 11), line(1, { epoch: 2 })].map((each) => journal.append(each)));

    expect(await journal.read("main", { epoch: 1, seq: 9 })).toEqual([line(10), line(11), line(1, { epoch: 2 })]);
    expect(await journal.read("main", { epoch: 2, seq: 1 })).toEqual([]);
  });

  test("a thousand steps at once are all kept, in their order", async ({ place: { location, prefix } }) => {
    const journal = await opened(location, prefix);
    const acknowledged: number[] = [];

    await Promise.all(
      lines(1, 1_000).map(async (each) => {
        await journal.append(each);
        acknowledged.push(each.seq);
      }),
    );

    expect(acknowledged).toEqual(lines(1, 1_000).map(({ seq }) => seq));
    expect(await journal.read("main")).toEqual(lines(1, 1_000));
  });

  test("a step that was kept twice is one step", async ({ place: { location, prefix } }) => {
    const [one, other] = [await opened(location, prefix), await opened(location, prefix)];

    await one.append(line(1));
    await other.append(line(1));
    await other.append(line(1, { step: "gate", at: 5_000 }));

    expect(await one.read("main")).toEqual([line(1), line(1, { step: "gate", at: 5_000 })]);
  });

  test("accounts and fleets have journals of their own, whatever they are called", async ({ place }) => {
    const journal = await opened(place.location, place.prefix);
    const names = [".", "..", "id", "lines", "journal.id", "a.b", "a_b"];

    for (const [i, account] of names.entries()) await journal.append(line(i + 1, { account }));

    for (const [i, account] of names.entries()) expect(await journal.read(account)).toEqual([line(i + 1, { account })]);
    for (const prefix of [`${place.prefix}:b`, `../${place.prefix}`, newPrefix()]) {
      const elsewhere = await opened(place.location, prefix);
      expect(elsewhere.id).not.toBe(journal.id);
      expect(await elsewhere.highest("a.b")).toBeUndefined();
    }
  });

  test("a process that starts again finds what it kept", async ({ place: { location, prefix } }) => {
    const before = await openJournal(location, prefix);
    void before.append(line(1)); // ends while it is being written
    await before.close();

    const after = await opened(location, prefix);
    await after.append(line(2));

    expect(after.id).toBe(before.id);
    expect(await after.read("main")).toEqual(lines(1, 2));
  });
});
