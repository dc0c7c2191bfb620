// Begins the console: finds out who is logged in, then draws the page, anew in whole when the language changes.
import { html, render, useEffect, useState } from "./html.js";
import { language } from "./language.js";
import { learnUser, user } from "./session.js";
import { Shell } from "./shell/shell.js";
import { useSignal } from "./signal.js";
import "./theme.js";
import { Questions } from "./ui/dialog.js";
import { ProblemNotice } from "./ui/notice.js";
import { Toasts } from "./ui/toast.js";
import { Login } from "./views/login.js";

function Console() {
  const who = useSignal(user);
  const spoken = useSignal(language);
  const [problem, setProblem] = useState(null);

  function learn() {
    setProblem(null);
    learnUser().catch(setProblem);
  }

  useEffect(learn, []);
  return html`<div key=${spoken}>
    ${who === undefined ? html`<main class="login">${problem && html`<${ProblemNotice} problem=${problem} onRetry=${learn} />`}</main>` : who ? html`<${Shell} />` : html`<${Login} />`}
    <${Questions} />
    <${Toasts} />
  </div>`;
}

render(html`<${Console} />`, document.getElementById("console"));
