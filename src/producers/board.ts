// Bull Board: all four queues for people who may see them, and retry. A job only names an order, so a retry from here is
// harmless; what else Bull Board can do is for admins who asked for it (`CERTFLEET_BOARD`).

import { createBullBoard } from "@bull-board/api";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import type { Queue } from "bullmq";
import { z } from "zod";
import { subjectPage } from "../shared/gateway/console-link.ts";
import { pathOf } from "../shared/gateway/public-url.ts";
import { type JobName, jobs, queueNames } from "../shared/queue/jobs.ts";
import { guardActions } from "./board/actions.ts";
import { pageGuard } from "./http/access/page-guard.ts";
import { boardAdapter } from "./http/assets/board-adapter.ts";
import { boardFailure } from "./http/board/failure.ts";
import { LOGO } from "./http/html.ts";
import type { App, GatewayNeeds } from "./http/needs.ts";
import { subjectOf } from "./http/routes/job-routes.ts";

const PATH = "/queues";

const ABOUT: Record<JobName, string> = {
  open: "Takes an order from purchase to certificate",
  reissue: "Replaces a certificate before it ends",
  notify: "Sends a mail, once for each key",
  "balance-poll": "Reads an eNom account's balance",
  webhook: "Delivers events to webhook endpoints",
};

/** Red where money is real. */
const COLOURS: Readonly<Record<string, string>> = { live: "#b91c1c", sandbox: "#0f766e" };

export async function mountBoard(app: App, needs: GatewayNeeds): Promise<void> {
  const { queues, boardMode: mode = "look", env, audit, log, publicUrl } = needs;
  const path = pathOf(publicUrl, PATH);
  const adapter = boardAdapter(path);
  createBullBoard({
    queues: queueNames.map((name) => shown(name, queues.all[name], (to) => pathOf(publicUrl, to))),
    serverAdapter: adapter,
    options: {
      uiConfig: {
        boardTitle: "Certfleet",
        boardLogo: { path: LOGO, width: 26, height: 26 },
        favIcon: { default: LOGO, alternative: LOGO },
        environment: { label: env, color: COLOURS[env] ?? "#334155", textColor: "#fff" },
        miscLinks: [
          { text: "API reference", url: pathOf(publicUrl, "/docs/") },
          { text: "Console", url: pathOf(publicUrl, "/") },
          { text: "Sign in or out", url: pathOf(publicUrl, "/sign-in") },
        ],
        hideDocsLink: true,
        showMetrics: true,
        pollingInterval: { forceInterval: 5, showSetting: false },
      },
    },
  });
  adapter.setErrorHandler(boardFailure(needs)); // createBullBoard has set one of its own
  await app.register(async (pages) => {
    pages.addHook("onRequest", pageGuard(needs));
    guardActions(pages, { path: PATH, mode, queues, audit, log });
    await pages.register(async (board) => adapter.mount(board), { prefix: PATH });
  });
}

/** Each job leads to the page of the order or account that it is about. */
function shown(name: JobName, queue: Queue, linkTo: (path: string) => string): BullMQAdapter {
  const jobDataSchema = z.toJSONSchema(jobs[name].data, { io: "input" });
  const externalJobUrl = ({ data }: { data?: unknown }) => {
    const { about = "Console", path } = subjectPage(typeof data === "object" && data !== null ? { ...data } : {});
    return { displayText: about, href: linkTo(path) };
  };
  const adapter = new BullMQAdapter(queue, { description: ABOUT[name], jobDataSchema, externalJobUrl });
  adapter.setFormatter("data", subjectOf);
  adapter.setFormatter("returnValue", () => null);
  return adapter;
}
