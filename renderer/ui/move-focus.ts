/** Arrow keys in a list of rows: every row has one element marked `data-row`, which takes the focus. */
export function moveFocus(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const here = event.currentTarget;
  const rows = [...(here.closest('table, ul, [role=listbox]')?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
  const at = rows.indexOf(here);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  const target = to === undefined ? undefined : rows[to];
  if (target === undefined) return;
  event.preventDefault();
  target.focus();
}
