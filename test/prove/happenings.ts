// What can happen to a fleet and to the eNom account it buys on, as plain data that a failing run prints and shrinks.
import fc from "fast-check";
import type { TimeSpan } from "./time.ts";

/** One process's work: an order's road to its next wait, or a count of the account. It may die on the way. */
export interface Work {
  /** Which order, in the order of acceptance; null counts the account. */
  order: number | null;
  dies: { word: number; behind: boolean } | null;
}

export type Loss = "lose-answer" | "lose-request" | "html" | "html-behind" | "cut" | "no-funds" | "late" | "very-late";

export type Happening =
  | { what: "order"; product: number }
  /** At once, one word at a time; `picks` says whose. `redis`: at the second of these words Redis is again what it was at the first. */
  | { what: "work"; work: Work[]; picks: number[]; redis: { was: number; again: number } | null }
  /** The next purchase's answer. */
  | { what: "loss"; how: Loss }
  /** The next question of this kind gets no answer. */
  | { what: "away"; command: string }
  /** Seconds until eNom shows what was bought: the certificate, the order. */
  | { what: "lag"; list: number; orders: number }
  | { what: "page"; size: number }
  /** Somebody else buys, now or between two pages of the next list; and configures what he bought, or a slot of ours, by hand. */
  | { what: "colleague"; product: number; how: "now" | "between-pages" | "configures" | "takes-ours" }
  | ({ what: "time" } & TimeSpan)
  /** Somebody sets the clock of Redis' machine; eNom and the customers do not notice. */
  | { what: "clock"; minutes: number }
  | { what: "backup" }
  /** The newest backup but so many; beyond the oldest, Redis is empty. */
  | { what: "restore"; back: number }
  | { what: "decide"; order: number; manner: "honest" | "careless" }
  /** `confirmed`: whoever cancels knows that money may be lost. */
  | { what: "cancel"; order: number; confirmed: boolean }
  /** Whoever placed it finds a typo, once or again: another CSR, and with it another name. */
  | { what: "correct"; order: number; name: number }
  /** eNom's support gives the money back. */
  | { what: "refund"; slot: number }
  | { what: "thaw" }
  | { what: "send-again" };

const order = fc.nat(3);
const product = fc.nat(1);
const dies = fc.option(fc.record({ word: fc.integer({ min: 1, max: 45 }), behind: fc.boolean() }), { freq: 3 });
const work = fc.record({ order: fc.option(order, { freq: 6 }), dies });
/** One job delivered twice at once. */
const twice = fc
  .tuple(order, dies, dies)
  .map(([which, one, other]) => [one, other].map((death) => ({ order: which, dies: death })));
const picks = fc.array(fc.nat(2), { minLength: 1, maxLength: 6 });
const redis = fc
  .record({ was: fc.integer({ min: 1, max: 40 }), again: fc.integer({ min: 1, max: 30 }) })
  .map(({ was, again }) => ({ was, again: was + again }));

function happening<What extends Happening["what"]>(
  what: What,
  shape: {
    [Field in keyof Omit<Extract<Happening, { what: What }>, "what">]: fc.Arbitrary<
      Extract<Happening, { what: What }>[Field]
    >;
  },
): fc.Arbitrary<Happening> {
  return fc.record({ what: fc.constant(what), ...shape }) as unknown as fc.Arbitrary<Happening>;
}

const loss = fc.constantFrom<Loss>(
  "lose-answer",
  "lose-answer",
  "lose-request",
  "lose-request",
  "html",
  "html-behind",
  "cut",
  "no-funds",
  "late",
  "very-late",
);
const seconds = fc.constantFrom(5, 15, 60, 300, 600, 1_200, 1_500);

const each: fc.WeightedArbitrary<Happening>[] = [
  { weight: 5, arbitrary: happening("order", { product }) },
  {
    weight: 12,
    arbitrary: happening("work", {
      work: fc.oneof(fc.array(work, { minLength: 1, maxLength: 3 }), twice),
      picks,
      redis: fc.option(redis, { freq: 8 }),
    }),
  },
  { weight: 6, arbitrary: happening("loss", { how: loss }) },
  {
    weight: 1,
    arbitrary: happening("away", {
      command: fc.constantFrom(
        "CertGetCerts",
        "CertGetCertDetail",
        "GetOrderList",
        "GetTransHistory",
        "GetBalance",
        "CertConfigureCert",
        "CertPurchaseCert",
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: happening("lag", {
      list: fc.constantFrom(0, 20, 300, 1_000, 4_000),
      orders: fc.constantFrom(0, 20, 300, 4_000),
    }),
  },
  { weight: 1, arbitrary: happening("page", { size: fc.constantFrom(2, 250) }) },
  {
    weight: 1,
    arbitrary: happening("colleague", {
      product,
      how: fc.constantFrom("now", "between-pages", "configures", "takes-ours"),
    }),
  },
  {
    weight: 6,
    arbitrary: happening("time", {
      seconds,
      keeper: fc.boolean().map((no) => !no),
      sweeper: fc.boolean().map((no) => !no),
    }),
  },
  { weight: 1, arbitrary: happening("clock", { minutes: fc.constantFrom(60, 60, -60) }) },
  { weight: 1, arbitrary: happening("backup", {}) },
  { weight: 1, arbitrary: happening("restore", { back: fc.nat(2) }) },
  {
    weight: 3,
    arbitrary: happening("decide", { order, manner: fc.constantFrom("honest", "honest", "honest", "careless") }),
  },
  { weight: 2, arbitrary: happening("cancel", { order, confirmed: fc.boolean() }) },
  { weight: 2, arbitrary: happening("correct", { order, name: fc.nat(1) }) },
  { weight: 1, arbitrary: happening("refund", { slot: fc.nat(5) }) },
  { weight: 2, arbitrary: happening("thaw", {}) },
  { weight: 1, arbitrary: happening("send-again", {}) },
];

/** Something is ordered first; then anything happens in any order. */
export const stories: fc.Arbitrary<Happening[]> = fc
  .array(fc.oneof(...each), { minLength: 4, maxLength: 18, size: "max" })
  .map((rest): Happening[] => [{ what: "order", product: 0 }, ...rest]);

export const setUps = fc.record({
  rebuyBudget: fc.constantFrom(1, 1, 0),
  maxUnsettled: fc.integer({ min: 1, max: 4 }),
  maxUnsettledMoney: fc.constantFrom("500.00", "20.00"),
  mode: fc.constantFrom("dedicated", "dedicated", "dedicated", "dedicated", "shared"),
  legacy: fc.constantFrom(0, 0, 1),
});
