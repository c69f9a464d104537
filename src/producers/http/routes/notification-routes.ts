// Takes a mail to be sent, once its values are what its template asks for; its key makes it once only.

import { NotificationRequest } from "../../../shared/mail/notification.ts";
import { acceptNotification } from "../../../shared/outside/accept-notification.ts";
import { answers, bodyProblems, json, locationOf, shownWith } from "../answers.ts";
import type { App, GatewayNeeds } from "../needs.ts";
import { invalid } from "../problems.ts";
import { jobLink, linkTo } from "./job-routes.ts";

export function notificationRoutes(app: App, needs: GatewayNeeds): void {
  app.post(
    "/notifications",
    {
      config: { scope: "notifications:send", action: "notification.send" },
      schema: {
        tags: ["Notifications"],
        operationId: "sendNotification",
        summary: "Send a mail",
        description:
          "It goes to the customer or the operator mailbox of the order (`reference`) or account (`account`) that it names; to anybody else with the scope `notifications:any`. The same key again sends nothing. /templates shows the mails and their values, and so does certfleet template list.",
        body: shownWith(NotificationRequest, {
          customer: {
            summary: "The certificate once more, to the customer of an order",
            value: { key: "bill-1001:again:1", template: "certificate-issued", reference: "bill-1001" },
          },
        }),
        response: answers(
          { 202: json("Queued", jobLink, locationOf("the job", "/v1/jobs/notify/17")) },
          ...bodyProblems,
        ),
      },
    },
    async (request, reply) => {
      const accepted = await acceptNotification(request.body, request.caller, needs);
      if ("faults" in accepted) throw invalid(accepted.faults);
      const link = linkTo("notify", await needs.queues.enqueue("notify", accepted.mail), needs);
      reply.code(202).header("location", link.url);
      return link;
    },
  );
}
