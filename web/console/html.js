// What every part of the page is written with: Preact's functions and `html`, the template tag (htm) in place of JSX.
import { createElement, render, Fragment } from "./vendor/preact.mjs";
import htm from "./vendor/htm.mjs";

export const html = htm.bind(createElement);
export { render, Fragment };
export { useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "./vendor/hooks.mjs";
