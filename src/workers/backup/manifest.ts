// The last part of a backup: what is in it, and the SHA-256 of each other part.
import { z } from "zod";

export const FORMAT = 1;
export const MANIFEST = "manifest.json";

const mark = z.object({ epoch: z.int(), seq: z.int() });

export const manifestSchema = z.object({
  format: z.int(),
  /** Of Certfleet. */
  version: z.string(),
  /** When the copy of Redis was whole, and when it was begun. */
  at: z.iso.datetime(),
  begunAt: z.iso.datetime(),
  prefix: z.string(),
  redis: z.object({ version: z.string(), keys: z.int(), certificates: z.int() }),
  /** `folder`: files as they were. `redis`: the lines of a second Redis. */
  journal: z.object({ id: z.string(), kind: z.enum(["folder", "redis"]) }),
  /** How far ledger and journal were, each at least so far. */
  accounts: z.array(z.object({ id: z.string(), ledger: mark.nullable(), journal: mark.nullable() })),
  /** In the order of the archive. Bytes and SHA-256 (hex) of what is in it, unpacked. */
  parts: z.array(z.object({ path: z.string(), bytes: z.int(), sha256: z.string() })),
});
export type Manifest = z.infer<typeof manifestSchema>;
