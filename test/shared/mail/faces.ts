// What the tests of mails fill them with: the example of each with some values changed, and all its faces.
import { type Face, facesOf } from "../../../src/producers/cli/template/faces.ts";
import type { Notification } from "../../../src/shared/mail/notification.ts";
import { type TemplateName, templateNames, templates } from "../../../src/shared/mail/templates.ts";

/** The template's own example with some values changed. */
export function example(name: TemplateName, over: Record<string, unknown> = {}): Notification["values"] {
  return { ...templates[name].example, ...over } as Notification["values"];
}

/** The golden files carry the names of faces. */
export const everyFace: (Face & { name: TemplateName })[] = templateNames.flatMap((name) =>
  facesOf(name).map((face) => ({ ...face, name })),
);
