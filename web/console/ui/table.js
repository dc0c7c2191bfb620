// Tables. On a phone each row becomes a card, its cells under each other with the column's title beside them.
import { html } from "../html.js";

/** @param columns [{ key, title, cell(row), isNumber, isMain }]; `isMain`: the row's heading, shown on top of its card.
 *  @param rows what is shown; `rowKey(row)` tells one from the other.
 *  @param caption what the table is, for those who can't see it.
 *  @param empty what stands there when there are no rows. */
export function Table({ columns, rows, rowKey, caption, empty }) {
  if (rows.length === 0) return html`<div class="empty">${empty}</div>`;
  const heading = (column) => html`<th key=${column.key} scope="col" class=${column.isNumber ? "number" : ""}>${column.title}</th>`;
  return html`<div class="table" role="region" aria-label=${caption} tabindex="0">
    <table>
      <caption class="unseen">${caption}</caption>
      <thead><tr>${columns.map(heading)}</tr></thead>
      <tbody>${rows.map((row) => html`<tr key=${rowKey(row)}>${columns.map((column) => cell(column, row))}</tr>`)}</tbody>
    </table>
  </div>`;
}

function cell(column, row) {
  const classes = [column.isNumber && "number", column.isMain && "main", !column.title && "actions"].filter(Boolean).join(" ");
  return html`<td key=${column.key} class=${classes} data-title=${column.title}>${column.cell(row)}</td>`;
}
