// Steps whose process died before the journal had them (I8): the next process brings them there, so that a lost Redis takes none along.

import { expect, test } from "vitest";
import { bind } from "../../../src/workers/ledger/bind.ts";
import { emptyOutbox } from "../../../src/workers/ledger/recheck.ts";
import {
  beside,
  facts,
  forgotten,
  killedBeforeJournal,
  LOGIN,
  openLedger,
  openUnbound,
  rebuilt,
  restarted,
  sending,
} from "./ledger.ts";

test("I8: a step whose process died before the journal had it is brought there by the next one", async () => {
  const l = await openLedger();
  await sending(l);
  await expect(killedBeforeJournal(l).claim({ reference: "a", certId: 900 })).rejects.toThrow("killed");
  expect((await l.lines()).at(-1)?.step).toBe("gate");

  expect(await emptyOutbox(l, "main")).toBe(1);

  expect((await l.lines()).map(({ step }) => step)).toEqual(["bind", "begin", "gate", "claim"]);
  const before = await facts(l, ["a"]);
  await forgotten(l);
  await rebuilt(l);
  await l.accept("a");
  expect(await facts(l, ["a"])).toEqual(before);
});

test("I8: whoever finds a step of its order, or of the whole account, done by a process that died brings it to the journal before it goes on", async () => {
  const l = await openUnbound();
  await bind(killedBeforeJournal(l), LOGIN, { legacy: [], refunded: [] }).catch(() => undefined);
  await sending(l);
  await expect(killedBeforeJournal(l).claim({ reference: "a", certId: 900 })).rejects.toThrow("killed");
  await l.accept("b");
  expect((await l.lines()).map(({ step }) => step)).toEqual(["bind", "begin", "gate"]);

  expect(await beside(l).claim({ reference: "a", certId: 900 })).toEqual({ kind: "ok" });

  expect((await l.lines()).map(({ step }) => step)).toEqual(["bind", "begin", "gate", "claim"]);
});

test("I8: a step that its process and Redis died with is in the journal before anything else is done", async () => {
  const l = await openLedger();
  await sending(l);
  await expect(killedBeforeJournal(l).claim({ reference: "a", certId: 900 })).rejects.toThrow("killed");
  await restarted(l);

  expect(await beside(l).claim({ reference: "a", certId: 900 })).toEqual({ kind: "ok" });

  expect((await l.lines()).at(-1)?.step).toBe("claim");
});

test("I8: the same step brought to the journal by two is one line of it", async () => {
  const l = await openLedger();
  await sending(l);
  await killedBeforeJournal(l)
    .claim({ reference: "a", certId: 900 })
    .catch(() => undefined);

  await Promise.all([emptyOutbox(l, "main"), emptyOutbox(beside(l), "main")]);

  expect((await l.lines()).filter(({ step }) => step === "claim")).toHaveLength(1);
});

test("rule 3: steps that are in no journal any more are counted, so that a person looks for what they were", async () => {
  const l = await openLedger();
  await sending(l, "a");
  await killedBeforeJournal(l)
    .claim({ reference: "a", certId: 900 })
    .catch(() => undefined);
  await l.ledger.redis.del(l.ledger.keys.ledger.outbox("main"));
  await sending(l, "b");
  await forgotten(l);

  expect(await rebuilt(l)).toMatchObject({ missing: 1 });
});
