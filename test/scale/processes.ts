// One, two and four processes a kind: orders a second, from accepted to the certificate, with an eNom that takes 200 ms a call.
import { join } from "node:path";
import { openArena, untilIssued, WARM_UP, warmUp } from "./arena.ts";
import { type Ground, type Measured, measured, type Section, sectionOf, thenStop } from "./section.ts";

const COUNTS = [1, 2, 4];
/** For each process: some fifteen seconds' worth. */
const ORDERS = 50;
const MOST_MS = 60_000;

export async function measureProcesses({ redisUrl, folder, life }: Ground): Promise<Section> {
  const all: Measured[] = [];
  for (const count of COUNTS) {
    const arena = await openArena({ redisUrl, prefix: `{scale-p${count}}`, folder: join(folder, `p${count}`) }, life);
    const kinds = Array.from({ length: count }, () => ["open", "notify"]).flat();
    const running = await Promise.all(kinds.map((kind) => arena.start("worker", kind)));
    const issue = async () => {
      const calls = arena.enom.asked().length;
      const placing = arena.place(ORDERS * count, "measured@example.net");
      const orders = (await untilIssued(arena, WARM_UP + ORDERS * count, MOST_MS)) - WARM_UP;
      await placing;
      return { orders, more: { "calls an order": ((arena.enom.asked().length - calls) / orders).toFixed(1) } };
    };
    all.push(
      await thenStop(running, async () => {
        await warmUp(arena);
        return measured(
          running.map(({ pid }) => pid),
          issue,
        );
      }),
    );
  }
  const steps = COUNTS.map((count) => `${count} each`);
  return sectionOf("Processes of open and of notify; eNom answers after 200 ms: issued", steps, all);
}
