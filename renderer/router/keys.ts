import { useEffect, useRef } from 'react';

/** Keys by the name in which they are shown: `Alt+1`, `Ctrl+Enter`, `?`, `N`. Ctrl is ⌘ on a Mac. */
export type KeyActions = Readonly<Record<string, (event: KeyboardEvent) => void>>;

const LETTERS_OFF = 'tandem.lettersOff';
export const lettersAreOn = (): boolean => localStorage.getItem(LETTERS_OFF) === null;
export function switchLetters(on: boolean): void {
  if (on) localStorage.removeItem(LETTERS_OFF);
  else localStorage.setItem(LETTERS_OFF, '1');
}

function nameOf({ key, ctrlKey, metaKey, altKey, shiftKey, code }: KeyboardEvent): string {
  // Alt changes what a key writes on some systems; the place of a digit does not change.
  const plain =
    altKey && /^Digit\d$/.test(code) ? code.slice(5) : key.length === 1 && /[a-z]/.test(key) ? key.toUpperCase() : key;
  const arrows: Readonly<Record<string, string>> = { ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→' };
  const shift = shiftKey && (plain.length > 1 || /[A-Z]/.test(plain)) ? 'Shift+' : '';
  return `${ctrlKey || metaKey ? 'Ctrl+' : ''}${altKey ? 'Alt+' : ''}${shift}${arrows[plain] ?? plain}`;
}

export const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches('input:not([type=checkbox]):not([type=radio]), textarea, select'));

/** Letters, digits and signs alone act only where no field has the focus, and not where a person switched them off. */
const actsNow = (name: string, event: KeyboardEvent): boolean =>
  name.length > 1 || (!isField(event.target) && lettersAreOn());

const inDialog = (): boolean => document.querySelector('[role=dialog], [role=alertdialog], [role=menu]') !== null;

/** Listens while the component is shown. While a dialog or a menu is open, only what `inDialogs` says listens. */
export function useKeys(actions: KeyActions, { inDialogs = false } = {}): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      const name = nameOf(event);
      // Components keep plain keys for themselves; Enter in a radio button is one, and with Ctrl it is ours.
      if (event.isComposing || (event.defaultPrevented && !/^(?:Ctrl|Alt)\+/.test(name))) return;
      const act = Object.hasOwn(latest.current, name) ? latest.current[name] : undefined;
      if (act === undefined || !actsNow(name, event) || inDialog() !== inDialogs) return;
      event.preventDefault();
      act(event);
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [inDialogs]);
}
