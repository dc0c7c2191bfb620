// Adding a gateway, and changing one.
import { get, newKey, send } from "../../api.js";
import { html, useRef } from "../../html.js";
import { speak } from "../../language.js";
import { usePolled } from "../../polled.js";
import { go, to } from "../../route.js";
import { placeName } from "../../shell/place_names.js";
import { ProblemNotice } from "../../ui/notice.js";
import { Page } from "../../ui/page.js";
import { say } from "../../ui/toast.js";
import { GatewayForm } from "./form.js";
import { Kinds } from "./kinds.js";
import { SandboxCard } from "./sandbox_card.js";
import { changed, DEFAULTS, PRESETS } from "./settings.js";

const t = speak({
  en: { add: "New gateway", kind: "What did your provider give you?", saved: "{name} was saved." },
  ru: { add: "Новый шлюз", kind: "Что вам выдал провайдер?", saved: "Шлюз «{name}» сохранён." },
});
const back = () => ({ href: to("gateways"), label: placeName("gateways") });

/** `kind`: one of PRESETS, what the form begins with. */
export function NewGateway({ kind }) {
  const begun = kind in PRESETS ? kind : "account";
  const key = useRef(newKey());

  async function save(fields) {
    try {
      saved(await send("POST", "/gateways", changed(DEFAULTS, fields), key.current));
    } catch (problem) {
      if (problem.status !== 0) key.current = newKey(); // it was answered: the next try is another one
      throw problem;
    }
  }

  return html`<${Page} title=${t("add")} back=${back()}>
    <section class="card"><h2>${t("kind")}</h2><${Kinds} chosen=${begun} /></section>
    <${GatewayForm} key=${begun} kind=${begun} before=${{ ...DEFAULTS, ...PRESETS[begun] }} onSave=${save} />
  <//>`;
}

export function EditGateway({ id }) {
  const { data, problem, refresh } = usePolled((signal) => get(`/gateways/${encodeURIComponent(id)}`, {}, signal), 0, [id]);
  if (!data) return html`<${Page} title=${placeName("gateways")} back=${back()}><${ProblemNotice} problem=${problem} onRetry=${refresh} /><//>`;
  if (id === "sandbox") return html`<${Page} title=${placeName("gateways")} back=${back()}><${SandboxCard} gateway=${data} /><//>`;

  async function save(fields) {
    const body = changed(data, fields);
    saved(Object.keys(body).length ? await send("PATCH", `/gateways/${data.id}`, body) : data);
  }

  return html`<${Page} title=${data.name} back=${back()}><${GatewayForm} before=${data} isKept onSave=${save} /><//>`;
}

// The list checks it at once: that is what one wants to know next.
function saved(gateway) {
  say(t("saved", { name: gateway.name }));
  go("gateways", { check: gateway.id });
}
