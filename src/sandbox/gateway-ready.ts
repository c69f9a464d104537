// Waits until a gateway that was just started answers that it is ready.
import { setTimeout as pause } from "node:timers/promises";
import { askGateway } from "../shared/gateway/address.ts";

const READY_MS = 30_000;

/** @throws Error it is not ready after 30 s */
export async function untilGatewayReady(gatewayUrl: string, signal: AbortSignal): Promise<void> {
  for (const end = performance.now() + READY_MS; ; ) {
    const ready = await askGateway(gatewayUrl, "/readyz", READY_MS)
      .then(({ status }) => status === 200)
      .catch(() => false);
    if (ready) return;
    if (performance.now() > end) throw new Error(`the gateway is not ready after ${READY_MS / 1_000} s`);
    await pause(50, undefined, { signal });
  }
}
