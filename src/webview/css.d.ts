/** Style sheets are imported for their effect: esbuild gathers them into dist/webview/table.css. */
declare module '*.css';
