// The buttons of a campaign: pause, go on, cancel, delete.
import { send } from "../../api.js";
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { go } from "../../route.js";
import { Button } from "../../ui/button.js";
import { confirmed } from "../../ui/dialog.js";
import { tried } from "../../ui/toast.js";
import { isLive } from "./state.js";

const t = speak({
  en: {
    pause: "Pause", resume: "Resume", cancel: "Cancel", delete: "Delete", paused: "Paused. Calls that are going on are finished.", resumed: "It goes on.",
    canceled: "Canceled.", deleted: "Deleted.", cancel_title: "Cancel the campaign?", cancel_yes: "Cancel the campaign", cancel_no: "Don't cancel it",
    cancel_end: "This can't be undone. To go on later, pause it instead.", cancel_paused: "This can't be undone. To go on later, leave it paused.",
    cancel_live: { one: "{n} call that is going on now is hung up at once, also in mid-message.",
    other: "{n} calls that are going on now are hung up at once, also in mid-message." },
    cancel_waiting: { one: "{n} person who was not reached yet is not called any more.",
    other: "{n} people who were not reached yet are not called any more." },
    delete_title: "Delete the campaign?", delete_yes: "Delete the campaign",
    delete_text: "Its calls, results and recordings are deleted with it. The callbase and the sound stay. This can't be undone.",
  },
  ru: {
    pause: "Пауза", resume: "Продолжить", cancel: "Отменить", delete: "Удалить", paused: "На паузе. Идущие вызовы закончатся сами.",
    resumed: "Кампания продолжается.",
    canceled: "Кампания отменена.", deleted: "Кампания удалена.", cancel_title: "Отменить кампанию?", cancel_yes: "Отменить кампанию", cancel_no: "Не отменять",
    cancel_end: "Вернуть её будет нельзя. Чтобы продолжить позже, поставьте её на паузу.",
    cancel_paused: "Вернуть её будет нельзя. Чтобы продолжить позже, оставьте её на паузе.",
    cancel_live: {
      one: "{n} идущий сейчас вызов будет сразу прерван, даже посреди сообщения.",
      few: "{n} идущих сейчас вызова будут сразу прерваны, даже посреди сообщения.",
      many: "{n} идущих сейчас вызовов будут сразу прерваны, даже посреди сообщения.",
      other: "{n} идущих сейчас вызова будут сразу прерваны, даже посреди сообщения.",
    },
    cancel_waiting: {
      one: "{n} человеку, до которого ещё не дозвонились, звонить больше не будем.", few: "{n} людям, до которых ещё не дозвонились, звонить больше не будем.",
      many: "{n} людям, до которых ещё не дозвонились, звонить больше не будем.",
      other: "{n} человека, до которых ещё не дозвонились, больше не получат вызова.",
    },
    delete_title: "Удалить кампанию?", delete_yes: "Удалить кампанию",
    delete_text: "Вместе с ней удалятся её вызовы, результаты и записи. База и звук останутся. Вернуть её будет нельзя.",
  },
});

export function Steer({ campaign, refresh }) {
  const { id, status } = campaign;

  async function steer(word, done) {
    await tried(() => send("POST", `/campaigns/${id}/${word}`), done);
    refresh();
  }

  async function cancel() {
    const question = { title: t("cancel_title"), text: whatCancelDoes(campaign), action: t("cancel_yes"), refusal: t("cancel_no") };
    if (await confirmed(question)) await steer("cancel", t("canceled"));
  }

  async function remove() {
    if (!(await confirmed({ title: t("delete_title"), text: t("delete_text"), action: t("delete_yes") }))) return;
    if (await tried(() => send("DELETE", `/campaigns/${id}`), t("deleted"))) go("campaigns");
  }

  if (!isLive(campaign)) return html`<${Button} kind="danger" icon="trash" onClick=${remove}>${t("delete")}<//>`;
  if (status === "canceled" || status === "preparing") return null;
  return html`
    ${status === "paused"
      ? html`<${Button} key="resume" kind="primary" icon="play" onClick=${() => steer("resume", t("resumed"))}>${t("resume")}<//>`
      : html`<${Button} key="pause" icon="pause" onClick=${() => steer("pause", t("paused"))}>${t("pause")}<//>`}
    <${Button} kind="danger" icon="stop" onClick=${cancel}>${t("cancel")}<//>`;
}

function whatCancelDoes({ status, counts: { active, pending } }) {
  const end = t(status === "paused" ? "cancel_paused" : "cancel_end");
  return [active > 0 && t("cancel_live", { n: active }), pending > 0 && t("cancel_waiting", { n: pending }), end].filter(Boolean).join(" ");
}
