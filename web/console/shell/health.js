// Whether the service is ready, and how many lines are in use. It needs nobody logged in.
import { html } from "../html.js";
import { speak } from "../language.js";
import { usePolled } from "../polled.js";

const POLL_MS = 4000;
// Between the bars: what is enough on a phone.
const t = speak({
  en: { ready: "Ready · |{used} of {lines} lines| in use", starting: "Starting …", down: "The service does not answer", asking: "Asking …" },
  ru: { ready: "Готово · занято |линий: {used} из {lines}|", starting: "Запускается …", down: "Сервис не отвечает", asking: "Спрашиваем …" },
});

export function Health() {
  const { data, problem } = usePolled(ask, POLL_MS);
  if (problem) return html`<p class="health down" role="status">${t("down")}</p>`;
  if (!data) return html`<p class="health" role="status">${t("asking")}</p>`;
  if (data.status !== "ok") return html`<p class="health starting" role="status">${t("starting")}</p>`;
  const [before, brief, after] = t("ready", { used: data.lines_in_use, lines: data.lines }).split("|");
  return html`<p class="health ok" role="status" title=${data.version}><span class="roomy">${before}</span>${brief}<span class="roomy">${after}</span></p>`;
}

async function ask(signal) {
  const response = await fetch("/health", { cache: "no-store", signal }); // 503 while it starts, with a body all the same
  return response.json();
}
