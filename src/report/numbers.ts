/** Figures as people read them. */
export { count, duration, grouped, plural } from '../model/index.js';
