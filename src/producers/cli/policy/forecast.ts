// `policy forecast`: what the policy will do in the years to come, for one certificate or all; two policies side by side.

import { failure, type Result } from "../../../shared/base/result.ts";
import { forecastFleet, type Wanted } from "../../../shared/forecast/fleet-forecast.ts";
import { type Fleet, notFound } from "../fleet.ts";
import { forecastSentences, forecastTable } from "./forecast-text.ts";

const LONGEST_YEARS = 10;
const LONGEST_LEAD_DAYS = 200;

/** As JSON it is what `GET /v1/forecast` answers. */
export async function forecastPolicy(wanted: Wanted, fleet: Fleet): Promise<Result> {
  const { reference, years, before = 1 } = wanted;
  if (years > LONGEST_YEARS) return failure("usage", `--years must be a whole number from 1 to ${LONGEST_YEARS}.`);
  if (before > LONGEST_LEAD_DAYS)
    return failure("usage", `--before must be a whole number from 1 to ${LONGEST_LEAD_DAYS}.`);
  const made = await forecastFleet(wanted, fleet);
  if (!made) return notFound(reference ?? "");
  const happens = forecastTable(made) || "Nothing will happen.";
  return { ending: "done", text: [...forecastSentences(made), "", happens].join("\n"), json: made };
}
