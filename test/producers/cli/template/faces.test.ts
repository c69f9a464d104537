// Promise: no case of a mail goes unseen: whatever a value may be, some face of the mail shows.
import { expect, test } from "vitest";
import { z } from "zod";
import { facesOf } from "../../../../src/producers/cli/template/faces.ts";
import { templateNames, templates } from "../../../../src/shared/mail/templates.ts";

/** Of a mail with a certificate: a setting of the fleet chooses the link, and `reissued` another mail. */
const CHOSEN_ELSEWHERE = ["link", "reissued"];

test.for(templateNames)("The faces of %s show each value with and without it, and each choice.", (name) => {
  const { values: schema } = templates[name];
  const faces = facesOf(name).map(({ values }): Record<string, unknown> => schema.parse(values));

  for (const [field, form] of Object.entries(schema.shape)) {
    if ("chainPem" in schema.shape && CHOSEN_ELSEWHERE.includes(field)) continue;
    const told = faces.map((values) => values[field]);
    const bare: unknown = form instanceof z.ZodDefault ? form.unwrap() : form;
    if (bare instanceof z.ZodNullable) expect(seen(told.map((value) => value === null)), field).toEqual([false, true]);
    if (bare instanceof z.ZodEnum) expect(seen(told), field).toEqual(seen(bare.options));
    if (bare instanceof z.ZodBoolean) expect(seen(told), field).toEqual([false, true]);
  }
});

test("No mail has two faces that say the same.", () => {
  for (const name of templateNames) {
    const told = facesOf(name).map(({ values }) => JSON.stringify(values));
    expect(new Set(told).size, name).toBe(told.length);
  }
});

function seen(values: readonly unknown[]): unknown[] {
  return [...new Set(values)].sort();
}
