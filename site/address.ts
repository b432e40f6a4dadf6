import { useEffect, useState } from 'preact/hooks';

/** Where the reader is: a page, and its settings. All of it is in the address, so that a view can be sent. */
export interface Address {
  readonly page: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** Reads an address's fragment: `#/explorer?guest=kvm`. */
export function readAddress(fragment: string): Address {
  const [path = '', query = ''] = fragment.replace(/^#\/?/, '').split('?', 2);
  return { page: path, settings: Object.fromEntries(new URLSearchParams(query)) };
}

/** The fragment that leads there. */
export function addressOf(page: string, settings: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(settings).toString();
  return `#/${page}${query === '' ? '' : `?${query}`}`;
}

/** The address, and whoever uses it is drawn again when it changes. */
export function useAddress(): Address {
  const [address, set] = useState(() => readAddress(location.hash));
  useEffect(() => {
    const follow = () => set(readAddress(location.hash));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return address;
}

/**
 * Changes some settings of this page in place: going back leads to the page before, not through every move of a slider. None is taken out
 * of the address: an empty text is how one is given up. `replaceState` tells nobody, so those who use the address are told here.
 */
export function settle({ page, settings }: Address, changed: Readonly<Record<string, string>>): void {
  history.replaceState(null, '', addressOf(page, { ...settings, ...changed }));
  dispatchEvent(new HashChangeEvent('hashchange'));
}
