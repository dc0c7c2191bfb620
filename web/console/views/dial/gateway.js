// The gateway, with its state: whether calls go out through it now.
import { get } from "../../api.js";
import { html, useEffect } from "../../html.js";
import { speak } from "../../language.js";
import { usePolled } from "../../polled.js";
import { to } from "../../route.js";
import { LinkButton } from "../../ui/button.js";
import { SelectField } from "../../ui/field.js";
import { said } from "../gateways/said.js";

export const SANDBOX = "sandbox";
const POLL_MS = 5000;
const t = speak({
  en: {
    label: "Through which gateway", choose: "Choose a gateway", gone: "It is no longer there; choose another.",
    sandbox: "A rehearsal: this gateway calls nobody, and no call costs anything.",
    works: "Works", slowed: "Slowed down", down: "Does not work", registering: "Registering …", lines: { one: "{n} line in use", other: "{n} lines in use" },
    mend: "Settings",
    only_sandbox: "To call real people, add the gateway of your telephone provider.", add: "Add a gateway",
  },
  ru: {
    label: "Через какой шлюз", choose: "Выберите шлюз", gone: "Его больше нет, выберите другой.",
    sandbox: "Репетиция: этот шлюз никому не звонит, и вызовы ничего не стоят.",
    works: "Работает", slowed: "Замедлен", down: "Не работает", registering: "Регистрируется …",
    lines: { one: "занята {n} линия", few: "заняты {n} линии", many: "занято {n} линий", other: "занято {n} линии" },
    mend: "Настройки", only_sandbox: "Чтобы звонить людям, добавьте шлюз своего провайдера телефонии.", add: "Добавить шлюз",
  },
});

export function GatewayChoice({ draft, change, fault, choices: { gateways } }) {
  const chosen = gateways?.find((one) => one.id === draft.gateway_id);
  useEffect(() => {
    if (!draft.gateway_id && gateways?.length === 1) change({ gateway_id: gateways[0].id });
  }, [gateways?.length]);

  const options = (gateways ?? []).map((one) => ({ value: one.id, label: one.name }));
  const isGone = gateways && draft.gateway_id && !chosen;
  return html`<fieldset>
    <${SelectField} label=${t("label")} value=${chosen ? draft.gateway_id : ""} onValue=${(id) => change({ gateway_id: id })}
      options=${[{ value: "", label: t("choose") }, ...options]} error=${isGone ? t("gone") : fault("gateway_id")} />
    ${chosen && html`<${GatewayNow} key=${chosen.id} id=${chosen.id} isOnly=${gateways.length === 1} />`}
  </fieldset>`;
}

function GatewayNow({ id, isOnly }) {
  const isSandbox = id === SANDBOX;
  const { data } = usePolled((signal) => (isSandbox ? null : get(`/gateways/${id}/status`, {}, signal)), isSandbox ? 0 : POLL_MS, [id]);
  if (isSandbox) {
    return html`<p class="hint">${t("sandbox")}${isOnly && html` ${t("only_sandbox")} <a href=${to("gateways")}>${t("add")}</a>`}</p>`;
  }
  if (!data) return html`<p class="hint">…</p>`;
  const { tone, word, reason } = stateOf(data);
  return html`<div class="row gateway-now">
    <span class="badge ${tone}">${t(word)}</span>
    ${reason && html`<span>${said(reason)}</span>`}
    <span class="soft">${t("lines", { n: data.lines_in_use })}</span>
    ${tone === "bad" && html`<${LinkButton} href=${to("gateways", id)}>${t("mend")}<//>`}
  </div>`;
}

function stateOf({ breaker, registration }) {
  if (breaker.state === "open") return { tone: "bad", word: "down", reason: breaker.reason };
  if (registration.state === "failed") return { tone: "bad", word: "down", reason: `${registration.sip_code ?? ""} ${registration.reason ?? ""}`.trim() };
  if (registration.state === "registering") return { tone: "later", word: "registering" };
  if (breaker.state === "slowed") return { tone: "half", word: "slowed", reason: breaker.reason };
  return { tone: "good", word: "works" };
}
