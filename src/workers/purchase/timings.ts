// When a purchase in doubt is looked for (rule 10), and how long its answer is waited for. Everything scales with T_settle.

/** T_settle that the protocol's other times are given for. */
const USUAL_SETTLE_MS = 1_200_000;
/** Seconds behind the gate; from the last on, every minute until the attempt is decided. */
const LOOKS = [5, 15, 30, 60, 120, 300, 900, 1_200];
const BETWEEN_SECONDS = 60;
/** From the gate's question to the write (rule 7), whatever the pace. */
const GATE_MS = 5_000;

export function scaled(seconds: number, settleMs: number): number {
  return (seconds * 1_000 * settleMs) / USUAL_SETTLE_MS;
}

/** Milliseconds behind the gate of the first look that is later than `ageMs`. */
export function nextLookMs(ageMs: number, settleMs: number): number {
  const next = LOOKS.map((seconds) => scaled(seconds, settleMs)).find((each) => each > ageMs);
  return next ?? ageMs + scaled(BETWEEN_SECONDS, settleMs);
}

/** A purchase's answer is waited for so long: 120 s of the 1200 s that T_settle has by default. */
export function answerSeconds(settleSeconds: number): number {
  return settleSeconds / 10;
}

/** From the gate on, until nobody waits for the answer any more. */
export function answerMs(settleMs: number): number {
  return GATE_MS + settleMs / 10;
}
