// Has an account's balance read now: after a purchase, and when an order begins to wait for money.
import type { OrderNeeds } from "./needs.ts";

/** One poll for many purchases. A bell that is lost fails nothing: the schedule rings by itself. */
export async function askForBalance(account: string, { ring, log }: Pick<OrderNeeds, "ring" | "log">): Promise<void> {
  await ring("balance-poll", { account }).catch((err: unknown) =>
    log.warn({ event: "doorbell.lost", queue: "balance-poll", reference: account, err }),
  );
}
