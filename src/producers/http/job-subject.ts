// What a job is about, without what it says: the one part of its data that may be shown.

const IDENTITIES = ["reference", "key", "account", "template"] as const;

/** The identities in a job's data, whatever else is in it: CSR, contacts, customer, address and values stay inside. */
export function subjectOf(data: unknown): Record<string, string> {
  const subject: Record<string, string> = {};
  if (typeof data !== "object" || data === null) return subject;
  for (const name of IDENTITIES) {
    const value = (data as Record<string, unknown>)[name];
    if (typeof value === "string") subject[name] = value;
  }
  return subject;
}
