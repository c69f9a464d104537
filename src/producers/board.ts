// Bull Board: all four queues for people who may see them. A job only names an order, so a retry from here is harmless.

import { createBullBoard } from "@bull-board/api";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import type { Queue } from "bullmq";
import { z } from "zod";
import type { Log } from "../shared/base/log.ts";
import { type JobName, jobs, queueNames } from "../shared/queue/jobs.ts";
import { pageGuard } from "./http/access/guards.ts";
import { boardAdapter } from "./http/assets/board-adapter.ts";
import { LOGO } from "./http/html.ts";
import type { App, GatewayNeeds } from "./http/needs.ts";
import { subjectOf } from "./http/routes/job-routes.ts";

const PATH = "/queues";

const ABOUT: Record<JobName, string> = {
  open: "Takes an order from purchase to certificate",
  reissue: "Replaces a certificate before it ends",
  notify: "Sends a mail, once for each key",
  "balance-poll": "Reads an eNom account's balance",
};

/** Red where money is real. */
const COLOURS: Readonly<Record<string, string>> = { live: "#b91c1c", sandbox: "#0f766e" };

export async function mountBoard(app: App, needs: GatewayNeeds): Promise<void> {
  const { queues, env, log } = needs;
  const adapter = boardAdapter(PATH);
  createBullBoard({
    queues: queueNames.map((name) => shown(name, queues.all[name])),
    serverAdapter: adapter,
    options: {
      uiConfig: {
        boardTitle: "Certfleet",
        boardLogo: { path: LOGO, width: 26, height: 26 },
        favIcon: { default: LOGO, alternative: LOGO },
        environment: { label: env, color: COLOURS[env] ?? "#334155", textColor: "#fff" },
        miscLinks: [
          { text: "API reference", url: "/docs/" },
          { text: "Dashboard", url: "/" },
          { text: "Sign in or out", url: "/sign-in" },
        ],
        hideDocsLink: true,
        showMetrics: true,
        pollingInterval: { forceInterval: 5, showSetting: false },
      },
      handlerHooks: { before: ({ method, route, request }) => watch(log, method, route, request.params) },
    },
  });
  await app.register(async (pages) => {
    pages.addHook("onRequest", pageGuard(needs));
    await pages.register(async (board) => adapter.mount(board), { prefix: PATH });
  });
}

function shown(name: JobName, queue: Queue): BullMQAdapter {
  const jobDataSchema = z.toJSONSchema(jobs[name].data, { io: "input" });
  const adapter = new BullMQAdapter(queue, { description: ABOUT[name], jobDataSchema });
  adapter.setFormatter("data", subjectOf);
  adapter.setFormatter("returnValue", () => null);
  return adapter;
}

/** Keeps a line of what people did. Editing data is refused: the form shows it shortened, and would save it so. */
function watch(log: Log, method: string, route: string, params: Record<string, unknown>) {
  if (method === "get") return undefined;
  const allow = !route.endsWith("/update-data");
  log.info({ event: "board.action", method, route, queue: params.queueName, job: params.jobId, allow });
  return allow
    ? undefined
    : { allow, status: 403 as const, message: "Job data is shown shortened and cannot be edited here." };
}
