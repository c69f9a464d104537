// What certfleet.yaml may say under `intake`: what an operator decides about orders before they are accepted.

import { z } from "zod";
import { CONSTRUCTED, defaultRules } from "../intake/rules.ts";

const localPart = z
  .string()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9._+-]{0,63}$/, "must be the part of an address before the @, such as admin");

/** All optional; `intakeRules` fills in what is left out. */
export const intakeEntry = z
  .strictObject({
    approvers: z
      .array(localPart)
      .min(1)
      .optional()
      .meta({
        description:
          "Who can approve a domain by e-mail: what stands before the @, in the order in which it is shown. Without it the five of the Baseline Requirements, 3.2.2.4.4",
        examples: [[...CONSTRUCTED]],
      }),
    sha1: z
      .enum(["refuse", "accept"])
      .optional()
      .meta({
        description:
          "What becomes of a CSR that is signed with SHA-1, as IIS Manager makes it. accept: only if your CAs take it, because nobody can tell before the purchase",
        examples: ["refuse"],
      }),
    weakKeyLists: z
      .string()
      .regex(/^\//, "must be an absolute path")
      .optional()
      .meta({
        description:
          "The folder with Debian's lists of weak keys, blacklist.RSA-2048 and others, as the package openssl-blacklist has them; without them, keys of CVE-2008-0166 are not found",
        examples: [defaultRules.weakKeyLists],
      }),
  })
  .meta({ description: "What is refused before an order is accepted" });
