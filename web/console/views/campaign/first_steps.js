// What is shown before the first campaign: the three steps to it, with a tick at those that are done.
import { get } from "../../api.js";
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { usePolled } from "../../polled.js";
import { to } from "../../route.js";
import { LinkButton } from "../../ui/button.js";
import { HelpLink } from "../../ui/help_link.js";
import { Icon } from "../../ui/icon.js";

const t = speak({
  en: {
    title: "Your first campaign",
    about: "Three steps, and the phones ring. Try it with the sandbox first: it is a gateway inside of this service that makes real calls and reaches nobody.",
    sound: "A sound", sound_about: "What everybody hears who answers: a file, or recorded here with the microphone.", sound_go: "Add a sound",
    list: "A callbase", list_about: "Whom to call: an Excel or CSV file with names and numbers, as you have it.", list_go: "Add a callbase",
    dial: "Dial",
    dial_about: "Choose both and the gateway “sandbox”, then watch it go. Before it starts you see how many calls it makes and how long it takes.",
    dial_go: "New campaign",
    is_done: "Done", gateway: "For calls to real phones, add your provider's gateway.", gateway_go: "Add a gateway", help: "The first campaign, step by step",
  },
  ru: {
    title: "Ваша первая кампания",
    about: "Три шага — и телефоны зазвонят. Сначала попробуйте на шлюзе sandbox: он внутри этого сервиса, вызовы в нём настоящие, но никому не звонят.",
    sound: "Звук", sound_about: "Что услышит каждый, кто ответит: файл или запись с микрофона прямо здесь.", sound_go: "Добавить звук",
    list: "База", list_about: "Кому звонить: файл Excel или CSV с именами и номерами, какой есть.", list_go: "Добавить базу",
    dial: "Обзвон",
    dial_about: "Выберите то и другое и шлюз sandbox, потом смотрите, как идёт обзвон. До начала видно, сколько будет вызовов и сколько это займёт.",
    dial_go: "Новая кампания",
    is_done: "Готово", gateway: "Чтобы звонить на настоящие телефоны, добавьте шлюз своего провайдера.", gateway_go: "Добавить шлюз",
    help: "Первая кампания по шагам",
  },
});
const STEPS = [
  { name: "sound", place: "sounds", path: "/audio" },
  { name: "list", place: "callbases", path: "/callbases" },
  { name: "dial", place: "dial" },
];

export function FirstSteps() {
  const { data: done = {} } = usePolled(haves, 0);
  const next = STEPS.find((step) => !done[step.name]).name;
  return html`<section class="first-steps">
    <h2>${t("title")}</h2>
    <p class="soft">${t("about")}</p>
    <ol>${STEPS.map((step, index) => html`
      <${Step} key=${step.name} step=${step} number=${index + 1} isDone=${done[step.name]} isNext=${step.name === next} />`)}
    </ol>
    <p class="soft">${t("gateway")} <a href=${to("gateways")}>${t("gateway_go")}</a> · <${HelpLink} page="console">${t("help")}<//></p>
  </section>`;
}

function Step({ step, number, isDone, isNext }) {
  return html`<li class="card ${isDone ? "done" : ""}">
    <h3>
      <span class="number-mark" aria-hidden="true">${isDone ? html`<${Icon} name="check" />` : number}</span>${t(step.name)}
      ${isDone && html`<span class="badge good">${t("is_done")}</span>`}
    </h3>
    <p>${t(`${step.name}_about`)}</p>
    <${LinkButton} kind=${isNext ? "primary" : "plain"} href=${to(step.place)}>${t(`${step.name}_go`)}<//>
  </li>`;
}

async function haves(signal) {
  const asked = STEPS.filter((step) => step.path).map(async (step) => [step.name, (await get(step.path, { limit: 1 }, signal)).items.length > 0]);
  return Object.fromEntries(await Promise.all(asked));
}
