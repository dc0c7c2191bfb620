// What a campaign was started with, in words. What was left as it is by default and says nothing is not told.
import { decimal, duration, time } from "../../format.js";
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { to } from "../../route.js";
import { words } from "../../ui/outcome.js";
import { Facts } from "./facts.js";
import { Folded } from "./findings.js";
import { hoursOf } from "./hours.js";

const t = speak({
  en: {
    title: "What it was started with", created: "Created", gateway: "Gateway", audio: "Sound", callbase: "Callbase", numbers: "numbers given by hand",
    gone: "deleted since", max_lines: "Lines at most", rate: "Calls a second at most",
    no_limit: "no limit of its own", ring: "It may ring for", hours: "Hours", any_time: "at any time", start_at: "Not before", retry: "Called again",
    never: "never, each is called once",
    retry_rule: { one: "{outcome}: after {after}, {n} more time", other: "{outcome}: after {after}, up to {n} more times" },
    max_attempts: "Calls to one person at most",
    repeat: "The sound is played", repeats: { one: "once", other: "{n} times" }, silence: "Silence around the sound",
    silence_ms: "{lead} ms before, {tail} ms after", pause_ms: "{n} ms between the repeats",
    opt_out: "Key for “do not call again”", opt_out_then: "{key}, then the sound “{sound}”", collect: "Keys that are waited for",
    transfer: "Key that transfers", transfer_to: "{key}, to {target}",
    machine: "Voicemail", machine_off: "not listened for", machine_hang_up: "hung up on", machine_message_after_beep: "gets the message after the beep",
    machine_report_only: "only told in the results",
    params: "Voicemail, times changed", record: "Recording of the answer", record_for: "up to {n} s, kept for {days} days",
    redial: "After a crash of the service", redial_yes: "cut calls are made again",
  },
  ru: {
    title: "С чем она была начата", created: "Создана", gateway: "Шлюз", audio: "Звук", callbase: "База", numbers: "номера, введённые вручную",
    gone: "с тех пор удалено", max_lines: "Линий не больше", rate: "Вызовов в секунду не больше",
    no_limit: "без своего ограничения", ring: "Ждём ответа", hours: "Часы", any_time: "в любое время", start_at: "Не раньше", retry: "Повторные вызовы",
    never: "нет, каждому звоним один раз",
    retry_rule: { one: "{outcome}: через {after}, ещё {n} раз", few: "{outcome}: через {after}, ещё до {n} раз",
    many: "{outcome}: через {after}, ещё до {n} раз", other: "{outcome}: через {after}, ещё до {n} раза" },
    max_attempts: "Вызовов одному человеку не больше",
    repeat: "Звук играет", repeats: { one: "{n} раз", few: "{n} раза", many: "{n} раз", other: "{n} раза" }, silence: "Тишина вокруг звука",
    silence_ms: "{lead} мс до, {tail} мс после", pause_ms: "{n} мс между повторами",
    opt_out: "Клавиша «больше не звонить»", opt_out_then: "{key}, затем звук «{sound}»", collect: "Сколько клавиш ждём", transfer: "Клавиша перевода",
    transfer_to: "{key}, на {target}",
    machine: "Автоответчик", machine_off: "не распознаётся", machine_hang_up: "кладём трубку", machine_message_after_beep: "получает сообщение после сигнала",
    machine_report_only: "только отмечается в результатах",
    params: "Автоответчик, изменённые времена", record: "Запись ответа", record_for: "до {n} с, хранится {days} дн.", redial: "После сбоя сервиса",
    redial_yes: "прерванные вызовы повторяются",
  },
});

export function Settings({ campaign, things }) {
  const rows = [what, howFast, when, sound, keys, answers].flatMap((part) => part(campaign, things)).filter(([, value]) => value);
  return html`<${Folded} title=${t("title")}><${Facts} facts=${rows.map(([name, value]) => [t(name), value])} /><//>`;
}

function what(campaign, { gateway, audio, callbase }) {
  return [
    ["created", time(campaign.created_at)],
    ["gateway", thing(gateway, to("gateways", campaign.gateway_id))],
    ["audio", thing(audio, to("sounds"))],
    ["callbase", campaign.callbase_id ? thing(callbase, to("callbases", campaign.callbase_id)) : t("numbers")],
  ];
}

function thing(found, href) {
  if (found === null) return t("gone");
  return found ? html`<a href=${href}>${found.name}</a>` : "…";
}

function howFast(campaign) {
  return [
    ["max_lines", campaign.max_lines ?? t("no_limit")],
    ["rate", campaign.calls_per_second === null ? t("no_limit") : decimal(campaign.calls_per_second, 2)],
    ["ring", duration(campaign.ring_timeout_s)],
  ];
}

function when(campaign) {
  const rules = Object.entries(campaign.retry ?? {}).filter(([, rule]) => rule);
  const told = rules.map(([outcome, rule]) => t("retry_rule", { outcome: words(outcome), after: duration(rule.after_s), n: rule.max_attempts }));
  return [
    ["hours", campaign.window ? hoursOf(campaign.window) : t("any_time")],
    ["start_at", campaign.start_at && time(campaign.start_at)],
    ["retry", told.length ? told.map((line) => html`<div key=${line}>${line}</div>`) : t("never")],
    ["max_attempts", told.length > 0 && campaign.max_attempts],
  ];
}

function sound(campaign) {
  const repeats = t("repeats", { n: campaign.repeat });
  return [
    ["repeat", campaign.repeat_pause_ms ? [repeats, ", ", t("pause_ms", { n: campaign.repeat_pause_ms })] : repeats],
    ["silence", t("silence_ms", { lead: campaign.lead_in_ms, tail: campaign.tail_ms })],
  ];
}

function keys(campaign, { optOut }) {
  const { opt_out_digit: optOutKey, transfer_digit: transferKey } = campaign;
  return [
    ["opt_out", optOutKey && (optOut ? t("opt_out_then", { key: optOutKey, sound: optOut.name }) : optOutKey)],
    ["collect", campaign.collect_digits],
    ["transfer", transferKey && t("transfer_to", { key: transferKey, target: campaign.transfer_to })],
  ];
}

function answers(campaign) {
  const params = Object.entries(campaign.machine_detection_params ?? {}).filter(([, value]) => value !== null);
  return [
    ["machine", t(`machine_${campaign.machine_detection}`)],
    ["params", params.length > 0 && html`<code>${params.map(([name, value]) => `${name} ${value}`).join(", ")}</code>`],
    ["record", campaign.record_s > 0 && t("record_for", { n: campaign.record_s, days: campaign.recording_days })],
    ["redial", campaign.redial_interrupted && t("redial_yes")],
  ];
}
