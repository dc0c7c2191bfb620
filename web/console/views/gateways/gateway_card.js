// One gateway: how it does now, and what can be done with it.
import { get, send } from "../../api.js";
import { html, useState } from "../../html.js";
import { speak } from "../../language.js";
import { usePolled } from "../../polled.js";
import { to } from "../../route.js";
import { Button, LinkButton } from "../../ui/button.js";
import { confirmed } from "../../ui/dialog.js";
import { Notice, ProblemNotice } from "../../ui/notice.js";
import { say, tried } from "../../ui/toast.js";
import { CheckResult, useCheck } from "./check.js";
import { LiveFacts, StateBadge, WhyStopped } from "./live_state.js";

const t = speak({
  en: {
    check: "Check", resume: "Resume", edit: "Settings", test: "Test call", remove: "Delete", resumed: "The gateway calls again, one call first.",
    sure: "Delete {name}?", sure_text: "Its settings and its password are gone then. Campaigns keep their results.", removed: "{name} was deleted.",
    in_use: "A campaign that has not ended calls through this gateway, so it can't be deleted now. Wait for the campaign's end, or cancel it.",
    campaigns: "To the campaigns",
  },
  ru: {
    check: "Проверить", resume: "Продолжить", edit: "Настройки", test: "Пробный звонок", remove: "Удалить",
    resumed: "Шлюз снова звонит, сначала одним вызовом.",
    sure: "Удалить «{name}»?", sure_text: "Его настроек и пароля больше не будет. Результаты кампаний останутся.", removed: "Шлюз «{name}» удалён.",
    in_use: "Через этот шлюз звонит кампания, которая ещё не закончилась, поэтому удалить его сейчас нельзя. Дождитесь её конца или отмените её.",
    campaigns: "К кампаниям",
  },
});
const POLL_MS = 2000;

/** `isToCheck`: it was saved just now, and is checked at once. */
export function GatewayCard({ gateway, isToCheck, onChanged }) {
  const { data: status, problem, refresh } = useStatus(gateway.id);
  const { check, isChecking, result } = useCheck(gateway.id, isToCheck);
  const [isInUse, setInUse] = useState(false);
  const resume = () => tried(() => send("POST", `/gateways/${gateway.id}/resume`), t("resumed")).then(refresh);
  return html`<section class="card" aria-labelledby="gateway-${gateway.id}">
    <header><h2 id="gateway-${gateway.id}">${gateway.name}</h2><${StateBadge} status=${status} /></header>
    <p class="soft small address">${address(gateway)}</p>
    <${WhyStopped} status=${status} />
    <${LiveFacts} status=${status} gateway=${gateway} />
    <${ProblemNotice} problem=${problem} />
    <${CheckResult} result=${result} gateway=${gateway} />
    ${isInUse && html`<${Notice} kind="warning"><p>${t("in_use")}</p><p><a href=${to("campaigns")}>${t("campaigns")}</a></p><//>`}
    <div class="row">
      <${Button} icon="lines" busy=${isChecking} onClick=${() => check().then(refresh)}>${t("check")}<//>
      ${status && status.breaker.state !== "closed" && html`<${Button} kind="primary" icon="play" onClick=${resume}>${t("resume")}<//>`}
      <${LinkButton} icon="calls" href=${to("dial", { gateway: gateway.id })}>${t("test")}<//>
      <${LinkButton} icon="edit" href=${to("gateways", gateway.id)}>${t("edit")}<//>
      <${Button} kind="danger" icon="trash" onClick=${() => removed(gateway, () => setInUse(true), onChanged)}>${t("remove")}<//>
    </div>
  </section>`;
}

/** GET /gateways/{id}/status, kept up to date. */
export function useStatus(id) {
  return usePolled((signal) => get(`/gateways/${encodeURIComponent(id)}/status`, {}, signal), POLL_MS, [id]);
}

/** udp:sip.example.com:5060, as 74951234567 */
export function address({ transport, host, port, username }) {
  const place = `${transport.toUpperCase()} · ${host.includes(":") ? `[${host}]` : host}:${port}`;
  return username ? `${place} · ${username}` : place;
}

async function removed(gateway, inUse, done) {
  if (!(await confirmed({ title: t("sure", { name: gateway.name }), text: t("sure_text"), action: t("remove") }))) return;
  try {
    await send("DELETE", `/gateways/${gateway.id}`);
    say(t("removed", { name: gateway.name }));
    done();
  } catch (problem) {
    if (problem.status === 409) inUse();
    else say(problem.message, "error");
  }
}
