// Every face of every mail: lint fills them all, the tests agree on their words, scripts/mail-screenshots.mjs takes their pictures.
import type { Notification } from "../../../shared/mail/notification.ts";
import type { Template } from "../../../shared/mail/template.ts";
import { type TemplateName, templates } from "../../../shared/mail/templates.ts";

/** One thing that a mail may be asked to say. */
export interface Face {
  /** `validation-required`, and `validation-required.email` for what is not the example. */
  face: string;
  values: Notification["values"];
}

/** The example first. */
export function facesOf(name: TemplateName): [Face, ...Face[]] {
  const { example, faces = {} }: Template = templates[name];
  const others = Object.entries(faces).map(([face, over]) => faceOf(`${name}.${face}`, { ...example, ...over }));
  return [faceOf(name, example), ...others];
}

function faceOf(face: string, values: Record<string, unknown>): Face {
  return { face, values: values as Notification["values"] };
}
