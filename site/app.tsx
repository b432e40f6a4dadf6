import type { ComponentChild } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { type Address, addressOf, useAddress } from './address.js';
import { Compare } from './compare.js';
import { EndToEnd } from './end-to-end.js';
import { Explorer } from './explorer.js';
import { Files } from './files.js';
import { Runs } from './history.js';
import { Method } from './method.js';
import { MyGuest } from './my-guest.js';
import { Overview } from './overview.js';

/** A page of the site. */
interface Page {
  readonly title: string;
  show(address: Address): ComponentChild;
}

const pages = {
  '': { title: 'Overview', show: () => <Overview /> },
  'my-guest': { title: 'My guest', show: (address) => <MyGuest address={address} /> },
  explorer: { title: 'Explorer', show: (address) => <Explorer address={address} /> },
  'end-to-end': { title: 'End to end', show: () => <EndToEnd /> },
  history: { title: 'History', show: (address) => <Runs address={address} /> },
  compare: { title: 'Compare', show: () => <Compare /> },
  method: { title: 'Method', show: () => <Method /> },
  data: { title: 'Data', show: () => <Files /> },
} satisfies Record<string, Page>;

type PageName = keyof typeof pages;

function isPage(name: string): name is PageName {
  return Object.hasOwn(pages, name);
}

/** The site: the list of pages, and the one that the address names. */
export function App() {
  const address = useAddress();
  const name: PageName = isPage(address.page) ? address.page : '';
  const page: Page = pages[name];
  const heading = useRef<HTMLHeadingElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    document.title = `${page.title} – dirtybench`;
    if (!isFirst.current) heading.current?.focus();
    isFirst.current = false;
  }, [name]);
  return (
    <>
      <header>
        <strong>dirtybench</strong>
        <nav aria-label="Pages">
          {Object.entries(pages).map(([key, { title }]) => (
            <a href={addressOf(key)} key={key} aria-current={key === name ? 'page' : undefined}>
              {title}
            </a>
          ))}
        </nav>
      </header>
      <main>
        <h1 ref={heading} tabIndex={-1}>
          {page.title}
        </h1>
        {page.show(address)}
      </main>
    </>
  );
}
