/** Light and dark: the system's wish, until somebody presses the button. Nothing is kept beyond the page. */

import { byId } from './dom.js';

const listeners: (() => void)[] = [];
const dark = matchMedia('(prefers-color-scheme: dark)');

export function onTheme(listen: () => void): void {
  listeners.push(listen);
}

export function startTheme(): void {
  const button = byId('theme');
  const isDark = (): boolean =>
    (document.documentElement.dataset.theme ?? (dark.matches ? 'dark' : 'light')) === 'dark';
  const show = (): void => {
    button.textContent = isDark() ? 'Light' : 'Dark';
    button.setAttribute('aria-label', `Switch to ${isDark() ? 'light' : 'dark'} colours`);
    for (const listen of listeners) listen();
  };
  button.hidden = false;
  button.addEventListener('click', () => {
    document.documentElement.dataset.theme = isDark() ? 'light' : 'dark';
    show();
  });
  dark.addEventListener('change', show);
  show();
}
