/** The co-access graph, drawn by sigma in WebGL: dots are tables; hovering or choosing one shows its neighbours. */

import { UndirectedGraph } from 'graphology';
import Sigma from 'sigma';
import type { Settings } from 'sigma/settings';
import { chooseTable, chosenTable, onChoice } from './choice.js';
import { head } from './data.js';
import { byId, el } from './dom.js';
import { graphPicture } from './graph-picture.js';
import { type Palette, readPalette } from './palette.js';
import { onTheme } from './theme.js';

const ZOOM_STEP = 1.6;
const PAN_STEP = 0.08;
/** Of so many tables not every name can be read at once. */
const isLarge = head.graph.nodes.length > 300;
/** Names would lie on each other: those of the biggest are drawn, the others when one points at them or comes nearer. */
const isCrowded = head.graph.nodes.length > 80 || window.innerWidth < 600;

export function startGraph(): void {
  const room = byId('graph-canvas');
  if (head.graph.nodes.length === 0) {
    room.replaceChildren(el('p', { class: 'empty' }, 'No statement touches a table, so there is no graph.'));
    return;
  }
  startPrinting(room);
  try {
    draw(room);
  } catch {
    // Without WebGL the drawing is plain, and everything else of the page is as it was.
    room.replaceChildren(graphPicture());
    room.classList.add('is-plain');
  }
}

/** A WebGL canvas prints empty in most browsers. */
function startPrinting(room: HTMLElement): void {
  addEventListener('beforeprint', () => {
    if (room.querySelector('.picture') === null) {
      const picture = graphPicture();
      picture.classList.add('print-only');
      room.append(picture);
    }
  });
  addEventListener('afterprint', () => room.querySelector('.print-only')?.remove());
}

function draw(room: HTMLElement): void {
  const graph = buildGraph();
  let palette = readPalette();
  let hovered: string | undefined;
  const focus = (): string | undefined => {
    const chosen = chosenTable();
    const key = hovered ?? (chosen === undefined ? undefined : String(chosen));
    return key !== undefined && graph.hasNode(key) ? key : undefined;
  };
  const sigma = new Sigma(graph, room, {
    ...settingsOf(palette),
    nodeReducer: (node, data) => {
      const colour = palette.tableColour(Number(node));
      const centre = focus();
      if (centre === undefined) return { ...data, color: colour };
      if (node === centre) return { ...data, color: colour, highlighted: true, zIndex: 2 };
      if (graph.areNeighbors(node, centre))
        return { ...data, color: colour, forceLabel: graph.degree(centre) < 25, zIndex: 1 };
      return { ...data, color: palette.faded, label: null };
    },
    edgeReducer: (edge, data) => {
      const centre = focus();
      if (centre === undefined)
        return { ...data, color: palette.edge, hidden: isLarge && hasGlobalEnd(graph, edge) };
      return graph.hasExtremity(edge, centre)
        ? { ...data, color: palette.edgeStrong, zIndex: 1 }
        : { ...data, hidden: true };
    },
  });
  sigma.on('enterNode', ({ node }) => {
    hovered = node;
    room.classList.add('is-over');
    sigma.refresh({ skipIndexation: true });
  });
  sigma.on('leaveNode', () => {
    hovered = undefined;
    room.classList.remove('is-over');
    sigma.refresh({ skipIndexation: true });
  });
  sigma.on('clickNode', ({ node }) => chooseTable(Number(node)));
  sigma.on('clickStage', () => chooseTable(undefined));
  onChoice((table) => {
    sigma.refresh({ skipIndexation: true });
    if (table !== undefined && graph.hasNode(String(table))) lookAt(sigma, String(table));
  });
  onTheme(() => {
    palette = readPalette();
    sigma.setSettings(settingsOf(palette));
    sigma.refresh();
  });
  startControls(room, sigma);
}

/** A copy lies on every shard: with many tables its lines hide the others, which tell what has to lie together. */
function hasGlobalEnd(graph: UndirectedGraph, edge: string): boolean {
  return graph.extremities(edge).some((node) => head.tables[Number(node)]?.placement === 'global');
}

function buildGraph(): UndirectedGraph {
  const { nodes, x, y, reads, writes, from, to, calls } = head.graph;
  const graph = new UndirectedGraph();
  const traffic = nodes.map((_, at) => (reads[at] as number) + (writes[at] as number));
  const most = Math.max(1, ...traffic);
  const [least, span] = isLarge ? [1.5, 9] : [4, 15];
  for (const [at, table] of nodes.entries()) {
    graph.addNode(String(table), {
      x: x[at],
      y: -(y[at] as number),
      size: least + span * Math.sqrt((traffic[at] as number) / most),
      label: head.tables[table]?.name ?? '',
    });
  }
  const strongest = Math.max(1, ...calls);
  for (const [at, one] of calls.entries()) {
    graph.addEdge(String(from[at]), String(to[at]), {
      size: (isLarge ? 0.4 : 0.8) + 4.5 * Math.sqrt(one / strongest),
    });
  }
  return graph;
}

function settingsOf(palette: Palette): Partial<Settings> {
  return {
    allowInvalidContainer: true,
    labelFont: 'system-ui, sans-serif',
    labelSize: 12,
    labelWeight: '500',
    labelColor: { color: palette.ink },
    labelDensity: isLarge ? 0.7 : isCrowded ? 1 : 2,
    labelGridCellSize: isLarge ? 90 : isCrowded ? 110 : 60,
    labelRenderedSizeThreshold: isLarge ? 5 : 0,
    zIndex: true,
    minCameraRatio: 0.02,
    maxCameraRatio: 3,
    stagePadding: 60,
    defaultDrawNodeHover: (context, data, { labelSize, labelFont, labelWeight }) => {
      const label = data.label ?? '';
      context.font = `${labelWeight} ${labelSize}px ${labelFont}`;
      const width = label === '' ? 0 : context.measureText(label).width + 10;
      const [x, y] = [Math.round(data.x), Math.round(data.y)];
      context.beginPath();
      context.fillStyle = palette.surface;
      context.strokeStyle = palette.ink;
      context.lineWidth = 1;
      context.roundRect(
        x - data.size - 4,
        y - data.size - 4,
        2 * data.size + 8 + width,
        2 * data.size + 8,
        data.size + 4,
      );
      context.fill();
      context.stroke();
      context.fillStyle = palette.ink;
      context.fillText(label, x + data.size + 5, y + labelSize / 3);
    },
  };
}

function lookAt(sigma: Sigma, node: string): void {
  const at = sigma.getNodeDisplayData(node);
  if (at === undefined) return;
  const camera = sigma.getCamera();
  const view = sigma.graphToViewport({
    x: Number(sigma.getGraph().getNodeAttribute(node, 'x')),
    y: Number(sigma.getGraph().getNodeAttribute(node, 'y')),
  });
  const { width, height } = sigma.getDimensions();
  const isInSight = view.x > 0 && view.y > 0 && view.x < width && view.y < height;
  if (isInSight) return;
  camera.animate({ x: at.x, y: at.y, ratio: Math.min(camera.ratio, 0.5) }, { duration: calm() ? 0 : 300 });
}

function calm(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

function startControls(room: HTMLElement, sigma: Sigma): void {
  const camera = sigma.getCamera();
  const duration = calm() ? 0 : 150;
  const zoom = (factor: number): void => void camera.animate({ ratio: camera.ratio * factor }, { duration });
  const pan = (x: number, y: number): void =>
    void camera.animate({ x: camera.x + x * camera.ratio, y: camera.y + y * camera.ratio }, { duration });
  const reset = (): void => void camera.animate({ x: 0.5, y: 0.5, ratio: 1, angle: 0 }, { duration });
  const keys: Readonly<Record<string, () => void>> = {
    '+': () => zoom(1 / ZOOM_STEP),
    '=': () => zoom(1 / ZOOM_STEP),
    '-': () => zoom(ZOOM_STEP),
    '0': reset,
    ArrowLeft: () => pan(-PAN_STEP, 0),
    ArrowRight: () => pan(PAN_STEP, 0),
    ArrowUp: () => pan(0, PAN_STEP),
    ArrowDown: () => pan(0, -PAN_STEP),
    Escape: () => chooseTable(undefined),
  };
  room.tabIndex = 0;
  room.setAttribute('role', 'application');
  room.setAttribute(
    'aria-label',
    'Graph of tables that are used together. Arrow keys move it, plus and minus zoom, 0 shows all of it. The same is a list below.',
  );
  room.addEventListener('keydown', (event) => {
    const act = keys[event.key];
    if (act === undefined || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    act();
  });
  byId('graph-controls').append(
    el('button', { type: 'button', 'aria-label': 'Zoom in', click: () => zoom(1 / ZOOM_STEP) }, '+'),
    el('button', { type: 'button', 'aria-label': 'Zoom out', click: () => zoom(ZOOM_STEP) }, '−'),
    el('button', { type: 'button', click: reset }, 'All'),
  );
}
