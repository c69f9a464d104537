// What could not be looked at is said so: it is neither well nor ill.
import type { Finding } from "../../../shared/base/result.ts";

/** The findings of one look; a look that fails becomes one finding that says why. */
export async function looked(name: string, look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    return [notLookedAt(name, messageOf(error))];
  }
}

export function notLookedAt(name: string, why: string): Finding {
  return { name, state: "skipped", detail: why };
}

/** Settings name every problem; anything else has one message. */
export function messageOf(error: unknown): string {
  if (error instanceof Error && "problems" in error) return (error.problems as string[]).join("\n");
  return error instanceof Error ? error.message : String(error);
}
