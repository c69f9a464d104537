// The files of the certificate, to download; the private key is in none of them.
import { certificatePath } from "../../../../shared/gateway/console-link.ts";
import { type Html, html } from "../../html.ts";
import type { Shown } from "../certificates/found.ts";
import { askApi } from "../frame/ask-api.ts";
import type { Visit } from "../frame/visit.ts";
import { certificateWords } from "./words.ts";

interface File {
  name: string;
  description: string;
  use: string;
  url: string;
}

export async function filesSection(visit: Visit, { reference, notAfter }: Shown): Promise<Html | null> {
  if (notAfter === null) return null;
  const path = `/v1${certificatePath(reference)}/files`;
  const { body, no } = await askApi<{ files: File[] }>(visit, { path });
  const say = certificateWords(visit.language);
  if (no) return html`<section class="panel"><h2>${say.files}</h2><p class="soft">${no.detail}</p></section>`;
  return html`<section class="panel" aria-labelledby="files"><h2 id="files">${say.files}</h2><ul class="plain">${body.files.map(({ name, description, url }) => html`<li><a href="${url}" download>${name}</a> <span class="soft small">${description}</span></li>`)}</ul><p class="soft small">${say.noKey}</p></section>`;
}
