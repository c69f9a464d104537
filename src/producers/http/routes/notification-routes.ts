// Takes a mail to be sent, once its values are what its template asks for; its key makes it once only.

import { fill } from "../../../shared/mail/filled.ts";
import { Notification } from "../../../shared/mail/notification.ts";
import { mailNameFaults } from "../../../shared/panel/shown-names.ts";
import { answers, bodyProblems, json } from "../answers.ts";
import type { App, GatewayNeeds } from "../needs.ts";
import { invalid } from "../problems.ts";
import { jobLink, linkTo } from "./job-routes.ts";

export function notificationRoutes(app: App, { queues, publicUrl }: GatewayNeeds): void {
  app.post(
    "/notifications",
    {
      config: { scope: "notifications:send", action: "notification.send" },
      schema: {
        tags: ["Notifications"],
        operationId: "sendNotification",
        summary: "Send a mail",
        description:
          "The same key again sends nothing. /templates shows the mails and their values, and so does certfleet template list.",
        body: Notification,
        response: answers({ 202: json("Queued", jobLink) }, ...bodyProblems),
      },
    },
    async (request, reply) => {
      const unfit = mailNameFaults(request.body);
      if (unfit.length > 0) throw invalid(unfit);
      const filled = fill(request.body);
      if ("faults" in filled) throw invalid(filled.faults);
      const link = linkTo("notify", await queues.enqueue("notify", request.body), { publicUrl });
      reply.code(202).header("location", link.url);
      return link;
    },
  );
}
