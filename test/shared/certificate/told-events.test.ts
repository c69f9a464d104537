// Stories about the events of an order: each change is told once, in order, by the script that makes it.
import { expect, test } from "vitest";
import { withEvent } from "../../../src/shared/certificate/record.ts";
import { BEFORE_ALL, readEvents } from "../../../src/shared/events/read.ts";
import { world } from "../../support/world.ts";

test("an order that is accepted and changed tells of both, once, whoever sends it again", async () => {
  const w = await world();
  const reference = await w.accept({});
  const accepted = await w.certificates.find(reference);
  if (!accepted) throw new Error("no order");
  await w.certificates.accept(accepted.order, w.time.now());
  const changed = { ...accepted, record: withEvent(accepted.record, w.time.now(), "certificate.changed", "by ada") };
  const saved = await w.certificates.save(changed, w.time.now());
  await w.certificates.save(saved, w.time.now());

  const { events } = await readEvents(w.redis, w.keys, BEFORE_ALL, 100);

  expect(events.map(({ type, subject, data }) => [type, subject, data.reference])).toEqual([
    ["certificate.ordered", `certificate/${reference}`, reference],
    ["certificate.changed", `certificate/${reference}`, reference],
  ]);
  expect(JSON.stringify(events)).not.toContain("ada");
});

test("a save over a version that is gone tells nothing", async () => {
  const w = await world();
  const reference = await w.accept({});
  const read = await w.certificates.find(reference);
  if (!read) throw new Error("no order");
  await w.certificates.save(read, w.time.now());
  const late = { ...read, record: withEvent(read.record, w.time.now(), "certificate.changed") };

  await expect(w.certificates.save(late, w.time.now())).rejects.toThrow("was changed by another process");

  const { events } = await readEvents(w.redis, w.keys, BEFORE_ALL, 100);
  expect(events.map(({ type }) => type)).toEqual(["certificate.ordered"]);
});
