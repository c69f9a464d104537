// What must hold at any moment (docs/explanation/money.md, the invariants), read behind everything that happens.
import { moneyUnits } from "../../src/shared/base/money.ts";
import { attemptsOf, type Facts, factsOf, NOBODYS, same } from "./facts.ts";
import { ledgerTime, type Run, SETTLE_MS } from "./run.ts";

/** I11, and one more look: the last ones are a minute apart. */
const LATEST_MS = SETTLE_MS + 5 * 60_000 + 2 * 60_000;

/** I1, I3, I5, and that a frozen account buys nothing. */
export async function checkLedger(run: Run): Promise<void> {
  const facts = await factsOf(run);
  checkOwners(run, facts);
  checkAir(run, facts);
  checkFrozen(run, facts);
}

function checkOwners({ faults }: Run, { owner, held }: Facts): void {
  const owned = Object.entries(owner).filter(([, of]) => !NOBODYS.has(of));
  const isInverse = same(Object.fromEntries(owned.map(([slot, of]) => [of, slot])), held);
  if (isInverse && owned.length === Object.keys(held).length) return;
  faults.push(`I1: owner ${JSON.stringify(owner)} and held ${JSON.stringify(held)} are not inverse`);
}

/** Where a clock was set wrong, what was settled before may be unsettled again: then only I3 is sure. */
function checkAir(run: Run, { unsettled, dwell }: Facts): void {
  const { faults, setUp } = run;
  const now = ledgerTime(run);
  const air = Object.entries(unsettled).map(([field, entry]) => {
    const [slotClass = "", price = "", gateAt = "", gateDwell = "", flag = ""] = entry.split("|");
    const settled = now - Number(gateAt) >= SETTLE_MS && dwell - Number(gateDwell) >= SETTLE_MS;
    return { reference: field.split("#")[0], slotClass, price: Number(price), isOpen: flag !== "C", settled };
  });
  const open = air.filter(({ isOpen }) => isOpen);
  if (new Set(open.map(({ reference }) => reference)).size < open.length)
    faults.push(`I3: ${JSON.stringify(unsettled)}`);
  if (run.clockWasSet) return;
  const counted = air.filter(({ isOpen, settled }) => isOpen || !settled);
  for (const [slotClass, entries] of Map.groupBy(counted, (each) => each.slotClass))
    if (entries.length > setUp.maxUnsettled) faults.push(`I5: ${entries.length} unsettled purchases of ${slotClass}`);
  const money = counted.reduce((sum, { price }) => sum + price, 0);
  if (money > moneyUnits(setUp.maxUnsettledMoney)) faults.push(`I5: ${money} units unsettled`);
}

function checkFrozen(run: Run, { frozen }: Facts): void {
  const written = run.enom.asked("PurchaseServices").length;
  const before = run.writtenWhenFrozen;
  run.writtenWhenFrozen = frozen === null ? undefined : written;
  if (frozen !== null && before !== undefined && written > before) run.faults.push(`bought while frozen: ${frozen}`);
}

/** I11: nothing stays in doubt. `since`: from then on orders were rung and the account was watched and not frozen. */
export async function checkDoubts(run: Run, since: number): Promise<void> {
  for (const { reference, number, attempt } of await attemptsOf(run)) {
    const isOpen = attempt.state === "SENDING" || attempt.state === "UNKNOWN";
    if (isOpen && ledgerTime(run) - Math.max(since, attempt.gateAt ?? 0) > LATEST_MS)
      run.faults.push(
        `I11: ${reference}#${number} is ${attempt.state} for ${(ledgerTime(run) - (attempt.gateAt ?? 0)) / 1_000} s`,
      );
  }
}
