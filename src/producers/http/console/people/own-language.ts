// The language that somebody who is signed in wants from now on, whatever the browser asks for.
import { peopleStore } from "../../../../shared/authority/people/store.ts";
import type { App } from "../../needs.ts";
import { problem } from "../../problems.ts";
import { formOf } from "../frame/forms.ts";
import { isLanguage } from "../frame/language.ts";
import { type Console, visitOf } from "../frame/visit.ts";

export function ownLanguage(app: App, console: Console): void {
  const { redis, keys, audit } = console.needs;
  const people = peopleStore(redis, keys);
  app.post("/people/language", { config: { scope: "certificates:read" } }, async (request, reply) => {
    const { caller, id } = request;
    const language = formOf(request).get("language");
    if (!isLanguage(language)) throw problem("invalid", "language: must be en, es or ru.");
    const subject = caller.actor.id;
    const asked = { who: caller.actor, from: caller.from, action: "user.language", subject, request: id };
    // Written before it is done: a crash between the two leaves a line that says `unknown`.
    const { end } = await audit.begin({ ...asked, after: { language } });
    const isKept = caller.token !== undefined && (await people.setLanguage(subject, language));
    await end(isKept ? "done" : "refused", { after: isKept ? { language } : {} });
    if (!isKept)
      throw problem(
        "not-now",
        "Only a user that was added keeps a language: BOARD_USER is kept nowhere. Use ?lang= instead.",
      );
    return reply.redirect(visitOf(request, reply, console).linkTo("/"), 303);
  });
}
