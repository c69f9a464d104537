// Registers the verbs of `certfleet certificate` that change an order: CSR, approver, people.
import { Option } from "commander";
import { fromAfar, type Json, resultVerb, sentence } from "../verbs.ts";
import { registerMany } from "./many-commands.ts";
import type { Noun } from "./noun.ts";
import { withFile } from "./with-file.ts";

interface CsrFlags extends Json {
  file: string;
  reason: string;
  approverEmail?: string;
  approverMethod?: "dns" | "file";
}

type Method = "dns" | "file" | "email";

export function registerChanges({ certificate, answer, withOrders, context }: Noun): void {
  const changeVerb = (usage: string, about: Parameters<typeof resultVerb>[2]) =>
    fromAfar(resultVerb(certificate, `${usage} <reference>`, about));

  registerMany({ certificate, answer, withOrders, context });

  changeVerb("csr", {
    does: "correct the CSR and the name of an order that is not issued",
    example: 'certificate csr bill-1001 --file new.csr --reason "typo in the name"',
  })
    .requiredOption("--file <file>", 'the new CSR in PEM, "-" for standard input')
    .requiredOption("--reason <text>", "why; kept in the timeline", sentence(500))
    .option("--approver-email <address>", "another approver, for the new name")
    .addOption(new Option("--approver-method <method>", "another way of validation").choices(["dns", "file"]))
    .action((reference: string, { file, ...options }: CsrFlags) =>
      answer(options, async () => {
        const { correctCsr } = await import("./write.ts");
        return withFile(file, (csr) => withOrders((orders) => correctCsr(reference, { ...options, csr }, orders)));
      }),
    );

  changeVerb("take-in", {
    does: "hand in a certificate that eNom's API does not show",
    example: "certificate take-in bill-1001 --pem shop.example.com.pem",
  })
    .requiredOption("--pem <file>", 'the certificate and its chain in PEM, in any order; "-" for standard input')
    .action((reference: string, { pem, ...options }: Json & { pem: string }) =>
      answer(options, async () => {
        const { takeInCertificate } = await import("./take-in.ts");
        return withFile(pem, (text) => withOrders((orders) => takeInCertificate(reference, text, orders)));
      }),
    );

  for (const [name, isHidden] of [
    ["validation-method", false],
    ["method", true],
  ] as const)
    changeVerb(name, {
      isHidden,
      does: "agree on how the domain is validated next, at a submission or a reissue",
      example: `certificate ${name} bill-1001 --method dns\ncertificate ${name} bill-1001 --method email --email admin@example.com`,
    })
      .addOption(
        new Option("--method <method>", "how the domain's owner will prove control of it")
          .choices(["dns", "file", "email"])
          .makeOptionMandatory(),
      )
      .option("--email <address>", "who approves; for --method email only")
      .action((reference: string, options: Json & { method: Method; email?: string }) =>
        answer(options, async () => {
          const { agreeOnValidation } = await import("./write.ts");
          return withOrders((orders) => agreeOnValidation(reference, options, orders));
        }),
      );

  changeVerb("approver", {
    does: "change who approves, or the way of validation before submission",
    example: "certificate approver bill-1001 --email admin@example.com\ncertificate approver bill-1001 --method dns",
  })
    .option("--email <address>", "the address that the approval mail goes to")
    .addOption(new Option("--method <method>", "another way of validation").choices(["dns", "file"]))
    .action((reference: string, { email, method, ...options }: Json & { email?: string; method?: "dns" | "file" }) =>
      answer(options, async () => {
        const { changeApprover } = await import("./terms.ts");
        const wanted = { ...(email !== undefined && { email }), ...(method && { method }) };
        return withOrders((orders) => changeApprover(reference, wanted, orders));
      }),
    );

  changeVerb("resend", {
    does: "have the certificate authority send its approval mail again",
    example: "certificate resend bill-1001",
  }).action((reference: string, options: Json) =>
    answer(options, async () => {
      const { resendApproval } = await import("./terms.ts");
      return withOrders((orders) => resendApproval(reference, orders));
    }),
  );

  changeVerb("customer", {
    does: "change the customer who gets the mails, or the brand in them",
    example: 'certificate customer bill-1001 --file customer.json\ncertificate customer bill-1001 --brand ""',
  })
    .option("--file <customer.json>", 'the customer as in an order, "-" for standard input')
    .option("--brand <name>", "the name in its mails; empty for the default one")
    .action((reference: string, { file, brand, ...options }: Json & { file?: string; brand?: string }) =>
      answer(options, async () => {
        const { changeCustomer } = await import("./terms.ts");
        const named = { ...(brand !== undefined && { brand }) };
        if (file === undefined) return withOrders((orders) => changeCustomer(reference, named, orders));
        return withFile(file, (text) => withOrders((orders) => changeCustomer(reference, { ...named, text }, orders)));
      }),
    );

  changeVerb("contacts", {
    does: "change the contacts that are sent to eNom next",
    example: "certificate contacts bill-1001 --file contacts.json",
  })
    .requiredOption("--file <contacts.json>", 'the contacts as in an order, "-" for standard input')
    .action((reference: string, { file, ...options }: Json & { file: string }) =>
      answer(options, async () => {
        const { changeContacts } = await import("./terms.ts");
        return withFile(file, (text) => withOrders((orders) => changeContacts(reference, text, orders)));
      }),
    );
}
