// A name or a sentence as it comes in from now on: one line in which every character is seen. What earlier versions kept is
// read by the wider forms of email-address.ts.
import { z } from "zod";
import { displayName } from "../email-address.ts";
import { unseenFault } from "./unseen.ts";

/** Adds the rule to a schema of text. */
function seen<S extends z.ZodType<string, string>>(schema: S): S {
  return schema.check(
    z.superRefine((text: string, { addIssue }) => {
      const fault = unseenFault(text);
      if (fault !== undefined) addIssue({ code: "custom", message: fault });
    }),
  ) as S;
}

/** A name that people are shown: of an account, a product, a brand. */
export const shownName = seen(displayName);

/** A reason that somebody gives, up to so many characters. */
export function sentence(longest: number) {
  return seen(z.string().trim().min(1).max(longest));
}
