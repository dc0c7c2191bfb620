// The form of a gateway: what everybody needs on top, the rest folded.
import { html, useEffect, useRef, useState } from "../../html.js";
import { speak } from "../../language.js";
import { to } from "../../route.js";
import { Button, LinkButton } from "../../ui/button.js";
import { ProblemNotice } from "../../ui/notice.js";
import { useSubmit } from "../../ui/submit.js";
import { Account } from "./form_account.js";
import { Limits } from "./form_limits.js";
import { Nat } from "./form_nat.js";
import { Numbers } from "./form_numbers.js";
import { Security } from "./form_security.js";
import { Sound } from "./form_sound.js";
import { DEFAULTS, usualPort } from "./settings.js";

const t = speak({
  en: { save: "Save and check", cancel: "Cancel" },
  ru: { save: "Сохранить и проверить", cancel: "Отмена" },
});
const FIELDS = Object.keys(DEFAULTS);

/** @param before the settings that the form begins with. @param isKept whether it is a gateway that is there already.
 *  @param onSave gets all fields; `password` is among them only when it is to be changed. */
export function GatewayForm({ before, isKept = false, kind, onSave }) {
  const [values, setValues] = useState(() => ({ ...before, password: undefined }));
  const { submit, isBusy, problem } = useSubmit(() => onSave(given(values)));
  const form = useRef(null);
  const set = (field) => (value) => setValues((now) => moved({ ...now, [field]: value }, field, now));
  const shared = { values, set, error: (field) => problem?.of(field), wrong: (...fields) => fields.some((field) => problem?.of(field)) };

  useEffect(() => {
    if (problem) form.current.querySelector("[aria-invalid=true]")?.focus();
  }, [problem]);

  return html`<form ref=${form} class="form gateway-form" onSubmit=${submit} autocomplete="off">
    <${Account} ...${shared} isKept=${isKept} kind=${kind} />
    <${Numbers} ...${shared} />
    <${Limits} ...${shared} />
    <${Sound} ...${shared} />
    <${Security} ...${shared} />
    <${Nat} ...${shared} />
    <${ProblemNotice} problem=${problem} fields=${FIELDS} />
    <div class="row"><${Button} kind="primary" type="submit" busy=${isBusy}>${t("save")}<//><${LinkButton} href=${to("gateways")}>${t("cancel")}<//></div>
  </form>`;
}

// With another transport goes another usual port.
function moved(next, field, before) {
  if (field === "transport" && before.port === usualPort(before.transport)) return { ...next, port: usualPort(next.transport) };
  return next;
}

function given({ password, ...rest }) {
  return password === undefined || password === "" ? rest : { ...rest, password };
}
