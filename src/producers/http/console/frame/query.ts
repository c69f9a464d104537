// Addresses of our own with a query: what was not asked for is left out.

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
