// That a campaign's gateway is stopped or slowed, why, and the button that lets it call again.
import { get, send } from "../../api.js";
import { time } from "../../format.js";
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { usePolled } from "../../polled.js";
import { to } from "../../route.js";
import { Button, LinkButton } from "../../ui/button.js";
import { Notice } from "../../ui/notice.js";
import { tried } from "../../ui/toast.js";
import { said } from "../gateways/said.js";

const POLL_MS = 3000;
const SANDBOX = "sandbox"; // has no breaker
const t = speak({
  en: {
    open: "The gateway “{name}” does not work, and no calls go out through it since {since}.",
    slowed: "The gateway “{name}” has trouble, and fewer calls go out through it since {since}.",
    reason: "The reason: {reason}", next: "The next try is at {at}.", never: "It waits for you: mend its settings, or resume it.", resume: "Resume the gateway",
    see: "Its state and settings",
    resumed: "The gateway is resumed.",
  },
  ru: {
    open: "Шлюз «{name}» не работает, вызовы через него не идут с {since}.", slowed: "У шлюза «{name}» неполадки, с {since} через него идёт меньше вызовов.",
    reason: "Причина: {reason}", next: "Следующая попытка в {at}.", never: "Он ждёт вас: исправьте его настройки или включите его снова.",
    resume: "Включить шлюз снова", see: "Его состояние и настройки",
    resumed: "Шлюз снова включён.",
  },
});

/** The breaker of a gateway, and how to ask for it anew; undefined until it is known, and for the sandbox. */
export function useBreaker(id) {
  const { data, refresh } = usePolled((signal) => (id === SANDBOX ? null : get(`/gateways/${id}/status`, {}, signal)), POLL_MS, [id]);
  return { breaker: data?.breaker, refresh };
}

/** Nothing while the gateway works. */
export function GatewayState({ id, gateway, breaker, refresh }) {
  if (!breaker || breaker.state === "closed") return null;

  async function resume() {
    await tried(() => send("POST", `/gateways/${id}/resume`), t("resumed"));
    refresh();
  }

  return html`<${Notice} kind="warning">
    <p><b>${t(breaker.state, { name: gateway?.name ?? id, since: time(breaker.since, true) })}</b></p>
    ${breaker.reason && html`<p>${t("reason", { reason: said(breaker.reason) })}</p>`}
    ${breaker.state === "open" && html`<p>${breaker.next_try_at ? t("next", { at: time(breaker.next_try_at, true) }) : t("never")}</p>`}
    <div class="row">
      <${Button} kind="primary" icon="play" onClick=${resume}>${t("resume")}<//>
      <${LinkButton} href=${to("gateways", id)}>${t("see")}<//>
    </div>
  <//>`;
}
