// Promise: --watch draws a terminal anew, tells a pipe what has changed, bears a fleet that is away for a while, and ends with 0.
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { listed } from "../../../src/producers/cli/columns.ts";
import { watch } from "../../../src/producers/cli/watch.ts";
import { failure, type Result } from "../../../src/shared/base/result.ts";

interface Item {
  name: string;
  state: string;
}

const rows = (...items: Item[]): Result => ({
  ...{ ending: "done", text: "a table", json: { items } },
  listed: listed<Item>(
    [
      { name: "name", of: ({ name }) => name },
      { name: "state", of: ({ state }) => state },
    ],
    items,
  ),
});

/** What is written while the looks find these, one after the other; the last one is a person's Ctrl-C. */
async function watched(looks: readonly Result[], { isTTY = false, format = "table" as "table" | "ndjson" } = {}) {
  const [out, err] = [Object.assign(new PassThrough(), { isTTY }), new PassThrough()];
  const stop = new AbortController();
  const left = [...looks];
  const look = async (): Promise<Result> => {
    const next = left.shift() ?? failure("failed", "no more looks");
    if (left.length === 0) stop.abort();
    return next;
  };
  const ending = await watch(look, { out, err, format, everyMs: 1, signal: stop.signal });
  return { ending, out: `${out.read() ?? ""}`, err: `${err.read() ?? ""}` };
}

const [a1, a2, b] = [
  { name: "a", state: "ordered" },
  { name: "a", state: "issued" },
  { name: "b", state: "ordered" },
];

test("A pipe gets each line once, and again when it has changed.", async () => {
  const looks = [rows(a1, b), rows(a1, b), rows(a2, b)];

  expect(await watched(looks)).toEqual({ ending: "done", out: "a  ordered\nb  ordered\na  issued\n", err: "" });
  expect((await watched(looks, { format: "ndjson" })).out.split("\n").length).toBe(4);
});

test("A terminal is drawn anew each time.", async () => {
  const { out } = await watched([rows(a1, b), rows(a2, b)], { isTTY: true });

  expect(out.split("\u001b[H\u001b[J").length).toBe(3);
  expect(out).toContain("a table");
});

test("A fleet that does not respond for a while is told and asked again; what is wrong at once ends it.", async () => {
  const away = failure("later", "Redis is away.");

  expect(await watched([rows(a1, b), away, rows(a2, b)])).toMatchObject({ ending: "done", err: "Redis is away.\n" });
  expect(await watched([failure("not-found", "There is no a."), rows(a1, b)])).toMatchObject({ ending: "not-found" });
});
