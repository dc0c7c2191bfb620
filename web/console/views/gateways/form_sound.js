// The codecs in their order, and whether the sound is encrypted.
import { html, useEffect, useRef } from "../../html.js";
import { speak } from "../../language.js";
import { Button } from "../../ui/button.js";
import { SelectField } from "../../ui/field.js";
import { Fold } from "./fold.js";
import { CODECS } from "./settings.js";

const t = speak({
  en: {
    title: "Sound", codecs: "Codecs, the preferred one first",
    codecs_hint: "PCMA and PCMU are taken everywhere. G722 first carries twice the band of a telephone, where the provider and the phones take it.",
    up: "{codec} up", down: "{codec} down", srtp: "Encryption of the sound (SRTP)", off: "Off: in clear", optional: "Offered: the gateway chooses",
    required: "Required: else no call",
    srtp_hint: "Use it with TLS: the keys travel in the SIP messages.", one: "At least one codec is needed.",
  },
  ru: {
    title: "Звук", codecs: "Кодеки, сначала предпочтительный",
    codecs_hint: "PCMA и PCMU принимают везде. G722 на первом месте передаёт вдвое более широкую полосу, если её принимают провайдер и телефоны.",
    up: "{codec} выше", down: "{codec} ниже", srtp: "Шифрование звука (SRTP)", off: "Выключено: звук открыт", optional: "Предлагается: выбирает шлюз",
    required: "Обязательно: иначе вызова не будет",
    srtp_hint: "Вместе с TLS: ключи идут в сообщениях SIP.", one: "Нужен хотя бы один кодек.",
  },
});

export function Sound({ values, set, error, wrong }) {
  const kinds = ["off", "optional", "required"].map((value) => ({ value, label: t(value) }));
  return html`<${Fold} title=${t("title")} summary=${values.codecs.join(", ")} isWrong=${wrong("codecs", "srtp")}>
    <${Codecs} chosen=${values.codecs} onValue=${set("codecs")} error=${error("codecs")} />
    <${SelectField} label=${t("srtp")} hint=${t("srtp_hint")} value=${values.srtp} onValue=${set("srtp")} options=${kinds} error=${error("srtp")} />
  <//>`;
}

function Codecs({ chosen, onValue, error }) {
  const list = useRef(null);
  const pressed = useRef(null);
  const all = [...chosen, ...CODECS.filter((codec) => !chosen.includes(codec))];

  // The row has moved in the page, which takes the focus from its button; when that one is at an end, the other has it.
  useEffect(() => {
    if (!pressed.current) return;
    const [codec, way] = pressed.current;
    pressed.current = null;
    const buttons = list.current.querySelector(`[data-codec="${codec}"]`).querySelectorAll("button");
    (buttons[way < 0 ? 0 : 1].disabled ? buttons[way < 0 ? 1 : 0] : buttons[way < 0 ? 0 : 1]).focus();
  }, [chosen]);

  function move(codec, way) {
    const next = chosen.filter((one) => one !== codec);
    next.splice(chosen.indexOf(codec) + way, 0, codec);
    pressed.current = [codec, way];
    onValue(next);
  }

  const isOnly = (codec) => chosen.length === 1 && chosen[0] === codec;
  const row = (codec, index) => html`<li key=${codec} data-codec=${codec}>
    <label><input type="checkbox" checked=${chosen.includes(codec)} disabled=${isOnly(codec)} title=${isOnly(codec) ? t("one") : undefined}
      onChange=${(event) => onValue(event.currentTarget.checked ? [...chosen, codec] : chosen.filter((one) => one !== codec))} />${codec}</label>
    ${chosen.includes(codec) && html`<span class="row tight">
      <${Button} kind="quiet" label=${t("up", { codec })} disabled=${index === 0} onClick=${() => move(codec, -1)}>↑<//>
      <${Button} kind="quiet" label=${t("down", { codec })} disabled=${index >= chosen.length - 1} onClick=${() => move(codec, 1)}>↓<//>
    </span>`}
  </li>`;
  return html`<fieldset><legend>${t("codecs")}</legend><ol class="codecs" ref=${list}>${all.map(row)}</ol>
    <p class="hint">${t("codecs_hint")}</p>${error && html`<p class="error">${error}</p>`}</fieldset>`;
}
