/** Elements made in one expression. Texts are set as text, so names stay names whatever they contain. */

type Child = Node | string | undefined;

interface Attributes {
  readonly [name: string]: string | number | boolean | undefined | (() => void) | ((event: Event) => void);
}

/** Attributes that are functions listen to the event of that name; false and undefined are left out. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  return filled(document.createElement(tag), attributes, children);
}

export function svg(tag: string, attributes: Attributes = {}, ...children: readonly Child[]): SVGElement {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function filled<E extends Element>(element: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value as EventListener);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  for (const child of children) if (child !== undefined) element.append(child);
  return element;
}

export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no ${id}`);
  return found;
}

/** A bar from 0 to 1, for the eye alone: the figure stands beside it. */
export function bar(share: number, kind = ''): HTMLElement {
  const fill = el('i');
  fill.style.width = `${Math.max(0, Math.min(1, share)) * 100}%`;
  return el('span', { class: `bar ${kind}`, 'aria-hidden': 'true' }, fill);
}

/** A figure beside a bar, as wide as any other, so that the bars begin at one place. */
export function figure(text: string): HTMLElement {
  return el('span', { class: 'figure-text' }, text);
}

/** Waits until typing rests. */
export function whenQuiet(act: () => void, ms = 120): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, ms);
  };
}
