// What reaches the terminal: nothing in it may steer one.
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { ReplyError } from "ioredis";
import { expect, test } from "vitest";
import { table } from "../../../src/producers/cli/table.ts";
import { answerOn, failureOf } from "../../../src/producers/cli/terminal.ts";

const ESC = "\u001b";
const CSI = "\u009b";
const RIGHT_TO_LEFT = "\u202e";
const hostile = `a${ESC}[2Jb${CSI}31mc${RIGHT_TO_LEFT}d\re`;

async function shown(json: boolean): Promise<{ out: string; err: string }> {
  const out = new PassThrough();
  const err = new PassThrough();
  const answer = answerOn({ out, err, debug: false, exit: () => undefined });
  await answer({ json }, () => ({ ending: "done", text: `${hostile}\nü`, json: { said: hostile }, note: hostile }));
  out.end();
  err.end();
  return { out: await text(out), err: await text(err) };
}

test("what others wrote reaches people without its control characters", async () => {
  expect(await shown(false)).toEqual({ out: "a[2Jb31mcde\nü\n", err: "a[2Jb31mcde\n" });
});

test("as JSON nothing is lost, and the terminal is not steered either", async () => {
  const { out } = await shown(true);

  expect(out).not.toMatch(/(?!\n)[\p{Cc}\u202e]/u);
  expect(JSON.parse(out)).toEqual({ said: hostile });
});

test("a cell of a table is one line, whatever others wrote into it", () => {
  expect(table([], [["a\u001b[31mb\r\nc", "d"]])).toBe("a [31mb c  d");
});

test("what Redis refuses in the middle of a start or a verb is said with what to do, to be tried later", () => {
  const full = failureOf(new ReplyError("OOM command not allowed when used memory > 'maxmemory'."), false);
  const words = "ERR ACL failure in script: User default has no permissions to run the 'xadd' command script: 0f7";
  const noRight = failureOf(new ReplyError(words), false);
  const bug = failureOf(new TypeError("x is not a function"), false);

  expect([full.ending, full.text, full.note].join(" ")).toMatch(/later.*memory is full.*maxmemory/);
  expect([noRight.ending, noRight.text, noRight.note].join(" ")).toMatch(/later.*certfleet redis acl/);
  expect(bug.ending).toBe("failed");
});
