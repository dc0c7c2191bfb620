// The form: the usual on top, the rest folded; beside it the summary with the buttons that start it.
import { html, useMemo, useState } from "../../html.js";
import { speak } from "../../language.js";
import { TextField } from "../../ui/field.js";
import { Card } from "../../ui/page.js";
import { Advanced } from "./advanced.js";
import { bodyOf, missingIn, numbersIn } from "./body.js";
import { useEstimate } from "./estimate.js";
import { faultsOf } from "./faults.js";
import { GatewayChoice } from "./gateway.js";
import { Keys } from "./keys.js";
import { Message } from "./message.js";
import { Recording } from "./recording.js";
import { Retries } from "./retries.js";
import { SoundChoice } from "./sound.js";
import { Speed } from "./speed.js";
import { Summary } from "./summary.js";
import { Voicemail } from "./voicemail.js";
import { When } from "./when.js";
import { Whom } from "./whom.js";

const FOLDED = [When, Speed, Retries, Message, Keys, Voicemail, Recording, Advanced];
const t = speak({
  en: { name: "Name of the campaign", name_hint: "You find it by this name later. Without one it is called as the sound." },
  ru: { name: "Название кампании", name_hint: "По нему вы найдёте её позже. Без названия она называется как звук." },
});

export function DialForm({ draft, change, choices }) {
  const [refused, setRefused] = useState(null); // the Problem of the last try to start, until something is changed
  const numbers = useMemo(() => numbersIn(draft.numbers), [draft.numbers]);
  const body = useMemo(() => bodyOf(draft), [draft]);
  const missing = missingIn(draft, body);
  const forecast = useEstimate(body, missing.length === 0);
  const fault = faultsOf(refused ?? forecast.problem);

  function changeFields(fields) {
    setRefused(null);
    change(fields);
  }

  /** What ties a control to a field of the form, and to the field of the API that it becomes. */
  const bound = (name, apiName = name) => ({ value: draft[name], onValue: (value) => changeFields({ [name]: value }), error: fault(apiName) });
  const shared = { draft, change: changeFields, bound, fault, choices };
  return html`<form class="dial" novalidate onSubmit=${(event) => event.preventDefault()}>
    <div class="form">
      <${Card}>
        <${TextField} ...${bound("name")} label=${t("name")} hint=${t("name_hint")} maxlength="200" optional />
        <${Whom} ...${shared} numbers=${numbers} estimate=${forecast.areNumbersSame ? forecast.estimate : null} />
        <${SoundChoice} ...${shared} />
        <${GatewayChoice} ...${shared} />
      <//>
      ${FOLDED.map((Part) => html`<${Part} key=${Part.name} ...${shared} />`)}
    </div>
    <${Summary} ...${shared} body=${body} missing=${missing} numbers=${numbers} forecast=${forecast} refused=${refused} onRefused=${setRefused} />
  </form>`;
}
