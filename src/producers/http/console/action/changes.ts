// Actions on an order that cost nothing: another key, another approver or way of validation, other terms, a mail.
import { templateNames, templates } from "../../../../shared/mail/templates.ts";
import { html } from "../../html.ts";
import type { Shown } from "../certificates/found.ts";
import type { Field } from "../frame/forms.ts";
import type { Visit } from "../frame/visit.ts";
import type { Action } from "./action.ts";
import { formWords } from "./form-words.ts";

const reasonField = ({ language }: Visit, form: URLSearchParams): Field => ({
  name: "reason",
  label: formWords(language).reason,
  value: form.get("reason") ?? "",
  required: true,
});

const csrField = ({ language }: Visit, form: URLSearchParams, isNeeded: boolean): Field => ({
  name: "csr",
  label: "CSR",
  hint: isNeeded ? undefined : formWords(language).sameCsr,
  lines: 10,
  reads: "csr",
  value: form.get("csr") ?? "",
  required: isNeeded,
});

export const reissue: Action = {
  scope: "certificates:write",
  fields: (visit, _certificate, form) => [csrField(visit, form, false), reasonField(visit, form)],
  about: ({ language }) => formWords(language).aboutReissue,
  ask: (body) => ({ method: "POST", path: "/reissues", body }),
};

export const csr: Action = {
  scope: "certificates:write",
  fields: (visit, { validation }, form) => [
    csrField(visit, form, true),
    reasonField(visit, form),
    ...(validation.method === "email"
      ? [approverField(visit, "approver.email", form.get("approver.email") ?? "")]
      : []),
  ],
  about: ({ language }) => formWords(language).aboutCsr,
  ask: (body, { validation }) => {
    const { approver } = body as { approver?: object };
    return {
      method: "PUT",
      path: "/csr",
      body: approver ? { ...body, approver: { method: validation.method, ...approver } } : body,
    };
  },
};

function approverField({ language }: Visit, name: string, value: string): Field {
  const say = formWords(language);
  return { name, label: say.approver, hint: say.approverHint, type: "email", value };
}

export const resend: Action = {
  scope: "certificates:write",
  fields: () => [],
  about: ({ language }, { validation }) => formWords(language).aboutResend(validation.approverEmail ?? "–"),
  ask: () => ({ method: "POST", path: "/approver", body: {} }),
};

export const approver: Action = {
  scope: "certificates:write",
  fields: (visit, { validation }, form) => [
    { ...approverField(visit, "email", form.get("email") ?? validation.approverEmail ?? ""), required: true },
  ],
  about: ({ language }) => formWords(language).aboutApprover,
  ask: (body) => ({ method: "POST", path: "/approver", body }),
};

export const method: Action = {
  scope: "certificates:write",
  fields: (visit, { validation }, form) => {
    const say = formWords(visit.language);
    const names = ["dns", "file", "email"] as const;
    const options = names.map((each) => [each, say[`method-${each}`]] as const);
    const chosen = form.get("method") ?? validation.agreed?.method ?? validation.method;
    return [
      { name: "method", label: say.method, options, value: chosen },
      approverField(visit, "email", form.get("email") ?? ""),
    ];
  },
  about: ({ language }) => formWords(language).aboutMethod,
  // While the order is not at the authority the present validation changes; else the next one.
  ask: (body, { validation }) =>
    isWaiting(validation) && body.method !== "email"
      ? { method: "POST", path: "/approver", body: { method: body.method } }
      : { method: "PUT", path: "/validation-method", body },
};

function isWaiting({ pendingSince }: Shown["validation"]): boolean {
  return pendingSince !== null;
}

export const look: Action = {
  scope: "certificates:write",
  fields: () => [],
  about: ({ language }) => formWords(language).aboutLook,
  ask: () => ({ method: "POST", path: "/look" }),
};

export const policy: Action = {
  scope: "certificates:write",
  fields: ({ language }, certificate, form) => {
    const say = formWords(language);
    const modes = ["auto", "manual", "none"] as const;
    return [
      {
        name: "policy.mode",
        label: say.mode,
        options: modes.map((each) => [each, say[`mode-${each}`]] as const),
        value: form.get("policy.mode") ?? certificate.policy.mode,
      },
      {
        name: "policy.beforeDays",
        label: say.beforeDays,
        type: "number",
        value: form.get("policy.beforeDays") ?? `${certificate.policy.beforeDays}`,
      },
    ];
  },
  kinds: { "policy.beforeDays": "number" },
  about: ({ language }, { policy: now }) => formWords(language).aboutPolicy(now.source),
  ask: (body) => ({ method: "PATCH", path: "", body }),
};

export const takeIn: Action = {
  scope: "certificates:write",
  fields: ({ language }, _certificate, form) => [
    {
      name: "pem",
      label: "PEM",
      hint: formWords(language).pemHint,
      lines: 14,
      value: form.get("pem") ?? "",
      required: true,
    },
  ],
  about: ({ language }) => formWords(language).aboutTakeIn,
  ask: (body) => ({ method: "PUT", path: "/certificate", body }),
};

export const mail: Action = {
  scope: "notifications:send",
  fields: ({ language }, _certificate, form) => {
    const names = templateNames.filter((name) => templates[name].to === "customer");
    return [
      {
        name: "template",
        label: formWords(language).template,
        options: names.map((name) => [name, name] as const),
        value: form.get("template") ?? names[0],
      },
    ];
  },
  about: ({ language, linkTo }) =>
    html`${formWords(language).aboutMail} <a href="${linkTo("/mails")}">${formWords(language).preview}</a>`,
  ask: (body, { reference }, once) => ({
    method: "POST",
    path: "/v1/notifications",
    body: { ...body, reference, key: `console:${once}` },
  }),
};
