// Takes a mail to be sent; its key makes it once only.
import { Notification } from "../../shared/notification.ts";
import { answers, bodyProblems, json } from "./answers.ts";
import { jobLink, linkTo } from "./job-routes.ts";
import type { App, GatewayNeeds } from "./needs.ts";

export function notificationRoutes(app: App, { queues }: GatewayNeeds): void {
  app.post(
    "/notifications",
    {
      schema: {
        tags: ["Notifications"],
        operationId: "sendNotification",
        summary: "Send a mail",
        description: "The same key again sends nothing again.",
        body: Notification,
        response: answers({ 202: json("Queued", jobLink) }, ...bodyProblems),
      },
    },
    async (request, reply) => {
      const link = linkTo("notify", await queues.ring("notify", request.body));
      reply.code(202).header("location", link.url);
      return link;
    },
  );
}
