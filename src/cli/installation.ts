import { join } from 'node:path';

/** The folder in which `dist/` lies: the checkout, or the installed extension. */
export const INSTALLATION = join(__dirname, '..');
