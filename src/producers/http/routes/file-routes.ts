// The certificate as files: which there are, and for which programs, and each of them.

import { z } from "zod";
import { reference } from "../../../shared/certificate/order.ts";
import { fileKinds, fileNames, fileOf, filesOf } from "../../../shared/delivery/files.ts";
import { pathOf } from "../../../shared/gateway/public-url.ts";
import { answers, json } from "../answers.ts";
import { EXAMPLE_PEM } from "../example-order.ts";
import type { App, GatewayNeeds } from "../needs.ts";
import { problem } from "../problems.ts";
import { getCertificate } from "../saving.ts";

const tags = ["Certificates"];

const listed = z.object({
  name: z.enum(fileNames).meta({ description: "Its name in the address", example: "fullchain.pem" }),
  contentType: z.string().meta({ description: "Its media type", example: fileKinds["fullchain.pem"].contentType }),
  holds: z.string().meta({ description: "What is in it", example: "The certificate, then its chain" }),
  for: z.string().meta({
    description: "Which programs want it, and where",
    example: "nginx (ssl_certificate), Apache 2.4.8 and newer (SSLCertificateFile), HAProxy and most others",
  }),
  url: z.string().meta({ description: "Where it is", example: "/v1/certificates/bill-1001/files/fullchain.pem" }),
});

export function fileRoutes(app: App, needs: GatewayNeeds): void {
  const issueOf = async (wanted: string) => {
    const { record } = await getCertificate(wanted, needs);
    if (!record.issue) throw problem("not-now", "The certificate is not issued yet.");
    return record.issue;
  };

  app.get(
    "/certificates/:reference/files",
    {
      config: { scope: "certificates:read" },
      schema: {
        tags,
        operationId: "listCertificateFiles",
        summary: "List the files of the certificate",
        description:
          "The current certificate in the forms that web servers and panels want. The private key is in none of them.",
        params: z.object({ reference }),
        response: answers(
          {
            200: json("The files", z.object({ files: z.array(listed).meta({ description: "Those that there are" }) })),
          },
          "not-found",
          "not-now",
        ),
      },
    },
    async (request) => {
      const { reference: asked } = request.params;
      const files = filesOf(await issueOf(asked));
      return {
        files: files.map((each) => ({
          ...each,
          url: pathOf(needs.publicUrl, `/v1/certificates/${asked}/files/${each.name}`),
        })),
      };
    },
  );

  app.get(
    "/certificates/:reference/files/:file",
    {
      config: { scope: "certificates:read" },
      schema: {
        tags,
        operationId: "downloadCertificateFile",
        summary: "Download a file of the certificate",
        description: `One of ${fileNames.join(", ")}.`,
        params: z.object({
          reference,
          file: z
            .string()
            .meta({ description: "The name of the file", enum: [...fileNames], example: "fullchain.pem" }),
        }),
        response: answers(
          {
            200: {
              description: "The file",
              content: Object.fromEntries(
                Object.values(fileKinds).map(({ contentType }) => [
                  contentType,
                  { schema: z.string(), example: EXAMPLE_PEM },
                ]),
              ),
              headers: {
                "Content-Disposition": {
                  description: "The name to save it under",
                  type: "string",
                  example: 'attachment; filename="bill-1001-fullchain.pem"',
                },
              },
            },
          },
          "not-found",
          "not-now",
        ),
      },
    },
    async (request, reply) => {
      const { reference: asked, file } = request.params;
      const name = fileNames.find((each) => each === file);
      if (!name) throw problem("not-found", `There is no file of this name. There are: ${fileNames.join(", ")}.`);
      const content = fileOf(await issueOf(asked), name);
      if (content === null)
        throw problem(
          "not-now",
          `There is nothing for ${name}: the current certificate was delivered without a chain.`,
        );
      return reply
        .type(fileKinds[name].contentType)
        .header("content-disposition", `attachment; filename="${asked}-${name}"`)
        .send(content);
    },
  );
}
