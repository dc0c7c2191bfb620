// A new campaign: whom, with what, through which gateway, when and how; beside it what that would be.
import { html } from "../html.js";
import { speak } from "../language.js";
import { placeName } from "../shell/place_names.js";
import { Button } from "../ui/button.js";
import { ProblemNotice } from "../ui/notice.js";
import { Page } from "../ui/page.js";
import { useChoices } from "./dial/choices.js";
import { useDraft } from "./dial/draft.js";
import { DialForm } from "./dial/form.js";
import { useTakenOver } from "./dial/taken_over.js";

const t = speak({ en: { clear: "Clear the form" }, ru: { clear: "Очистить форму" } });

export function Dial({ query }) {
  const [draft, change, reset] = useDraft();
  const { notice, forget } = useTakenOver(query, change);
  const choices = useChoices();
  const clear = html`<${Button} icon="close" onClick=${() => (reset(), forget())}>${t("clear")}<//>`;
  return html`<${Page} title=${placeName("dial")} actions=${clear}>
    ${notice}
    <${ProblemNotice} problem=${choices.problem} />
    <${DialForm} draft=${draft} change=${change} choices=${choices} />
  <//>`;
}
