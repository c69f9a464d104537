// Whatever order lines come in and wherever a crash cuts a file: what is read is the same history.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { chain, chainStart, findLastMark, readChain } from "../../../src/workers/journal/chain.ts";
import type { JournalLine } from "../../../src/workers/journal/journal.ts";
import { mergeLines } from "../../../src/workers/journal/line.ts";
import { newFolder } from "./support.ts";

const anyLine: fc.Arbitrary<JournalLine> = fc.record({
  account: fc.constant("main"),
  epoch: fc.integer({ min: 1, max: 3 }),
  seq: fc.integer({ min: 1, max: 12 }),
  at: fc.integer({ min: 0, max: 5 }),
  step: fc.constantFrom("begin", "gate"),
  reference: fc.string({ unit: "binary" }),
  writes: fc.array(fc.array(fc.string({ unit: "binary" }), { minLength: 1 }), { maxLength: 3 }),
});

test("the lines of several processes become one history, sorted and each once, whoever wrote which how often", () => {
  const text = (lines: readonly JournalLine[]) => new Set(lines.map((line) => JSON.stringify(line)));

  fc.assert(
    fc.property(fc.array(fc.array(anyLine)), fc.array(fc.nat({ max: 9 })), (processes, again) => {
      const all = processes.flat();
      const merged = mergeLines([...all, ...again.flatMap((i) => all.slice(i, i + 1))]);

      expect(merged).toHaveLength(text(all).size);
      expect(text(merged)).toEqual(text(all));
      for (const [i, later] of merged.slice(1).entries()) {
        const { epoch = 0, seq = 0, at = 0 } = merged[i] ?? {};
        expect(epoch - later.epoch || seq - later.seq || at - later.at).toBeLessThanOrEqual(0);
      }
    }),
  );
});

test("a file cut off at any byte gives back every line that was whole, and nothing else", async () => {
  const path = join(await newFolder(), "cut.jsonl");

  await fc.assert(
    fc.asyncProperty(fc.array(anyLine, { minLength: 1, maxLength: 8 }), fc.nat(), async (lines, place) => {
      const bytes = Buffer.from(chain(lines, chainStart).text);
      const left = bytes.subarray(0, place % (bytes.length + 1));
      const whole = lines.slice(0, left.filter((byte) => byte === 0x0a).length);
      await writeFile(path, left);

      expect(await readChain(path, "main")).toEqual(whole);
      expect(await findLastMark(path, "main")).toEqual(
        whole.length === 0 ? undefined : expect.objectContaining(markOf(mergeLines(whole).at(-1))),
      );
    }),
  );
});

function markOf(line: JournalLine | undefined) {
  return { epoch: line?.epoch, seq: line?.seq };
}
