// The header that makes a repeated call the same request (IETF draft, The Idempotency-Key HTTP Header Field).
import { z } from "zod";

export const idempotencyKey = z.looseObject({
  "idempotency-key": z
    .string()
    .regex(/^[\x21-\x7e]{1,128}$/, "1 to 128 printable characters without spaces")
    .optional(),
});
