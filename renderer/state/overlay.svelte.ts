/** Which dialog lies over the page, and whether the inspector is open where it is a drawer (narrow windows). */
class Overlay {
  dialog = $state<'palette' | 'about' | 'quit' | null>(null);
  isInspectorOpen = $state(false);

  open(dialog: NonNullable<Overlay['dialog']>): void {
    this.dialog = dialog;
  }

  close(): void {
    this.dialog = null;
  }
}
export const overlay = new Overlay();
