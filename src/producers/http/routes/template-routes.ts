// The mails in a browser, behind the board's login: `/templates`, and each with its sample in each language.
import { z } from "zod";
import { pathOf } from "../../../shared/gateway/public-url.ts";
import { LANGUAGE, languagesOf } from "../../../shared/mail/folders.ts";
import type { Notification } from "../../../shared/mail/notification.ts";
import { type BrokenWords, renderer } from "../../../shared/mail/render.ts";
import { isTemplate, type TemplateName, templateNames, templates } from "../../../shared/mail/templates.ts";
import { pageGuard } from "../access/page-guard.ts";
import type { App, GatewayNeeds } from "../needs.ts";
import { problem } from "../problems.ts";
import { type Listed, letterPage, listPage, PAGE_POLICY } from "../template-page.ts";

const query = z.object({ language: z.string().regex(LANGUAGE, "must look like en or pt-BR").optional() });

/** `needs.templates` is read at each request: the configuration may change meanwhile. */
export async function templateRoutes(app: App, needs: GatewayNeeds): Promise<void> {
  const linkTo = (path: string): string => pathOf(needs.publicUrl, path);
  await app.register(async (pages: App) => {
    pages.addHook("onRequest", pageGuard(needs));
    pages.addHook("onSend", async (_request, reply) => {
      if (reply.statusCode === 200) reply.header("content-security-policy", PAGE_POLICY);
      reply.header("cache-control", "no-store");
    });

    pages.get("/templates", async (_request, reply) =>
      reply.type("text/html; charset=utf-8").send(
        listPage(
          templateNames.map((name) => listed(name, needs)),
          linkTo,
        ),
      ),
    );

    pages.get(
      "/templates/:name",
      { schema: { params: z.object({ name: z.string().max(64) }), querystring: query } },
      async (request, reply) => {
        const { name } = request.params;
        if (!isTemplate(name)) throw problem("not-found", `There is no mail ${name}.`);
        const language = request.query.language ?? needs.templates?.language ?? "en";
        const broken: BrokenWords[] = [];
        const render = renderer({ ...needs.templates, onBroken: (each) => broken.push(each) });
        const letter = await render({
          template: name,
          language,
          values: templates[name].example as Notification["values"],
        });
        return reply
          .type("text/html; charset=utf-8")
          .send(letterPage({ ...listed(name, needs), letter, language, broken }, linkTo));
      },
    );
  });
}

function listed(name: TemplateName, { templates: settings = {} }: GatewayNeeds): Listed {
  const { to, when } = templates[name];
  return { name, to, when, languages: languagesOf(name, settings) };
}
