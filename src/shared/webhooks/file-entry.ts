// One entry of `webhooks:` in certfleet.yaml. Its secrets may stand in it, in the environment, or in a file.
import { createHash } from "node:crypto";
import { z } from "zod";
import { said } from "../base/text/said.ts";
import { endpointId, secretFault, wantedEvents } from "./endpoint.ts";
import { urlFault } from "./target.ts";

/** What `fillIn` fills in is judged when it is filled in. */
const secret = z.string().refine((text) => text.includes("${") || secretFault(text) === undefined, {
  error: ({ input }) => secretFault(String(input)) ?? "is wrong",
});

export const webhookEntry = z
  .strictObject({
    id: endpointId
      .optional()
      .meta(said("The name of the endpoint in lists, logs and commands; without it one is made of url", "billing")),
    url: z.string().meta(said("Where to: https, unless allowPrivate is set", "https://billing.example/hook")),
    secret: z
      .union([secret, z.array(secret).min(1).max(3)])
      .optional()
      .meta(
        said(
          "What deliveries are signed with (whsec_…), or a list while you rotate: each signs. It may hold " +
            `\${NAME}: the environment's NAME, or what stands in the file that NAME_FILE names`,
          `\${HOOK_SECRET}`,
        ),
      ),
    secretFile: z
      .string()
      .regex(/^\//, "must be an absolute path")
      .optional()
      .meta(said("The file that holds the secret, or one a line, instead of secret", "/run/secrets/hook_secret")),
    events: wantedEvents.default(["*"]).meta(said("Which events; * is all, certificate.* all of certificates", ["*"])),
    allowPrivate: z.boolean().default(false).meta(said("true: addresses that are not public, and http, are allowed")),
  })
  .superRefine(({ url, allowPrivate, secret: given, secretFile }, { addIssue }) => {
    const fault = urlFault({ url, allowPrivate });
    if (fault !== undefined) addIssue({ code: "custom", path: ["url"], message: fault });
    if ((given === undefined) === (secretFile === undefined))
      addIssue({ code: "custom", path: ["secret"], message: "set either secret or secretFile, and not both" });
  })
  .transform(({ id, ...entry }) => ({ ...entry, id: id ?? nameOf(entry.url) }));
export type WebhookEntry = z.infer<typeof webhookEntry>;

/** An entry without a name keeps the one that follows from its address. */
function nameOf(url: string): string {
  return `file-${createHash("sha256").update(url).digest("hex").slice(0, 8)}`;
}

/** The text that holds its secrets, where it is not a file. */
export function secretTexts({ secret: given }: Pick<WebhookEntry, "secret">): string[] {
  return given === undefined ? [] : [given].flat();
}
