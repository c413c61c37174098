/** Accelerators of the command table as people read them, and whether a key press is one. Mac writes symbols, others words. */
const isMac = navigator.userAgent.includes('Macintosh');
const MAC_SYMBOLS: Readonly<Record<string, string>> = { CmdOrCtrl: '⌘', Shift: '⇧', Alt: '⌥', Enter: '↩' };

export function keyLabel(accelerator: string): string {
  const parts = accelerator.split('+');
  if (isMac) return parts.map((part) => MAC_SYMBOLS[part] ?? part).join('');
  return parts.map((part) => (part === 'CmdOrCtrl' ? 'Ctrl' : part)).join('+');
}

export function isPressed(accelerator: string, event: KeyboardEvent): boolean {
  const parts = accelerator.split('+');
  const key = parts.at(-1)!;
  const command = isMac ? event.metaKey : event.ctrlKey;
  return (
    event.key.toLowerCase() === key.toLowerCase() &&
    command === parts.includes('CmdOrCtrl') &&
    event.shiftKey === parts.includes('Shift') &&
    event.altKey === parts.includes('Alt')
  );
}
