// The answer that a problem's page, the reference and the OpenAPI document show: as the gateway sends it.
import { PROBLEM_PAGES, type ProblemName, problemKind, typeOf } from "../problems.ts";
import { problemTexts } from "./texts.ts";

const EXAMPLE_REQUEST = "5f0c8f52-3c5e-4f6b-9a53-0c8f6d1f2a10";

export function exampleProblem(name: ProblemName, pages: string = PROBLEM_PAGES): Record<string, unknown> {
  const { detail, instance = "/v1/certificates", beside } = problemTexts[name];
  const { status, title } = problemKind(name);
  return {
    type: typeOf(name, pages),
    code: name,
    title,
    status,
    detail,
    instance,
    requestId: EXAMPLE_REQUEST,
    ...beside,
  };
}
