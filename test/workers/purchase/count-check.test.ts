// The count of rule 13, case by case: what eNom lists and no map has, against the purchases that may have bought it.
import { expect, test } from "vitest";
import type { InFlightAttempt, View } from "../../../src/workers/ledger/view.ts";
import { countSlots } from "../../../src/workers/purchase/count-check.ts";
import type { Listed } from "../../../src/workers/purchase/listing.ts";
import { RAPIDSSL_YEAR } from "../open/runs.ts";

const UNTOUCHED: Listed = {
  ...{ certId: 900, orderId: 1900, statusId: 1, statusText: "Awaiting Configuration", domain: "", isExpired: false },
  ...{ prodType: 23, validityMonths: 12, orderDate: "2026-11-20", expirationDate: null, reissueStatus: "" },
};
/** Untouched slots of the class, from 900 on. */
const slots = (number: number): Listed[] =>
  Array.from({ length: number }, (_, i) => ({ ...UNTOUCHED, certId: 900 + i }));
const configured: Listed = { ...UNTOUCHED, certId: 950, statusId: 4, domain: "shop.example.com" };
const refunded: Listed = { ...UNTOUCHED, certId: 960, statusId: 7 };

interface Ours {
  owners?: [number, string][];
  /** Flags of the attempts of the class that are in the air. */
  inFlight?: InFlightAttempt["flag"][];
  parked?: number;
  abandoned?: number;
}

function view({ owners = [], inFlight = [], parked = 0, abandoned = 0 }: Ours, slotClass = RAPIDSSL_YEAR): View {
  const ofClass = (number: number) => (asked: string) => (asked === slotClass ? number : 0);
  return {
    ...{ now: 0, dwell: 0, owners: new Map(owners), version: () => 0 },
    inFlight: inFlight.map((flag, i) => ({ reference: `o${i}`, number: 1, slotClass, gateAt: 0, gateDwell: 0, flag })),
    unexplainedAttempts: inFlight.length + parked + abandoned,
    parked: ofClass(parked),
    left: () => undefined,
    abandoned: ofClass(abandoned),
  };
}

const explained: [string, Listed[], Ours][] = [
  ["the account is empty", [], {}],
  [
    "every slot has its owner",
    slots(2),
    {
      owners: [
        [900, "a"],
        [901, "LEGACY"],
      ],
    },
  ],
  ["a slot is awaited by a purchase in the air", slots(1), { inFlight: ["S"] }],
  ["as many slots are awaited as are in doubt", slots(2), { inFlight: ["U", "U"] }],
  ["a slot belongs to a purchase that is parked", slots(1), { parked: 1 }],
  ["a person configured the slot of a parked purchase by hand", [configured], { parked: 1 }],
  ["eNom gave the money of an unknown slot back", [refunded], {}],
  ["an order in the air waits beside one that was served", slots(1), { inFlight: ["C", "S"] }],
];

test.for(explained)("rule 13: nobody is suspected when %s", ([, listed, ours]) => {
  expect(countSlots(listed, view(ours))).toMatchObject({ excess: null, surplus: [] });
});

const strange: [string, Listed[], Ours, RegExp][] = [
  ["there is a slot and no purchase", slots(1), {}, /CertID 900 .*more than 0 purchases/],
  ["there is one slot more than purchases", slots(3), { inFlight: ["S"], abandoned: 1 }, /more than 2 purchases/],
  [
    "a certificate that no map has was configured",
    [configured],
    { inFlight: ["U"] },
    /950 \(shop\.example\.com\) which the ledger does not know/,
  ],
  [
    "two were configured, and one purchase is parked",
    [configured, { ...configured, certId: 951 }],
    { parked: 1 },
    /the ledger does not know/,
  ],
  [
    "its term is over and no map has it",
    [{ ...UNTOUCHED, isExpired: true }],
    { abandoned: 1 },
    /the ledger does not know/,
  ],
  [
    "the purchases were of another class",
    [{ ...UNTOUCHED, validityMonths: 24 }],
    { inFlight: ["S"] },
    /more than 0 purchases/,
  ],
  [
    "a slot that was spare here carries a domain",
    [configured],
    { owners: [[950, "POOL"]] },
    /950 .*an unused slot here/,
  ],
  ["no order could have bought such a product", [{ ...UNTOUCHED, prodType: 999 }], { inFlight: ["S"] }, /more than 0/],
];

test.for(strange)("rule 13: somebody else buys here when %s", ([, listed, ours, reason]) => {
  const { excess, surplus } = countSlots(listed, view(ours));

  expect(excess).toMatch(reason);
  expect(surplus, "nothing is taken while somebody is suspected").toEqual([]);
});

const spare: [string, Listed[], Ours, number[]][] = [
  ["an abandoned purchase's slot turned up", slots(1), { abandoned: 1 }, [900]],
  ["of two abandoned purchases one was made", slots(1), { abandoned: 2 }, [900]],
  ["a served order's own slot turned up", slots(1), { inFlight: ["C"] }, [900]],
  ["one slot waits for a parked purchase and one does not", slots(2).reverse(), { parked: 1, abandoned: 1 }, [900]],
  ["purchases of the class are still in the air", slots(1), { inFlight: ["S"], abandoned: 1 }, []],
  ["purchases of the class are still in doubt", slots(2), { inFlight: ["U", "C"], abandoned: 1 }, []],
  ["all that turned up may be what a parked purchase bought", slots(1), { parked: 1, abandoned: 1 }, []],
  ["a person has configured a parked purchase's slot", [configured, ...slots(1)], { parked: 1, abandoned: 1 }, [900]],
];

test.for(spare)("rule 13: what nobody waits for is spare: %s", ([, listed, ours, expected]) => {
  const { excess, surplus } = countSlots(listed, view(ours));

  expect(excess).toBeNull();
  expect(surplus.map(({ certId }) => certId)).toEqual(expected);
  expect(surplus.every(({ slotClass }) => slotClass === RAPIDSSL_YEAR)).toBe(true);
});

test("rule 13: a refunded certificate that no map has is nobody's, even beside one that is suspicious", () => {
  const bought = { boughtAt: Date.UTC(2026, 10, 20), slotClass: RAPIDSSL_YEAR };

  expect(countSlots([refunded, { ...refunded, certId: 961, statusId: 8 }], view({})).refunded).toEqual([
    { certId: 960, ...bought },
    { certId: 961, ...bought },
  ]);
  expect(countSlots([refunded, configured], view({})).refunded).toHaveLength(1);
  expect(countSlots([refunded], view({ owners: [[960, "a"]] })).refunded).toEqual([]);
});

test("rule 15: money that came back for a spare slot or for an order's own is told; what was there before is not", () => {
  const ids = [960, 961, 962, 963];
  const owners: [number, string][] = [
    [960, "POOL"],
    [961, "bill-1"],
    [962, "LEGACY"],
    [963, "REFUNDED"],
  ];

  const { refunded: nobodys, lost } = countSlots(
    ids.map((certId) => ({ ...refunded, certId })),
    view({ owners }),
  );

  expect(nobodys.map(({ certId }) => certId)).toEqual([960]);
  expect(lost.map(({ certId, reference }) => [certId, reference])).toEqual([[961, "bill-1"]]);
});

test("rule 13: a spare slot is as old as eNom says, and too old to use when eNom does not say", () => {
  const [dated] = countSlots([UNTOUCHED], view({ abandoned: 1 })).surplus;
  const [undated] = countSlots([{ ...UNTOUCHED, orderDate: null }], view({ abandoned: 1 })).surplus;

  expect([dated?.boughtAt, undated?.boughtAt]).toEqual([Date.UTC(2026, 10, 20), 0]);
});
