// The buttons that save a list as a file, as it is filtered.
import { save } from "../../api.js";
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { Button } from "../../ui/button.js";
import { tried } from "../../ui/toast.js";

const KINDS = ["csv", "xlsx"];
const t = speak({
  en: { csv: "CSV", xlsx: "Excel", label: "Export as", all: "Save as {kind}" },
  ru: { csv: "CSV", xlsx: "Excel", label: "Выгрузить", all: "Сохранить как {kind}" },
});

/** @param list targets or calls; @param fields the filters that are on. */
export function Exports({ campaign, list, fields }) {
  const name = (kind) => `${fileName(campaign.name) || "campaign"}-${list}.${kind}`;
  return html`<div class="row exports" role="group" aria-label=${t("label")}>
    ${KINDS.map((kind) => html`<${Button} key=${kind} icon="download" label=${t("all", { kind: t(kind) })}
      onClick=${() => tried(() => save(`/campaigns/${campaign.id}/${list}.${kind}`, name(kind), fields))}>${t(kind)}<//>`)}
  </div>`;
}

// Without what file systems don't take.
function fileName(text) {
  return text.replace(/[\\/:*?"<>|\s\p{Cc}]+/gu, "_").slice(0, 80);
}
