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
