import { writeFileSync } from "node:fs";
import { test } from "vitest";
import { findBrowser, openTab } from "../browser.ts";
import { listening, PASSWORD, peopled } from "./people.ts";

test("look", async () => {
  const w = await peopled({ "ada@example.com": "operator" });
  const url = await listening(w);
  const tab = await openTab(findBrowser() as string);
  const shot = async (name: string) => writeFileSync(`/tmp/shot-${name}.png`, await tab.screenshot());
  await tab.see(`${url}/sign-in`, 1000, 760);
  await shot("signin");
  await tab.prefer("dark");
  await tab.see(`${url}/queues?x=1`, 375, 740);
  await shot("signin-dark-narrow");
  await tab.evaluate(
    `document.querySelector('#user').value='ada@example.com';document.querySelector('#password').value='wrong';document.forms[0].submit()`,
  );
  await new Promise((r) => setTimeout(r, 4000));
  await shot("wrong-dark");
  await tab.prefer("light");
  await tab.evaluate(`document.querySelector('#password').value='${PASSWORD}';document.forms[0].submit()`);
  await new Promise((r) => setTimeout(r, 5000));
  await shot("after");
  console.log(await tab.evaluate("location.href"), tab.complaints());
  await tab.see(`${url}/`, 1100, 700);
  await shot("dashboard");
  await tab.see(`${url}/`, 375, 700);
  await shot("dashboard-narrow");
  await tab.see(`${url}/sign-in?next=/queues`, 1000, 760);
  await shot("account");
  await tab.see(`${url}/nowhere`, 1000, 760);
  await shot("404");
  console.log(tab.complaints());
  const live = await peopled({}, { env: "live" });
  const lurl = await listening(live);
  await tab.see(`${lurl}/`, 1000, 760);
  await shot("closed");
  await tab.see(`${lurl}/sign-in`, 1000, 760);
  await shot("nobody");
}, 120000);
