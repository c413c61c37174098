/**
 * Tells the width of an element, at once and after every change. For an element whose own height follows from its width:
 * the change is told in the next frame, since a size that changes while sizes are told is an error of the page.
 */
import type { Attachment } from 'svelte/attachments';

export function measureWidth(tell: (width: number) => void): Attachment<HTMLElement> {
  return (element) => {
    let frame = 0;
    const measure = (): void => tell(element.clientWidth);
    const observer = new ResizeObserver(() => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(measure);
    });
    measure();
    observer.observe(element);
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
    };
  };
}
