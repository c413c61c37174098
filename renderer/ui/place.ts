/** Computed geometry: `{@attach place({ height: '40px' })}` sets it through the object model, which the policy allows. */
import type { Attachment } from 'svelte/attachments';

export function place(properties: Readonly<Record<string, string>>): Attachment<HTMLElement | SVGElement> {
  return (node) => {
    for (const [name, value] of Object.entries(properties)) node.style.setProperty(name, value);
  };
}
