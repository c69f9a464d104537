// Settings of the command line alone: which gateway its verbs go to. `producers/cli/target.ts` reads them without a schema.
import { z } from "zod";
import { must } from "../base/fault.ts";

export const afarSettings = {
  CERTFLEET_URL: z
    .url({ protocol: /^https?$/, ...must("must be the address of a gateway, such as https://ssl.example.com") })
    .optional()
    .describe("The gateway that verbs go to over HTTP, with the key in CERTFLEET_API_KEY; not set: they use Redis"),
  CERTFLEET_PROFILE: z
    .string()
    .optional()
    .describe("The profile whose gateway verbs go to (`certfleet profile add`); CERTFLEET_URL goes before it"),
};
