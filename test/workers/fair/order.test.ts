// Whose turn it is: keys in turn, in each key its customers, urgent work first in each turn, and nobody waits for ever.
import fc from "fast-check";
import { expect, test } from "vitest";
import { inFairOrder, NO_TURNS, type Turns, type Waiting, withTurn } from "../../../src/workers/fair/order.ts";

let since = 0;
const many = (count: number, by: string, of = "c", more: Partial<Waiting> = {}): Waiting[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `${by}/${of}/${i}`,
    share: { by, of },
    isUrgent: false,
    since: ++since,
    ...more,
  }));
const ids = (waiting: readonly Waiting[]): string[] => waiting.map(({ id }) => id);

/** Begun one by one, and looked at anew behind each, as the arranger does. */
function begun(waiting: readonly Waiting[], count: number, turns: Turns = NO_TURNS): Waiting[] {
  const left = new Set(waiting);
  const done: Waiting[] = [];
  let at = turns;
  while (done.length < count && left.size > 0) {
    const [next] = inFairOrder([...left], at, 1);
    if (!next) break;
    left.delete([...left].find(({ id }) => id === next.id) as Waiting);
    done.push(next);
    at = withTurn(at, next);
  }
  return done;
}
const place = (of: readonly Waiting[], { id }: Waiting): number => of.findIndex((each) => each.id === id);

test.for([
  ["another customer of the same key", "shop", "other"],
  ["another key with the same customer", "reseller", "bulk"],
  ["another key with another customer", "reseller", "other"],
  ["nobody knows whom", "", ""],
] as const)("behind a thousand of one customer, the one of %s is among the first two", ([, by, of]) => {
  const bulk = many(1_000, "shop", "bulk");
  const [one = bulk[0] as Waiting] = many(1, by, of);

  expect(place(begun([...bulk, one], 3), one)).toBeLessThan(2);
});

test("one who comes when a hundred of the thousand are done is next, and pays for nothing that others had", () => {
  const bulk = many(1_000, "shop", "bulk");
  const turns = begun(bulk, 100).reduce((at, { share }) => withTurn(at, { share, byAge: false }), NO_TURNS);
  const [one = bulk[0] as Waiting] = many(1, "reseller");

  const next = begun([...bulk.slice(100), one], 2, turns);

  expect(place(next, one)).toBeLessThan(2);
});

test("two keys with much to do share alike, however many customers one of them has", () => {
  const shop = Array.from({ length: 100 }, (_, i) => many(5, "shop", `customer-${i}`)).flat();
  const reseller = many(500, "reseller");

  const first = begun([...shop, ...reseller], 200);

  const ofReseller = first.filter(({ share }) => share.by === "reseller").length;
  expect(ofReseller).toBeGreaterThan(80);
  expect(ofReseller).toBeLessThan(120);
});

test("within a key each customer has had one before any has two", () => {
  const customers = Array.from({ length: 20 }, (_, i) => many(10, "shop", `customer-${i}`));

  const first = begun(customers.toReversed().flat(), 20);

  // Every eighth place is the oldest one's.
  expect(new Set(first.map(({ share }) => share.of)).size).toBeGreaterThanOrEqual(18);
});

test("in each turn what is urgent goes first, then whoever asks for little", () => {
  const bulks = [many(50, "a"), many(50, "b"), many(50, "c")];
  const [single = bulks[0]?.[0] as Waiting] = many(1, "d");
  const urgent = many(50, "e", "c", { isUrgent: true });

  const first = inFairOrder([...bulks.flat(), single, ...urgent], NO_TURNS, 4);

  expect(ids(first).slice(0, 2)).toEqual([urgent[0]?.id, single.id]);
});

test("a thousand urgent ones of one key do not stand before the one order of another", () => {
  const urgent = many(1_000, "shop", "bulk", { isUrgent: true });
  const [one = urgent[0] as Waiting] = many(1, "reseller");

  expect(place(begun([...urgent, one], 3), one)).toBeLessThan(2);
});

test("of one customer's work the urgent goes first, and the rest in the order in which it came", () => {
  const plain = many(20, "shop");
  const urgent = many(1, "shop", "c", { isUrgent: true });

  expect(ids(begun([...plain, ...urgent], 4))).toEqual(ids([...urgent, ...plain.slice(0, 3)]));
});

test("nobody waits for ever: with a new customer for each that is done, the oldest of a bulk are begun all the same", () => {
  const bulk = many(20, "shop", "bulk");
  let waiting = bulk;
  let turns = NO_TURNS;
  const done: Waiting[] = [];
  for (let i = 0; i < 400; i++) {
    waiting = [...waiting, ...many(1, "shop", `new-${i}`), ...many(1, `key-${i}`, "c", { isUrgent: true })];
    const [next] = inFairOrder(waiting, turns, 1);
    if (!next) break;
    waiting = waiting.filter(({ id }) => id !== next.id);
    turns = withTurn(turns, next);
    done.push(next);
  }

  expect(done.filter(({ id }) => id.startsWith("shop/bulk/"))).toHaveLength(20);
});

test("names that mean something to JavaScript are names as others are", () => {
  const waiting = ["__proto__", "constructor", "toString"].flatMap((by) => many(3, by, by));

  expect(begun(waiting, 9)).toHaveLength(9);
});

test("whatever waits: all of it is given a place once, and of two with the same work to do none is ahead by more than its share", () => {
  const share = fc.record({ by: fc.constantFrom("a", "b", "c"), of: fc.constantFrom("x", "y") });
  const one = fc.record({ share, isUrgent: fc.boolean(), since: fc.nat(1_000) });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 60 }), (list) => {
      const waiting = list.map((each, i) => ({ ...each, id: `${i}` }));
      const order = inFairOrder(waiting, NO_TURNS, 1_000);
      expect(new Set(ids(order))).toEqual(new Set(ids(waiting)));
      const left = Map.groupBy(waiting, ({ share: { by } }) => by);
      const counts: Record<string, number> = {};
      for (const [
        i,
        {
          share: { by },
        },
      ] of order.entries()) {
        counts[by] = (counts[by] ?? 0) + 1;
        for (const [other, all] of left) {
          const had = counts[other] ?? 0;
          // Every eighth place is given by age.
          if (had < all.length) expect((counts[by] ?? 0) - had).toBeLessThanOrEqual(2 + Math.ceil((i + 1) / 8));
        }
      }
    }),
  );
});
