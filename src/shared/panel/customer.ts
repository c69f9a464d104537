// Who gets the mails about an order, and under which name they are written.
import { z } from "zod";
import { displayName, emailAddress } from "../base/email-address.ts";

export const customer = z.strictObject({
  email: emailAddress,
  name: displayName.optional().meta({ description: "How mails address the customer", example: "Ada Example" }),
  language: z
    .string()
    .regex(/^[a-z]{2}(-[A-Z]{2})?$/, "must be a language such as en or pt-BR")
    .optional()
    .meta({ description: "The language of the mails; without it the default language", example: "en" }),
});

export const brand = displayName.meta({
  description: "The name in mails about this order (BILLmanager's project); without it the default name",
  example: "Example Hosting",
});
