// The bounce list: addresses that no mail goes to, and the way to clear one.
import { z } from "zod";
import { emailAddress } from "../../../shared/base/email-address.ts";
import { bounce, bounceList } from "../../../shared/mail/bounces.ts";
import { answers, json } from "../answers.ts";
import type { App, GatewayNeeds } from "../needs.ts";
import { problem } from "../problems.ts";

const tags = ["Notifications"];

export function bounceRoutes(app: App, { redis, keys }: GatewayNeeds): void {
  const bounces = bounceList(redis, keys);

  app.get(
    "/bounces",
    {
      config: { scope: "operate" },
      schema: {
        tags,
        operationId: "listBounces",
        summary: "List the addresses that bounce permanently",
        description: "Nothing is sent to an address on this list until you remove it.",
        response: answers({
          200: json(
            "Newest first",
            z.object({ items: z.array(bounce.meta({ id: "Bounce" })).meta({ description: "All of them" }) }),
          ),
        }),
      },
    },
    async () => ({ items: await bounces.all() }),
  );

  app.delete(
    "/bounces/:address",
    {
      config: { scope: "operate", action: "bounce.clear" },
      schema: {
        tags,
        operationId: "clearBounce",
        summary: "Remove an address, so that it gets mails again",
        description: "Mails that were not sent meanwhile are not sent later.",
        params: z.object({ address: emailAddress }),
        response: answers({ 200: json("Cleared", z.object({ cleared: emailAddress })) }, "not-found"),
      },
    },
    async (request) => {
      const { address } = request.params;
      if (!(await bounces.clear(address))) throw problem("not-found", `${address} is not on the bounce list.`);
      return { cleared: address.toLowerCase() };
    },
  );
}
