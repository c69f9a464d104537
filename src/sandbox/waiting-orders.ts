// Which orders the sandbox's fleet has accepted and not bought yet, as its own API tells.
import { z } from "zod";
import type { AcceptedOrder } from "./enom/books/settings.ts";

const Listed = z.object({
  items: z.array(
    z.object({ reference: z.string(), domain: z.string(), product: z.string(), certId: z.number().nullable() }),
  ),
});
/** eNom's caller waits for this. */
const PATIENCE_MS = 2_000;

/** The first 200: more never wait at once in a sandbox. @throws Error the gateway does not answer */
export async function waitingOrders(gatewayUrl: string): Promise<AcceptedOrder[]> {
  const answer = await fetch(`${gatewayUrl}/v1/certificates?status=ordered&limit=200`, {
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const { items } = Listed.parse(await answer.json());
  return items.filter(({ certId }) => certId === null);
}
