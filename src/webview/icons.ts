import { svg } from './dom';

/** Outlines on a 16 x 16 grid, drawn in the text's colour. */
const PATHS = {
  list: 'M2 4h2M6.5 4H14M2 8h2M6.5 8H14M2 12h2M6.5 12H14',
  previous: 'M10 3.5 5.5 8l4.5 4.5',
  next: 'M6 3.5 10.5 8 6 12.5',
  extract: 'M2.5 3.5h11M2.5 7h6M2.5 10.5h4M11.5 7.5v6M8.5 10.5h6',
  export: 'M8 10V2.5M5 5.2 8 2.2l3 3M3 9.5v4h10v-4',
  new: 'M8 3.2a4.8 4.8 0 1 1 0 9.6 4.8 4.8 0 0 1 0-9.6z',
  'in-progress': 'M8 3.2a4.8 4.8 0 1 1 0 9.6 4.8 4.8 0 0 1 0-9.6zM8 5.6v2.6l1.8 1.2',
  done: 'M3.2 8.4 6.6 11.8 13 4.8',
  skipped: 'M8 3.2a4.8 4.8 0 1 1 0 9.6 4.8 4.8 0 0 1 0-9.6zM4.7 11.3l6.6-6.6',
  flag: 'M4 14V2.5h8.5l-2 3 2 3H4',
  note: 'M3 2.5h10v7l-3.5 4H3zM9.5 13.5v-4H13',
} as const;

export type IconName = keyof typeof PATHS;

/** A decoration: what it means must be said in words beside it. */
export function icon(name: IconName): SVGSVGElement {
  const path = svg('path', {
    d: PATHS[name],
    fill: 'none',
    stroke: 'currentColor',
    'stroke-width': 1.4,
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
  });
  return svg(
    'svg',
    { class: `icon icon-${name}`, viewBox: '0 0 16 16', width: 16, height: 16, 'aria-hidden': 'true', focusable: 'false' },
    path,
  );
}
