// What the address brings into the form: ?callbase= &sound= &gateway=, or ?from=CAMPAIGN&outcomes=busy,no_answer, the settings of a
// campaign and the numbers of those whom it did not reach. It is brought once; what stands in the form from then on is the person's.
import { all, get } from "../../api.js";
import { html, useEffect, useState } from "../../html.js";
import { speak } from "../../language.js";
import { adjust } from "../../route.js";
import { Notice, ProblemNotice } from "../../ui/notice.js";
import { words } from "../../ui/outcome.js";
import { Progress } from "../../ui/progress.js";
import { draftOf } from "./body.js";

const MOST = 100_000; // numbers that POST /dial takes
const t = speak({
  en: {
    loading: "Taking over the settings and the numbers", again: "{name} (again)",
    taken: { one: "The settings of “{name}”, and {n} of its numbers: {outcomes}.", other: "The settings of “{name}”, and {n} of its numbers: {outcomes}." },
    settings: "The settings of “{name}” are taken over.", too_many: "Only the first {most} numbers were taken: a campaign of numbers has no more.",
  },
  ru: {
    loading: "Переносим настройки и номера", again: "{name} (ещё раз)",
    taken: {
      one: "Настройки кампании «{name}» и {n} её номер: {outcomes}.", few: "Настройки кампании «{name}» и {n} её номера: {outcomes}.",
      many: "Настройки кампании «{name}» и {n} её номеров: {outcomes}.", other: "Настройки кампании «{name}» и {n} её номера: {outcomes}.",
    },
    settings: "Перенесены настройки кампании «{name}».", too_many: "Взяты только первые {most} номеров: больше в кампанию по номерам не входит.",
  },
});

/** Gives { notice, forget }: what is told about it above the form, until it is forgotten. */
export function useTakenOver(query, change) {
  const [state, setState] = useState(null);
  const { callbase, sound, gateway, from, outcomes = "" } = query;

  async function take() {
    if (from) {
      setState({ isLoading: true });
      const taken = await takenFrom(from, outcomes.split(",").filter(Boolean));
      change(taken.fields);
      setState(taken);
    }
    const whom = callbase ? { who: "callbase", callbase_id: callbase } : {};
    change({ ...whom, ...(sound ? { audio_id: sound } : {}), ...(gateway ? { gateway_id: gateway } : {}) });
    adjust({ callbase: "", sound: "", gateway: "", from: "", outcomes: "" });
  }

  const tryIt = () => take().catch((problem) => setState({ problem, retry: tryIt }));

  useEffect(() => {
    if (callbase || sound || gateway || from) tryIt();
  }, [callbase, sound, gateway, from, outcomes]);
  return { notice: state && html`<${TakenOver} ...${state} />`, forget: () => setState(null) };
}

function TakenOver({ isLoading, problem, retry, campaign, outcomes, found }) {
  if (isLoading) return html`<${Progress} label=${t("loading")} value=${null} />`;
  if (problem) return html`<${ProblemNotice} problem=${problem} onRetry=${retry} />`;
  const told = { name: campaign.name, n: found, outcomes: outcomes.map((one) => words(one).toLowerCase()).join(", ") };
  return html`<${Notice} kind="info">
    <p>${outcomes.length ? t("taken", told) : t("settings", told)}</p>
    ${found >= MOST && html`<p>${t("too_many", { most: MOST })}</p>`}
  <//>`;
}

async function takenFrom(id, outcomes) {
  const campaign = await get(`/campaigns/${id}`);
  const lists = [];
  for (const outcome of outcomes) lists.push(await all(`/campaigns/${id}/targets`, { outcome }, MOST));
  const numbers = lists.flat().slice(0, MOST).map((target) => target.number);
  const whom = outcomes.length ? { who: "numbers", numbers: numbers.join("\n") } : { who: "callbase", callbase_id: campaign.callbase_id ?? "" };
  return { campaign, outcomes, found: numbers.length, fields: { ...draftOf(campaign), ...whom, name: t("again", { name: campaign.name }).slice(0, 200) } };
}
