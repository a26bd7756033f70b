/** A key that was pressed: what of a keyboard event decides what happens, kept until it can. */
export interface Press {
  /** As the event names it; a letter is a capital exactly when Shift is held, whatever Caps Lock says. */
  readonly key: string;
  readonly shift: boolean;
  /** Ctrl, or Cmd on a Mac. */
  readonly control: boolean;
  readonly alt: boolean;
  /** Whether the focus was in the table. */
  readonly inGrid: boolean;
}

export function pressOf(event: KeyboardEvent, inGrid: boolean): Press {
  const { key } = event;
  // Many keyboards have brackets on AltGr, which looks like Ctrl and Alt together, or on a Mac's Option.
  const isBracket = ['[', ']', '{', '}'].includes(key);
  return {
    key: /^[a-z]$/iu.test(key) ? (event.shiftKey ? key.toUpperCase() : key.toLowerCase()) : key,
    shift: event.shiftKey,
    control: (event.ctrlKey || event.metaKey) && !isBracket,
    alt: event.altKey && !isBracket,
    inGrid,
  };
}
