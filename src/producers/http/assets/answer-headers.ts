// Headers that answers have whatever the route, for the OpenAPI document.
import type { HeaderText } from "../answers.ts";

const seconds = (description: string, example: number): HeaderText => ({ description, type: "integer", example });

/** Of every answer to a caller whose requests are counted (IETF draft httpapi-ratelimit-headers-10); told where they help. */
export const rateHeaders: Readonly<Record<string, HeaderText>> = {
  "RateLimit-Policy": {
    description: "How many requests (`q`) the caller may send in how many seconds (`w`); absent where nobody counts",
    type: "string",
    example: '"requests";q=1000;w=10',
  },
  RateLimit: {
    description:
      "How many requests are left (`r`), and in how many seconds all are back (`t`); absent where nobody counts",
    type: "string",
    example: '"requests";r=998;t=1',
  },
};

/** Of every answer. */
export const everyHeaders: Readonly<Record<string, HeaderText>> = {
  "X-Request-Id": {
    description: "The id of the request: the one that was sent, else one of ours; the log has it",
    type: "string",
    example: "5f0c8f52-3c5e-4f6b-9a53-0c8f6d1f2a10",
  },
};

/** Of calls under an Idempotency-Key. */
export const keptHeaders: Readonly<Record<string, HeaderText>> = {
  "Idempotency-Replayed": {
    description: "`true`: the answer of the first request with this key; nothing was done now",
    type: "string",
    example: "true",
  },
};

/** Of problems, by their status. */
export const problemHeaders: Readonly<Record<number, Record<string, HeaderText>>> = {
  401: {
    "WWW-Authenticate": {
      description: "How to say who you are (RFC 6750)",
      type: "string",
      example: 'Bearer realm="certfleet"',
    },
  },
  409: { "Retry-After": seconds("Where waiting helps: after how many seconds to send the same request again", 60) },
  429: { "Retry-After": seconds("After how many seconds to send the same request again", 3) },
  503: { "Retry-After": seconds("After how many seconds to send the same request again", 2) },
};
