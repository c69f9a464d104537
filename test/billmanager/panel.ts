// A pretended BILLmanager: it answers mgrctl's functions as documented, keeps what is written, and records each call.
import { execFileSync } from "node:child_process";

type Fields = Record<string, string>;

export interface Call {
  name: string;
  params: Fields;
  /** Names of parameters that came through the environment, with -e. */
  hidden: string[];
  /** As the list of processes showed them. */
  words: string[];
}

export interface PanelState {
  items: Record<string, Fields>;
  handlers: Record<string, Fields>;
  operations: Record<string, Fields>;
  accounts: Record<string, Fields>;
  profiles: Record<string, Fields>;
  tariffs: Record<string, Fields>;
  tasks: Fields[];
  problems: Fields[];
  settings: Fields;
  balances: Fields;
  calls: Call[];
  /** The answer's form, whatever was asked for. */
  form: "xml" | "json" | "bjson";
  /** Functions that are refused. */
  refused: string[];
}

/** Of a new item as the order form leaves it: a DV certificate without any field of an organisation. */
export const anItem = (csr: string, more: Fields = {}): Fields => ({
  ...{ csr, pricelist: "8", period: "12", status: "5", service_status: "2", processingmodule: "17", account: "40" },
  ...{
    CN: "shop.example.com",
    approver_method: "auth_email",
    approver_email: "admin@example.com",
    project_name: "Nordhost",
  },
  ...{ adm_fname: "Jürgen", adm_lname: "Müller", adm_email: "j.mueller@example.com", adm_phone: "+49 30 0000000" },
  ...more,
});

export function aPanel(url: string, key: string): PanelState {
  return {
    items: {},
    handlers: {
      "17": {
        name: "eNom main",
        module: "pmenomfleet",
        active: "on",
        orderpriority: "2",
        url,
        username: "main",
        password: key,
      },
      "18": { name: "other", module: "pmgogetssl", active: "on", orderpriority: "1" },
    },
    operations: {},
    accounts: { "40": { name: "Müller GmbH", profile: "7" } },
    profiles: {
      "7": {
        ...{ person: "Jürgen Müller", phone: "+49 30 0000000", legal_address: "Straße 1", legal_city: "Köln" },
        ...{ legal_postcode: "50667", legal_country: "DE", legal_state: "Nordrhein-Westfalen" },
      },
    },
    tariffs: { "8": { intname: "Certificate-RapidSSL-RapidSSL" } },
    ...{ tasks: [], problems: [], settings: {}, balances: {}, calls: [], form: "xml", refused: [] },
  };
}

/** What mgrctl prints, and its exit code. */
export function answerCall(state: PanelState, words: readonly string[], env: Fields): { code: number; stdout: string } {
  const call = readCall(words, env);
  state.calls.push(call);
  try {
    if (state.refused.includes(call.name)) throw new Error("refused");
    return { code: 0, stdout: written(state.form, act(state, call)) };
  } catch (error) {
    const value = error instanceof Error ? error.message : `${error}`;
    const error_ = { $type: "value", $object: call.name, $value: value };
    const xml = `<doc><error type="value" object="${call.name}" value="${value}" lang="en"/></doc>`;
    return { code: 1, stdout: state.form === "xml" ? xml : JSON.stringify({ doc: { error: error_ } }) };
  }
}

function readCall(words: readonly string[], env: Fields): Call {
  const [m, mgr, o, form, name = "", ...rest] = words;
  if (m !== "-m" || mgr !== "billmgr" || o !== "-o" || form !== "xml") throw new Error(`called as ${words.join(" ")}`);
  const call: Call = { name, params: {}, hidden: [], words: [...words] };
  for (let i = 0; i < rest.length; i += 1) {
    const isHidden = rest[i] === "-e";
    if (isHidden) i += 1;
    const word = rest[i] ?? "";
    const [key, value] = [word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)];
    call.params[key] = isHidden ? (env[value.slice(1)] ?? "") : value;
    if (isHidden) call.hidden.push(key);
  }
  return call;
}

type Said = Fields | Fields[];

function act(state: PanelState, { name, params }: Call): Said {
  const { elid = "", sok } = params;
  const get = (kind: "items" | "handlers" | "operations" | "accounts" | "profiles" | "tariffs"): Fields => {
    const found = state[kind][elid];
    if (!found) throw new Error(`no ${elid}`);
    return found;
  };
  switch (name) {
    case "service.edit":
      return { elid, ...get("items") };
    case "service.saveparam":
      get("items")[params.name ?? ""] = params.value ?? "";
      return {};
    case "service.dropparam":
      delete get("items")[params.name ?? ""];
      return {};
    case "service.setstatus":
      get("items").service_status = params.service_status ?? "";
      return {};
    case "service.setexpiredate":
      get("items").expiredate = params.expiredate ?? "";
      return {};
    case "certificate.save":
      get("items").crt = params.crt ?? "";
      return {};
    case "certificate.open":
      get("items").status = "2";
      return {};
    case "service.postprolong":
      // The panel counts the period from the date that it knows.
      get("items").expiredate = "2031-01-01";
      return {};
    case "service.postclose":
      get("items").status = "4";
      return {};
    case "certificate.failed":
    case "service.postopen":
    case "service.postreopen":
    case "service.postsuspend":
    case "service.postresume":
    case "service.postsetparam":
      get("items");
      return {};
    case "processing":
      return Object.entries(state.handlers).map(([id, { password: _, ...shown }]) => ({ id, ...shown }));
    case "processing.edit":
      return { elid, ...get("handlers") };
    case "processing.savebalance":
      state.balances[params.processingmodule ?? ""] = `${params.balance} ${params.currency}`;
      return {};
    case "processing.import.service": {
      const id = String(900 + Object.keys(state.items).length);
      state.items[id] = { ...params, pricelist: "8", processingmodule: params.module ?? "" };
      return { service_id: id };
    }
    case "runningoperation.edit":
      if (sok) get("operations").errorxml = params.errorxml ?? "";
      return { elid, ...get("operations") };
    case "runningoperation.setmanual":
      get("operations").manual = "on";
      return {};
    case "task":
      return state.tasks;
    case "task.gettype":
      return { task_type: `type-of-${params.operation}` };
    case "task.edit":
      state.tasks.push({ ...params, status: "0" });
      return {};
    case "problems.register":
      state.problems.push(params);
      return {};
    case "account.edit":
      return { elid, ...get("accounts") };
    case "profile.edit":
      return { elid, ...get("profiles") };
    case "pricelist.edit":
      return { elid, ...get("tariffs") };
    case "paramlist":
      return [state.settings];
    default:
      throw new Error(`unknown function ${name}`);
  }
}

function written(form: PanelState["form"], said: Said): string {
  const wrapped = (fields: Fields) => Object.fromEntries(Object.entries(fields).map(([k, v]) => [k, { $: v }]));
  if (form === "bjson") return JSON.stringify(Array.isArray(said) ? { content: said } : { model: said });
  if (form === "json")
    return JSON.stringify({
      doc: Array.isArray(said) ? { elem: said.map(wrapped) } : { $lang: "en", ...wrapped(said) },
    });
  const element = (fields: Fields) =>
    Object.entries(fields)
      .map(([name, value]) => `<${name}>${value.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</${name}>`)
      .join("");
  const inside = Array.isArray(said) ? said.map((each) => `<elem>${element(each)}</elem>`).join("") : element(said);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<doc lang="en" func="x"><metadata name="x"><form><field name="csr"/></form></metadata>${inside}</doc>\n`;
}

/** Whether it is a certificate, by OpenSSL, and until when: YYYY-MM-DD. */
export function endOf(pem: string): string {
  const said = execFileSync("openssl", ["x509", "-noout", "-enddate"], { input: pem, encoding: "utf8" });
  return new Date(said.replace("notAfter=", "")).toISOString().slice(0, 10);
}
