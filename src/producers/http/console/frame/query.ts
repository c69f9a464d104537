// Addresses of our own with a query: what was not asked for is left out.
import { z } from "zod";

/** Of every page: what was just done, by its code, and the language. */
export const pageQuery = z.object({ said: z.string().max(40).optional(), lang: z.string().max(10).optional() });

/** `/certificates?status=issued`; a list becomes one value with commas. */
export function addressOf(
  path: string,
  asked: Readonly<Record<string, string | readonly string[] | null | undefined>>,
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) {
    const text = Array.isArray(value) ? value.join(",") : value;
    if (typeof text === "string" && text !== "") query.set(name, text);
  }
  return query.size === 0 ? path : `${path}?${query}`;
}
